import { configurationDigest } from '../apply/image-archive.ts';
import { NodeImages } from '../apply/node-images.ts';
import { CommandError } from '../command-error.ts';
import { Docker } from '../docker.ts';
import { fullReference, Minikube } from '../minikube.ts';
import type { EngineImage, NodeImages as ImagesOfNode, Snapshot } from './snapshot.ts';

/** The container of the database: its image is nobody's own. */
const DATABASE = 'postgres';

/**
 * Adds what the nodes of a Minikube and the Docker engine say of the images, where they are there: then it is known
 * whether an image was built, and whether the nodes have the same one.
 */
export async function withImages(snapshot: Snapshot, context: string, signal: AbortSignal): Promise<Snapshot> {
  const nodes = (snapshot.nodes ?? []).map(({ metadata }) => metadata.name);
  const [images, engine] = await Promise.all([
    orUndefined(() => nodeImages(context, nodes, signal)),
    orUndefined(() => engineImages(ownReferences(snapshot), new Docker(signal))),
  ]);
  if (images === undefined) return snapshot;
  const exact = engine && (await orUndefined(() => withDigests(engine, images, new Docker(signal))));
  return { ...snapshot, images, ...(exact === undefined ? {} : { engine: exact }) };
}

async function nodeImages(context: string, nodes: readonly string[], signal: AbortSignal): Promise<ImagesOfNode[]> {
  const byNode = await new NodeImages(new Minikube(context, signal), nodes).byNode();
  return [...byNode].map(([node, images]) => ({
    node,
    names: images.flatMap(({ tags }) => tags),
    ids: Object.fromEntries(images.flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const))),
  }));
}

async function engineImages(references: readonly string[], docker: Docker): Promise<EngineImage[]> {
  const images = await Promise.all(
    references.map(async (reference): Promise<EngineImage> => {
      const image = await docker.tryFindImage(reference);
      if (image === undefined) return { reference, ids: [] };
      return { reference, ids: [image.id.replace(/^sha256:/, '')], platform: image.platform };
    }),
  );
  return images.sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

/** An engine that keeps images as containerd does has other ids than the nodes; the archive has the nodes'. */
async function withDigests(
  engine: readonly EngineImage[],
  nodes: readonly ImagesOfNode[],
  docker: Docker,
): Promise<EngineImage[]> {
  return Promise.all(
    engine.map(async (image) => {
      const there = nodes.flatMap(({ ids = {} }) => ids[fullReference(image.reference)] ?? []);
      if (image.ids.length === 0 || there.every((id) => image.ids.includes(id))) return image;
      return { ...image, ids: [...image.ids, await docker.save(image.reference, configurationDigest)] };
    }),
  );
}

/** What the workloads run of our own. */
function ownReferences({ deployments, statefulSets }: Snapshot): string[] {
  const containers = [...deployments, ...statefulSets].flatMap(({ spec }) => spec.template.spec.containers);
  return [...new Set(containers.filter(({ name }) => name !== DATABASE).map(({ image }) => image))];
}

/** Neither Minikube nor Docker has to be there. */
async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
