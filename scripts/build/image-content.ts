import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { OVERLAP, type SecretScanner } from './secrets.ts';

/** What is in an image, without the files themselves. */
export interface ImageContent {
  /** Bytes of all files in all layers. */
  readonly size: number;
  /** Bytes of the layers as a registry keeps them. */
  readonly compressedSize: number;
  /** In any layer, also where a later one has deleted the file, and in the configuration with its history. */
  readonly secrets: readonly Finding[];
  /** Paths of the tools that build, as a container sees them. */
  readonly buildTools: readonly string[];
}

export interface Finding {
  readonly kind: string;
  /** The path in the image. */
  readonly path: string;
}

interface Layer {
  readonly size: number;
  readonly compressedSize: number;
  readonly secrets: readonly Finding[];
  readonly buildTools: readonly string[];
  /** What this layer removes of those below: a path, or all that is in a directory. */
  readonly removed: readonly string[];
  readonly emptied: readonly string[];
}

const BUILD_TOOL =
  /(?:^|\/)s?bin\/(?:(?:[\w-]+-)?(?:gcc|g\+\+|cc|c\+\+)(?:-\d+)?|make|cmake|pip[\d.]*|npm|npx|yarn|yarnpkg|pnpm|corepack|uv)$/;
const BUILD_PACKAGE =
  /(?:^|\/)(?:(?:site|dist)-packages\/pip\/__main__\.py|node_modules\/(?:npm|yarn)\/package\.json)$/;

/** Parts of a file that are looked at together. */
const PART = 1 << 20;

/**
 * Reads an image as `docker save` writes it: with the layers as directories (Docker until 24), or as an OCI layout.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/layer.md for what removes files
 */
export async function readImage(archive: Readable, scanner: SecretScanner): Promise<ImageContent> {
  const layers = new Map<string, Layer>();
  const links = new Map<string, string>();
  const documents = new Map<string, Buffer>();
  for await (const entry of archive.pipe(extract())) {
    const { name, type, linkname, size = 0 } = entry.header;
    if (type === 'symlink') links.set(name, new URL(linkname!, `file:///${name}`).pathname.slice(1));
    else if (type === 'file' && size > 0) await readMember(name, size, entry, scanner, layers, documents);
    entry.resume();
  }
  const [manifest] = JSON.parse(String(documents.get('manifest.json') ?? '[]')) as [Manifest?];
  if (manifest === undefined) throw new Error(`'docker save' has written no manifest.json`);
  const ordered = manifest.Layers.map((path) => layers.get(links.get(path) ?? path)).filter(
    (layer) => layer !== undefined,
  );
  const configuration = documents.get(manifest.Config) ?? Buffer.alloc(0);
  return {
    size: sum(ordered.map(({ size }) => size)),
    compressedSize: sum(ordered.map(({ compressedSize }) => compressedSize)),
    secrets: [
      ...ordered.flatMap(({ secrets }) => secrets),
      ...scanner.inContent('', configuration).map((kind) => ({ kind, path: 'configuration and history of the image' })),
    ],
    buildTools: remaining(ordered),
  };
}

type Entry = Extract extends AsyncIterable<infer T> ? T : never;

interface Manifest {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/** A layer is a tar archive, perhaps compressed; all else is JSON. Only what they begin with tells them apart. */
async function readMember(
  name: string,
  size: number,
  entry: Entry,
  scanner: SecretScanner,
  layers: Map<string, Layer>,
  documents: Map<string, Buffer>,
): Promise<void> {
  const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = (await chunks.next()).value as Buffer;
  const content = Readable.from(rejoined(first, chunks));
  if (first[0] === 0x1f && first[1] === 0x8b) {
    const layer = await readLayer(content.pipe(createGunzip()), scanner);
    layers.set(name, { ...layer, compressedSize: size });
  } else if (name.endsWith('layer.tar') || (name.startsWith('blobs/') && !/^\s*[{[]/.test(first.toString('latin1')))) {
    layers.set(name, await readLayer(content, scanner));
  } else {
    const parts: Buffer[] = [];
    for await (const chunk of content) parts.push(chunk as Buffer);
    documents.set(name, Buffer.concat(parts));
  }
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function readLayer(content: Readable, scanner: SecretScanner): Promise<Layer> {
  const files = extract();
  const reading = readFiles(files, scanner);
  const gzip = createGzip();
  let compressedSize = 0;
  gzip.on('data', (chunk: Buffer) => {
    compressedSize += chunk.length;
  });
  for await (const chunk of content) {
    // What is read is compressed beside, by another thread.
    const drained = gzip.write(chunk) ? undefined : once(gzip, 'drain');
    if (!files.write(chunk)) await Promise.race([once(files as unknown as NodeJS.EventEmitter, 'drain'), reading]);
    await drained;
  }
  files.end(null);
  gzip.end();
  await Promise.all([once(gzip, 'end'), reading]);
  return { ...(await reading), compressedSize };
}

async function readFiles(files: AsyncIterable<Entry>, scanner: SecretScanner): Promise<Omit<Layer, 'compressedSize'>> {
  let total = 0;
  const secrets: Finding[] = [];
  const buildTools: string[] = [];
  const removed: string[] = [];
  const emptied: string[] = [];
  for await (const entry of files) {
    const { type, size = 0 } = entry.header;
    const path = entry.header.name.replace(/^\.?\//, '').replace(/\/$/, '');
    const [, directory = '', name = ''] = /^(.*\/)?\.wh\.([^/]+)$/.exec(path) ?? [];
    if (name === '.wh..opq') emptied.push(directory);
    else if (name !== '') removed.push(directory + name);
    else if (type !== 'directory') {
      if (type === 'file') total += size;
      if (BUILD_TOOL.test(path) || BUILD_PACKAGE.test(path)) buildTools.push(path);
      const byPath = scanner.ofPath(path);
      const kinds = type === 'file' ? await secretsIn(path, entry, scanner) : [];
      for (const kind of byPath === undefined ? kinds : [byPath, ...kinds]) secrets.push({ kind, path });
    }
    entry.resume();
  }
  return { size: total, secrets, buildTools, removed, emptied };
}

async function secretsIn(path: string, content: Entry, scanner: SecretScanner): Promise<Set<string>> {
  const kinds = new Set<string>();
  let parts: Buffer[] = [];
  let length = 0;
  const look = () => {
    const part = Buffer.concat(parts);
    for (const kind of scanner.inContent(path, part)) kinds.add(kind);
    const rest = part.subarray(Math.max(0, part.length - OVERLAP));
    parts = [rest];
    length = rest.length;
  };
  for await (const chunk of content as AsyncIterable<Buffer>) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= PART) look();
  }
  if (length > 0) look();
  return kinds;
}

function remaining(layers: readonly Layer[]): string[] {
  let tools: string[] = [];
  for (const { removed, emptied, buildTools } of layers) {
    const isGone = (path: string) =>
      removed.some((gone) => path === gone || path.startsWith(`${gone}/`)) ||
      emptied.some((directory) => path.startsWith(directory));
    tools = [...tools.filter((path) => !isGone(path) && !buildTools.includes(path)), ...buildTools];
  }
  return tools.sort();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
