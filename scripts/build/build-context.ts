import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore, { type Ignore } from '@balena/dockerignore';

// Its types speak of an ES module, and it is none.
const createIgnore = dockerignore as unknown as () => Ignore;

/** A file, directory or link that Docker gets to see. */
export interface ContextEntry {
  /** Relative to the context, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link';
  /** The permission bits; those of a link mean nothing and are 0. */
  readonly mode: number;
  /** A file's SHA-256 or a link's target; empty for a directory. */
  readonly content: string;
}

/**
 * A build context as Docker sees it: without what its `.dockerignore` names, or the one that belongs to the
 * Dockerfile. In the order of the paths' bytes, and without the times of the files.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export async function contextEntries(context: string, dockerfile: string): Promise<ContextEntry[]> {
  const patterns = await ignorePatterns(context, dockerfile);
  const ignored = createIgnore().add([...patterns]);
  // Below an ignored directory there can be something to keep only where a pattern says so.
  const canKeepBelow = patterns.some((pattern) => pattern.startsWith('!'));
  const entries: ContextEntry[] = [];

  /** @returns whether there was anything to see in it */
  async function visit(directory: string): Promise<boolean> {
    let seen = false;
    for (const name of await readdir(join(context, directory))) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const isIgnored = ignored.ignores(path);
      const stats = await lstat(join(context, path));
      if (stats.isDirectory()) {
        if (isIgnored && !canKeepBelow) continue;
        const hasSeen = await visit(path);
        if (isIgnored && !hasSeen) continue;
      } else if (isIgnored) continue;
      const entry = await entryOf(context, path, stats);
      if (entry === undefined) continue;
      entries.push(entry);
      seen = true;
    }
    return seen;
  }

  await visit('');
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function ignorePatterns(context: string, dockerfile: string): Promise<readonly string[]> {
  const text = (await tryRead(`${dockerfile}.dockerignore`)) ?? (await tryRead(join(context, '.dockerignore'))) ?? '';
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function tryRead(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

type Stats = Awaited<ReturnType<typeof lstat>>;

/** @returns undefined for what an image cannot hold, such as a socket */
async function entryOf(context: string, path: string, stats: Stats): Promise<ContextEntry | undefined> {
  const mode = Number(stats.mode) & 0o7777;
  if (stats.isDirectory()) return { path, type: 'directory', mode, content: '' };
  if (stats.isSymbolicLink()) return { path, type: 'link', mode: 0, content: await readlink(join(context, path)) };
  if (!stats.isFile()) return undefined;
  return { path, type: 'file', mode, content: await sha256(join(context, path)) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
