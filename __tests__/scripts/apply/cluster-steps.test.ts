import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ClusterSteps } from '../../../scripts/apply/cluster-steps.ts';
import type { StepResult } from '../../../scripts/apply/step.ts';
import { Cluster } from '../../../scripts/cluster.ts';
import { Minikube, type MinikubeStatus } from '../../../scripts/minikube.ts';
import { todoValues } from '../../../scripts/todo-values.ts';
import { presets } from '../../../values/presets.ts';
import { ApiServer, json } from '../../support/api-server.ts';
import { withPath } from '../../support/fake-docker.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const RUNNING = { host: 'Running', apiServer: 'Running', kubeconfig: 'Configured' };
const STOPPED = { host: 'Stopped', apiServer: 'Stopped', kubeconfig: 'Stopped' };
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

async function start(
  status: MinikubeStatus | undefined,
  { script = `echo '${JSON.stringify(STEP)}'`, dryRun = false, values = {} } = {},
): Promise<{ result: StepResult; calls: string[]; told: string[] }> {
  const log = `${directory.path}/calls`;
  await directory.write('minikube', `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`, 0o755);
  const told: string[] = [];
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
  });
  return withPath(`${directory.path}${delimiter}${process.env.PATH}`, async () => {
    const result = await steps.start((line) => told.push(line));
    return { result, calls: await calls(), told };
  });
}

/** What Minikube was asked to do. */
async function calls(): Promise<string[]> {
  const text = await readFile(`${directory.path}/calls`, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
