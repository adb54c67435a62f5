import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationDigest } from '../apply/image-archive.ts';
import { NodeImages } from '../apply/node-images.ts';
import type { BuiltImage } from '../build/build-images.ts';
import type { Cluster } from '../cluster.ts';
import type { Docker } from '../docker.ts';
import type { Minikube } from '../minikube.ts';

export interface RunningImage {
  /** As the pods name it. */
  readonly reference: string;
  /** What was built. */
  readonly image: BuiltImage;
  /** As the pods' runtimes report it. */
  readonly ids: readonly string[];
  readonly docker: Docker;
  readonly minikube: Minikube | undefined;
  readonly cluster: Cluster;
}

/** @returns undefined where the pods' image is the one that was built, else what it is instead */
export async function hasImage(running: RunningImage): Promise<string | undefined> {
  return running.minikube === undefined ? pulled(running) : loaded(running, running.minikube);
}

/** Minikube's nodes are asked for what they have under that name, and the pods for what they had when they started. */
async function loaded(running: RunningImage, minikube: Minikube): Promise<string | undefined> {
  const { reference, image, docker, cluster } = running;
  const nodes = await cluster.list('/api/v1/nodes');
  const there = new NodeImages(
    minikube,
    nodes.map(({ metadata }) => metadata.name),
  );
  const ids = new Set([bare(image.id)]);
  let lacking = await there.without(reference, ids);
  if (lacking.length > 0) {
    // An engine that keeps images as containerd does has other ids than the nodes.
    ids.add(await archivedId(docker, image.tags[0]!));
    lacking = await there.without(reference, ids);
  }
  const [first] = lacking;
  const built = bare(image.id).slice(0, 12);
  if (first === undefined) {
    // One with an @ came from a registry.
    const old = running.ids.map(bare).find((id) => id !== '' && !id.includes('@') && !ids.has(id));
    if (old === undefined) return undefined;
    return `a pod still runs ${old.slice(0, 12)}, which was ${reference} when it started; built was ${built}`;
  }
  const has = first.id === undefined ? 'has none of that name' : `has ${bare(first.id).slice(0, 12)} under that name`;
  return `pods run ${reference}, and node ${first.node} ${has}; built was ${built}`;
}

async function archivedId(docker: Docker, reference: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'todo-infra-'));
  try {
    const archive = join(directory, 'image.tar');
    await docker.saveTo(reference, archive);
    return await configurationDigest(createReadStream(archive));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What was pulled has the digest that the registry gave to what was pushed. */
async function pulled({ reference, image, ids, docker }: RunningImage): Promise<string | undefined> {
  const built = await docker.tryFindImage(image.id);
  const digests = new Set((built?.digests ?? []).map((each) => each.slice(each.indexOf('@') + 1)));
  const other = ids.find((id) => !digests.has(id.slice(id.indexOf('@') + 1)) && bare(id) !== bare(image.id));
  if (other === undefined) return undefined;
  const pushed =
    digests.size === 0 ? 'what was built was never pushed' : `what was built is ${[...digests].join(', ')}`;
  return `pods run ${reference} (${other}), and ${pushed}`;
}

function bare(id: string): string {
  return id.replace(/^docker:\/\//, '').replace(/^sha256:/, '');
}
