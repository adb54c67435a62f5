import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../chart/json.ts';
import { ClusterSteps } from '../../../scripts/apply/cluster-steps.ts';
import { Cluster } from '../../../scripts/cluster.ts';
import { Minikube, type MinikubeStatus } from '../../../scripts/minikube.ts';
import { todoValues } from '../../../scripts/todo-values.ts';
import { presets } from '../../../values/presets.ts';
import { ApiServer, json } from '../../support/api-server.ts';
import { withPath } from '../../support/fake-docker.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const RUNNING = { host: 'Running', apiServer: 'Running', kubeconfig: 'Configured' };
const STOPPED = { host: 'Stopped', apiServer: 'Stopped', kubeconfig: 'Stopped' };
/** The API server runs, and its health check fails. */
const ILL = { ...RUNNING, apiServer: 'Error' };
const NODE = {
  metadata: { name: 'fake' },
  status: { nodeInfo: { containerRuntimeVersion: 'containerd://2.1.0' }, allocatable: { cpu: '8', memory: '8Gi' } },
};
const METRICS = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';

const before = process.env.KUBECONFIG;
let directory: TemporaryDirectory;
let server: ApiServer;
/** Conditions of the metrics API; undefined: there is none. */
let metrics: { type: string; status: string }[] | undefined;

beforeEach(async () => {
  metrics = [{ type: 'Available', status: 'True' }];
  directory = await TemporaryDirectory.create();
  server = await ApiServer.start(directory.path, ({ url = '' }, response) => {
    if (url === METRICS && metrics === undefined) json(response, { reason: 'NotFound' }, 404);
    else if (url === METRICS) json(response, { status: { conditions: metrics } });
    else if (url === '/version') json(response, { gitVersion: 'v1.34.4' });
    else if (url.includes('selfsubjectaccessreviews')) json(response, { status: { allowed: true } });
    else json(response, { kind: 'List', metadata: {}, items: url.startsWith('/api/v1/nodes') ? [NODE] : [] });
  });
  process.env.KUBECONFIG = server.kubeconfig;
});
afterEach(async () => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
  await server.close();
  await directory.remove();
});

describe('a Minikube', () => {
  test('that runs is left alone', async () => {
    const { result, calls } = await start(RUNNING);

    expect(result).toMatchObject({ outcome: 'skipped', what: 'fake runs' });
    expect(calls).toEqual([]);
  });

  test.each([
    ['is stopped', STOPPED],
    ['runs without its API server', { ...RUNNING, apiServer: 'Stopped' }],
    ['is paused', { ...RUNNING, apiServer: 'Paused' }],
  ])('that %s is started as it was made, and then checked', async (_, status) => {
    const { result, calls, told } = await start(status);

    expect(calls).toEqual(['--profile fake start --output json']);
    expect(told).toEqual(["starting Minikube 'fake'", 'Preparing Kubernetes']);
    expect(result).toMatchObject({
      outcome: 'done',
      what: 'fake started, Kubernetes 1.34.4, 1 node on containerd 2.1.0, 0 CPU and 0 MiB asked at most, 8 CPU and 8 GiB free, metrics API',
    });
  });

  test('whose API server is ill for a moment is asked again and then left alone, checked as one that was always well', async () => {
    const { preflight, result, calls } = await pass(ILL, [ILL, RUNNING]);

    expect(calls).toEqual([STATUS, STATUS]);
    expect(preflight.what).toContain('Kubernetes 1.34.4');
    expect(result).toMatchObject({ outcome: 'skipped', what: 'fake runs' });
  });

  test('whose API server does not get well is started', async () => {
    const { calls, result } = await pass(ILL, [ILL], 600);

    expect(calls.filter((call) => call !== STATUS)).toEqual(['--profile fake start --output json']);
    expect(result.what).toMatch(/^fake started, /);
  });

  test.each([
    ['an API server that is stopped', { ...RUNNING, apiServer: 'Stopped' }],
    ['one that is paused', { ...RUNNING, apiServer: 'Paused' }],
    ['a node that is stopped', { ...ILL, host: 'Stopped' }],
  ])('nothing is waited for of %s', async (_, status) => {
    expect((await pass(status, [RUNNING])).calls).toEqual(['--profile fake start --output json']);
  });

  test('that is not there is made', async () => {
    const { result, calls } = await start(undefined);

    expect(calls).toEqual(['--profile fake start --output json']);
    expect(result.what).toMatch(/^fake made, /);
  });

  test('that does not start is the end', async () => {
    const event = { type: 'io.k8s.sigs.minikube.error', data: { name: 'HOST_JUJU', message: 'no room' } };

    await expect(start(STOPPED, { script: `echo '${JSON.stringify(event)}'; exit 90` })).rejects.toThrow(
      'Minikube does not start: no room (HOST_JUJU)',
    );
    expect(server.requests).toEqual([]);
  });

  test('is not started by a dry run', async () => {
    await expect(start(STOPPED, { dryRun: true })).rejects.toThrow(
      "Minikube 'fake' does not run; start it to see what would change: npm run apply",
    );
    expect(await calls()).toEqual([]);
  });
});

describe('metrics-server', () => {
  test('is switched on where there is no metrics API', async () => {
    metrics = undefined;

    const { result, calls } = await start(RUNNING);

    expect(calls).toEqual(['--profile fake addons enable metrics-server']);
    expect(result.what).toMatch(/^fake metrics-server switched on/);
  });

  test('that does not answer yet is left to come up', async () => {
    metrics = [{ type: 'Available', status: 'False' }];

    const { result, calls } = await start(STOPPED);

    expect(calls).toEqual(['--profile fake start --output json']);
    expect(result.notes).toContain('the metrics API does not answer yet: autoscaling does nothing until it does');
  });

  test('is not needed without autoscaling, nor switched on by a dry run', async () => {
    metrics = undefined;
    const autoscaling = { enabled: false };

    expect((await start(RUNNING, { values: { backend: { autoscaling }, frontend: { autoscaling } } })).calls).toEqual(
      [],
    );
    expect((await start(RUNNING, { dryRun: true })).calls).toEqual([]);
  });
});

const STEP = { type: 'io.k8s.sigs.minikube.step', data: { message: 'Preparing Kubernetes' } };
const SAY_STEP = `echo '${JSON.stringify(STEP)}'`;
const STATUS = '--profile fake status --output json';

interface Setting {
  readonly script?: string;
  readonly dryRun?: boolean;
  readonly values?: JsonObject;
  readonly patience?: number;
}

async function start(status: MinikubeStatus | undefined, setting: Setting = {}) {
  return withSteps(status, setting, async (steps) => {
    const told: string[] = [];
    const result = await steps.start((line) => told.push(line));
    return { result, calls: await calls(), told };
  });
}

/** Both steps, with a Minikube that says one status after the other when it is asked, and stays at the last. */
async function pass(status: MinikubeStatus, next: readonly MinikubeStatus[], patience = 60_000) {
  const answers = next.map(({ host, apiServer }) => `'${JSON.stringify({ Host: host, APIServer: apiServer })}'`);
  const script = `case "$*" in *status*) ;; *) ${SAY_STEP}; exit ;; esac
set -- ${answers.join(' ')}
for _ in $(grep status '${directory.path}/calls' | tail -n +2 | cut -d ' ' -f 1); do [ $# -gt 1 ] && shift; done
echo "$1"`;
  return withSteps(status, { script, patience }, async (steps) => {
    const preflight = await steps.preflight();
    const result = await steps.start(() => undefined);
    // The images in the node are asked for beside it.
    return { preflight, result, calls: (await calls()).filter((call) => !call.includes('image')) };
  });
}

async function withSteps<T>(
  status: MinikubeStatus | undefined,
  { script = SAY_STEP, dryRun = false, values = {}, ...rest }: Setting,
  work: (steps: ClusterSteps) => Promise<T>,
): Promise<T> {
  const log = `${directory.path}/calls`;
  await directory.write('minikube', `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`, 0o755);
  const steps = new ClusterSteps({
    installation: { profile: undefined, given: {} },
    target: {
      context: 'fake',
      cluster: await Cluster.connect({ context: 'fake' }),
      minikube: { command: new Minikube('fake'), status },
    },
    tools: { find: async () => [] },
    namespace: 'team',
    release: 'shop',
    expectedObjects: async () => [],
    values: () => todoValues(presets[0]!, values),
    dryRun,
    signal: new AbortController().signal,
    ...rest,
  });
  return withPath(`${directory.path}${delimiter}${process.env.PATH}`, () => work(steps));
}

/** What Minikube was asked to do. */
async function calls(): Promise<string[]> {
  const text = await readFile(`${directory.path}/calls`, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
