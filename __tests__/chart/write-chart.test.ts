import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ChartError, writeChart } from '../../chart/index.ts';
import { addConfig, configOf, programOf } from '../support/small-program.ts';

const values = {
  name: z.string().default('a').describe('Its name.'),
  web: z.object({ port: z.int().min(1).max(9).default(8) }).prefault({}),
};
const whole = configOf(values, (v) => ({ name: v.name, port: `${v.web.port}` }), {
  description: 'A demo.',
  appVersion: '2.0.0',
  kubeVersion: '>=1.28.0-0',
  keywords: ['demo'],
  home: 'https://example.com',
  sources: ['https://example.com/source'],
  icon: 'https://example.com/icon.png',
  maintainers: [{ name: 'Me', email: 'me@example.com' }],
  annotations: { category: 'Demo' },
  rules: [{ left: 'web.port', op: '<', right: 9, message: 'why' }],
  notes: (v) => `Hello ${v.name}.`,
  profiles: { local: { web: { port: 7 } } },
  templates: { 'raw.yaml': '# raw {{ .Release.Name }}\n' },
  readme: 'How to use it.\n',
});

let parent: string;
let dir: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'write-chart-'));
  dir = join(parent, 'deep', 'chart');
});
afterEach(() => rm(parent, { recursive: true }));

const read = (file: string) => readFile(join(dir, file), 'utf8');

async function contents(): Promise<Record<string, string>> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name).slice(dir.length + 1)).sort();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
}

test('writes the files that it tells, and no others', async () => {
  const { files, runs } = await writeChart(whole, dir);

  expect(files).toEqual([
    '.helmignore',
    'Chart.yaml',
    'README.md',
    'templates/NOTES.txt',
    'templates/_helpers.tpl',
    'templates/config.yaml',
    'templates/raw.yaml',
    'templates/rules.yaml',
    'values-local.yaml',
    'values.schema.json',
    'values.yaml',
  ]);
  expect(Object.keys(await contents())).toEqual(files);
  expect(runs).toBe(1);
});

test('leaves out what a program does not have', async () => {
  const { files } = await writeChart(
    configOf({}, () => ({})),
    dir,
  );

  expect(files).toEqual([
    '.helmignore',
    'Chart.yaml',
    'README.md',
    'templates/config.yaml',
    'values.schema.json',
    'values.yaml',
  ]);
  expect(await read('Chart.yaml')).toBe('apiVersion: v2\nname: demo\ntype: application\nversion: "1.0.0"\n');
  expect(await read('README.md')).toBe(
    '# demo\n\n## Values\n\n| Value | Description | Type | Default |\n| --- | --- | --- | --- |\n',
  );
});

test('Chart.yaml has all that the program says of itself', async () => {
  await writeChart(whole, dir);

  expect(await read('Chart.yaml')).toBe(`apiVersion: v2
name: demo
description: "A demo."
type: application
version: "1.0.0"
appVersion: "2.0.0"
kubeVersion: ">=1.28.0-0"
keywords:
  - demo
home: https://example.com
icon: https://example.com/icon.png
sources:
  - https://example.com/source
maintainers:
  - name: Me
    email: me@example.com
annotations:
  category: Demo
`);
});

test('values.yaml, the profiles, the rules, the notes and raw templates are what the program says', async () => {
  await writeChart(whole, dir);

  expect(await read('values.yaml')).toBe(`# Default values of demo.

# Its name.
name: a

web:
  port: 8
`);
  expect(await read('values-local.yaml')).toBe(
    '# The local profile of demo: helm install -f values-local.yaml\n\nweb:\n  port: 7\n',
  );
  expect(await read('templates/rules.yaml')).toBe('{{- include "demo.rules" . }}\n');
  expect(await read('templates/NOTES.txt')).toBe('Hello {{ .Values.name }}.');
  expect(await read('templates/raw.yaml')).toBe('# raw {{ .Release.Name }}\n');
  expect(await read('README.md')).toBe(`# demo

How to use it.

## Values

| Value | Description | Type | Default |
| --- | --- | --- | --- |
| \`name\` | Its name. | string | \`"a"\` |
| \`web.port\` |  | integer | \`8\` |
`);
});

test('the same program gives the same bytes', async () => {
  await writeChart(whole, dir);
  const first = await contents();

  await writeChart(whole, dir);

  expect(await contents()).toEqual(first);
});

test('what was there is gone', async () => {
  await mkdir(join(dir, 'templates'), { recursive: true });
  await writeFile(join(dir, 'templates', 'old.yaml'), 'old: true\n');
  await writeFile(join(dir, 'Chart.yaml'), 'old: true\n');

  const { files } = await writeChart(whole, dir);

  expect(Object.keys(await contents())).toEqual(files);
  expect(await readdir(join(parent, 'deep'))).toEqual(['chart']);
});

describe('a program that is refused leaves what was there, and nothing beside it', () => {
  test.each<[string, ReturnType<typeof configOf>, string]>([
    [
      'for its build',
      configOf(values, (v) => ({ a: v.name.toUpperCase() })),
      'config.data.a looks into values.name (.toUpperCase() at __tests__/chart/write-chart.test.ts:',
    ],
    [
      'for its defaults',
      configOf({ n: z.int().min(5).default(1), s: z.string().default(1 as never) }, () => ({})),
      'the defaults: n is 1; expected an integer at least 5\nthe defaults: s is 1; expected a string',
    ],
    [
      'for defaults that break a rule',
      configOf(values, () => ({}), { rules: [{ left: 'web.port', op: '<', right: 8, message: 'why' }] }),
      'the defaults: web.port (8) must be less than 8: why',
    ],
    [
      'for a profile',
      configOf(values, () => ({}), { profiles: { local: { web: { port: 10 } } } }),
      "profile 'local': web.port is 10; expected an integer from 1 to 9",
    ],
    [
      'for a profile that breaks a rule',
      configOf(values, () => ({}), {
        profiles: { local: { web: { port: 9 } } },
        rules: [{ left: 'web.port', op: '<', right: 9, message: 'why' }],
      }),
      "profile 'local': web.port (9) must be less than 9: why",
    ],
    [
      'for a raw template with the name of an object',
      configOf(values, () => ({}), { templates: { 'config.yaml': '' } }),
      'templates/config.yaml is written twice; give the raw template another name',
    ],
  ])('%s', async (_, program, message) => {
    await writeChart(whole, dir);
    const before = await contents();

    await expect(writeChart(program, dir)).rejects.toThrow(message);

    expect(await contents()).toEqual(before);
    expect(await readdir(join(parent, 'deep'))).toEqual(['chart']);
  });

  test('where nothing was', async () => {
    const program = programOf({}, (chart) => addConfig(chart, 'config', `${Math.random()}`));

    await expect(writeChart(program, dir)).rejects.toThrow(
      'config.data differs between two runs of build with the same values (Math.random() at ',
    );

    expect(await readdir(parent)).toEqual([]);
  });

  test('for a file that cannot be written', async () => {
    await writeChart(whole, dir);
    const program = configOf({}, () => ({}), { templates: { x: '', 'x/y.yaml': '' } });

    await expect(writeChart(program, dir)).rejects.toThrow(/EEXIST|ENOTDIR/);

    expect(await readdir(join(parent, 'deep'))).toEqual(['chart']);
  });

  test('for a directory that cannot be written', async () => {
    await writeFile(join(parent, 'deep'), 'a file');

    await expect(writeChart(whole, dir)).rejects.toThrow(
      new ChartError(`unable to write a chart to '${dir}': it is a file`),
    );

    expect(await readdir(parent)).toEqual(['deep']);
  });

  test('for a directory of other files', async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'notes.txt'), 'mine');

    await expect(writeChart(whole, dir)).rejects.toThrow(
      new ChartError(
        `'${dir}' has other files than a chart's, and would be replaced; name an empty or a new directory`,
      ),
    );

    expect(await contents()).toEqual({ 'notes.txt': 'mine' });
  });
});
