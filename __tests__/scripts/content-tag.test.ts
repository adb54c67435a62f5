import { chmod, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { contextEntries } from '../../scripts/build/build-context.ts';
import { contentTag, type ImageInput } from '../../scripts/build/content-tag.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create({
    '.dockerignore': '# not for the image\n*.log\n/secret\ncache/**\n!cache/keep.txt\n',
    'app/main.py': 'print(1)\n',
    'app/debug.log': 'kept: a pattern without a slash is for the top\n',
    'notes.log': 'ignored\n',
    'secret/key': 'ignored\n',
    'cache/a/b': 'ignored\n',
    'cache/keep.txt': 'kept\n',
    'ä/ü': 'umlauts\n',
    Z: '',
    a: '',
  });
});
afterEach(() => directory.remove());

describe('the build context', () => {
  test('is what Docker would see, in the order of bytes', async () => {
    const entries = await contextEntries(directory.path, 'Dockerfile');

    expect(entries.map(({ path, type }) => (type === 'file' ? path : `${path} (${type})`))).toEqual([
      '.dockerignore',
      'Z',
      'a',
      'app (directory)',
      'app/debug.log',
      'app/main.py',
      'cache (directory)',
      'cache/keep.txt',
      'ä (directory)',
      'ä/ü',
    ]);
  });

  test("is what the Dockerfile's own .dockerignore leaves, where it has one", async () => {
    const dockerfile = await directory.write('app/Dockerfile', 'FROM scratch\n');
    await directory.write('app/Dockerfile.dockerignore', '*\n!Z\n');

    expect((await contextEntries(directory.path, dockerfile)).map(({ path }) => path)).toEqual(['Z']);
  });
});

describe('the tag by content', () => {
  test('begins with c- and has 12 hexadecimal digits', async () => {
    expect(await tag()).toMatch(/^c-[0-9a-f]{12}$/);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['the times of files', () => utimes(join(directory.path, 'a'), 1, 1)],
    ['what is ignored', () => directory.write('notes.log', 'other\n')],
    ['a file that is ignored and new', () => directory.write('secret/other', 'new\n')],
    ['the order in which files were made', () => rm(join(directory.path, 'Z')).then(() => directory.write('Z', ''))],
  ])('stays with %s', async (_, change) => {
    const before = await tag();

    await change();

    expect(await tag()).toBe(before);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["a file's text", () => directory.write('app/main.py', 'print(2)\n')],
    ["a file's name", () => rename(join(directory.path, 'a'), join(directory.path, 'b'))],
    ["a file's permissions", () => chmod(join(directory.path, 'a'), 0o755)],
    ['a new file', () => directory.write('app/new.py', '')],
    ['a new directory', () => mkdir(join(directory.path, 'empty'))],
    ['what was moved from one file to another', () => directory.write('Z', 'a').then(() => directory.write('a', ''))],
    ['a new link', () => symlink('a', join(directory.path, 'link'))],
    ['what is ignored no more', () => directory.write('.dockerignore', '*.log\n')],
  ])('changes with %s', async (_, change) => {
    const before = await tag();

    await change();

    expect(await tag()).not.toBe(before);
  });

  test("changes with a link's target", async () => {
    const link = join(directory.path, 'link');
    await symlink('a', link);
    const before = await tag();

    await rm(link);
    await symlink('Z', link);

    expect(await tag()).not.toBe(before);
  });

  test.each<[string, Partial<ImageInput>]>([
    ['the Dockerfile', { dockerfile: 'FROM scratch\nUSER 10001\n' }],
    ['the platform', { platform: 'linux/arm64' }],
    ['a build argument', { buildArgs: { PYTHON_IMAGE: 'python:3.14-slim' } }],
    ['the id behind the tag of a base image', { bases: { 'python:3.13-slim': 'sha256:2' } }],
    ['a base image that the engine has no more', { bases: {} }],
  ])('changes with %s', async (_, change) => {
    expect(await tag(change)).not.toBe(await tag());
  });

  test('stays with the order of build arguments', async () => {
    expect(await tag({ buildArgs: { A: '1', B: '2' } })).toBe(await tag({ buildArgs: { B: '2', A: '1' } }));
  });
});

async function tag(change: Partial<ImageInput> = {}): Promise<string> {
  return contentTag({
    context: await contextEntries(directory.path, 'Dockerfile'),
    dockerfile: 'FROM scratch\n',
    platform: 'linux/amd64',
    buildArgs: { PYTHON_IMAGE: 'python:3.13-slim' },
    bases: { 'python:3.13-slim': 'sha256:1' },
    ...change,
  });
}
