import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import { helmState } from '../../scripts/diagnosis/helm-state.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import type { Revision, RevisionStatus } from '../../scripts/helm-release.ts';
import { withPods } from '../support/changed-snapshot.ts';
import { recorded } from '../support/recorded.ts';

const CHART = { valuePaths: { web: 'backend' } };

describe('what worked before is the fix', () => {
  test('of an image, where pods of the template before are ready', async () => {
    expect(firstFix({ ...(await recorded('bad-over-good')), ...CHART })).toBe(
      'go back to the image of its pods that are ready: apply with --set backend.image.repository=fault-web --set backend.image.tag=1.0.0',
    );
  });

  test.each([
    ['team/web:2', 'not-loaded:1.0.0', '--set backend.image.repository=team/web --set-string backend.image.tag=2'],
    ['not-loaded:0.9', 'not-loaded:1.0.0', '--set backend.image.tag=0.9'],
    ['not-loaded', 'not-loaded:1.0.0', '--set backend.image.tag=latest'],
    ['reg.example.com:5000/not-loaded:1.0.0', 'not-loaded:1.0.0', '--set backend.image.registry=reg.example.com:5000'],
    ['not-loaded@sha256:0a', 'not-loaded:1.0.0', '--set backend.image.digest=sha256:0a'],
    ['not-loaded:1.1.0', 'not-loaded@sha256:0a', '--set backend.image.digest=null --set backend.image.tag=1.1.0'],
  ])('of an image that was %s in an earlier revision and is %s now', async (former, present, flags) => {
    const snapshot = withPods(await recorded('never-pull'), (pod) => ({
      ...pod,
      spec: { ...pod.spec, containers: pod.spec.containers.map((each) => ({ ...each, image: present })) },
    }));

    const fix = firstFix({ ...snapshot, ...CHART, ...before({ image: former }) });

    expect(fix).toBe(`go back to the image of revision 3: apply with ${flags}`);
  });

  test('of a memory limit that was higher', async () => {
    const snapshot = { ...(await recorded('out-of-memory')), ...CHART };
    const limit = (memory: string) => ({ image: 'x', resources: { limits: { memory } } });

    expect(firstFix({ ...snapshot, ...before(limit('96Mi')) })).toBe(
      'go back to the limit of revision 3: apply with --set backend.resources.limits.memory=96Mi',
    );
    expect(firstFix({ ...snapshot, ...before(limit('16Mi')) })).toBe(
      'apply with --set backend.resources.limits.memory=32Mi',
    );
  });

  test('of no pod that is not ready itself', async () => {
    const snapshot = withPods(await recorded('bad-over-good'), (pod) => ({
      ...pod,
      status: { ...pod.status, conditions: [{ type: 'Ready', status: 'False' }] },
    }));

    expect(firstFix({ ...snapshot, ...CHART })).toBe('minikube image load not-loaded:2.0.0');
  });

  test('of nothing, where it was the same', async () => {
    const snapshot = { ...(await recorded('never-pull')), ...CHART };

    expect(firstFix({ ...snapshot, ...before({ image: 'not-loaded:1.0.0' }) })).toBe(
      'minikube image load not-loaded:1.0.0',
    );
  });
});

test('a key that is there under nearly the name is named, with the value that names the wrong one', async () => {
  expect(firstFix({ ...(await recorded('missing-key')), ...CHART })).toBe(
    'name DATABASE_URL, which it has, in variable KEY: apply with key: DATABASE_URL in backend.extraEnv',
  );
});

describe('of Helm’s record is known', () => {
  const MANIFEST = `---
# Source: shop/templates/a.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - {name: app, image: "shop:1", env: [{name: A, value: hidden}], resources: {limits: {memory: 64Mi}}}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {a: hidden}
`;

  test('the revision now, and what the containers of the one before were, without anything else of it', () => {
    const state = helmState([revision(1, 'superseded'), revision(2, 'pending-upgrade')], undefined);

    expect(state).toEqual({
      revision: 2,
      status: 'pending-upgrade',
      description: 'done',
      updated: '2026-11-21T10:00:00.000Z',
      before: {
        revision: 1,
        containers: { 'Deployment/web app': { image: 'shop:1', resources: { limits: { memory: '64Mi' } } } },
      },
    });
  });

  test.each([
    [['superseded', 'superseded', 'deployed'], undefined, 2],
    [['superseded', 'superseded', 'deployed'], 1, 1],
    [['superseded', 'failed', 'deployed'], undefined, 1],
    [['failed', 'deployed'], undefined, undefined],
    [['superseded', 'deployed'], 2, 1],
  ] as [RevisionStatus[], number | undefined, number | undefined][])(
    'of %j, with %s seen to be good, revision %s as the one that worked',
    (statuses, good, expected) => {
      const revisions = statuses.map((status, i) => revision(i + 1, status));

      expect(helmState(revisions, good)?.before?.revision).toBe(expected);
    },
  );

  test('nothing where there is no release', () => {
    expect(helmState([], undefined)).toBeUndefined();
  });

  function revision(number: number, status: RevisionStatus): Revision {
    const updated = new Date('2026-11-21T10:00:00Z');
    return { revision: number, status, description: 'done', updated, manifest: MANIFEST } as Revision;
  }
});

function firstFix(snapshot: Snapshot): string | undefined {
  return diagnose(snapshot)[0]!.fix[0];
}

function before(container: { image: string }): Pick<Snapshot, 'helm'> {
  const containers = { 'Deployment/web web': container };
  return {
    helm: { revision: 4, status: 'deployed', description: '', updated: '', before: { revision: 3, containers } },
  };
}
