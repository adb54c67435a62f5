import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { committedFiles } from '../scripts/committed-files.ts';
import { TestRepository } from './support/git.ts';

let repository: TestRepository;

beforeAll(async () => {
  repository = await TestRepository.create();
  await repository.write('sub/dist/deep/a.txt', 'one\ntwo');
  await repository.write('sub/dist/ü "x" \n.txt', 'ü\r\n\n');
  await repository.write('sub/dist/empty', '');
  await repository.write('sub/distant/b.txt', 'b');
  await repository.commit('v1');
  await repository.write('sub/dist/deep/a.txt', 'changed');
  await repository.write('sub/dist/new', 'new');
});
afterAll(() => repository.remove());

test.each([
  ['the root', '.', 'sub/dist'],
  ['a directory below it', 'sub', 'dist'],
])('gives what is committed, seen from %s', async (_, from, directory) => {
  const files = await committedFiles('v1', directory, join(repository.directory, from));

  expect(Object.fromEntries(files)).toEqual({
    'deep/a.txt': 'one\ntwo',
    'ü "x" \n.txt': 'ü\r\n\n',
    empty: '',
  });
});

test('knows branches and commits as well as tags', async () => {
  const commit = await repository.git('rev-parse', 'HEAD');

  for (const ref of ['main', 'HEAD', 'v1^{}', commit, commit.slice(0, 10)])
    expect((await committedFiles(ref, 'sub/dist', repository.directory)).size).toBe(3);
});

test('gives nothing for a directory that was not there', async () => {
  expect(await committedFiles('v1', 'dist', repository.directory)).toEqual(new Map());
});

describe('fails', () => {
  test.each(['no-such-ref', '-h', '--all', '', 'v1:sub'])("for '%s', which is no commit", async (ref) => {
    await expect(committedFiles(ref, 'sub/dist', repository.directory)).rejects.toThrow(
      `'${ref}' is no commit, branch or tag of this repository; expected one that is fetched, such as HEAD`,
    );
  });

  test('outside of a repository', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'no-repository-'));
    try {
      await expect(committedFiles('HEAD', 'dist', directory)).rejects.toThrow(
        'this directory is in no git repository, and what is committed is needed to compare with',
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('for a repository that git cannot read, with its words', async () => {
    const broken = await TestRepository.create();
    try {
      await broken.write('.git/config', '[core\n');

      await expect(committedFiles('HEAD', 'dist', broken.directory)).rejects.toThrow(
        "'git rev-parse' fails: bad config line 1 in file",
      );
    } finally {
      await broken.remove();
    }
  });
});
