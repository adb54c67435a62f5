import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { withEvents, withStatuses, withWaiting } from '../support/changed-snapshot.ts';
import { recorded } from '../support/recorded.ts';

/** What regularly heals by itself is given the time that it takes. */
describe('waits', () => {
  test('for a registry that did not answer once, and not for one that has no such image', async () => {
    const away = beforeBackOff(await recorded('registry-unknown'));
    const missing = beforeBackOff(await recorded('image-not-found'));

    expect(outlook(away)).toEqual([['ErrImagePull', 'waiting']]);
    expect(outlook(missing)).toEqual([['ErrImagePull', 'fatal']]);
  });

  test('after one crash, and not after one that its shell explains', async () => {
    expect(outlook(atFirstCrash(await recorded('crash')))).toEqual([['Error', 'waiting']]);
    expect(outlook(atFirstCrash(await recorded('exit-127')))).toEqual([['Error', 'fatal']]);
    expect(outlook(atFirstCrash(await recorded('read-only')))).toEqual([['Error', 'fatal']]);
  });

  test('after two crashes while something else is not ready yet, and not after three', async () => {
    const snapshot = withAnother(await recorded('crash'), false);

    expect(outlook(snapshot)).toEqual([['CrashLoopBackOff', 'waiting']]);
    expect(outlook(withStatuses(snapshot, () => ({ restartCount: 2 })))).toEqual([['CrashLoopBackOff', 'fatal']]);
    expect(outlook(withAnother(await recorded('crash'), true))).toEqual([['CrashLoopBackOff', 'fatal']]);
  });

  test('as long as what a program cannot connect to is not ready', async () => {
    const crash = withLog(await recorded('crash'), ['connect ECONNREFUSED 10.0.0.1:5432']);
    const often = withStatuses(crash, () => ({ restartCount: 8 }));

    expect(outlook(withAnother(often, false))).toEqual([['CrashLoopBackOff', 'waiting']]);
    expect(outlook(withAnother(often, true))).toEqual([['CrashLoopBackOff', 'fatal']]);
  });

  test('after one kill for memory', async () => {
    expect(outlook(atFirstCrash(await recorded('out-of-memory')))).toEqual([['OOMKilled', 'waiting']]);
  });

  test('for a program that begins, without a word on its probes', async () => {
    expect(outlook(await recorded('readiness-500'))).toEqual([]);
    expect(outlook(await recorded('readiness-500', 15))).toEqual([['ReadinessProbeFailed', 'waiting']]);
    expect(outlook(await recorded('readiness-500', 3600))).toEqual([['ReadinessProbeFailed', 'waiting']]);
  });

  test('half a minute for a path that is not found, or another port', async () => {
    expect(outlook(await recorded('readiness-404', 15))).toEqual([['ReadinessProbeFailed', 'waiting']]);
    expect(outlook(await recorded('readiness-404', 35))).toEqual([['ReadinessProbeFailed', 'fatal']]);
    expect(outlook(await recorded('readiness-refused', 15))).toEqual([['ReadinessProbeFailed', 'waiting']]);
    expect(outlook(await recorded('readiness-refused', 35))).toEqual([['ReadinessProbeFailed', 'fatal']]);
  });

  test('for a second start where the first one took longer than its startup probe allows', async () => {
    const snapshot = await recorded('startup-too-slow');
    const again = withStatuses(snapshot, () => ({ restartCount: 2 }));

    expect(outlook(snapshot)).toEqual([['StartupProbeFailed', 'waiting']]);
    expect(outlook(again)).toEqual([['StartupProbeFailed', 'fatal']]);
  });

  test('for a Secret that is there by now', async () => {
    const snapshot = await recorded('missing-secret');

    const later = { ...snapshot, secrets: [{ name: 'web-secret', keys: [] }] };

    expect(diagnose(later).map(({ severity, cause }) => [severity, cause])).toEqual([
      ['waiting', "Secret 'web-secret' was not there; it is now, and the kubelet tries again by itself"],
    ]);
  });

  test('for a Secret that an operator makes', async () => {
    const snapshot = await recorded('missing-secret');
    const made = { name: 'web', secret: 'web-secret' };

    const cause = (trouble: string | undefined) =>
      diagnose({ ...snapshot, externalSecrets: [{ ...made, trouble }] }).map(({ severity, cause }) => [
        severity,
        cause,
      ]);

    expect(cause(undefined)).toEqual([
      ['waiting', "Secret 'web-secret' is not there: ExternalSecret 'web' has not made it yet"],
    ]);
    expect(cause('could not get secret data from provider')).toEqual([
      [
        'waiting',
        "Secret 'web-secret' is not there: ExternalSecret 'web' has not made it, and says: could not get secret data from provider",
      ],
    ]);
  });

  test('for a key that is there by now', async () => {
    const snapshot = await recorded('missing-key');

    const later = { ...snapshot, secrets: [{ name: 'web-secret', keys: ['DATABASE-URL'] }] };

    expect(outlook(later)).toEqual([['CreateContainerConfigError', 'waiting']]);
  });

  test.each([
    ['secret', 'Secrets'],
    ['configmap', 'ConfigMaps'],
  ])('for a kubelet that has not read a %s in time', async (noun, kinds) => {
    const message = `failed to sync ${noun} cache: timed out waiting for the condition`;
    const snapshot = withWaiting(await recorded('missing-secret'), 'CreateContainerConfigError', message);

    expect(diagnose(snapshot).map(({ severity, cause }) => [severity, cause])).toEqual([
      ['waiting', `the kubelet has not read the ${kinds} yet, and tries again by itself`],
    ]);
  });

  test('for room that pods which end will leave, or that a node will bring', async () => {
    const snapshot = await recorded('too-much-memory');
    const leaving = { ...snapshot, otherPods: snapshot.otherPods?.map(ending) };
    const coming = {
      ...snapshot,
      events: [...snapshot.events, { ...snapshot.events[0]!, reason: 'TriggeredScaleUp' }],
    };

    expect(outlook(leaving)).toEqual([['Unschedulable', 'waiting']]);
    expect(outlook(coming)).toEqual([['Unschedulable', 'waiting']]);
  });

  test('for a quota that pods which end give back', async () => {
    const snapshot = await recorded('quota');
    const [pod] = snapshot.pods;

    const leaving = { ...snapshot, pods: [...snapshot.pods, ending({ ...pod!, metadata: { name: 'old' } })] };

    expect(outlook(leaving)).toEqual([['QuotaExceeded', 'waiting']]);
  });

  test('twenty seconds for a ServiceAccount', async () => {
    expect(outlook(await recorded('no-service-account'))).toEqual([['FailedCreate', 'waiting']]);
    expect(outlook(await recorded('no-service-account', 30))).toEqual([['FailedCreate', 'fatal']]);
  });

  test('some seconds for a volume', async () => {
    const snapshot = withEvents(await recorded('unknown-storage-class'), (event) =>
      event.reason === 'ProvisioningFailed' ? [] : event,
    );

    expect(outlook(snapshot)).toEqual([]);
    expect(outlook({ ...snapshot, now: '2099-01-01T00:00:00Z' })).toEqual([['Unschedulable', 'waiting']]);
  });

  test('three minutes for the metrics of new pods', async () => {
    expect(outlook(await recorded('not-yet-sampled', 170))).toEqual([['FailedGetResourceMetric', 'waiting']]);
    expect(outlook(await recorded('not-yet-sampled', 200))).toEqual([['FailedGetResourceMetric', 'fatal']]);
  });

  test('for a controller that has not seen the new template', async () => {
    const snapshot = await recorded('never-pull');
    const [deployment] = snapshot.deployments;

    const unseen = {
      ...snapshot,
      deployments: [{ ...deployment!, metadata: { ...deployment!.metadata, generation: 2 } }],
    };

    expect(outlook(unseen)).toEqual([]);
  });
});

test('what a quota once refused is over as soon as the ReplicaSet says so', async () => {
  const snapshot = await recorded('quota');

  const over = {
    ...snapshot,
    replicaSets: snapshot.replicaSets.map((set) => ({ ...set, status: { conditions: [] } })),
  };

  expect(outlook(snapshot)).toEqual([['QuotaExceeded', 'fatal']]);
  expect(outlook(over)).toEqual([]);
});

function outlook(snapshot: Snapshot): [string, string][] {
  return diagnose(snapshot).map(({ code, severity }) => [code, severity]);
}

function beforeBackOff(snapshot: Snapshot): Snapshot {
  return withEvents(snapshot, (event) => (event.reason === 'BackOff' ? [] : event));
}

function atFirstCrash(snapshot: Snapshot): Snapshot {
  return withStatuses(snapshot, ({ state, lastState }) => {
    const terminated = state.terminated ?? lastState.terminated;
    return { restartCount: 0, state: terminated === undefined ? {} : { terminated }, lastState: {} };
  });
}

function withLog(snapshot: Snapshot, current: string[]): Snapshot {
  return { ...snapshot, logs: Object.fromEntries(Object.keys(snapshot.logs).map((id) => [id, { current }])) };
}

/** With a pod of another workload, which was ready before all else or is not. */
function withAnother(snapshot: Snapshot, isReady: boolean): Snapshot {
  const [pod] = snapshot.pods;
  const other = {
    ...pod!,
    metadata: {
      name: 'db-0',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '', controller: true }],
    },
    status: {
      conditions: [
        { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: '2000-01-01T00:00:00Z' } as const,
      ],
    },
  };
  return { ...snapshot, pods: [...snapshot.pods, other] };
}

/** Its grace period is not over. */
function ending<T extends Snapshot['pods'][number]>(pod: T): T {
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2999-01-01T00:00:00Z' } };
}
