import { randomBytes } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { Cluster } from '../../scripts/cluster.ts';
import { Docker } from '../../scripts/docker.ts';
import { readRevisions } from '../../scripts/helm-release.ts';
import type { GateReport, Report } from '../../scripts/validate/report/report.ts';
import { eventually, FREE_NODE_PORTS, testCluster } from '../support/cluster.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRESET = 'todo-app';
/** Other releases may have the preset's node ports, the machine may be small, and much is rolled out here. */
const USUAL = [
  ...FREE_NODE_PORTS,
  ...['backend', 'frontend', 'database'].flatMap((part) => ['--set', `${part}.resources.requests.cpu=50m`]),
  ...['backend', 'frontend'].flatMap((tier) =>
    ['initialDelaySeconds=0', 'periodSeconds=2'].flatMap((field) => ['--set', `${tier}.readinessProbe.${field}`]),
  ),
];

const namespace = `test-validate-${randomBytes(4).toString('hex')}`;
let directory: TemporaryDirectory;
let cluster: Cluster;
let kubectl: Awaited<ReturnType<typeof testCluster>>['kubectl'];

beforeAll(async () => {
  ({ kubectl } = await testCluster());
  cluster = await Cluster.connect();
  directory = await TemporaryDirectory.create();
  await apply();
});
afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
  await directory?.remove();
});

describe('a fault makes its own gate fail, and no other:', () => {
  test('1, another image than the one that is built', async () => {
    const docker = new Docker();
    const running = await kubectl([
      ...['-n', namespace, 'get', 'deployment', 'todo-backend', '-o'],
      'jsonpath={.spec.template.spec.containers[0].image}',
    ]);
    const reference = `todo-backend:test-${randomBytes(4).toString('hex')}`;
    await docker.relabel(running, reference, { test: 'yes' });
    await execa('minikube', ['image', 'load', reference]);
    await apply(['--set', `backend.image.tag=${reference.split(':')[1]}`]);

    const gates = await validate('1,2,4');

    expect(failed(gates)).toEqual([1]);
    expect(gates[0]!.measured).toMatch(/^backend: pods run .*; built was [0-9a-f]{12}; deploy what is built/);
    await apply();
    await execa('minikube', ['image', 'rm', reference]);
    await docker.untag(reference);
  });

  test('2, an object that somebody has changed', async () => {
    const patch = '{"spec":{"progressDeadlineSeconds":77}}';
    await kubectl(['-n', namespace, 'patch', 'deployment', 'todo-frontend', '--type=merge', '-p', patch]);

    const gates = await validate('2,4');

    expect(failed(gates)).toEqual([2]);
    expect(gates[0]!.evidence).toContain('> spec.progressDeadlineSeconds: is 77, rendered 120');
  });

  test('3, a readiness that does not ask for the database', async () => {
    await apply(['--set', 'backend.readinessProbe.path=/livez']);

    const gates = await validate('2-4');

    expect(failed(gates)).toEqual([3]);
    expect(gates[1]!.measured).toMatch(/^a backend without its database is still ready after \d+ s/);
  });

  test('4, a release without tests', async () => {
    await apply(['--set', 'tests.enabled=false']);

    const gates = await validate('2-4');

    expect(failed(gates)).toEqual([4]);
    expect(gates[2]!.measured).toBe('the release has no tests; set tests.enabled to true');
  });

  test('5, no room for more pods', async () => {
    await apply();
    const hard = { pods: '6' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard } };
    await kubectl(['-n', namespace, 'create', '--filename', '-'], { input: JSON.stringify(quota) });

    const gates = await validate('2,5');

    await kubectl(['-n', namespace, 'delete', 'resourcequota', 'few']);
    expect(failed(gates)).toEqual([5]);
    expect(gates[1]!.evidence.join('\n')).toContain('exceeded quota: few');
    await eventually(ready);
  });

  test('6, pods that may not be evicted', async () => {
    const matchLabels = { 'app.kubernetes.io/component': 'database' };
    const spec = { maxUnavailable: 0, selector: { matchLabels } };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'never' }, spec };
    await kubectl(['-n', namespace, 'create', '--filename', '-'], { input: JSON.stringify(budget) });

    const gates = await validate('2,6');

    await kubectl(['-n', namespace, 'delete', 'poddisruptionbudget', 'never']);
    expect(failed(gates)).toEqual([6]);
    expect(gates[1]!.measured).toContain('PodDisruptionBudget');
  });

  test('7, pods that all end at once, and without waiting', async () => {
    await apply(
      ['backend', 'frontend'].flatMap((tier) => [
        ...['--set', `${tier}.preStopSleepSeconds=null`],
        ...['--set-string', `${tier}.strategy.maxUnavailable=100%`],
      ]),
    );

    const gates = await validate('2,7');

    expect(failed(gates)).toEqual([7]);
    expect(gates[1]!.measured).toMatch(/^[1-9]\d* of \d+ requests failed; the first: /);
    const [{ failures, phases }] = gates[1]!.loads as [GateReport['loads'][number]];
    expect(failures.map(({ phase }) => phase)).not.toContain('base line');
    expect(phases.map(({ label }) => label)).toEqual([
      'base line',
      'changed configuration',
      'changed images',
      'afterwards',
    ]);
  });

  test('8, pods that count as ready only after a long time', async () => {
    await apply(['--set', 'frontend.minReadySeconds=35']);

    const gates = await validate('2,8');

    expect(failed(gates)).toEqual([8]);
    expect(gates[1]!.measured).toMatch(/^rollback: all pods ready: \d+(\.\d)? s, expected at most 60 s$/);
  });

  test('9, nobody who may make a copy', async () => {
    await apply();
    const gates = await validate('2,9', { KUBECONFIG: await kubeconfigOfNamespace() });

    expect(failed(gates)).toEqual([9]);
    expect(gates[1]!.measured).toMatch(/^no permission to .*namespaces is forbidden/);
  });

  test('10, a chart that was written by hand', async () => {
    const clone = join(directory.path, 'clone');
    await execa('git', ['clone', '--quiet', ROOT, clone]);
    const chart = join(clone, 'dist', PRESET, 'chart', 'values.yaml');
    const git = (...args: string[]) =>
      execa('git', ['-C', clone, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
    await execa('sed', ['-i', 's/replicaCount: 2/replicaCount: 4/', chart]);
    await git('commit', '--quiet', '--all', '--message', 'test');
    await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));

    const gates = await validate('2,10', {}, clone);

    expect(failed(gates)).toEqual([10]);
    expect(gates[1]!.evidence).toContain(`> M dist/${PRESET}/chart/values.yaml`);
  });
});

test.each(['changing the images', 'bringing the release back'])(
  "Ctrl-C at '%s' leaves everything as it was, Helm's record included",
  async (moment) => {
    const before = await readRevisions(cluster, namespace, PRESET);

    const run = await runScript('validate', [...where(), '--gate', '7', '--quick', '--report', directory.path], {
      interruptAt: `7 Upgrade: ${moment}`,
    });

    expect(run.exitCode).toBe(130);
    expect(run.stderr).toBe('interrupted');
    const after = await readRevisions(cluster, namespace, PRESET);
    const states = (revisions: typeof before) => revisions.map(({ revision, status }) => `${revision} ${status}`);
    expect(states(after)).toEqual(states(before));
    expect(after.at(-1)!.manifest).toBe(before.at(-1)!.manifest);
    const { stdout: images } = await execa('minikube', ['image', 'ls']);
    expect(images).not.toContain(':validate-');
    await eventually(ready);
    await eventually(async () => {
      const component = 'app.kubernetes.io/component=validation';
      expect(await kubectl(['-n', namespace, 'get', 'pods', '-l', component, '-o', 'name'])).toBe('');
    });
  },
);

async function apply(more: readonly string[] = []): Promise<void> {
  const args = ['--preset', PRESET, '--namespace', namespace, '--yes', '--wait-timeout', '180s'];
  const { exitCode, stderr } = await runScript('apply', [...args, ...USUAL, ...more]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  await eventually(ready);
}

function where(): string[] {
  return ['--preset', PRESET, '--namespace', namespace];
}

/** @param root the repository that is run from */
async function validate(gates: string, env: Record<string, string> = {}, root = ROOT): Promise<readonly GateReport[]> {
  const args = [...where(), '--gate', gates, '--quick', '--json', '--yes', '--report', join(directory.path, 'report')];
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    ['--import', 'tsx', 'scripts/validate.ts', ...args],
    {
      cwd: root,
      env: { INIT_CWD: directory.path, ...env },
      reject: false,
    },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  return (JSON.parse(stdout) as Report).gates;
}

function failed(gates: readonly GateReport[]): number[] {
  return gates.filter(({ status }) => status === 'failed').map(({ number }) => number);
}

/** @throws while not exactly the release's own pods are there, and all ready */
async function ready(): Promise<void> {
  const list = await kubectl([
    '-n',
    namespace,
    'get',
    'pods',
    '-l',
    `app.kubernetes.io/instance=${PRESET}`,
    '-o',
    'json',
  ]);
  const { items } = JSON.parse(list) as { items: readonly Pod[] };
  const own = items.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
  const good = own.filter(({ status }) =>
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  if (own.length !== 5 || good.length !== 5)
    throw new Error(`${good.length} of ${own.length} pods are ready; expected 5`);
}

/** Of somebody who may do everything in the namespace, and look around. */
async function kubeconfigOfNamespace(): Promise<string> {
  const name = 'of-the-namespace';
  await kubectl(['-n', namespace, 'create', 'serviceaccount', name]);
  const account = `--serviceaccount=${namespace}:${name}`;
  await kubectl(['-n', namespace, 'create', 'rolebinding', name, '--clusterrole=cluster-admin', account]);
  const token = (await kubectl(['-n', namespace, 'create', 'token', name])).trim();
  const { clusters, contexts, ...config } = JSON.parse(
    await kubectl(['config', 'view', '--raw', '--flatten', '--minify', '--output=json']),
  ) as { clusters: unknown; contexts: readonly { name: string; context: object }[]; [key: string]: unknown };
  const [{ name: context, context: settings }] = contexts as [{ name: string; context: object }];
  return directory.write(
    'kubeconfig',
    JSON.stringify({
      ...config,
      clusters,
      contexts: [{ name: context, context: { ...settings, user: name } }],
      users: [{ name, user: { token } }],
    }),
  );
}

interface Pod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
