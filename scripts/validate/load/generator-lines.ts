import type { FailureKind } from './load-report.ts';

/** What one stream of requests of a load is. */
export interface StreamConfiguration {
  /** What people call it: `frontend`, `backend`, `frontend /api`. */
  readonly target: string;
  /** As `http://todo-frontend:3000/`. Only GET is sent. */
  readonly url: string;
  /** A connection for each request, or some that are kept, as browsers and proxies do it. */
  readonly connections: 'new' | 'kept';
  /** Requests a second, at least 1. */
  readonly rate: number;
  /** Milliseconds from sending, after which a request has failed. */
  readonly timeoutMs: number;
}

/** What the generator reads from the variable LOAD. */
export interface GeneratorConfiguration {
  /** Ends by itself after so many. */
  readonly seconds: number;
  /** Milliseconds that targets may take to answer for the first time. */
  readonly patienceMs: number;
  readonly streams: readonly StreamConfiguration[];
}

/** What the generator prints, one on each line. Times are milliseconds since it started, by the pod's clock. */
export type GeneratorLine = StartLine | BucketLine | FailureLine | EndLine | ErrorLine;

interface Line {
  /** From 0, without a gap. */
  readonly number: number;
  /** When it was printed. */
  readonly now: number;
}

/** All targets have answered; the first request is due now. */
export interface StartLine extends Line {
  readonly type: 'start';
  /** The time of day, in milliseconds since 1970. */
  readonly epoch: number;
}

/** All that was due in one second, told when all of it is over. */
export interface BucketLine extends Line {
  readonly type: 'bucket';
  /** Index of the stream. */
  readonly stream: number;
  readonly second: number;
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
  /** Of all, also of those that failed: see histogram.ts. */
  readonly latencies: readonly (readonly [index: number, count: number])[];
  /** In tenths of a second since the start, by when they were due. */
  readonly failures: readonly (readonly [tenth: number, kind: FailureKind, pod: string, count: number])[];
}

/** One of the first failures of a stream. */
export interface FailureLine extends Line {
  readonly type: 'failure';
  readonly stream: number;
  readonly at: number;
  readonly kind: FailureKind;
  readonly pod: string;
  readonly message: string;
}

export interface EndLine extends Line {
  readonly type: 'end';
  /** Its time was over, or it was told to stop. */
  readonly reason: 'time' | 'signal';
  readonly streams: readonly { readonly slowest: number; readonly latestSend: number; readonly longestGap: number }[];
}

/** It cannot begin. */
export interface ErrorLine extends Line {
  readonly type: 'error';
  readonly message: string;
}

/** @returns undefined for what is not the generator's, such as what Node.js says when it ends badly */
export function parseGeneratorLine(text: string): GeneratorLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<GeneratorLine> | null;
    return typeof line?.number === 'number' && typeof line.type === 'string' ? (line as GeneratorLine) : undefined;
  } catch {
    return undefined;
  }
}
