import { type Facts, workloadIdOf } from './facts.ts';
import type { Candidate } from './finding.ts';
import type { Event } from './objects.ts';
import { eventQuote, shortened, withoutNoise } from './quotes.ts';

/** Seconds that a node may take to tell that a pod is gone, after the pod had to be. */
const LATE = 60;

/** Pods that should be gone: their grace period is over. */
export function endings({ snapshot, now, kubectl }: Facts): Candidate[] {
  return snapshot.pods.flatMap((pod) => {
    const { name, deletionTimestamp, labels, finalizers } = pod.metadata;
    // It says when the pod has to be gone, the grace period included.
    if (deletionTimestamp === undefined || !isOf(labels, snapshot.release)) return [];
    const late = Math.round((now - Date.parse(deletionTimestamp)) / 1000);
    if (late < LATE) return [];
    const killing = snapshot.events.findLast(
      ({ reason, involvedObject: { kind, name: of } }) => reason === 'FailedKillPod' && kind === 'Pod' && of === name,
    );
    const held = Array.isArray(finalizers) ? (finalizers as string[]) : [];
    const node = pod.spec.nodeName ?? 'no node';
    return [
      {
        code: 'StuckTerminating',
        severity: 'fatal',
        cause: `pod ${name} had to be gone ${late} s ago: ${whyStill(held, node, killing)}`,
        evidence: [
          `pod ${name}: deletionTimestamp ${deletionTimestamp}, on ${node}`,
          ...(killing === undefined ? [] : [eventQuote(killing)]),
        ],
        fix: [
          held.length > 0
            ? `let what holds it finish, or: ${kubectl(`patch pod ${name} --type merge --patch '{"metadata":{"finalizers":null}}'`)}`
            : `kubectl get node ${node}, and if it is gone for good: ${kubectl(`delete pod ${name} --grace-period=0 --force`)}`,
        ],
        check: kubectl(`get pod ${name}`),
        confidence: 'certain',
        workload: workloadIdOf(pod, snapshot),
        blocking: false,
        pod: name,
      } satisfies Candidate,
    ];
  });
}

function whyStill(held: readonly string[], node: string, killing: Event | undefined): string {
  if (held.length > 0) return `${held.join(', ')} holds it`;
  if (killing === undefined) return `node ${node} does not say that it has ended it`;
  return `node ${node} cannot end it: ${shortened(withoutNoise(killing.message), 140)}`;
}

function isOf(labels: Readonly<Record<string, string>> = {}, release: string | undefined): boolean {
  return release === undefined || labels['app.kubernetes.io/instance'] === release;
}
