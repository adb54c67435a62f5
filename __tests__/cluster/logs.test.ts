import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, TestNamespace, testCluster } from '../support/cluster.ts';
import { nodesHave } from '../support/nodes-have.ts';
import { runScript } from '../support/run-script.ts';

const RELEASE = 'talk';
const IMAGE = 'busybox:1.37';
/** Says a line each half second. */
const TALK = 'i=0; while true; do i=$((i+1)); echo "$WHO says $i"; sleep 0.5; done';

let space: TestNamespace;

beforeAll(async () => {
  await testCluster();
  await nodesHave(IMAGE);
  space = await TestNamespace.open('logs');
  await create(deployment('todo-backend', 'backend', 2, TALK), deployment('todo-frontend', 'frontend', 1, TALK));
  await create(deployment('other', 'backend', 1, TALK, 'another-release'));
  for (const name of ['todo-backend', 'todo-frontend', 'other'])
    await space.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=120s']);
  // So that each has said something.
  await sleep(1500);
});
afterAll(() => space?.close());

test('all pods of the release are told, merged by time', async () => {
  const { stdout, stderr, exitCode } = await logs(['--json']);

  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const lines = stdout.split('\n').map((line) => JSON.parse(line));
  const pods = (
    await space.kubectl(['get', 'pods', `--selector=app.kubernetes.io/instance=${RELEASE}`, '--output=name'])
  )
    .trim()
    .split('\n')
    .map((name) => name.replace('pod/', ''));
  expect([...new Set(lines.map(({ pod }) => pod))].sort()).toEqual(pods.sort());
  const times = lines.map(({ time }) => Date.parse(time));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  // They talk at the same time: merged, no pod has all its lines in one piece.
  const turns = lines.filter(({ pod }, i) => i > 0 && pod !== lines[i - 1].pod).length;
  expect(turns).toBeGreaterThan(pods.length);
});

test('lines begin with the short name of the pod, and one component can be chosen', async () => {
  const { stdout } = await logs(['--component', 'frontend']);

  for (const line of stdout.split('\n')) expect(line).toMatch(/^frontend-[a-z0-9]{5} {2}frontend says \d+$/);
});

test('only the last seconds are told where that is wanted', async () => {
  const all = (await logs(['--component', 'frontend'])).stdout.split('\n').length;
  await sleep(3000);
  const last = (await logs(['--component', 'frontend', '--since', '2s'])).stdout.split('\n').length;

  expect(last).toBeLessThan(all + 6);
  expect(last).toBeLessThanOrEqual(6);
});

test('following goes on with new pods, without a line twice, and ends on Ctrl-C with 0', async () => {
  let isStarted = false;
  const { stdout, stderr, exitCode } = await logs(['--follow', '--json'], {
    interruptAt: 'late says 2',
    onOutput: () => {
      if (!isStarted) create(deployment('late', 'late', 1, TALK));
      isStarted = true;
    },
  });

  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const lines = stdout.split('\n').map((line) => JSON.parse(line));
  const told = lines.map(({ pod, text }) => `${pod} ${text}`);
  expect(new Set(told).size).toBe(told.length);
  for (const component of ['backend', 'frontend', 'late'])
    expect(told.some((line) => line.includes(`${component} says 1`))).toBe(true);
});

test('the last run that has ended can be told, whatever the container does now', async () => {
  const none = await logs(['--component', 'frontend', '--previous']);
  expect(none).toMatchObject({ stdout: '', stderr: 'there is no log of an earlier run', exitCode: 0 });
  await create(deployment('todo-db', 'database', 1, 'echo "$WHO starts"; sleep 3; exit 1'));

  await eventually(async () => {
    const { stdout } = await logs(['--component', 'database', '--previous']);
    expect(stdout).toMatch(/^database-[a-z0-9]{5} {2}database starts$/);
  });
  for (let i = 0; i < 4; i++)
    expect((await logs(['--component', 'database', '--previous'])).stdout).toMatch(/ {2}database starts$/);
});

test('following goes on after a restart', async () => {
  const counting = deployment(
    'again',
    'again',
    1,
    'echo x >> /tmp/runs; echo "run $(wc -l < /tmp/runs)"; until rm /tmp/end 2>/dev/null; do sleep 0.2; done; exit 1',
  );
  const { spec } = counting.spec.template;
  Object.assign(spec, { volumes: [{ name: 'tmp', emptyDir: {} }] });
  Object.assign(spec.containers[0]!, { volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] });
  await create(counting);

  let ended: Promise<unknown> | undefined;
  const { stdout, exitCode } = await logs(['--follow'], {
    interruptAt: 'run 2',
    onOutput: (text) => {
      // The first run ends when it is followed.
      if (text.includes('run 1')) ended ??= space.kubectl(['exec', 'deployment/again', '--', 'touch', '/tmp/end']);
    },
  });
  await ended;

  expect(exitCode).toBe(0);
  expect(stdout.split('\n').filter((line) => / {2}run \d$/.test(line))).toEqual([
    expect.stringMatching(/^again-[a-z0-9]{5} +run 1$/),
    expect.stringMatching(/^again-[a-z0-9]{5} +run 2$/),
  ]);
});

test('containers that say nothing are told with the reason', async () => {
  const bad = deployment('bad', 'bad', 1, TALK);
  bad.spec.template.spec.containers[0]!.image = 'no-such-image:1';
  await create(bad);

  await eventually(async () => {
    const { stderr, exitCode } = await logs([]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^bad-[a-z0-9]{5} has no log: ErrImageNeverPull$/m);
  });
});

test('a release without pods is one line', async () => {
  const { stdout, stderr, exitCode } = await runScript('logs', ['--namespace', space.name, '--release', 'nothing']);

  const { context } = await testCluster();
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: '',
    stderr: `release 'nothing' in namespace '${space.name}' of context '${context}' has no pods: is it deployed? See npm run status`,
    exitCode: 1,
  });
});

function logs(args: readonly string[], options: Parameters<typeof runScript>[2] = {}) {
  return runScript('logs', ['--namespace', space.name, '--release', RELEASE, ...args], options);
}

async function create(...objects: readonly object[]): Promise<void> {
  for (const object of objects) await space.kubectl(['create', '--filename', '-'], { input: JSON.stringify(object) });
}

function deployment(name: string, component: string, replicas: number, script: string, release = RELEASE) {
  const labels = { app: name, 'app.kubernetes.io/instance': release, 'app.kubernetes.io/component': component };
  const container = {
    name: 'talk',
    image: IMAGE,
    imagePullPolicy: 'Never',
    command: ['sh', '-c', script],
    env: [{ name: 'WHO', value: component }],
    resources: { requests: { cpu: '5m', memory: '8Mi' } },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
}
