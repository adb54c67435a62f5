import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Docker } from '../docker.ts';
import { configurationDigest } from './image-archive.ts';
import type { Lacking, NodeImages } from './node-images.ts';
import type { Tell } from './step.ts';

/** An image of the Docker engine that has to be in the nodes. */
export interface WantedImage {
  readonly reference: string;
  /** The engine's id for it. */
  readonly id: string;
}

/** How an image has got into the nodes. */
export type Loading = 'there' | 'loaded' | 'replaced' | 'loaded from an archive';

/**
 * Sees to it that every node has exactly this image. Minikube ends with 0 also when it has loaded nothing or has kept an
 * older image of that name, so that the nodes are asked after each attempt: load; remove and load; load from an archive.
 *
 * @throws CommandError when none of it works
 */
export async function loadImage(nodes: NodeImages, docker: Docker, wanted: WantedImage, tell: Tell): Promise<Loading> {
  const ids = new Set([bare(wanted.id)]);
  const { reference } = wanted;
  let said = '';

  const missing = () => nodes.without(reference, ids);
  async function load(source: string): Promise<void> {
    const { stderr, stdout, exitCode } = await nodes.load(source);
    said = exitCode === 0 ? '' : (stderr || stdout).trim().split('\n').at(-1)!;
  }

  const before = await missing();
  if (before.length === 0) return 'there';
  const isNew = before.every(({ id }) => id === undefined);
  if (isNew) {
    tell(`loading ${reference}`);
    await load(reference);
    if ((await missing()).length === 0) return 'loaded';
  }
  return inArchive(docker, reference, async (archive, digest) => {
    // An engine that keeps images as containerd does has other ids than the nodes.
    ids.add(digest);
    if ((await missing()).length === 0) return isNew ? 'loaded' : 'there';
    tell(`replacing ${reference}`);
    await nodes.remove(reference);
    await load(reference);
    if ((await missing()).length === 0) return 'replaced';

    tell(`loading ${reference} from an archive`);
    await nodes.remove(reference);
    await load(archive);
    const still = await missing();
    if (still.length === 0) return 'loaded from an archive';
    throw new CommandError(`${reference} does not get into the cluster: ${still.map(describe(wanted)).join('; ')}`, {
      details: [
        said === '' ? `'minikube image load' ends with 0 all the same` : said,
        `try it by hand: minikube -p ${nodes.profile} image load ${reference}`,
      ],
    });
  });
}

function describe({ id }: WantedImage) {
  return (missing: Lacking) =>
    missing.id === undefined
      ? `node ${missing.node} has no such image`
      : `node ${missing.node} keeps ${short(missing.id)}, expected ${short(bare(id))}`;
}

async function inArchive<T>(
  docker: Docker,
  reference: string,
  use: (archive: string, digest: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'todo-infra-'));
  const archive = join(directory, 'image.tar');
  try {
    await docker.saveTo(reference, archive);
    return await use(archive, await configurationDigest(createReadStream(archive)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function bare(id: string): string {
  return id.replace(/^sha256:/, '');
}

function short(id: string): string {
  return `sha256:${id.slice(0, 12)}`;
}
