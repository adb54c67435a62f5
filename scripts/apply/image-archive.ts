import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';

/**
 * The hash of an image's configuration, 64 hexadecimal digits, which is its id in a node; from an archive as `docker save`
 * writes it.
 */
export async function configurationDigest(archive: Readable): Promise<string> {
  try {
    for await (const entry of archive.pipe(extract())) {
      if (entry.header.name === 'manifest.json') {
        const [{ Config }] = JSON.parse(await text(entry)) as [{ Config: string }];
        // `blobs/sha256/HASH`, or of older engines `HASH.json`.
        return /[0-9a-f]{64}/.exec(Config)![0];
      }
      entry.resume();
    }
  } finally {
    archive.destroy();
  }
  throw new Error(`'docker save' has written no manifest.json`);
}
