import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { chartFiles } from '../chart/chart-files.ts';
import type { Program, ProgramProps } from '../chart/program.ts';
import { programs } from '../scripts/programs.ts';
import { valuesCheck } from '../scripts/values-check.ts';
import { reportJson, reportText } from '../scripts/values-report.ts';
import { rules } from '../values/rules.ts';
import { TestRepository } from './support/git.ts';
import { configOf } from './support/small-program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A program whose values are as they were. */
function before(more: Partial<ProgramProps<z.ZodObject>> = {}): Program {
  const values = {
    replicas: z.int().min(0).default(2),
    pause: z.int().default(3),
    mode: z.enum(['a', 'b']).default('a'),
  };
  return configOf(values, () => ({}), more as never);
}

/** The same, and everything that a check tells of. */
function after(more: Partial<ProgramProps<z.ZodObject>> = {}): Program {
  const values = {
    replicaCount: z.int().min(0).default(2),
    pause: z.int().min(1).default(4),
    mode: z.enum(['a']).default('a'),
  };
  const rule = { left: 'pause', op: '<=', right: 60, message: 'nobody waits for longer' } as const;
  return configOf(values, () => ({}), { rules: [rule], ...more } as never);
}

let repository: TestRepository;

beforeEach(async () => {
  repository = await TestRepository.create();
});
afterEach(() => repository.remove());

/** Commits the charts of programs, and nothing else, in dist/. */
async function commit(tag: string, committed: readonly Program[]): Promise<void> {
  await repository.git('rm', '-r', '--quiet', '--ignore-unmatch', '.');
  for (const program of committed) {
    for (const [path, text] of chartFiles(program).files)
      await repository.write(`dist/${program.name}/chart/${path}`, text);
    await repository.write(`dist/${program.name}/default.k8s.yaml`, 'a: b\n');
  }
  await repository.commit(tag);
}

async function report(now: readonly Program[], values: Readonly<Record<string, string>> = {}): Promise<string> {
  for (const [path, text] of Object.entries(values)) await repository.write(path, text);
  const files = Object.keys(values).map((path) => join(repository.directory, path));
  const result = await valuesCheck(now, { against: 'v1', directory: repository.directory, values: files });
  return reportText(result).replaceAll(`${repository.directory}/`, '');
}

describe('the report', () => {
  test('says in one line that nothing changed', async () => {
    await commit('v1', [before()]);

    expect(await report([before()])).toBe('demo 1.0.0: nothing changed');
  });

  test('names what breaks first, and ends with the verdict', async () => {
    await commit('v1', [before()]);

    expect(await report([after()])).toBe(`Breaking: what was taken may be refused
  replicas
    renamed: probably to replicaCount; a file that sets it is refused
  pause
    narrowed: at least 1 (was without a least); a file with a smaller number is
    refused
  mode
    narrowed: a (was one of a, b); a file that sets it to b is refused
  pause must be at most 60
    new rule; a file that breaks it is refused: "nobody waits for longer"

Compatible: what was taken is taken
  pause
    another default; a file that leaves it out gets 4 instead of 3

Files that are not as they were
  changed: README.md, values.schema.json, values.yaml
  added: templates/_helpers.tpl, templates/rules.yaml

demo 1.0.0 -> 1.0.0: breaking changes need 2.0.0`);
  });

  test('says once what charts have in common', async () => {
    await commit('v1', [before(), before({ name: 'other', version: '0.1.0' })]);
    const other = configOf(
      { replicas: z.int().min(0).default(5), pause: z.int().default(4), mode: z.enum(['a', 'b']).default('a') },
      () => ({}),
      { name: 'other', version: '0.1.1' },
    );
    const demo = configOf(
      { replicas: z.int().min(0).default(2), pause: z.int().default(4), mode: z.enum(['a', 'b']).default('a') },
      () => ({}),
      { version: '1.1.0' },
    );

    expect(await report([demo, other])).toBe(`Compatible: what was taken is taken
  pause
    another default; a file that leaves it out gets 4 instead of 3
  replicas (other)
    another default; a file that leaves it out gets 5 instead of 2

Files that are not as they were
  changed: README.md, values.yaml

demo 1.0.0 -> 1.1.0: fits compatible changes
other 0.1.0 -> 0.1.1: fits compatible changes`);
  });

  test('tells which charts are new, and which are gone', async () => {
    await commit('v1', [before({ name: 'old' }), before()]);

    expect(await report([before(), before({ name: 'fresh' })])).toBe(`old: there was such a chart at v1, and is none now
demo 1.0.0: nothing changed
fresh 1.0.0: there is no such chart at v1; all of it is new`);
  });

  test('tells what concerns a values file, and why it is refused', async () => {
    await commit('v1', [before()]);

    const text = await report([after({ version: '2.0.0' })], { 'my.yaml': 'replicas: 3\npause: 5\n' });

    expect(text.slice(text.indexOf('my.yaml'))).toBe(`my.yaml
  demo refuses it, and took it before:
    replicas is not a value; did you mean replicaCount?
  1 of 5 changes concerns it:
    replicas
      renamed: probably to replicaCount; a file that sets it is refused

demo 1.0.0 -> 2.0.0: fits breaking changes
my.yaml: refused by demo`);
  });

  test('tells what a values file gets otherwise', async () => {
    await commit('v1', [before()]);

    const text = await report([after({ version: '2.0.0' })], { 'a.yaml': 'mode: b\n', 'b.yaml': 'mode: a\n' });

    expect(text.slice(text.indexOf('a.yaml,'))).toBe(`a.yaml, b.yaml
  demo takes it, as it did before
  1 of 5 changes concerns it:
    pause
      another default; a file that leaves it out gets 4 instead of 3

demo 1.0.0 -> 2.0.0: fits breaking changes`);
  });

  test('finds a values file that a new rule refuses', async () => {
    await commit('v1', [before()]);

    const text = await report([after({ version: '2.0.0' })], { 'my.yaml': 'pause: 61\n' });

    expect(text.slice(text.indexOf('my.yaml'))).toBe(`my.yaml
  demo refuses it, and took it before:
    pause (61) must be at most 60: nobody waits for longer
  1 of 5 changes concerns it:
    pause must be at most 60
      new rule; a file that breaks it is refused: "nobody waits for longer"

demo 1.0.0 -> 2.0.0: fits breaking changes
my.yaml: refused by demo`);
  });

  test('does not blame a change for a file that was refused before', async () => {
    await commit('v1', [before()]);

    expect(await report([before()], { 'my.yaml': 'nope: 1\n' })).toBe(`my.yaml
  demo refuses it, as it did before:
    nope is not a value; did you mean mode?

demo 1.0.0: nothing changed
my.yaml: refused by demo`);
  });

  test('says in which subchart something changed', async () => {
    const above = (size: number) => {
      const disk = configOf({ size: z.int().default(size) }, () => ({}), { name: 'disk' });
      return configOf({}, () => ({}), { dependencies: [{ program: disk, alias: 'data' }] });
    };
    await commit('v1', [above(1)]);

    expect((await report([above(2)])).split('\n').slice(0, 3)).toEqual([
      'Compatible: what was taken is taken',
      '  size in the subchart data',
      '    another default; a file that leaves it out gets 2 instead of 1',
    ]);
  });

  test('keeps to 80 columns', async () => {
    const long = (least: number) =>
      configOf({ [`${'very-'.repeat(20)}long`]: z.string().min(least).default('x'.repeat(100)) }, () => ({}));
    await commit('v1', [long(0)]);

    const text = await report([long(1)], { 'my.yaml': `${'very-'.repeat(20)}long: ''` });

    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(80);
  });
});

describe('the check', () => {
  test('goes by what is committed and by the programs, not by dist/', async () => {
    await commit('v1', [before()]);
    await repository.write('dist/demo/chart/values.yaml', 'replicas: 99\n');

    const { ok, presets } = await valuesCheck([before()], { against: 'v1', directory: repository.directory });

    expect(ok).toBe(true);
    expect(presets[0]!.comparison).toMatchObject({ changes: [], files: [] });
  });

  test('is fine where versions fit, and is not where one does not', async () => {
    await commit('v1', [before(), before({ name: 'other' })]);
    const check = async (version: string, preset?: string) => {
      const now = [after({ version: '2.0.0' }), after({ name: 'other', version })];
      return (await valuesCheck(now, { against: 'v1', directory: repository.directory, preset })).ok;
    };

    expect(await check('2.0.0')).toBe(true);
    expect(await check('1.1.0')).toBe(false);
    expect(await check('1.1.0', 'demo')).toBe(true);
  });

  test('gives machines the same', async () => {
    await commit('v1', [before()]);
    await repository.write('my.yaml', 'replicas: 3\n');
    const values = [join(repository.directory, 'my.yaml')];

    const result = await valuesCheck([after()], { against: 'v1', directory: repository.directory, values });
    const { against, ok, presets, gone } = JSON.parse(reportJson(result));

    expect({ against, ok, gone }).toEqual({ against: 'v1', ok: false, gone: [] });
    expect(presets[0].step).toMatchObject({ from: '1.0.0', to: '1.0.0', fits: false, needed: '2.0.0' });
    expect(presets[0].changes[0]).toEqual({
      kind: 'renamed',
      breaking: true,
      subject: 'replicas',
      what: 'probably to replicaCount',
      effect: 'a file that sets it is refused',
      renamedTo: 'replicaCount',
    });
    expect(presets[0].changes.at(-1)).toMatchObject({ kind: 'new rule', subject: 'pause must be at most 60' });
    expect(presets[0].values).toMatchObject({
      takenBefore: true,
      refusals: ['replicas is not a value; did you mean replicaCount?'],
      concerning: [{ subject: 'replicas' }, { subject: 'pause', from: 3, to: 4 }],
    });
  });

  test.each<[string, object, string]>([
    ['an unknown preset', { preset: 'x' }, "'x' is no preset; expected one of demo"],
    ['an unknown commit', { against: 'v0' }, "'v0' is no commit, branch or tag of this repository"],
    ['a values file that is not there', { values: ['no.yaml'] }, "unable to read the values file 'no.yaml'"],
  ])('refuses %s', async (_, options, message) => {
    await commit('v1', [before()]);

    const result = valuesCheck([before()], { against: 'v1', directory: repository.directory, ...options });

    await expect(result).rejects.toThrow(message);
  });

  test('refuses a commit without charts', async () => {
    await repository.write('dist/notes.txt', 'x');
    await repository.commit('v1');

    await expect(valuesCheck([before()], { against: 'v1', directory: repository.directory })).rejects.toThrow(
      "'v1' has no charts in dist/; expected a commit that has, perhaps a later one",
    );
  });

  test('names the committed file that cannot be read', async () => {
    await repository.write('dist/demo/chart/Chart.yaml', 'name: demo\nversion: 1.0.0\n');
    await repository.commit('v1');

    await expect(valuesCheck([before()], { against: 'v1', directory: repository.directory })).rejects.toThrow(
      'v1:dist/demo/chart/values.schema.json is not there',
    );
  });
});

describe('of this repository', () => {
  test('only those files differ from the last commit that are changed in dist/', async () => {
    const { presets } = await valuesCheck(programs, { against: 'HEAD', directory: ROOT });
    const { stdout } = await execa('git', ['status', '--porcelain', '--untracked-files=all', '--', 'dist'], {
      cwd: ROOT,
    });

    for (const { preset, comparison } of presets) {
      const paths = stdout.split('\n').map((line) => line.slice(3).split(`dist/${preset}/chart/`)[1]);
      expect(comparison!.files.map(({ path }) => path)).toEqual(paths.filter((path) => path !== undefined).sort());
    }
  });

  test('a rule that was not there is found in both charts', async () => {
    for (const { name } of programs) {
      for (const file of ['Chart.yaml', 'values.yaml', 'values.schema.json'])
        await repository.write(
          `dist/${name}/chart/${file}`,
          (await execa('cat', [`dist/${name}/chart/${file}`], { cwd: ROOT, stripFinalNewline: false })).stdout,
        );
    }
    await repository.commit('v1');

    const { presets } = await valuesCheck(programs, { against: 'v1', directory: repository.directory });

    for (const { comparison } of presets)
      expect(comparison!.changes.filter(({ kind }) => kind === 'new rule')).toHaveLength(rules.length);
  });
});

describe('the command', () => {
  test('prints the report and exits with 1 where a version does not fit', async () => {
    await commit('v1', [before({ name: 'todo-app', version: '0.1.0' })]);

    const { stdout, stderr, exitCode } = await command(['--against', 'v1', '--preset', 'todo-app']);

    expect(stdout).toContain('\n  replicas\n    removed; a file that sets it is refused\n');
    expect(stdout.split('\n').at(-1)).toMatch(/^todo-app 0\.1\.0 -> \S+: breaking changes need 0\.2\.0$/);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
  });

  test('prints JSON alone on stdout, and exits with 0 where nothing is wrong', async () => {
    await commit('v1', [before()]);

    const { stdout, exitCode } = await command(['--against', 'v1', '--preset', 'todo-app', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      gone: [],
      presets: [{ preset: 'todo-app' }],
    });
    expect(exitCode).toBe(0);
  });

  test.each<[string, string[], object, string]>([
    ['no commit', [], {}, '--against needs a commit, branch or tag; see npm run values:check -- --help'],
    ['an unknown option', ['--nope'], {}, "Unknown option '--nope'; see npm run values:check -- --help"],
    [
      'a commit that is none',
      ['--against', 'v0'],
      {},
      "'v0' is no commit, branch or tag of this repository; expected one that is fetched, such as HEAD",
    ],
    ['no git', ['--against', 'v1'], { PATH: '' }, "unable to run 'git'. Is it installed?"],
  ])('says in one line what is wrong and exits with 2: %s', async (_, args, env, message) => {
    const { stdout, stderr, exitCode } = await command(args, env);

    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: message, exitCode: 2 });
  });

  test('explains itself', async () => {
    const { stdout, exitCode } = await command(['--help']);

    expect(stdout).toMatch(/^npm run values:check -- --against REF \[options\]\n/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(exitCode).toBe(0);
  });

  function command(args: readonly string[], env: object = {}) {
    const tsx = fileURLToPath(import.meta.resolve('tsx'));
    return execa(process.execPath, ['--import', tsx, join(ROOT, 'scripts/values-check.ts'), ...args], {
      cwd: repository.directory,
      env: { ...env },
      reject: false,
    });
  }
});
