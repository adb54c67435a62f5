import type { ServerResponse } from 'node:http';
import type { RolloutView } from '../../../scripts/apply/rollout-state.ts';
import { watchRollout } from '../../../scripts/apply/watch-rollout.ts';
import { Cluster } from '../../../scripts/cluster.ts';
import type { Snapshot } from '../../../scripts/diagnosis/snapshot.ts';
import { ApiServer, json } from '../../support/api-server.ts';
import { recorded } from '../../support/recorded.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const LISTS: Readonly<Record<string, keyof Snapshot>> = {
  pods: 'pods',
  events: 'events',
  deployments: 'deployments',
  replicasets: 'replicaSets',
  statefulsets: 'statefulSets',
  services: 'services',
};
const before = process.env.KUBECONFIG;
let directory: TemporaryDirectory;
let server: ApiServer;
let cluster: Cluster;
/** Watches that are open, by resource. */
let watches: Map<string, ServerResponse>;
let snapshot: Snapshot;
let refused: string | undefined;

beforeEach(async () => {
  directory = await TemporaryDirectory.create({});
  watches = new Map();
  refused = undefined;
  server = await ApiServer.start(directory.path, (request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const resource = url.pathname.split('/').at(-1)!;
    if (resource === refused) return json(response, { reason: 'Forbidden', message: `${resource} is forbidden` }, 403);
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      watches.set(resource, response);
      return undefined;
    }
    // Recorded events have no names.
    const items = ((snapshot[LISTS[resource]!] ?? []) as object[]).map((item, i) => ({
      metadata: { name: `${i}` },
      ...item,
    }));
    return json(response, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items });
  });
  process.env.KUBECONFIG = server.kubeconfig;
  cluster = await Cluster.connect();
});
afterEach(async () => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
  await server.close();
  await directory.remove();
});

test('a thousand changes are shown ten times a second at most, and the last one is shown', async () => {
  snapshot = await recorded('bad-over-good');
  const pods = snapshot.pods.map((pod) => ({ ...pod, status: { ...pod.status, containerStatuses: [] } }));
  snapshot = { ...snapshot, pods };
  const views: RolloutView[] = [];
  const begun = Date.now();

  const watching = watch({ onView: (view) => views.push(view), deadlineSeconds: 10 });
  await until(() => views.length > 0 && watches.has('deployments'));
  for (let change = 1; change <= 1000; change++) {
    const [deployment] = snapshot.deployments;
    const object = { ...deployment, spec: { ...deployment!.spec, replicas: change } };
    watches.get('deployments')!.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    if (change % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await watching;

  expect(views.length).toBeLessThan((Date.now() - begun) / 100 + 2);
  expect(views.at(-1)!.workloads[0]!.wanted).toBe(1000);
});

test('a fault that is told by a watch ends it', async () => {
  const bad = await recorded('never-pull');
  snapshot = { ...bad, pods: [] };

  const watching = watch();
  await until(() => watches.has('pods'));
  for (const object of bad.pods) watches.get('pods')!.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
  const { outcome, findings } = await watching;

  expect(outcome).toBe('failed');
  expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
    ['ErrImageNeverPull', 'Deployment/web container web, 2 pods'],
  ]);
});

test('what is wrong with workloads that are not waited for does not end it', async () => {
  snapshot = await recorded('never-pull');

  const { outcome, findings } = await watch({ workloads: [{ kind: 'Deployment', name: 'other' }], deadlineSeconds: 5 });

  expect(outcome).toBe('timeout');
  expect(findings.map(({ cause }) => cause)).toEqual([
    'Deployment/other is not there after 5 s, and nothing tells why',
  ]);
});

test('nothing to wait for is ready at once', async () => {
  snapshot = await recorded('never-pull');

  expect((await watch({ workloads: [] })).outcome).toBe('ready');
});

test.each(['pods', 'deployments', 'events'])('who may not see %s is told so', async (resource) => {
  snapshot = await recorded('never-pull');
  refused = resource;

  await expect(watch()).rejects.toThrow(`no permission to watch the rollout: ${resource} is forbidden`);
});

test('who may not see Services or nodes can watch', async () => {
  snapshot = await recorded('never-pull');
  refused = 'nodes';

  expect((await watch()).outcome).toBe('failed');
});

function watch(options: Partial<Parameters<typeof watchRollout>[1]> = {}) {
  const workloads = [{ kind: 'Deployment', name: 'web' }] as const;
  return watchRollout(cluster, { namespace: 'demo', release: 'web', workloads, deadlineSeconds: 60, ...options });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
