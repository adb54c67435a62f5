import type { Mark } from 'vega';
import type { LoadReport, StreamReport } from '../load/load-report.ts';
import { type ChartOptions, chartSvg } from './chart.ts';
import type { Markup } from './markup.ts';

/** How many streams have a colour of their own; more begin anew. */
export const STREAM_COLORS = 6;

/** Good and failed requests of all streams for each second, stacked. */
export function requestsChart(load: LoadReport, width: number): Promise<Markup> {
  const seconds = perSecond(load.streams);
  const good = seconds.flatMap(({ at, sent, failed }) => [at, at + 1].map((x) => ({ at: x, to: sent - failed })));
  const failed = seconds.map(({ at, sent, failed }) => ({ at, from: sent - failed, to: sent }));
  return chartSvg({
    ...common(load, width),
    height: 150,
    hasLabels: true,
    y: { title: 'requests per second', domain: [0, Math.max(1, ...seconds.map(({ sent }) => sent))] },
    data: [
      { name: source('good'), values: good },
      { name: source('failed'), values: failed.filter(({ from, to }) => to > from) },
    ],
    marks: [GOOD, bars('failed')],
  });
}

/** Failed requests for each second, stacked by stream. */
export function errorsChart(load: LoadReport, width: number): Promise<Markup> {
  const heights = new Map<number, number>();
  const names = load.streams.map((_, i) => `stream-${i % STREAM_COLORS}`);
  const blocks = load.streams.flatMap(({ buckets }, i) =>
    buckets
      .filter(({ failed }) => failed > 0)
      .map(({ at, failed }) => {
        const from = heights.get(at) ?? 0;
        heights.set(at, from + failed);
        return { name: names[i], at, from, to: from + failed };
      }),
  );
  const series = [...new Set(names)];
  const isCalm = blocks.length === 0;
  return chartSvg({
    ...common(load, width),
    height: isCalm ? 40 : 90,
    hasLabels: false,
    y: { title: isCalm ? 'failed' : 'failed per second', domain: [0, Math.max(1, ...heights.values())] },
    data: series.map((name) => ({ name: source(name), values: blocks.filter((block) => block.name === name) })),
    marks: [...series.map(bars), ...(isCalm ? [NO_FAILURES] : [])],
  });
}

/** Median and 99th percentile of one stream for each second. */
export function latencyChart(load: LoadReport, stream: StreamReport, width: number): Promise<Markup> {
  const values = stream.buckets.filter(({ sent }) => sent > 0).map(({ at, p50, p99 }) => ({ at: at + 0.5, p50, p99 }));
  const [low, high] = powersOfTen(load.streams);
  const shown = values.map(({ at, p50, p99 }) => ({ at, p50: Math.max(low, p50), p99: Math.max(low, p99) }));
  return chartSvg({
    ...common(load, width),
    height: 120,
    hasLabels: false,
    y: { title: 'latency (ms)', domain: [low, high], isLogarithmic: true },
    data: [{ name: 'latency', values: shown }],
    marks: [
      {
        type: 'area',
        name: 'latency-band',
        aria: false,
        from: { data: 'latency' },
        encode: { enter: { x: X, y: { scale: 'y', field: 'p50' }, y2: { scale: 'y', field: 'p99' } } },
      },
      line('p99'),
      line('p50'),
    ],
  });
}

/** Level within each second; one shape, since thousands of bars would make the page large. */
const GOOD: Mark = {
  type: 'area',
  name: 'good',
  aria: false,
  from: { data: source('good') },
  encode: { enter: { x: { scale: 'x', field: 'at' }, y: { scale: 'y', field: 'to' }, y2: { scale: 'y', value: 0 } } },
};

const X = { scale: 'x', field: 'at' };

function common(
  { seconds, phases, streams }: LoadReport,
  width: number,
): Pick<ChartOptions, 'width' | 'seconds' | 'phases'> {
  // The last second may have begun before the end.
  const last = Math.max(0, ...streams.flatMap(({ buckets }) => buckets.map(({ at }) => at + 1)));
  return { width, phases, seconds: Math.max(seconds, last) };
}

function perSecond(streams: readonly StreamReport[]): { at: number; sent: number; failed: number }[] {
  const seconds = new Map<number, { at: number; sent: number; failed: number }>();
  for (const { at, sent, failed } of streams.flatMap(({ buckets }) => buckets)) {
    const sum = seconds.get(at) ?? { at, sent: 0, failed: 0 };
    seconds.set(at, { at, sent: sum.sent + sent, failed: sum.failed + failed });
  }
  return [...seconds.values()].sort((a, b) => a.at - b.at);
}

/** The same for all streams of a load, so that they can be compared. */
function powersOfTen(streams: readonly StreamReport[]): [number, number] {
  const values = streams
    .flatMap(({ buckets }) => buckets.filter(({ sent }) => sent > 0).flatMap(({ p50, p99 }) => [p50, p99]))
    .filter((value) => value > 0);
  if (values.length === 0) return [1, 10];
  const low = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...values))));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [low, Math.max(high, low * 10)];
}

/** A mark and what it shows must not have the same name. */
function source(name: string): string {
  return `${name}-seconds`;
}

/** One for each second, from its begin to its end. */
function bars(name: string): Mark {
  return {
    type: 'rect',
    name,
    aria: false,
    from: { data: source(name) },
    encode: {
      enter: {
        x: X,
        x2: { signal: "scale('x', datum.at + 1)" },
        y: { scale: 'y', field: 'from' },
        y2: { scale: 'y', field: 'to' },
      },
    },
  };
}

function line(field: 'p50' | 'p99'): Mark {
  return {
    type: 'line',
    name: field,
    aria: false,
    from: { data: 'latency' },
    encode: { enter: { x: X, y: { scale: 'y', field } } },
  };
}

const NO_FAILURES: Mark = {
  type: 'text',
  name: 'no-failures',
  aria: false,
  encode: {
    enter: {
      x: { signal: 'width / 2' },
      y: { signal: 'height / 2' },
      text: { value: 'no request failed' },
      align: { value: 'center' },
      baseline: { value: 'middle' },
      fontSize: { value: 12 },
    },
  },
};
