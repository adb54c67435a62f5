import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { readImage } from '../../scripts/build/image-content.ts';
import { SecretScanner } from '../../scripts/build/secrets.ts';

type Files = Readonly<Record<string, string | Buffer>>;

const scanner = new SecretScanner({ BETTER_AUTH_SECRET: 'my own value 1' });

describe.each([
  ['of Docker until 24', directories],
  ['as an OCI layout', ociLayout],
  [
    'as an OCI layout of compressed layers',
    (layers: Buffer[], config: object) =>
      ociLayout(
        layers.map((layer) => gzipSync(layer)),
        config,
      ),
  ],
])('an image %s', (_, archive) => {
  async function read(layers: readonly Files[], config: object = {}) {
    const image = await archive(await Promise.all(layers.map((files) => tar(files))), config);
    return readImage(Readable.from([image]), scanner);
  }

  test('has the size of its files', async () => {
    const random = randomBytes(50_000);

    const { size, compressedSize } = await read([{ a: random }, { 'b/c': 'text', 'b/d': '' }]);

    expect(size).toBe(50_004);
    expect(compressedSize).toBeGreaterThan(50_000);
    expect(compressedSize).toBeLessThan(51_000);
  });

  test('has the tools that no later layer removes', async () => {
    const { buildTools } = await read([
      {
        'usr/bin/gcc': '',
        'usr/bin/x86_64-linux-gnu-gcc-14': '',
        'usr/local/bin/pip3.13': '',
        'opt/bin/npm': '',
        'lib/gcc/x': '',
      },
      { 'usr/local/bin/.wh.pip3.13': '', 'opt/.wh..wh..opq': '', 'opt/bin/yarn': '' },
      { 'usr/bin/.wh.gcc': '', 'venv/lib/python3.13/site-packages/pip/__main__.py': '' },
    ]);

    expect(buildTools).toEqual([
      'opt/bin/yarn',
      'usr/bin/x86_64-linux-gnu-gcc-14',
      'venv/lib/python3.13/site-packages/pip/__main__.py',
    ]);
  });

  test('has the secrets of layers that a later one hides', async () => {
    const { secrets } = await read([{ 'app/.env': 'A=1' }, { 'app/.wh..env': '' }]);

    expect(secrets).toEqual([{ kind: 'an environment file', path: 'app/.env' }]);
  });

  test('has the secrets of its history, and does not tell them', async () => {
    const { secrets } = await read([{ a: 'a' }], { history: [{ created_by: 'RUN login my own value 1' }] });

    expect(secrets).toEqual([
      { kind: 'the value of BETTER_AUTH_SECRET', path: 'configuration and history of the image' },
    ]);
  });

  test.each([0, (1 << 20) - 7, (1 << 20) + 100, 3 << 20])(
    'has a secret that begins at byte %d of a file',
    async (at) => {
      const file = Buffer.concat([Buffer.alloc(at, ' '), Buffer.from('my own value 1'), Buffer.alloc(2 << 20, ' ')]);

      const { secrets } = await read([{ file }]);

      expect(secrets).toEqual([{ kind: 'the value of BETTER_AUTH_SECRET', path: 'file' }]);
    },
  );
});

async function directories(layers: readonly Buffer[], config: object): Promise<Buffer> {
  const named = layers.map((layer, i) => [`${i}/layer.tar`, layer] as const);
  return tar({
    ...Object.fromEntries(named),
    'config.json': JSON.stringify(config),
    'manifest.json': JSON.stringify([{ Config: 'config.json', Layers: named.map(([name]) => name) }]),
  });
}

async function ociLayout(layers: readonly Buffer[], config: object): Promise<Buffer> {
  const blob = (content: Buffer) =>
    [`blobs/sha256/${createHash('sha256').update(content).digest('hex')}`, content] as const;
  const named = layers.map(blob);
  const [configName, configBlob] = blob(Buffer.from(JSON.stringify(config)));
  return tar({
    ...Object.fromEntries(named),
    [configName]: configBlob,
    'manifest.json': JSON.stringify([{ Config: configName, Layers: named.map(([name]) => name) }]),
  });
}

async function tar(files: Files): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
