import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Gate, Measurement, Sizes } from './gates.ts';
import type { OwnSecrets } from './secrets.ts';

/** Measurements of images that have passed, so that an image that has not changed is not measured again. */
export interface GateRecord {
  find(image: string): Promise<Measurement | undefined>;
  add(image: string, measurement: Measurement): Promise<void>;
}

/** Change it with what is measured, so that what older versions have recorded counts no more. */
const VERSION = 1;
const MAX_ENTRIES = 50;

interface Entry {
  readonly key: string;
  readonly sizes: Sizes;
  readonly gates: readonly Gate[];
  readonly at: string;
}

/** Keeps them in a file of this machine, by the image's id and all that it was held against. */
export function gateRecord(
  path: string,
  against: { maxSize: number; platform: string; secrets: OwnSecrets },
): GateRecord {
  const keyOf = (image: string) =>
    // Shortened, so that it tells nothing of the secrets.
    `${image} ${createHash('sha256')
      .update(JSON.stringify([VERSION, image, against]))
      .digest('hex')
      .slice(0, 8)}`;
  return {
    async find(image) {
      const entry = (await readEntries(path)).find(({ key }) => key === keyOf(image));
      return entry && { sizes: entry.sizes, gates: entry.gates, at: new Date(entry.at) };
    },
    async add(image, { sizes, gates, at }) {
      const others = (await readEntries(path)).filter(({ key }) => key !== keyOf(image));
      const entry = { key: keyOf(image), sizes, gates, at: at.toISOString() };
      const fresh = `${path}.${process.pid}`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(fresh, `${JSON.stringify([...others, entry].slice(-MAX_ENTRIES), null, 2)}\n`);
      await rename(fresh, path);
    },
  };
}

/** A record that is missing or damaged has nothing to tell: all is measured again. */
async function readEntries(path: string): Promise<readonly Entry[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as readonly Entry[];
  } catch {
    return [];
  }
}
