import type { Failure, LoadReport } from './load-report.ts';

export interface LoadVerdict {
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
  /** For people, as `3 of 12000 requests failed, the first ...`. */
  readonly text: string;
}

/**
 * What a load says about zero downtime.
 *
 * @param phases whose failures count @default - all
 */
export function verdict({ streams, failures, phases: known }: LoadReport, phases?: readonly string[]): LoadVerdict {
  const labels = phases ?? [...new Set(known.map(({ label }) => label))];
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const sent = sum(streams.map((stream) => stream.sent));
  const retried = sum(streams.map((stream) => stream.retried));
  const failed = sum(streams.flatMap(({ failuresBy }) => labels.map((label) => failuresBy.phase[label] ?? 0)));
  const first = failures.find(({ phase }) => labels.includes(phase));
  // How many were due in a phase is not counted.
  const text =
    phases === undefined
      ? `${failed} of ${sent} requests failed`
      : `${failed} failed of ${sent} requests in all, in ${labels.map((label) => `'${label}'`).join(', ')}`;
  return { sent, failed, retried, text: first === undefined ? text : `${text}; the first: ${failureText(first)}` };
}

/** As `frontend, kept connection, reset (socket hang up), in 'upgrade' after 12.3 s, pod todo-frontend-5c9f-x7k2p`. */
export function failureText({ at, target, connections, kind, phase, pod, message }: Failure): string {
  const where = pod === 'unknown' ? 'pod unknown' : `pod ${pod}`;
  return `${target}, ${connections} connection, ${kind} (${message}), in '${phase}' after ${at.toFixed(1)} s, ${where}`;
}
