import { fullReference, type Minikube, type NodeImage } from '../minikube.ts';
import type { ProcessResult } from '../process.ts';

/** What is in the nodes of a Minikube cluster, asked once as long as nothing is changed here. */
export class NodeImages {
  readonly #minikube: Minikube;
  readonly #nodes: readonly string[];
  #known: Promise<ReadonlyMap<string, readonly NodeImage[]>> | undefined;

  constructor(minikube: Minikube, nodes: readonly string[]) {
    this.#minikube = minikube;
    this.#nodes = nodes;
  }

  get profile(): string {
    return this.#minikube.profile;
  }

  byNode(): Promise<ReadonlyMap<string, readonly NodeImage[]>> {
    this.#known ??= this.#ask();
    return this.#known;
  }

  /** The same by their names alone, as a diagnosis takes them. */
  async names(): Promise<{ readonly node: string; readonly names: readonly string[] }[]> {
    return [...(await this.byNode())].map(([node, images]) => ({ node, names: images.flatMap(({ tags }) => tags) }));
  }

  /** The nodes that have no image of this name, or another one than these. */
  async without(reference: string, ids?: ReadonlySet<string>): Promise<Lacking[]> {
    const name = fullReference(reference);
    return [...(await this.byNode())].flatMap(([node, images]) => {
      const id = images.find(({ tags }) => tags.includes(name))?.id;
      return id !== undefined && (ids === undefined || ids.has(id)) ? [] : [{ node, id }];
    });
  }

  /** @param source a reference in the Docker engine, or an archive's path */
  async load(source: string): Promise<ProcessResult> {
    this.#known = undefined;
    return this.#minikube.loadImage(source);
  }

  async remove(reference: string): Promise<void> {
    this.#known = undefined;
    await this.#minikube.removeImage(reference);
  }

  /** `minikube image ls` does not tell nodes apart; where there are several, each runtime is asked. */
  async #ask(): Promise<Map<string, readonly NodeImage[]>> {
    const [only, ...more] = this.#nodes;
    if (more.length === 0) return new Map([[only ?? this.profile, await this.#minikube.images()]]);
    return new Map(
      await Promise.all(this.#nodes.map(async (node) => [node, await this.#minikube.imagesOn(node)] as const)),
    );
  }
}

export interface Lacking {
  readonly node: string;
  /** What the node has under that name. */
  readonly id: string | undefined;
}
