import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifests, writeChart } from '../chart/index.ts';
import type { Json } from '../chart/json.ts';
import { yamlDocuments } from '../chart/yaml-writer.ts';
import { programs } from '../scripts/programs.ts';
import { type Helm, helmBinaries, runHelm } from './support/helm.ts';
import { kubeLinter, kubeScore, type Linter } from './support/linters.ts';

const PROFILES = ['default', 'local', 'cluster'];
const BUILDING = 20 * 60_000;

/** What a laptop needs and a linter for servers reports: nothing else is allowed, and nothing on a real cluster. */
const ALLOWED = {
  'todo-chatbot': {
    'kube-score': [
      ...pullPolicy('Deployment todo-backend', 'Deployment todo-frontend', 'StatefulSet todo-db'),
      ...['service-type: Service todo-backend', 'service-type: Service todo-frontend'],
    ],
    'kube-linter': [],
  },
  'todo-app': {
    'kube-score': [
      ...pullPolicy('Deployment todo-backend', 'Deployment todo-frontend', 'StatefulSet todo-db'),
      ...['container-image-tag: Deployment todo-backend', 'container-image-tag: Deployment todo-frontend'],
      'service-type: Service todo-frontend',
    ],
    'kube-linter': ['latest-tag: Deployment todo-backend', 'latest-tag: Deployment todo-frontend'],
  },
};
const ALLOWED_IN_TESTS = {
  'kube-score': pullPolicy('Pod todo-backend-test', 'Pod todo-frontend-test'),
  'kube-linter': [],
};

const linters = new Map<string, Linter>();
let helms: Helm[];

beforeAll(async () => {
  helms = await helmBinaries();
  linters.set('kube-score', await kubeScore());
  linters.set('kube-linter', await kubeLinter());
}, BUILDING);

describe.each(programs.map((program) => ({ name: program.name, program })))('$name', ({ program }) => {
  const release = { name: program.name, namespace: 'default' };
  const allowed = ALLOWED[program.name as keyof typeof ALLOWED];
  let directory: string;
  let chart: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'linters-'));
    chart = join(directory, program.name);
    await writeChart(program, chart);
  });
  afterAll(() => rm(directory, { recursive: true }));

  function plain(profile: string): string {
    const values = program.profiles?.[profile] ?? {};
    return yamlDocuments(manifests(program, { values, release }) as unknown as Json[]);
  }

  async function template(helm: Helm, profile: string): Promise<string> {
    const { stdout, stderr, exitCode } = await runHelm(helm.path, ['template', release.name, chart, ...files(profile)]);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  }

  function files(profile: string): string[] {
    return ['--values', join(chart, profile === 'default' ? 'values.yaml' : `values-${profile}.yaml`)];
  }

  describe.each(['kube-score', 'kube-linter'] as const)('%s', (name) => {
    const lint: Linter = (yaml) => linters.get(name)!(yaml);

    test('finds nothing in the cluster profile, in the manifests and in the chart with its test pods', async () => {
      expect(await lint(plain('cluster'))).toEqual([]);
      for (const helm of helms) expect(await lint(await template(helm, 'cluster'))).toEqual([]);
    });

    test.each(['default', 'local'])(
      'finds what a laptop needs in the %s profile, and nothing else',
      async (profile) => {
        expect(await lint(plain(profile))).toEqual([...allowed[name]].sort());
        for (const helm of helms) {
          const found = await lint(await template(helm, profile));
          expect(found).toEqual([...allowed[name], ...ALLOWED_IN_TESTS[name]].sort());
        }
      },
    );
  });

  test.each(PROFILES)('no object of the %s profile asks a linter to look away', async (profile) => {
    const texts = [plain(profile), ...(await Promise.all(helms.map((helm) => template(helm, profile))))];
    for (const text of texts) expect(text).not.toMatch(/kube-score\/ignore|kube-linter\.io\/ignore|ignore-check\./);
  });

  test.each(PROFILES)('helm lint --strict has nothing to warn of in the %s profile', async (profile) => {
    for (const helm of helms) {
      const { stdout, exitCode } = await runHelm(helm.path, ['lint', '--strict', chart, ...files(profile)]);

      expect(stdout.split('\n').filter((line) => /^\[(?!INFO\])/.test(line))).toEqual([]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch('1 chart(s) linted, 0 chart(s) failed');
    }
  });
});

function pullPolicy(...objects: string[]): string[] {
  return objects.map((object) => `container-image-pull-policy: ${object}`);
}
