import type { BucketLine, EndLine, FailureLine, GeneratorLine, StreamConfiguration } from './generator-lines.ts';
import { Histogram } from './histogram.ts';

/** What a load has seen. */
export interface LoadReport {
  /** As `upgrade`. */
  readonly name: string;
  /** ISO 8601, UTC, by this machine's clock. */
  readonly started: string;
  /** From the first request that was due to the last. */
  readonly seconds: number;
  readonly streams: readonly StreamReport[];
  /** What went on, each until the next one: `base line`, `image upgrade`. In seconds since the start. */
  readonly phases: readonly { readonly label: string; readonly at: number }[];
  /** The first 200; the counts are in the streams. */
  readonly failures: readonly Failure[];
}

/**
 * The requests of one kind to one target. Latencies are in milliseconds, of all requests, from when each was due until its
 * answer was complete or it had failed. Percentiles are exact to 0.8 %.
 */
export interface StreamReport {
  /** As `frontend`. */
  readonly target: string;
  readonly connections: 'new' | 'kept';
  /** Requests a second that were due. */
  readonly rate: number;
  readonly sent: number;
  readonly failed: number;
  /** Sent once more, because a kept connection was closed before any answer. They are no failures, unless they failed then. */
  readonly retried: number;
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  /** Milliseconds without a good answer. */
  readonly longestGap: number;
  /** Milliseconds that a request was sent after it was due, at most: where the load itself had to wait for the processor. */
  readonly latestSend: number;
  readonly failuresBy: { readonly kind: Counts; readonly phase: Counts; readonly pod: Counts };
  /** One for each second, in order. */
  readonly buckets: readonly Bucket[];
}

export interface Bucket {
  /** Seconds since the start. */
  readonly at: number;
  readonly sent: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** How many, by name. */
export type Counts = Readonly<Record<string, number>>;

/** A request that brought no answer, or a bad one. */
export interface Failure {
  /** When it was due, in seconds since the start. */
  readonly at: number;
  readonly target: string;
  readonly connections: 'new' | 'kept';
  readonly kind: FailureKind;
  readonly phase: string;
  /** Which answered last over this connection, or `unknown`. */
  readonly pod: string;
  readonly message: string;
}

/** refused: no connection came about. reset: it broke before the answer was complete. */
export type FailureKind = 'refused' | 'reset' | 'timeout' | 'status 5xx' | 'status 4xx' | 'other';

/** What is known of a load that has ended. */
export interface RecordedLoad {
  readonly name: string;
  readonly streams: readonly StreamConfiguration[];
  readonly lines: readonly GeneratorLine[];
  /** When the first request was due: milliseconds since 1970, by this machine's clock. */
  readonly started: number;
  /** `at` as `started`. */
  readonly phases: readonly { readonly label: string; readonly at: number }[];
}

const TOLD_FAILURES = 200;

/** Puts together what a load has seen. */
export function loadReport({ name, streams, lines, started, phases: marks }: RecordedLoad): LoadReport {
  // What was marked before the first request applies to it.
  const phases = marks.map(({ label, at }) => ({ label, at: rounded(Math.max(0, at - started) / 1000) }));
  const failures = lines.filter((line) => line.type === 'failure').sort((a, b) => a.at - b.at);
  const end = lines.find((line) => line.type === 'end');
  const reports = streams.map((stream, index) => {
    const buckets = lines.filter((line) => line.type === 'bucket' && line.stream === index) as BucketLine[];
    return streamReport(stream, buckets, end?.streams[index], phases);
  });
  const seconds = Math.max(0, ...reports.map(({ sent, rate }) => (sent - 1) / rate));
  return {
    name,
    started: new Date(started).toISOString(),
    seconds: rounded(seconds),
    streams: reports,
    phases,
    failures: failures.slice(0, TOLD_FAILURES).map((line) => failure(line, streams[line.stream]!, phases)),
  };
}

function streamReport(
  { target, connections, rate }: StreamConfiguration,
  lines: readonly BucketLine[],
  end: EndLine['streams'][number] | undefined,
  phases: LoadReport['phases'],
): StreamReport {
  const all = new Histogram();
  for (const { latencies } of lines) all.add(latencies);
  const failures = lines.flatMap((line) => line.failures);
  const sum = (count: (line: BucketLine) => number) => lines.reduce((total, line) => total + count(line), 0);
  const slowest = end?.slowest ?? 0;
  return {
    target,
    connections,
    rate,
    sent: sum(({ sent }) => sent),
    failed: sum(({ failed }) => failed),
    retried: sum(({ retried }) => retried),
    // The middle of the last class may lie above all that is in it.
    p50: rounded(Math.min(slowest, all.percentile(0.5))),
    p99: rounded(Math.min(slowest, all.percentile(0.99))),
    slowest: rounded(slowest),
    longestGap: rounded(end?.longestGap ?? 0),
    latestSend: rounded(end?.latestSend ?? 0),
    failuresBy: {
      kind: counts(failures.map(([, kind, , count]) => [kind, count])),
      phase: counts(failures.map(([tenth, , , count]) => [phaseAt(tenth / 10, phases), count])),
      pod: counts(failures.map(([, , pod, count]) => [pod, count])),
    },
    buckets: [...lines].sort((a, b) => a.second - b.second).map(bucket),
  };
}

function bucket({ second, sent, failed, latencies }: BucketLine): Bucket {
  const histogram = new Histogram();
  histogram.add(latencies);
  return {
    at: second,
    sent,
    failed,
    p50: rounded(histogram.percentile(0.5)),
    p99: rounded(histogram.percentile(0.99)),
  };
}

function failure(
  { at, kind, pod, message }: FailureLine,
  { target, connections }: StreamConfiguration,
  phases: LoadReport['phases'],
): Failure {
  // Counted by tenths of a second, and told as it is counted.
  const phase = phaseAt(Math.floor(at / 100) / 10, phases);
  return { at: rounded(at / 1000), target, connections, kind, phase, pod, message };
}

/** The last one that had begun. */
function phaseAt(seconds: number, phases: LoadReport['phases']): string {
  return (phases.findLast(({ at }) => at <= seconds) ?? phases[0])?.label ?? '';
}

function counts(entries: readonly (readonly [name: string, count: number])[]): Counts {
  const all: Record<string, number> = {};
  for (const [name, count] of entries) all[name] = (all[name] ?? 0) + count;
  return all;
}

/** To a thousandth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
