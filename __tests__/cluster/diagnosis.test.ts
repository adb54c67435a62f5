import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { saveEvidence } from '../../scripts/apply/evidence.ts';
import { rolloutLines } from '../../scripts/apply/rollout-lines.ts';
import type { RolloutView } from '../../scripts/apply/rollout-state.ts';
import { type RolloutResult, watchRollout } from '../../scripts/apply/watch-rollout.ts';
import { Cluster } from '../../scripts/cluster.ts';
import { collectSnapshot } from '../../scripts/diagnosis/collect.ts';
import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import { Docker } from '../../scripts/docker.ts';
import { fullReference } from '../../scripts/minikube.ts';
import { Redactor } from '../../scripts/redactor.ts';
import { ApiProxy } from '../support/api-proxy.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { loadFaultImages, removeFaultImages } from '../support/fault-images.ts';
import { FAULT_IMAGE, type Fault, faults, type PlantedObject, slowStart } from '../support/faults.ts';
import { nodesHave } from '../support/nodes-have.ts';
import { apply, plant, shows } from '../support/plant.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

/** Seconds; what is certain is told long before. */
const DEADLINE = 120;
const all: Record<string, Fault> = faults();
let cluster: Cluster;
let space: TestNamespace;

beforeAll(async () => {
  await testCluster();
  await loadFaultImages();
  cluster = await Cluster.connect();
});
beforeEach(async () => {
  space = await TestNamespace.open('diagnosis');
});
afterEach(() => space?.close());
afterAll(removeFaultImages);

describe('a rollout', () => {
  test.each([
    ['never-pull', 'ErrImageNeverPull'],
    ['local-name-not-loaded', 'ImagePullBackOff'],
    ['missing-secret', 'CreateContainerConfigError'],
    ['missing-key', 'CreateContainerConfigError'],
    ['crash', 'CrashLoopBackOff'],
    ['out-of-memory', 'OOMKilled'],
    ['too-much-memory', 'Unschedulable'],
    ['quota', 'QuotaExceeded'],
    ['unknown-storage-class', 'ProvisioningFailed'],
    ['bad-over-good', 'ErrImageNeverPull'],
    ['stateful-set-stuck', 'StatefulSetStuck'],
  ])('with fault %s is given up as soon as it is certain, because of %s', async (name, code) => {
    const { outcome, findings } = await rollOut(all[name]!);

    expect(findings.map(({ code }) => code)).toEqual([code]);
    expect(outcome).toBe('failed');
  });

  test('that replaces bad pods gets ready, and nothing is said of the bad ones', async () => {
    const causes: unknown[] = [];

    const { outcome, findings, view } = await rollOut(all['good-over-bad']!, {
      onView: ({ pods }) => causes.push(...pods.flatMap(({ cause }) => cause ?? [])),
    });

    expect({ outcome, findings }).toEqual({ outcome: 'ready', findings: [] });
    expect(view.workloads).toEqual([expect.objectContaining({ available: 2, updated: 2, old: 0, done: true })]);
    expect(causes.filter((cause) => /not-loaded/.test(String(cause)))).toEqual([]);
  });

  test('of a StatefulSet gets ready by replacing the bad pod that it waits for, where that is wanted', async () => {
    const { outcome, findings } = await rollOut(all['stateful-set-stuck']!, { replaceStuckPods: true });

    expect({ outcome, findings }).toEqual({ outcome: 'ready', findings: [] });
  });

  test('waits for a program that crashes until what it needs is there, and then starts slowly', async () => {
    const states = new Set<string>();

    const { outcome } = await rollOut(
      { objects: slowStart(), until: '' },
      { onView: ({ pods }) => pods.map(({ state }) => states.add(state)) },
    );

    expect(outcome).toBe('ready');
    expect([...states]).toEqual(expect.arrayContaining(['ended (1)', 'running, not ready', 'ready']));
  });

  test.each([
    ['Never', 'ErrImageNeverPull'],
    ['IfNotPresent', 'ImagePullBackOff'],
  ])('with pull policy %s gets ready where the image was loaded after %s', async (policy, reason) => {
    const image = `todo-test-${randomBytes(4).toString('hex')}:1`;
    const objects = JSON.parse(
      JSON.stringify(slowStart()).replaceAll(FAULT_IMAGE, image).replaceAll('"IfNotPresent"', `"${policy}"`),
    );
    const docker = new Docker();
    await apply(space, objects);
    await shows(space, reason);

    try {
      await docker.relabel(FAULT_IMAGE, image, { test: image });
      await nodesHave(image);
      const { outcome } = await watchRollout(cluster, {
        ...optionsFor(objects),
        images: [{ node: (await cluster.list('/api/v1/nodes'))[0]!.metadata.name, names: [fullReference(image)] }],
      });

      expect(outcome).toBe('ready');
    } finally {
      await space.kubectl(['delete', 'deployments', '--all', '--cascade=foreground']);
      await execa('minikube', ['image', 'rm', image]);
      await docker.untag(image);
    }
  });

  test('that gets nowhere names the probe and its answer when time is up', async () => {
    const { outcome, findings } = await rollOut(all['readiness-500']!, { deadlineSeconds: 25 });

    expect(outcome).toBe('timeout');
    expect(findings.map(({ code, cause }) => [code, cause])).toEqual([
      [
        'ReadinessProbeFailed',
        'readiness probe of container web fails: GET /cgi-bin/broken on port 8080 answers 500, expected 200 to 399',
      ],
    ]);
  });

  test('goes on when the API server was away, and says so', async () => {
    const directory = await TemporaryDirectory.create({});
    const { proxy, kubeconfig } = await ApiProxy.start((await testCluster()).kubectl, directory.path);
    const through = await connectWith(kubeconfig);
    const views: RolloutView[] = [];
    let cutting: Promise<void> | undefined;

    await apply(space, slowStart());
    const watching = watchRollout(through, {
      ...optionsFor(slowStart()),
      onView: (view) => {
        views.push(view);
        cutting ??= proxy.cut();
      },
    });
    await shows(space, '"readyReplicas":1');
    await cutting;
    await proxy.connect();
    const { outcome } = await watching;

    expect(outcome).toBe('ready');
    const away = views.find((view) => view.away !== undefined)!;
    expect(rolloutLines(away, 200)[0]).toMatch(/^! the API server of context '.*' does not answer at https:/);
    await proxy.cut();
    await directory.remove();
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');

    const watching = rollOut(all['readiness-500']!, {
      signal: controller.signal,
      onView: () => controller.abort(reason),
    });

    await expect(watching).rejects.toBe(reason);
  });

  test('cannot be watched by somebody who may not see the pods', async () => {
    const nobody = await somebodyElse([]);

    const watching = watchRollout(nobody, optionsFor(all.crash!.objects));

    await expect(watching).rejects.toThrow(/^no permission to watch the rollout: .* is forbidden/);
  });
});

describe('a look at a namespace', () => {
  test.each([
    ['service-selects-nothing', ['NoEndpoints']],
    ['no-scale-target', ['FailedGetScale']],
    ['restarts-while-ready', ['Restarted']],
    ['startup-too-slow', ['StartupProbeFailed']],
    ['liveness-404', ['LivenessProbeFailed']],
  ])('with %s finds %s', async (name, codes) => {
    await plant(space, all[name]!);

    const findings = diagnose(await collectSnapshot(cluster, { namespace: space.name }));

    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test('names what may not be read, and finds the rest', async () => {
    const reader = await somebodyElse(['pods', 'pods/log', 'deployments', 'replicasets']);
    await plant(space, all['missing-secret']!);

    const snapshot = await collectSnapshot(reader, { namespace: space.name });

    expect(snapshot.unreadable).toEqual(expect.arrayContaining(['nodes', 'events', 'secrets']));
    expect(diagnose(snapshot).map(({ code, cause }) => [code, cause])).toEqual([
      ['CreateContainerConfigError', `there is no Secret 'web-secret' in namespace ${space.name}`],
    ]);
  });
});

test('evidence holds logs, events and objects, is for its owner alone, and holds no secret', async () => {
  const directory = await TemporaryDirectory.create({});
  const redactor = new Redactor(['correct-horse-battery']);
  await apply(space, [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' }, stringData: { KEY: 'correct-horse-battery' } },
  ]);
  await plant(space, all.crash!);
  const path = join(directory.path, 'evidence/one');

  const files = await saveEvidence(
    cluster,
    {
      namespace: space.name,
      release: 'web',
      selector: 'app=web',
      redact: redactor.redact,
      texts: { 'helm-history.txt': 'password: correct-horse-battery' },
    },
    path,
  );

  const { items } = JSON.parse(await space.kubectl(['get', 'pods', '--output=json']));
  const pod = items[0].metadata.name;
  expect(files).toEqual(expect.arrayContaining(['events.txt', 'objects/deployments.yaml', 'objects/pods.yaml']));
  expect(await readFile(join(path, `pods/${pod}/web.log`), 'utf8')).toContain('Error: PORT is not a number');
  expect(await readFile(join(path, `pods/${pod}/web.previous.log`), 'utf8')).not.toBe('');
  expect(await readFile(join(path, `pods/${pod}/description.txt`), 'utf8')).toMatch(/ {2}restarts: [1-9]/);
  expect(await readFile(join(path, 'helm-history.txt'), 'utf8')).toBe('password: ***');
  expect(await readFile(join(path, 'secrets.txt'), 'utf8')).toContain('web: KEY\n');
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  const texts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
  expect(
    texts.filter((text) => text.includes('correct-horse') || text.includes(btoa('correct-horse-battery'))),
  ).toEqual([]);
  expect(await readdir(join(directory.path, 'evidence'))).toEqual(['one']);
  await directory.remove();
});

async function rollOut(
  { objects, after }: Fault,
  options: Partial<Parameters<typeof watchRollout>[1]> = {},
): Promise<RolloutResult> {
  await apply(space, objects);
  if (after !== undefined) {
    await shows(space, after.when);
    await apply(space, after.objects);
  }
  return watchRollout(cluster, { ...optionsFor(objects), ...options });
}

function optionsFor(objects: readonly PlantedObject[]) {
  const workloads = objects.flatMap(({ kind, metadata: { name } }) =>
    kind === 'Deployment' || kind === 'StatefulSet' ? [{ kind, name } as const] : [],
  );
  return { namespace: space.name, release: 'web', selector: 'app', workloads, deadlineSeconds: DEADLINE };
}

/** A ServiceAccount that may read some kinds, as a cluster of its own. */
async function somebodyElse(resources: readonly string[]): Promise<Cluster> {
  const name = 'reader';
  const rule = { apiGroups: ['', 'apps'], resources, verbs: ['get', 'list', 'watch'] };
  await apply(space, [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
    ...(resources.length === 0
      ? []
      : [
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules: [rule] },
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'RoleBinding',
            metadata: { name },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
            subjects: [{ kind: 'ServiceAccount', name, namespace: space.name }],
          },
        ]),
  ]);
  const token = (await space.kubectl(['create', 'token', name])).trim();
  const config = JSON.parse(await space.kubectl(['config', 'view', '--raw', '--minify', '--flatten', '--output=json']));
  config.users[0].user = { token };
  const directory = await TemporaryDirectory.create({ kubeconfig: JSON.stringify(config) });
  const connected = await connectWith(join(directory.path, 'kubeconfig'));
  await directory.remove();
  return connected;
}

async function connectWith(kubeconfig: string): Promise<Cluster> {
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = kubeconfig;
  try {
    return await Cluster.connect();
  } finally {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  }
}
