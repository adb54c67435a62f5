import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type AccessOptions, findAddress } from '../../scripts/apply/access.ts';
import { Cluster } from '../../scripts/cluster.ts';
import { Minikube } from '../../scripts/minikube.ts';
import { Interrupted } from '../../scripts/process.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { nodesHave } from '../support/nodes-have.ts';

const CHART = new URL('../../dist/todo-chatbot/chart/', import.meta.url).pathname;
const IMAGES = ['hackathon-todo-backend:1.0.0', 'hackathon-todo-frontend:1.0.0', 'postgres:17'];
const ONE = {
  replicaCount: 1,
  autoscaling: { enabled: false },
  image: { pullPolicy: 'Never' },
  podDisruptionBudget: { enabled: false },
};
const VALUES = {
  backend: { ...ONE, service: { type: 'ClusterIP' } },
  // Any port that is free: tests share the nodes.
  frontend: { ...ONE, service: { type: 'NodePort', nodePort: null } },
};

let space: TestNamespace;
let cluster: Cluster;

beforeAll(async () => {
  const { context } = await testCluster();
  await nodesHave(...IMAGES);
  cluster = await Cluster.connect({ context });
  space = await TestNamespace.open('access');
  const helm = (await helmBinaries())[0] as Helm;
  const flags = Object.entries(VALUES).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);
  const { exitCode, stderr } = await space.helm(helm, [
    'install',
    'todo',
    CHART,
    ...flags,
    '--wait',
    '--timeout',
    '180s',
  ]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});
afterAll(() => space?.close());

describe('a node port', () => {
  test('is found on the node, and page and backend answer', async () => {
    const access = await find();

    expect(access.address).toMatchObject({ way: 'node port', answer: 'page and backend answer', stays: 'release' });
    expect(access.address!.url).toMatch(/^http:\/\/[\d.]+:3\d{4}\/$/);
    expect((await fetch(access.address!.url)).status).toBe(200);
    expect(access).toMatchObject({ isTunnel: false, command: undefined });
  });

  test('is the one that Minikube tells', async () => {
    const { context } = await testCluster();

    const { tried } = await find({ minikube: new Minikube(context) });

    const { stdout } = await execa('minikube', ['service', 'todo-frontend', '--namespace', space.name, '--url']);
    expect(tried.filter(({ isGood }) => isGood).map(({ url }) => url)).toContain(`${stdout}/`);
  });
});

describe('without an address in the release', () => {
  beforeAll(() => patchService({ spec: { type: 'ClusterIP', ports: [{ port: 3000, nodePort: null }] } }));
  afterAll(() => patchService({ spec: { type: 'NodePort' } }));

  test('a port-forward is tried, told and ended', async () => {
    const access = await find();

    expect(access.address).toBeUndefined();
    expect(access.tried.map(({ way, answer }) => `${way}: ${answer}`)).toEqual([
      'port-forward: page and backend answer',
    ]);
    expect(access.command).toMatch(
      new RegExp(`^kubectl --context \\S+ --namespace ${space.name} port-forward service/todo-frontend \\d+:3000$`),
    );
    expect(await forwards()).toEqual([]);
  });

  test('a port-forward stays where it is wanted, until the signal is aborted', async () => {
    const controller = new AbortController();
    const access = await find({ open: true });
    const staying = access.stay(controller.signal);
    const { url } = access.address!;
    expect(access.isTunnel).toBe(true);

    await sleep(2000);
    expect((await fetch(url)).status).toBe(200);
    expect(await forwards()).toHaveLength(1);
    controller.abort();
    await staying;

    await expect(fetch(url)).rejects.toThrow();
    expect(await forwards()).toEqual([]);
  });

  test('a port-forward that ends by itself is told', async () => {
    const access = await find({ open: true });
    const staying = access.stay(new AbortController().signal);
    const [pid] = await forwards();
    process.kill(pid!, 'SIGKILL');

    await expect(staying).rejects.toThrow(
      `${access.address!.url} is gone: its pod has ended, or the cluster is away; run the command again`,
    );
  });

  test('Ctrl-C leaves nothing behind', async () => {
    const controller = new AbortController();
    const finding = find({ signal: controller.signal, healthPath: '/api/never' });
    finding.catch(() => undefined);
    while ((await forwards()).length === 0) await sleep(10);

    controller.abort(new Interrupted('SIGINT'));

    await expect(finding).rejects.toThrow('interrupted');
    expect(await forwards()).toEqual([]);
  });
});

describe('what does not lead to the application', () => {
  test('is told where the page answers and the backend does not', async () => {
    const { address, tried } = await find({ healthPath: '/api/never', timeout: 12_000 });

    expect(address).toBeUndefined();
    expect(new Set(tried.map(({ answer }) => answer))).toEqual(
      new Set(['the page answers, but /api/never through it says 404']),
    );
    expect(tried.at(-1)!.way).toBe('port-forward');
  });

  test('is told where nothing is deployed', async () => {
    await expect(find({ namespace: 'default' })).rejects.toThrow(
      "there is no Service 'todo-frontend' in namespace 'default': nothing is deployed there",
    );
  });

  test('is told for an Ingress that nobody serves, and the next one is taken', async () => {
    const backend = { service: { name: 'todo-frontend', port: { number: 3000 } } };
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'todo' },
      spec: { rules: [{ host: 'todo.invalid', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    };
    await space.kubectl(['create', '--filename', '-'], { input: JSON.stringify(ingress) });

    const { address, tried } = await find();

    expect(tried[0]).toMatchObject({ way: 'ingress', url: 'http://todo.invalid/', isGood: false });
    expect(tried[0]!.answer).toMatch(/^DNS does not/);
    expect(address!.way).toBe('node port');
  });
});

function find(options: Partial<AccessOptions> = {}) {
  return findAddress({ cluster, namespace: space.name, ...options });
}

function patchService(patch: object): Promise<string> {
  return space.kubectl(['patch', 'service', 'todo-frontend', '--type', 'strategic', '--patch', JSON.stringify(patch)]);
}

/** The processes that forward a port of this namespace. */
async function forwards(): Promise<number[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(`--namespace ${space.name} port-forward`))
    .map((line) => Number.parseInt(line, 10));
}
