import type { BucketLine, FailureLine, GeneratorLine } from '../../../../scripts/validate/load/generator-lines.ts';
import { indexOf } from '../../../../scripts/validate/load/histogram.ts';
import { loadReport } from '../../../../scripts/validate/load/load-report.ts';
import { verdict } from '../../../../scripts/validate/load/verdict.ts';

const STARTED = Date.parse('2026-11-21T10:00:00Z');
const STREAMS = [
  { target: 'frontend', url: 'http://a/', connections: 'new', rate: 10, timeoutMs: 1000 },
  { target: 'backend', url: 'http://b/', connections: 'kept', rate: 10, timeoutMs: 1000 },
] as const;

/** Two streams for two seconds; requests of the second one failed at 0.95 s, 1.1 s and 1.15 s. */
const LINES: GeneratorLine[] = [
  { number: 0, now: 0, type: 'start', epoch: STARTED },
  failed(1, 950, 'refused', 'unknown', 'connect ECONNREFUSED'),
  // Seconds may be told in any order.
  bucket(1, 1, { failed: 2, failures: [[11, 'reset', 'b-1', 2]], latencies: [[indexOf(40), 10]] }),
  failed(1, 1150, 'reset', 'b-1', 'socket hang up'),
  failed(1, 1100, 'reset', 'b-1', 'socket hang up'),
  bucket(0, 0, { latencies: [[indexOf(2), 10]] }),
  bucket(1, 0, { failed: 1, retried: 1, failures: [[9, 'refused', 'unknown', 1]], latencies: [[indexOf(2), 10]] }),
  bucket(0, 1, {
    latencies: [
      [indexOf(2), 9],
      [indexOf(900), 1],
    ],
  }),
  {
    number: 0,
    now: 2500,
    type: 'end',
    reason: 'signal',
    streams: [
      { slowest: 895.5, latestSend: 1, longestGap: 950 },
      { slowest: 40, latestSend: 2, longestGap: 210 },
    ],
  },
];
const PHASES = [
  { label: 'base line', at: Number.NEGATIVE_INFINITY },
  { label: 'upgrade', at: STARTED + 1000 },
];

test('puts together what each stream has seen', () => {
  const { streams, ...report } = loadReport({
    name: 'upgrade',
    streams: STREAMS,
    lines: LINES,
    started: STARTED,
    phases: PHASES,
  });

  expect(report).toMatchObject({
    name: 'upgrade',
    started: '2026-11-21T10:00:00.000Z',
    seconds: 1.9,
    phases: [
      { label: 'base line', at: 0 },
      { label: 'upgrade', at: 1 },
    ],
  });
  expect(streams[0]).toEqual({
    target: 'frontend',
    connections: 'new',
    rate: 10,
    sent: 20,
    failed: 0,
    retried: 0,
    p50: expect.closeTo(2, 1),
    // The middle of its class would be above the slowest.
    p99: 895.5,
    slowest: 895.5,
    longestGap: 950,
    latestSend: 1,
    failuresBy: { kind: {}, phase: {}, pod: {} },
    buckets: [
      { at: 0, sent: 10, failed: 0, p50: expect.closeTo(2, 1), p99: expect.closeTo(2, 1) },
      { at: 1, sent: 10, failed: 0, p50: expect.closeTo(2, 1), p99: expect.closeTo(900, -1) },
    ],
  });
});

test('counts failures by kind, phase and pod', () => {
  const { streams, failures } = report();

  expect(streams[1]).toMatchObject({ sent: 20, failed: 3, retried: 1 });
  expect(streams[1]!.failuresBy).toEqual({
    kind: { refused: 1, reset: 2 },
    phase: { 'base line': 1, upgrade: 2 },
    pod: { unknown: 1, 'b-1': 2 },
  });
  expect(failures.map(({ at, phase, pod, kind }) => ({ at, phase, pod, kind }))).toEqual([
    { at: 0.95, phase: 'base line', pod: 'unknown', kind: 'refused' },
    { at: 1.1, phase: 'upgrade', pod: 'b-1', kind: 'reset' },
    { at: 1.15, phase: 'upgrade', pod: 'b-1', kind: 'reset' },
  ]);
});

test('says in one line what failed, of all or of some phases', () => {
  expect(verdict(report())).toEqual({
    sent: 40,
    failed: 3,
    retried: 1,
    text: "3 of 40 requests failed; the first: backend, kept connection, refused (connect ECONNREFUSED), in 'base line' after 0.9 s, pod unknown",
  });
  expect(verdict(report(), ['upgrade', 'rollback'])).toMatchObject({
    failed: 2,
    text: "2 failed of 40 requests in all, in 'upgrade', 'rollback'; the first: backend, kept connection, reset (socket hang up), in 'upgrade' after 1.1 s, pod b-1",
  });
  expect(verdict(report(), ['rollback'])).toMatchObject({
    failed: 0,
    text: "0 failed of 40 requests in all, in 'rollback'",
  });
});

function report() {
  return loadReport({ name: 'upgrade', streams: STREAMS, lines: LINES, started: STARTED, phases: PHASES });
}

function bucket(stream: number, second: number, changes: Partial<BucketLine>): BucketLine {
  const none = { sent: 10, failed: 0, retried: 0, latencies: [], failures: [] };
  return { number: 0, now: 0, type: 'bucket', stream, second, ...none, ...changes };
}

function failed(stream: number, at: number, kind: FailureLine['kind'], pod: string, message: string): FailureLine {
  return { number: 0, now: 0, type: 'failure', stream, at, kind, pod, message };
}
