import type { LogSource } from './log-source.ts';

/** One line of a log. */
export interface LogLine {
  readonly source: LogSource;
  /** As the kubelet wrote it down, RFC 3339 with nanoseconds; always in UTC. */
  readonly time: string;
  readonly text: string;
}

/** @param line as the API has it with timestamps */
export function parseLogLine(source: LogSource, line: string): LogLine {
  const [, time, text] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/s.exec(line) ?? [];
  // What the kubelet says by itself has no time.
  return time === undefined ? { source, time: '', text: line } : { source, time, text: text! };
}

/** By time. Lines of one log keep their order, also where their times are the same. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  return [...lines].sort((a, b) => compareTimes(a.time, b.time));
}

/** As texts they do not compare: the kubelet leaves zeros at the end away. */
export function compareTimes(a: string, b: string): number {
  const [x, y] = [comparable(a), comparable(b)];
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

function comparable(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
