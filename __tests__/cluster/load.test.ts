import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../../scripts/cluster.ts';
import { Interrupted } from '../../scripts/process.ts';
import { type Load, type LoadOptions, type LoadStream, startLoad } from '../../scripts/validate/load/load.ts';
import { ApiProxy } from '../support/api-proxy.ts';
import { besideOthers, eventually, TestNamespace, testCluster } from '../support/cluster.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const FRONTEND = { target: 'frontend', url: 'http://todo-frontend:3000/livez', rate: 40 } as const;
const BACKEND = { target: 'backend', url: 'http://todo-backend:7860/livez', rate: 20 } as const;
const API = { target: 'frontend /api', url: 'http://todo-frontend:3000/api/health', rate: 10 } as const;

let space: TestNamespace;
let cluster: Cluster;
let image: string;
const loads: Load[] = [];

beforeAll(async () => {
  await testCluster();
  cluster = await Cluster.connect();
  space = await TestNamespace.open('load');
  // With few processors it is the autoscaler that would come and go here.
  const fixed = ['frontend', 'backend'].flatMap((name) => ['--set', `${name}.autoscaling.enabled=false`]);
  const args = ['--namespace', space.name, ...besideOthers('50m'), ...fixed];
  const { stderr, exitCode } = await runScript('apply', args);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  image = await space.kubectl([
    'get',
    'deployment/todo-frontend',
    '--output=jsonpath={.spec.template.spec.containers[0].image}',
  ]);
});
afterAll(() => space?.close());
afterEach(async () => {
  // What a failed test has left would be the fault of the next one.
  for (const load of loads.splice(0)) await load.close();
  await expectNothingLeft();
});

test('on a healthy release nothing fails, and the rate is as wanted', async () => {
  const load = await start([both(FRONTEND), both(BACKEND), both(API)].flat());
  await load.settled(3);
  load.phase('quiet');
  await load.settled(2);
  const report = await load.stop();

  for (const stream of report.streams) {
    const { sent, rate, failed, failuresBy, buckets, p50, p99, slowest, longestGap } = stream;
    expect({ failed, failuresBy }).toEqual({ failed: 0, failuresBy: { kind: {}, phase: {}, pod: {} } });
    // By what was due, however busy the machine is.
    expect(Math.abs(sent - rate * report.seconds)).toBeLessThanOrEqual(rate);
    for (const bucket of buckets.slice(0, -1)) expect(bucket.sent).toBe(rate);
    expect(buckets.map(({ at }) => at)).toEqual(buckets.map((_, i) => i));
    expect(p50).toBeGreaterThan(0);
    expect([p50, p99, slowest]).toEqual([p50, p99, slowest].sort((a, b) => a - b));
    expect(longestGap).toBeGreaterThan(0);
  }
  expect(report.phases.map(({ label }) => label)).toEqual(['base line', 'quiet']);
  expect(report.phases[1]!.at).toBeGreaterThan(3);
});

test('the pod is as restricted as a pod can be, and nobody takes it for one of the release', async () => {
  const load = await start([{ ...FRONTEND, connections: 'new' }]);
  try {
    const pods = await loadPods();
    expect(pods).toHaveLength(1);
    const [{ metadata, spec }] = pods as [(typeof pods)[number]];
    expect(Object.keys(metadata.labels)).not.toContain('app.kubernetes.io/instance');
    // The API server itself judges it.
    const restricted = { ...metadata.labels, 'pod-security.kubernetes.io/enforce': 'restricted' };
    const judge = await TestNamespace.open('load-restricted', { ...restricted });
    try {
      const copy = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'copy' },
        spec: { ...spec, nodeName: undefined },
      };
      await judge.kubectl(['create', '--dry-run=server', '--filename', '-'], { input: JSON.stringify(copy) });
    } finally {
      await judge.close();
    }
  } finally {
    await load.close();
  }
});

test('sees an outage: when, of what kind, and whose', async () => {
  const load = await start([both(FRONTEND), both(BACKEND), both(API)].flat());
  await load.settled(2);

  load.phase('outage');
  await scaleBackend(0);
  await space.kubectl(['wait', '--for=delete', 'pods', ...selected('backend'), '--timeout=120s']);
  await sleep(2000);
  await scaleBackend(1);
  await space.kubectl(['rollout', 'status', 'deployment/todo-backend', '--timeout=120s']);
  load.phase('after');
  await load.settled(3);
  const { streams, failures } = await load.stop();

  for (const { target, failed, failuresBy, longestGap, buckets } of streams) {
    if (target === 'frontend') {
      expect(failed).toBe(0);
      continue;
    }
    expect(failuresBy.phase.outage).toBeGreaterThan(0);
    expect(Object.keys(failuresBy.phase)).not.toContain('base line');
    expect(longestGap).toBeGreaterThan(1500);
    expect(buckets.reduce((sum, bucket) => sum + bucket.failed, 0)).toBe(failed);
    const [kind, pod] =
      target === 'backend'
        ? [/^(refused|reset|timeout)$/, /^(todo-backend-.*|unknown)$/]
        : [/^status 5xx$/, /^todo-frontend-/];
    expect(Object.keys(failuresBy.kind)).toContainEqual(expect.stringMatching(kind));
    expect(Object.keys(failuresBy.pod)).toContainEqual(expect.stringMatching(pod));
  }
  expect(failures[0]).toMatchObject({ phase: 'outage' });
});

test('goes on when the API server is away for a moment', async () => {
  const directory = await TemporaryDirectory.create();
  const { kubectl } = await testCluster();
  const { proxy, kubeconfig } = await ApiProxy.start(kubectl, directory.path);
  const own = process.env.KUBECONFIG;
  let load: Load;
  try {
    process.env.KUBECONFIG = kubeconfig;
    load = await startLoad(await Cluster.connect(), options([{ ...BACKEND, connections: 'kept' }]));
  } finally {
    if (own === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = own;
  }
  try {
    await load.settled(1);
    await proxy.cut();
    await sleep(3000);
    await proxy.connect();

    await load.settled(2);
    const { streams } = await load.stop();

    // No second is missing and none is there twice.
    expect(streams[0]!.buckets.map(({ at }) => at)).toEqual(streams[0]!.buckets.map((_, i) => i));
    expect(streams[0]!.buckets.length).toBeGreaterThan(5);
    expect(streams[0]!.failed).toBe(0);
  } finally {
    await load.close();
    await proxy.cut();
    await directory.remove();
  }
});

test('Ctrl-C takes everything away', async () => {
  const controller = new AbortController();
  const load = await start([{ ...FRONTEND, connections: 'new' }], { signal: controller.signal });
  const settling = load.settled(60);

  controller.abort(new Interrupted('SIGINT'));

  await expect(settling).rejects.toThrow('interrupted');
  await expect(load.stop()).rejects.toThrow('interrupted');
});

test.each([0, 30, 300])(
  'Ctrl-C takes everything away when it comes %d ms after the beginning',
  async (milliseconds) => {
    const controller = new AbortController();
    const starting = start([{ ...FRONTEND, connections: 'new' }], { signal: controller.signal });
    setTimeout(() => controller.abort(new Interrupted('SIGINT')), milliseconds);

    // Where it has started before, it is taken away all the same.
    await starting.catch((error) => expect(error).toBeInstanceOf(Interrupted));
  },
);

test('a pod that cannot start is one line with the reason', async () => {
  const starting = start([{ ...FRONTEND, connections: 'new' }], { image: 'Bad:::image' });

  await expect(starting).rejects.toMatchObject({
    name: 'CommandError',
    message: expect.stringMatching(/^the load's pod does not start: InvalidImageName: /),
  });
});

test('a pod that is deleted in between is one line', async () => {
  const load = await start([{ ...FRONTEND, connections: 'new' }]);
  await space.kubectl(['delete', 'pods', '--selector=todo-infra/load', '--force', '--grace-period=0']);

  await expect(load.settled(60)).rejects.toMatchObject({
    name: 'CommandError',
    message: expect.stringMatching(
      /^(load 'test' has ended after \d+ s: its pod was deleted or evicted|the load's pod (was deleted while it was at work|has ended early).*)$/,
    ),
  });
  await expect(load.stop()).rejects.toMatchObject({ name: 'CommandError' });
});

test('a load whose time is over before it is stopped has failed', async () => {
  const load = await start([{ ...FRONTEND, connections: 'new' }], { maximumSeconds: 2 });

  const message = expect.stringMatching(/^load 'test' has ended after ([2-9]|\d{2,}) s: its time was over$/);
  await expect(load.settled(10)).rejects.toMatchObject({ name: 'CommandError', message });
  await expect(load.stop()).rejects.toMatchObject({ name: 'CommandError', message });
});

async function start(streams: readonly LoadStream[], more: Partial<LoadOptions> = {}): Promise<Load> {
  const load = await startLoad(cluster, { ...options(streams), ...more });
  loads.push(load);
  return load;
}

function options(streams: readonly LoadStream[]): LoadOptions {
  return { name: 'test', namespace: space.name, image, streams };
}

function both(stream: Omit<LoadStream, 'connections'>): LoadStream[] {
  return [
    { ...stream, connections: 'new' },
    { ...stream, connections: 'kept' },
  ];
}

async function scaleBackend(replicas: number): Promise<void> {
  await space.kubectl(['scale', 'deployment/todo-backend', `--replicas=${replicas}`]);
}

function selected(component: string): string[] {
  return [`--selector=app.kubernetes.io/component=${component}`];
}

async function loadPods() {
  const list = await space.kubectl(['get', 'pods', '--selector=todo-infra/load', '--output=json']);
  return JSON.parse(list).items as { metadata: { labels: Record<string, string> }; spec: object }[];
}

async function expectNothingLeft(): Promise<void> {
  await eventually(async () => {
    const types = 'pods,configmaps,networkpolicies';
    expect(await space.kubectl(['get', types, '--selector=todo-infra/load', '--output=name'])).toBe('');
  });
}
