import fc from 'fast-check';
import { deadlineFindings } from '../../../scripts/apply/rollout-deadline.ts';
import { findingLines, rolloutLines } from '../../../scripts/apply/rollout-lines.ts';
import { type RolloutView, rolloutView } from '../../../scripts/apply/rollout-state.ts';
import { diagnose } from '../../../scripts/diagnosis/diagnose.ts';
import type { Snapshot } from '../../../scripts/diagnosis/snapshot.ts';
import { recorded } from '../../support/recorded.ts';

const WEB = [{ kind: 'Deployment', name: 'web' }] as const;
const STATEFUL = [{ kind: 'StatefulSet', name: 'web' }] as const;

describe('the table of a rollout', () => {
  test('has a line for each new pod with its cause, and only counts the old ones', async () => {
    const view = viewOf(await recorded('bad-over-good'));

    expect(textOf(view)).toEqual([
      '  web       2 of 2 ready, 1 new, 2 old pods left',
      '    2npnd   image missing          0 s  image not-loaded:2.0.0 is not on node...',
    ]);
  });

  test('says nothing of what is wrong with old pods', async () => {
    const view = viewOf(await recorded('good-over-bad'));

    expect(textOf(view).join('\n')).not.toMatch(/not-loaded|missing/);
    expect(view.workloads).toEqual([expect.objectContaining({ old: 2, done: false })]);
  });

  test('counts restarts', async () => {
    const view = viewOf(await recorded('crash'));

    expect(textOf(view)).toEqual([
      '  web       0 of 2 ready',
      '    dvwsj   ended (1)              0 s  1 restart  crashes with exit code 1; ...',
      '    pn7bb   ended (1)              0 s  1 restart  crashes with exit code 1; ...',
    ]);
  });

  test('says that a workload is not there', async () => {
    const view = viewOf(await recorded('crash'), [{ kind: 'StatefulSet', name: 'db' }]);

    expect(textOf(view)).toEqual(['  db        is not there yet']);
  });

  test('begins with what is wrong with the connection', async () => {
    const view = { ...viewOf(await recorded('crash')), away: 'the API server does not answer' };

    expect(textOf(view)[0]).toBe('! the API server does not answer');
  });

  test('fits any width', async () => {
    const view = viewOf(await recorded('missing-key'));

    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), (width) => {
        expect(rolloutLines(view, width).filter((line) => line.length > width)).toEqual([]);
      }),
    );
  });

  test('has colours only where they are asked for', async () => {
    const view = viewOf(await recorded('missing-key'));

    expect(rolloutLines(view, 80).join('')).not.toContain('\u001b');
    expect(rolloutLines(view, 80, true).join('')).toContain('\u001b[31m');
  });
});

describe('a finding', () => {
  test('is a paragraph whose commands are whole', async () => {
    const [finding] = diagnose(await recorded('missing-key'));

    expect(findingLines(finding!, 80)).toEqual([
      'CreateContainerConfigError: Pod/web-6d89f9bf48-k47xh container web',
      "  Secret 'web-secret' has no key 'DATABASE-URL'; it has DATABASE_URL, OTHER",
      "    > event Failed, 2 times, last at 10:44:19: Error: couldn't find key",
      '        DATABASE-URL in Secret demo/web-secret',
      '  fix: name DATABASE_URL, which it has, in variable KEY: kubectl --namespace demo edit deployment/web',
      '  fix: or add DATABASE-URL to it: kubectl --namespace demo edit secret web-secret',
      '  check: kubectl --namespace demo get pod web-6d89f9bf48-k47xh',
    ]);
  });
});

describe('a rollout is done', () => {
  test('when all pods are new and available', async () => {
    expect(isDone(await ready())).toBe(true);
  });

  test.each([
    ['the controller has not seen the new template', { observedGeneration: 0 }],
    ['a pod is not available', { availableReplicas: 0 }],
    ['a pod is of the old template', { updatedReplicas: 0 }],
    ['an old pod is left over', { replicas: 2 }],
  ])('not while %s', async (_, status) => {
    const snapshot = await ready();
    const [deployment] = snapshot.deployments;

    const changed = { ...deployment!, status: { ...deployment!.status, ...status } };

    expect(isDone({ ...snapshot, deployments: [changed] })).toBe(false);
  });

  test('when none is wanted and none is there', async () => {
    const snapshot = await ready();
    const [deployment] = snapshot.deployments;
    const none = {
      ...deployment!,
      spec: { ...deployment!.spec, replicas: 0 },
      status: { observedGeneration: 1 },
    };

    expect(isDone({ ...snapshot, pods: [], deployments: [none] })).toBe(true);
  });

  test('three seconds after pods are ready that nothing asks whether they are well', async () => {
    const snapshot = await ready();
    const since = snapshot.pods[0]!.status.conditions!.find(({ type }) => type === 'Ready')!.lastTransitionTime!;
    const after = (seconds: number) => ({
      ...snapshot,
      now: new Date(Date.parse(since) + seconds * 1000).toISOString(),
    });
    const [deployment] = snapshot.deployments;
    const asked = { ...deployment!, spec: { ...deployment!.spec, minReadySeconds: 1 } };

    expect(isDone(after(2))).toBe(false);
    expect(isDone(after(3))).toBe(true);
    expect(isDone({ ...after(2), deployments: [asked] })).toBe(true);
  });

  test('in a StatefulSet without the pods below its partition', async () => {
    const snapshot = await recorded('stateful-set-stuck');
    const [set] = snapshot.statefulSets;
    const status = { ...set!.status, replicas: 3, updatedReplicas: 1, availableReplicas: 3 };
    const spec = { ...set!.spec, replicas: 3, minReadySeconds: 1 };
    const partitioned = { ...spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    const done = (spec: typeof partitioned) =>
      viewOf({ ...snapshot, pods: [], statefulSets: [{ ...set!, spec, status }] }, STATEFUL).workloads[0]!.done;

    expect(done(partitioned)).toBe(true);
    expect(done({ ...partitioned, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } })).toBe(
      false,
    );
  });
});

describe('when time is up', () => {
  const options = { namespace: 'demo', deadlineSeconds: 60, workloads: WEB };

  test('what is known is said', async () => {
    const snapshot = await recorded('readiness-500', 15);

    const findings = deadlineFindings(viewOf(snapshot), diagnose(snapshot), options);

    expect(findings.map(({ code }) => code)).toEqual(['ReadinessProbeFailed']);
  });

  test.each([
    [[], 'Deployment/web is not there after 60 s, and nothing tells why'],
    [
      [{ available: 1, wanted: 2, updated: 2, old: 0 }],
      'Deployment/web has 1 of 2 pods ready after 60 s, and nothing tells why',
    ],
    [
      [{ available: 2, wanted: 2, updated: 2, old: 1 }],
      'Deployment/web still has 1 old pod after 60 s, and nothing tells why',
    ],
  ])('where nothing is known, at least what is missing is said', (workloads, cause) => {
    const seen = workloads.map((numbers) => ({
      ...WEB[0],
      id: 'Deployment/web',
      exists: true,
      done: false,
      ...numbers,
    }));

    const findings = deadlineFindings({ seconds: 60, workloads: seen, pods: [], findings: [] }, [], options);

    expect(findings).toEqual([
      expect.objectContaining({
        code: 'DeadlineExceeded',
        subject: 'Deployment/web',
        cause,
        blocks: ['Deployment/web'],
      }),
    ]);
  });

  test('that the API server is away is the cause', async () => {
    const snapshot = await recorded('readiness-500', 15);
    const view = { ...viewOf(snapshot), away: 'the API server does not answer' };

    const findings = deadlineFindings(view, diagnose(snapshot), options);

    expect(findings.map(({ cause }) => cause)).toEqual([
      'the API server does not answer',
      'readiness probe of container web fails: GET /cgi-bin/broken on port 8080 answers 500, expected 200 to 399',
    ]);
  });
});

function viewOf(snapshot: Snapshot, expected: Parameters<typeof rolloutView>[1] = WEB): RolloutView {
  return rolloutView(snapshot, expected, diagnose(snapshot), { seconds: 1 });
}

function textOf(view: RolloutView): string[] {
  return rolloutLines(view, 80);
}

/** One pod, ready for a minute. */
async function ready(): Promise<Snapshot> {
  return recorded('service-selects-nothing', 60);
}

function isDone(snapshot: Snapshot): boolean {
  return viewOf(snapshot).workloads[0]!.done;
}
