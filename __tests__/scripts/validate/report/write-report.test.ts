import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../../../scripts/command-error.ts';
import { writeReport } from '../../../../scripts/validate/report/write-report.ts';
import { exampleReport, passedReport } from '../../../support/example-report.ts';
import { TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
});
afterEach(() => directory.remove());

test('writes four files and nothing else, into a directory that it makes', async () => {
  const path = join(directory.path, 'reports', 'todo-chatbot');

  const files = await writeReport(path, exampleReport());

  expect((await readdir(path)).sort()).toEqual(['junit.xml', 'report.html', 'report.json', 'report.md']);
  expect(files).toEqual(['report.html', 'report.md', 'junit.xml', 'report.json'].map((name) => join(path, name)));
  expect(JSON.parse(await readFile(join(path, 'report.json'), 'utf8'))).toEqual(exampleReport());
});

test('replaces an older report, and gives the same bytes for the same report', async () => {
  await writeReport(directory.path, passedReport());
  await writeReport(directory.path, exampleReport());
  const first = await contents();

  await writeReport(directory.path, exampleReport());

  expect(await contents()).toEqual(first);
  expect(first['report.md']).toContain('**9 of 10 gates passed in 19 min 12 s**');
});

test('leaves what was there as it was where one of the files cannot be written', async () => {
  await mkdir(join(directory.path, 'report.json'));
  await directory.write('report.html', 'the one before');

  const failure = await writeReport(directory.path, exampleReport()).catch((error) => error);

  expect(failure).toBeInstanceOf(CommandError);
  expect(failure.message).toBe(
    `unable to write the report to ${directory.path}: ${join(directory.path, 'report.json')} is a directory`,
  );
  expect((await readdir(directory.path)).sort()).toEqual(['report.html', 'report.json']);
  expect(await readFile(join(directory.path, 'report.html'), 'utf8')).toBe('the one before');
});

test('says in one line where there cannot be a directory', async () => {
  const file = await directory.write('taken', '');

  await expect(writeReport(join(file, 'reports'), exampleReport())).rejects.toThrow(
    /^unable to write the report to .*taken\/reports: ENOTDIR: not a directory/,
  );
});

async function contents(): Promise<Record<string, string>> {
  const names = await readdir(directory.path);
  const texts = await Promise.all(names.map((name) => readFile(join(directory.path, name), 'utf8')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
}
