import { randomBytes } from 'node:crypto';
import { Cluster } from '../../scripts/cluster.ts';
import { plantedFaults } from '../../scripts/validate/planted-faults.ts';
import { besideOthers, eventually, testCluster } from '../support/cluster.ts';
import { runScript } from '../support/run-script.ts';

let cluster: Cluster;
let kubectl: Awaited<ReturnType<typeof testCluster>>['kubectl'];
const namespaces: string[] = [];

beforeAll(async () => {
  ({ kubectl } = await testCluster());
  cluster = await Cluster.connect();
});
afterAll(async () => {
  for (const namespace of namespaces) await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
});

describe.each(['todo-chatbot', 'todo-app'])('in a copy of %s', (release) => {
  test('all three faults are named, and the original is left as it is', async () => {
    const namespace = await applied(release);
    const before = await state(namespace);

    const results = await plantedFaults(cluster, { namespace, release, signal: new AbortController().signal });

    expect(
      results.map(({ fault, named, finding, expected }) => (named ? fault : { fault, finding, expected })),
    ).toEqual(['wrong image', 'wrong secret key', 'memory limit too low']);
    expect(await state(namespace)).toEqual(before);
    expect(await copies(release)).toEqual([]);
  });
});

test('the copy goes with Ctrl-C', async () => {
  const namespace = await applied('todo-chatbot');
  const controller = new AbortController();
  const reason = new Error('interrupted');

  const planting = plantedFaults(await Cluster.connect({ signal: controller.signal }), {
    namespace,
    release: 'todo-chatbot',
    signal: controller.signal,
    tell: (line) => {
      if (line === 'planting: wrong image') controller.abort(reason);
    },
  });

  await expect(planting).rejects.toBe(reason);
  await eventually(async () => expect(await copies('todo-chatbot')).toEqual([]));
});

test('a release that does not exist has no copy', async () => {
  const planting = plantedFaults(cluster, {
    namespace: 'default',
    release: 'shop',
    signal: new AbortController().signal,
  });

  await expect(planting).rejects.toThrow('there is no release shop in namespace default to copy');
  expect(await copies('shop')).toEqual([]);
});

/** @returns its namespace */
async function applied(preset: string): Promise<string> {
  const namespace = `test-planted-${randomBytes(4).toString('hex')}`;
  namespaces.push(namespace);
  // The copy asks for as much again.
  const options = ['--preset', preset, '--namespace', namespace, '--yes', ...besideOthers('20m')];
  const { exitCode, stderr } = await runScript('apply', options);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return namespace;
}

/** What would tell that somebody has changed it. */
async function state(namespace: string): Promise<string[]> {
  const paths = [
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
    `/api/v1/namespaces/${namespace}/secrets`,
  ];
  const lists = await Promise.all(paths.map((path) => cluster.list(path)));
  // How many pods there are, its autoscalers decide.
  return lists.flat().map(({ kind, metadata, spec }) => {
    const { template } = (spec ?? {}) as { template?: object };
    return `${kind} ${metadata.name} ${metadata.uid} ${JSON.stringify(template)}`;
  });
}

async function copies(release: string): Promise<string[]> {
  const namespaces = await cluster.list('/api/v1/namespaces');
  return namespaces.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(`${release}-copy-`));
}
