import type { Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { shortened } from './quotes.ts';

/** Seconds that a Helm may be at work: as long as its own default timeout. */
const AT_WORK = 300;

/** What Helm itself says of the release. It stops no pod, but the next upgrade, or it tells of one that has failed. */
export function releaseProblems({ snapshot, now }: Facts): Candidate[] {
  const { helm, release, namespace } = snapshot;
  if (helm === undefined || release === undefined || helm.status === 'deployed') return [];
  const { revision, status, description, updated, before } = helm;
  const command = (text: string) => `helm ${text} --namespace ${namespace}`;
  const seconds = Math.max(Math.round((now - Date.parse(updated)) / 1000), 0);
  const candidate = (rest: Pick<Candidate, 'code' | 'severity' | 'cause' | 'fix'> & Partial<Candidate>): Candidate => ({
    evidence: [shortened(`revision ${revision}, ${status} since ${updated.slice(0, 19)}Z: ${description}`)],
    check: command(`history ${release}`),
    confidence: 'certain',
    workload: `Release/${release}`,
    blocking: false,
    ...rest,
  });
  const back = before === undefined ? `uninstall ${release}` : `rollback ${release} ${before.revision}`;
  if (status.startsWith('pending-') || status === 'uninstalling') {
    const isLate = seconds >= AT_WORK;
    return [
      candidate({
        code: 'HelmPending',
        severity: isLate ? 'fatal' : 'waiting',
        cause: `revision ${revision} is ${status} for ${timeText(seconds)}: ${isLate ? 'its Helm was cut short, and Helm refuses every other change' : 'a Helm is at work, or was cut short'}`,
        fix: isLate ? ['npm run apply, which repairs it', `or ${command(back)}`] : [],
        confidence: isLate ? 'certain' : 'likely',
      }),
    ];
  }
  if (status !== 'failed') return [];
  return [
    candidate({
      code: 'HelmFailed',
      severity: 'fatal',
      cause: `revision ${revision} has failed: ${shortened(description, 160)}`,
      fix: ['npm run apply', `or ${command(back)}`],
      // Helm gave up waiting for pods that something else keeps from getting ready.
      mayFollow: /timed? ?out|deadline|not ready|InProgress|failed to become/i.test(description),
    }),
  ];
}

function timeText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} minutes`;
}
