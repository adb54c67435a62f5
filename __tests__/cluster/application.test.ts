import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeChart } from '../../chart/index.ts';
import { programs } from '../../scripts/programs.ts';
import { presets } from '../../values/presets.ts';
import { buildImages } from '../support/build-images.ts';
import { eventually, TestNamespace, testCluster } from '../support/cluster.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { nodesHave } from '../support/nodes-have.ts';
import { withPortForward } from '../support/port-forward.ts';

const FRONTEND_PORT = 3000;
const DATABASE_IMAGE = 'postgres:17';

/** Each test begins where the one before has ended. */
describe.each(presets.map((preset) => ({ name: preset.name, preset })))('$name', ({ name, preset }) => {
  const program = programs.find((each) => each.name === name)!;
  let directory: string;
  let space: TestNamespace;
  let cookie: string;

  beforeAll(async () => {
    await testCluster();
    directory = await mkdtemp(join(tmpdir(), 'application-'));
    const chart = join(directory, name);
    await writeChart(program, chart);
    const { images } = await buildImages([preset]);
    // Another release may have the preset's node ports.
    const service = { nodePort: null };
    const values = Object.fromEntries(
      images.map((image) => [image.name, { image: { tag: image.contentTag, pullPolicy: 'Never' }, service }]),
    );
    // They stay on the nodes, as other tests use them.
    await nodesHave(
      ...images.map(({ targets, contentTag }) => `${targets[0]!.repository}:${contentTag}`),
      DATABASE_IMAGE,
    );
    space = await TestNamespace.open(`app-${name}`);
    const helm = (await helmBinaries())[0] as Helm;
    const flags = Object.entries(values).flatMap(([tier, set]) => ['--set-json', `${tier}=${JSON.stringify(set)}`]);
    const { exitCode, stderr } = await space.helm(helm, [
      'install',
      name,
      chart,
      ...flags,
      '--wait',
      '--timeout',
      '180s',
    ]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    await space?.close();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  test('all pods get ready without a restart', async () => {
    const pods = await eventually(readyPods);

    expect(pods.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0, 0]);
  });

  test('what somebody does through one frontend pod is there through another', async () => {
    const [one, other] = (await readyPods()).filter(({ component }) => component === 'frontend');

    await withPortForward(space, one!.name, FRONTEND_PORT, async (url) => {
      const account = { email: 'ada@example.com', password: 'correct horse battery' };
      const response = await post(`${url}/api/auth/sign-up`, account);
      expect(response.status).toBe(201);
      cookie = response.headers.get('set-cookie')!.split(';')[0]!;
      expect((await post(`${url}/api/todos`, { title: 'Water the plants' })).status).toBe(201);
    });

    expect(await withPortForward(space, other!.name, FRONTEND_PORT, titles)).toEqual(['Water the plants']);
  });

  test('todos and sessions survive the deletion of every pod, that of the database included', async () => {
    await space.kubectl(['delete', 'pods', '--all', '--timeout=120s']);
    const [frontend] = (await eventually(readyPods)).filter(({ component }) => component === 'frontend');

    expect(await withPortForward(space, frontend!.name, FRONTEND_PORT, titles)).toEqual(['Water the plants']);
  });

  test('the containers stay well within their limits under load', async () => {
    const [frontend] = (await readyPods()).filter(({ component }) => component === 'frontend');
    await withPortForward(space, frontend!.name, FRONTEND_PORT, async (url) => {
      for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 10 }, () => titles(url)));
    });

    const usage = await eventually(async () => {
      const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${space.name}/pods`;
      const { items } = JSON.parse(await space.kubectl(['get', '--raw', path])) as { items: PodUsage[] };
      const containers = items.flatMap((pod) => pod.containers).filter((container) => container.name in LIMITS[name]!);
      if (containers.length < 4) throw new Error(`${containers.length} of 4 containers have metrics`);
      return containers;
    });

    const shares = usage.map((container) => mebibytes(container.usage.memory) / LIMITS[name]![container.name]!);
    expect(Math.max(...shares)).toBeLessThan(0.7);
  });

  /** @throws while not all of the five pods are ready */
  async function readyPods(): Promise<readonly ReadyPod[]> {
    const { items } = JSON.parse(await space.kubectl(['get', 'pods', '--output=json'])) as { items: Pod[] };
    const live = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const ready = live.filter(({ status }) =>
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    if (ready.length !== 5 || live.length !== 5)
      throw new Error(`${ready.length} of ${live.length} pods are ready; expected 5`);
    return ready.map(({ metadata, status }) => ({
      name: metadata.name,
      component: metadata.labels['app.kubernetes.io/component']!,
      restarts: status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    }));
  }

  function post(url: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function titles(url: string): Promise<string[]> {
    const response = await fetch(`${url}/api/todos`, { headers: { cookie } });
    if (!response.ok) throw new Error(`/api/todos answers ${response.status}: ${await response.text()}`);
    const { items } = (await response.json()) as { items: readonly { title: string }[] };
    return items.map(({ title }) => title);
  }
});

/** Mebibytes, as design has them. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'todo-chatbot': { backend: 512, frontend: 512 },
  'todo-app': { backend: 512, frontend: 256 },
};

function mebibytes(quantity: string): number {
  const [, digits, unit] = /^(\d+)(Ki|Mi)$/.exec(quantity)!;
  return Number(digits) / (unit === 'Ki' ? 1024 : 1);
}

interface ReadyPod {
  readonly name: string;
  readonly component: string;
  readonly restarts: number;
}

interface Pod {
  readonly metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string };
  readonly status: {
    readonly conditions?: readonly { type: string; status: string }[];
    readonly containerStatuses: readonly { restartCount: number }[];
  };
}

interface PodUsage {
  readonly containers: readonly { name: string; usage: { memory: string } }[];
}
