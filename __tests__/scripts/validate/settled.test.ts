import type { LiveRelease } from '../../../scripts/validate/live-release.ts';
import { untilSettled } from '../../../scripts/validate/settled.ts';

const { signal } = new AbortController();
const AUTOSCALER = { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 3 } };

test('pods that have just been made are waited for', async () => {
  const release = releaseOf(
    { pods: [pod(true), pod(false)], wanted: 2, ready: 1 },
    { pods: [pod(true), pod(true)], wanted: 2, ready: 2 },
  );

  await untilSettled(release, signal);

  expect(release.looks).toBe(2);
});

test('the minimum of an autoscaler is waited for', async () => {
  const one = { pods: [pod(true)], wanted: 1, ready: 1, autoscalers: [AUTOSCALER] };
  const asked = { ...one, wanted: 2 };
  const two = { ...asked, pods: [pod(true), pod(true)], ready: 2 };
  const release = releaseOf(one, asked, two);

  await untilSettled(release, signal);

  expect(release.looks).toBe(3);
});

test.each([
  ['pods that are well', { pods: [pod(true), pod(true)], wanted: 2, ready: 2, autoscalers: [AUTOSCALER] }],
  ['a pod that should have been ready long since', { pods: [pod(true), pod(false, 121)], wanted: 2, ready: 1 }],
  ['an autoscaler of what is switched off', { pods: [], wanted: 0, ready: 0, autoscalers: [AUTOSCALER] }],
])('%s: nothing is waited for', async (_, situation) => {
  const release = releaseOf(situation);

  await untilSettled(release, signal);

  expect(release.looks).toBe(1);
});

test('Ctrl-C ends it', async () => {
  const controller = new AbortController();
  const waiting = untilSettled(releaseOf({ pods: [pod(false)], wanted: 1, ready: 0 }), controller.signal);
  controller.abort();

  await expect(waiting).rejects.toThrow('aborted');
});

interface Situation {
  readonly pods: readonly object[];
  readonly wanted: number;
  readonly ready: number;
  readonly autoscalers?: readonly object[];
}

/** A release that is in one situation after the other, each time somebody looks; the last one stays. */
function releaseOf(...situations: Situation[]): LiveRelease & { looks: number } {
  let now = situations[0]!;
  const release = {
    looks: 0,
    namespace: 'demo',
    pods: async () => {
      now = situations[Math.min(release.looks++, situations.length - 1)]!;
      return now.pods;
    },
    workloads: async () => {
      const { wanted, ready } = situations[Math.min(release.looks - 1, situations.length - 1)]!;
      return [
        {
          metadata: { name: 'web', generation: 1 },
          spec: { replicas: wanted },
          status: { observedGeneration: 1, readyReplicas: ready },
        },
      ];
    },
    cluster: { list: async () => now.autoscalers ?? [] },
  };
  return release as unknown as LiveRelease & { looks: number };
}

function pod(isReady: boolean, seconds = 5): object {
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  const creationTimestamp = new Date(Date.now() - seconds * 1000).toISOString();
  return { metadata: { name: 'web-1', creationTimestamp }, status: { phase: 'Running', conditions } };
}
