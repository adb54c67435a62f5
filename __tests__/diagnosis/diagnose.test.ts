import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { recorded } from '../support/recorded.ts';

const names = readdirSync(fileURLToPath(new URL('recorded', import.meta.url))).map((file) => file.replace('.yaml', ''));

describe.each(names)('%s', (name) => {
  test('is found whatever the order of the lists', async () => {
    const snapshot = await recorded(name, 15);
    const findings = diagnose(snapshot);

    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (randoms) => {
        expect(diagnose(shuffled(snapshot, randoms))).toEqual(findings);
      }),
      { numRuns: 20 },
    );
  });

  test('has commands that name the namespace, and lines without line breaks', async () => {
    const findings = diagnose(await recorded(name, 15));

    for (const { cause, evidence, fix, check, consequences } of findings) {
      expect(
        [cause, ...evidence, ...fix, check, ...consequences].filter((line) => /\n|undefined|NaN|\[object/.test(line)),
      ).toEqual([]);
      expect(
        [...fix, check].filter((line) =>
          /kubectl (?!--namespace demo |label|get storageclass|uncordon|--all)/.test(line),
        ),
      ).toEqual([]);
    }
  });
});

test('nothing is wrong with a rollout that is done', async () => {
  const snapshot = await recorded('bad-over-good');
  const ready = snapshot.pods.filter(({ status }) => status.containerStatuses?.every((each) => each.ready));
  const good = snapshot.replicaSets.filter(({ metadata }) =>
    ready.some(({ metadata: pod }) => pod.name.startsWith(metadata.name)),
  );
  const [deployment] = snapshot.deployments;
  const revision = good[0]!.metadata.annotations;

  const done: Snapshot = {
    ...snapshot,
    pods: ready,
    replicaSets: good,
    deployments: [{ ...deployment!, metadata: { ...deployment!.metadata, annotations: revision! } }],
  };

  expect(ready).toHaveLength(2);
  expect(diagnose(done)).toEqual([]);
});

test('pods of several workloads that lack the same Secret are one finding', async () => {
  const snapshot = await recorded('missing-secret');
  const others = snapshot.pods.map((pod, i) => ({
    ...pod,
    metadata: {
      name: `db-${i}`,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '', controller: true }],
    },
  }));

  const findings = diagnose({ ...snapshot, pods: [...snapshot.pods, ...others] });

  expect(findings.map(({ subject, blocks }) => [subject, blocks])).toEqual([
    ['StatefulSet/db, Deployment/web, 4 pods', ['StatefulSet/db', 'Deployment/web']],
  ]);
});

test('a database that does not start is the cause, and who waits for it the consequence', async () => {
  const snapshot = await recorded('database-password', 15);
  const database = snapshot.pods.find(({ metadata }) => metadata.name.startsWith('todo-db'))!;
  const status = {
    ...database.status.containerStatuses![0]!,
    ready: false,
    state: { waiting: { reason: 'ErrImageNeverPull' } },
  };
  const away = {
    ...database,
    status: {
      conditions: [{ type: 'Ready', status: 'False' } as const],
      containerStatuses: [status],
    },
  };
  const logs = Object.fromEntries(Object.entries(snapshot.logs).filter(([id]) => !id.startsWith('todo-db')));

  const findings = diagnose({
    ...snapshot,
    logs,
    pods: snapshot.pods.map((pod) => (pod === database ? away : pod)),
  });

  expect(findings.map(({ code, consequences, blocks }) => [code, blocks, consequences])).toEqual([
    [
      'ErrImageNeverPull',
      ['Deployment/todo-db', 'Deployment/web'],
      [
        `Pod/${snapshot.pods.find((pod) => pod !== database)!.metadata.name}: the database at 10.96.0.7 refuses the connection; pod ${database.metadata.name} is not ready yet`,
        `Pod/${snapshot.pods.find((pod) => pod !== database)!.metadata.name}: readiness probe of container web fails: GET /api/health on port 8000 answers 503, expected 200 to 399`,
        'Service/todo-db has no endpoint that is ready',
      ],
    ],
  ]);
});

test('only what belongs to the release is looked at', async () => {
  const snapshot = await recorded('never-pull');

  expect(diagnose({ ...snapshot, release: 'another' })).toEqual([]);
});

describe('where a container is of a chart with known values, the fix is an option', () => {
  test.each([
    ['never-pull', 'or let the node pull it: apply with --set backend.image.pullPolicy=IfNotPresent'],
    ['image-not-found', 'apply with --set backend.image.repository=IMAGE --set backend.image.tag=TAG'],
    ['image-unauthorised', 'apply with --set imagePullSecrets[0].name=registry-login'],
    ['out-of-memory', 'apply with --set backend.resources.limits.memory=32Mi'],
    ['readiness-404', 'correct the path: apply with --set backend.readinessProbe.path=/PATH'],
    ['startup-too-slow', 'give it more time: apply with --set backend.startupProbe.failureThreshold=4'],
    ['too-much-memory', 'ask for at most 23.4Gi: apply with --set backend.resources.requests.memory=AMOUNT'],
    ['quota-wants-requests', 'apply with --set backend.resources.limits.memory=AMOUNT'],
    ['no-request', 'apply with --set backend.resources.requests.cpu=100m'],
    ['runs-as-root', 'apply with --set backend.podSecurityContext.runAsUser=10001'],
    [
      'no-storage-class',
      'apply with --set database.storageClassName=CLASS, after: kubectl --namespace demo delete pvc data-web-0',
    ],
  ])('%s', async (name, fix) => {
    const snapshot = { ...(await recorded(name, 15)), valuePaths: { web: 'backend' } };

    expect(diagnose(snapshot).flatMap((finding) => finding.fix)).toContain(fix);
  });
});

test('commands name the context where it is not the current one', async () => {
  const [finding] = diagnose({ ...(await recorded('missing-key')), context: 'staging' });

  expect([...finding!.fix, finding!.check]).toEqual([
    'name DATABASE_URL, which it has, in variable KEY: kubectl --context staging --namespace demo edit deployment/web',
    'or add DATABASE-URL to it: kubectl --context staging --namespace demo edit secret web-secret',
    'kubectl --context staging --namespace demo get pod web-6d89f9bf48-k47xh',
  ]);
});

describe('images that the nodes hold', () => {
  test('are named where the tag alone is another one', async () => {
    const images = [
      { node: 'minikube', names: ['docker.io/library/not-loaded:0.9.0', 'docker.io/library/busybox:1.37'] },
    ];

    const [finding] = diagnose({ ...(await recorded('never-pull')), images, valuePaths: { web: 'backend' } });

    expect(finding!.cause).toBe(
      'image not-loaded:1.0.0 is not on node minikube, and pull policy Never forbids to pull it (of not-loaded it has only 0.9.0)',
    );
    expect(finding!.fix).toContain('or run what the node has: apply with --set backend.image.tag=0.9.0');
  });

  test('are named where another node has the image', async () => {
    const images = [
      { node: 'minikube', names: [] },
      { node: 'minikube-m02', names: ['docker.io/library/not-loaded:1.0.0'] },
    ];

    expect(diagnose({ ...(await recorded('never-pull')), images })[0]!.cause).toBe(
      'image not-loaded:1.0.0 is not on node minikube, and pull policy Never forbids to pull it (it is on minikube-m02)',
    );
  });
});

/** Every list of the snapshot in an order that the numbers give. */
function shuffled(snapshot: Snapshot, randoms: Iterator<number>): Snapshot {
  const lists = Object.entries(snapshot).map(([name, value]) => [
    name,
    Array.isArray(value)
      ? value
          .map((item) => ({ item, order: randoms.next().value }))
          .sort((a, b) => a.order - b.order)
          .map(({ item }) => item)
      : value,
  ]);
  return Object.fromEntries(lists) as Snapshot;
}
