import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { load, loadAll } from 'js-yaml';
import { setFlags } from '../scripts/overrides.ts';
import { credentialsNeeded, type TodoProgram, todoProgram } from '../scripts/programs.ts';
import { type SynthOptions, synth } from '../scripts/synth.ts';
import { presets } from '../values/presets.ts';

const targets = presets.map((preset) => ({
  program: todoProgram(preset),
  namespace: preset.namespace,
  needs: credentialsNeeded,
}));
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'synth-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('dist is what synth writes', async () => {
  const { stale } = await synth(targets, { out: 'dist', check: true });

  expect(stale).toEqual([]);
});

describe('check', () => {
  test('names what is stale, missing, and not written by synth', async () => {
    await synth(targets, { out: directory, preset: 'todo-app' });
    await writeFile(join(directory, 'todo-app/chart/values.yaml'), 'edited: true\n');
    await writeFile(join(directory, 'todo-app/chart/extra.txt'), '');
    await rm(join(directory, 'todo-app/local.k8s.yaml'));

    const { stale } = await synth(targets, { out: directory, preset: 'todo-app', check: true });

    expect(stale.map((line) => line.replace(directory, 'dist'))).toEqual([
      'dist/todo-app/chart/extra.txt: not written by synth',
      'dist/todo-app/chart/values.yaml: stale',
      'dist/todo-app/local.k8s.yaml: missing',
    ]);
  });
});

describe('stdout', () => {
  test('gives the default profile', async () => {
    const replicas = await backendReplicas({});

    expect(replicas).toBe(2);
  });

  test('lays a profile, files in their order and --set over each other', async () => {
    const first = await valuesFile('first.yaml', 'backend: {replicaCount: 5, minReadySeconds: 7}');
    const second = await valuesFile('second.yaml', 'backend: {replicaCount: 6}');

    const { yaml } = await synth(targets, {
      preset: 'todo-app',
      stdout: true,
      profile: 'cluster',
      values: [first, second],
      set: ['backend.revisionHistoryLimit=9'],
    });
    const { spec } = backendDeployment(yaml!);

    expect([spec.replicas, spec.minReadySeconds, spec.revisionHistoryLimit]).toEqual([6, 7, 9]);
    expect(spec.template.spec.containers[0]!.image).toBe('registry.example.com/todo-backend:1.0.0');
  });

  test('says in its heading how to make the Secret', async () => {
    const { yaml } = await synth(targets, { preset: 'todo-app', stdout: true, namespace: 'mine' });

    expect(yaml!.split('\n').slice(0, 3)).toEqual([
      "# todo-app 0.1.0, default profile. Written by 'npm run synth': do not edit.",
      '# They need a Secret first, with DATABASE_URL, BETTER_AUTH_SECRET, POSTGRES_PASSWORD; put them into a file .env, as NAME=value, and run:',
      '#   kubectl create secret generic todo-backend-secret --namespace mine --from-env-file=.env',
    ]);
  });

  test('takes the release name into labels', async () => {
    const { yaml } = await synth(targets, { preset: 'todo-app', stdout: true, release: 'other' });

    expect(backendDeployment(yaml!).metadata.labels['app.kubernetes.io/instance']).toBe('other');
  });
});

describe('refuses', () => {
  test.each<[string, SynthOptions, string]>([
    ['an unknown preset', { preset: 'x' }, "'x' is no preset; expected one of todo-chatbot, todo-app"],
    ['an unknown profile', { profile: 'x' }, "'x' is no profile; expected one of default, local, cluster"],
    [
      'stdout of two presets',
      { stdout: true },
      '--stdout prints one preset; add --preset with one of todo-chatbot, todo-app',
    ],
    [
      'a file that is not there',
      { values: ['no.yaml'] },
      "unable to read the values file 'no.yaml': there is no such file",
    ],
    [
      'a file of --set-file that is not there',
      { set: setFlags({ 'set-file': ['secret.name=no.txt'] }) },
      "unable to read the file of --set-file 'no.txt': there is no such file",
    ],
    [
      'an unknown value',
      { set: ['backend.replicas=3'] },
      'backend.replicas is not a value; did you mean backend.replicaCount?',
    ],
  ])('%s', async (_, options, message) => {
    await expect(synth(targets, { ...options, out: directory })).rejects.toThrow(message);
  });

  test('wrong values before anything is written', async () => {
    await mkdir(join(directory, 'todo-chatbot'));
    await writeFile(join(directory, 'todo-chatbot/old'), 'kept');

    await expect(synth(targets, { out: directory, set: ['frontend.replicaCount=-1'] })).rejects.toThrow(
      'frontend.replicaCount is -1',
    );

    expect(await readFile(join(directory, 'todo-chatbot/old'), 'utf8')).toBe('kept');
  });
});

test('what no values have run is told, for a program of library code', async () => {
  const { program, ...target } = targets[0]!;
  const careful: TodoProgram = {
    ...program,
    build: (chart, values, release) => {
      if (values.tests.enabled && !values.tests.enabled) chart.node.addMetadata('never', 'made');
      program.build(chart, values, release);
    },
  };

  const { summary } = await synth([{ ...target, program: careful }], { out: directory });

  expect(summary).toEqual([
    'todo-chatbot: chart 39 files from 206 runs; objects: default 19, local 19, cluster 14',
    expect.stringMatching(/^ {2}not proved, as no values were found that run it: __tests__\/synth\.test\.ts:\d+$/),
  ]);
});

test('one profile is written without touching the rest', async () => {
  await synth(targets, { out: directory, preset: 'todo-app' });
  await writeFile(join(directory, 'todo-app/chart/values.yaml'), 'mine\n');

  const { summary } = await synth(targets, {
    out: directory,
    preset: 'todo-app',
    profile: 'local',
    set: ['backend.replicaCount=7'],
  });

  expect(summary).toEqual(['todo-app: objects: local 17']);
  expect(await readFile(join(directory, 'todo-app/chart/values.yaml'), 'utf8')).toBe('mine\n');
  expect(backendDeployment(await readFile(join(directory, 'todo-app/local.k8s.yaml'), 'utf8')).spec.replicas).toBe(7);
});

test('the values files of the profiles hold the profiles', async () => {
  await synth(targets, { out: directory, preset: 'todo-app' });

  const local = load(await readFile(join(directory, 'todo-app/chart/values-local.yaml'), 'utf8'));

  expect(local).toEqual({ backend: { image: { pullPolicy: 'Never' } }, frontend: { image: { pullPolicy: 'Never' } } });
});

describe('the command', () => {
  test('prints YAML alone on stdout', async () => {
    const { stdout, stderr } = await command('--preset', 'todo-app', '--stdout');

    expect(loadAll(stdout)).toHaveLength(17);
    expect(stderr).toBe('');
  });

  test('says a mistake in one line and exits with 1', async () => {
    const { stderr, exitCode } = await command('--preset', 'todo-app', '--stdout', '--set', 'backend.replicas=3');

    expect({ stderr, exitCode }).toEqual({
      stderr: 'backend.replicas is not a value; did you mean backend.replicaCount?',
      exitCode: 1,
    });
  });

  test('takes all flags of Helm that set values, in its order', async () => {
    const values = await valuesFile('values.yaml', 'commonLabels: {first: x, second: x}');
    const label = await valuesFile('label.txt', 'from-a-file');

    const { stdout } = await command(
      ...['--preset=todo-app', '--stdout', '--set-literal=commonLabels.literal=null'],
      ...[`--set-file=commonLabels.file=${label}`, '--set-string=commonLabels.string=2'],
      ...['--set=backend.replicaCount=4', '--set-json=commonLabels={"first":"1"}', '-f', values],
    );

    const { spec, metadata } = backendDeployment(stdout);
    expect(spec.replicas).toBe(4);
    expect(metadata.labels).toMatchObject({ first: '1', literal: 'null', string: '2', file: 'from-a-file' });
    expect(metadata.labels).not.toHaveProperty('second');
  });

  test('exits with 2 for wrong usage', async () => {
    const { stderr, exitCode } = await command('--nope');

    expect({ stderr, exitCode }).toEqual({
      stderr: "Unknown option '--nope'; see npm run synth -- --help",
      exitCode: 2,
    });
  });

  test('loads nothing that only other commands need', async () => {
    await execa(process.execPath, ['--import', 'tsx', 'main.ts', '--preset', 'todo-app', '--stdout'], {
      env: { NODE_V8_COVERAGE: directory },
    });

    const reports = await Promise.all(
      (await readdir(directory)).map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8'))),
    );
    const loaded = (reports as { result: { url: string }[] }[]).flatMap(({ result }) => result.map(({ url }) => url));
    const packages = new Set(loaded.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]));

    expect(packages).toContain('cdk8s');
    for (const other of ['@kubernetes/client-node', 'execa', 'listr2', 'fast-check', 'js-yaml', 'typescript'])
      expect(packages).not.toContain(other);
  });

  function command(...args: string[]) {
    return execa(process.execPath, ['--import', 'tsx', 'main.ts', ...args], { reject: false });
  }
});

interface Deployment {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds: number;
    readonly revisionHistoryLimit: number;
    readonly template: { readonly spec: { readonly containers: { readonly image: string }[] } };
  };
}

function backendDeployment(yaml: string): Deployment {
  return (loadAll(yaml) as Deployment[]).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'todo-backend',
  )!;
}

async function backendReplicas(options: SynthOptions): Promise<number | undefined> {
  const { yaml } = await synth(targets, { ...options, preset: 'todo-app', stdout: true });
  return backendDeployment(yaml!).spec.replicas;
}

async function valuesFile(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text);
  return join(directory, name);
}
