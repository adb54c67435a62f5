import { describe, expect, test } from '@jest/globals';
import type { Event, Pod } from '../../../scripts/diagnosis/objects.ts';
import { isExplained } from '../../../scripts/validate/start-up-events.ts';

const DEPLOYED = '2026-01-01T12:00:00Z';
const UID = 'a';

describe('a warning of a start', () => {
  test.each([
    ['a probe that fails while the process comes up', 'Pod', 'Unhealthy', 20],
    ['a pod that waits for its volume', 'Pod', 'FailedScheduling', 5],
    ['a pod that the revision before still tries to make', 'ReplicaSet', 'FailedCreate', 5],
    ['an autoscaler without metrics yet', 'HorizontalPodAutoscaler', 'FailedGetResourceMetric', 200],
  ])('is %s', (_, kind, reason, after) => {
    expect(explained(kind, reason, after)).toMatch(/\w/);
  });

  test.each([
    ['a probe that fails long after it', 'Pod', 'Unhealthy', 100],
    ['a pod that a quota still forbids', 'ReplicaSet', 'FailedCreate', 20],
    ['an autoscaler that never gets metrics', 'HorizontalPodAutoscaler', 'FailedGetResourceMetric', 400],
    ['a container that crashes', 'Pod', 'BackOff', 5],
    ['an image that is not there', 'Pod', 'Failed', 1],
  ])('is not %s', (_, kind, reason, after) => {
    expect(explained(kind, reason, after)).toBeUndefined();
  });

  test('counts from the start of the pod where that is newer than the release', () => {
    expect(explained('Pod', 'Unhealthy', 600, { startedAfter: 590 })).toMatch(/\w/);
    expect(explained('Pod', 'Unhealthy', 600, { startedAfter: 500 })).toBeUndefined();
  });

  test('is a container whose ConfigMap the kubelet has not read yet, and no other that has failed', () => {
    const message = 'Error: failed to sync configmap cache: timed out waiting for the condition';

    expect(explained('Pod', 'Failed', 10, { message })).toBe('the kubelet has not seen a new object yet');
    expect(explained('Pod', 'Failed', 40, { message })).toBeUndefined();
    expect(explained('Pod', 'Failed', 10, { message: 'Error: configmap "a" not found' })).toBeUndefined();
  });

  test('counts from the revision alone where the one before is to blame', () => {
    expect(explained('ReplicaSet', 'FailedCreate', 600, { startedAfter: 595 })).toBeUndefined();
  });
});

test('a warning from before the present revision does not count', () => {
  expect(explained('Pod', 'BackOff', -1)).toBe('before the present revision');
});

test('a warning of a pod that is gone does not count', () => {
  expect(explained('Pod', 'BackOff', 5, { uid: 'another' })).toBe('of a pod that is gone');
});

/** @param after seconds after the release */
function explained(
  kind: string,
  reason: string,
  after: number,
  { startedAfter = 0, uid = UID, message = '' }: { startedAfter?: number; uid?: string; message?: string } = {},
): string | undefined {
  const pod = {
    metadata: { name: 'it', uid: UID, creationTimestamp: DEPLOYED },
    status: { containerStatuses: [{ state: { running: { startedAt: at(startedAfter) } } }] },
  } as unknown as Pod;
  const event = {
    type: 'Warning',
    reason,
    message,
    lastTimestamp: at(after),
    involvedObject: { kind, name: 'it', ...(kind === 'Pod' ? { uid } : {}) },
  } as unknown as Event;
  return isExplained(event, { pods: [pod], deployed: new Date(DEPLOYED) });
}

function at(seconds: number): string {
  return new Date(Date.parse(DEPLOYED) + seconds * 1000).toISOString();
}
