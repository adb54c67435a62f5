import type { Bucket, LoadReport, StreamReport } from '../../../../scripts/validate/load/load-report.ts';
import { errorsChart, latencyChart, requestsChart } from '../../../../scripts/validate/report/load-charts.ts';
import { exampleReport } from '../../../support/example-report.ts';

/** Of a picture whose chart is 100 pixels wide. */
const WIDTH = 168;

const example = exampleReport().gates[6]!.loads[0]!;

test('failed requests stand above the good ones, of all streams together', async () => {
  const svg = await drawn(requestsChart, [bucket(0, 10, 0), bucket(1, 10, 4)], [bucket(0, 10, 0), bucket(1, 10, 1)]);

  // 20 a second are 150 pixels; 15 of them are good in the second one.
  expect(shapes(svg, 'good')).toEqual(['M0,0L50,0L50,37.5L100,37.5L100,150L50,150L50,150L0,150Z']);
  expect(shapes(svg, 'failed')).toEqual(['M50,0h50v37.5h-50Z']);
});

test('failed requests of a second are stacked by stream', async () => {
  const svg = await drawn(errorsChart, [bucket(0, 10, 0), bucket(1, 10, 4)], [bucket(0, 10, 2), bucket(1, 10, 2)]);

  // 6 are 90 pixels.
  expect(shapes(svg, 'stream-0')).toEqual(['M50,30h50v60h-50Z']);
  expect(shapes(svg, 'stream-1')).toEqual(['M0,60h50v30h-50Z', 'M50,0h50v30h-50Z']);
});

test('latencies of all streams have the same scale, by powers of ten', async () => {
  const slow = { ...bucket(0, 10, 0), p50: 100, p99: 1000 };
  const [quick, other] = [bucket(0, 10, 0), bucket(1, 10, 0)];
  const load = loadOf([quick, other], [slow, slow]);

  const { text } = await latencyChart(load, load.streams[0]!, WIDTH);

  expect([...text.matchAll(/>(\d[\d,]*)<\/text>/g)].map(([, tick]) => tick)).toEqual(
    expect.arrayContaining(['1', '1,000']),
  );
  // 120 pixels for 1 to 1000: 1 is at the bottom, 10 a third above it.
  expect(shapes(text, 'p50')).toEqual(['M25,120L75,120']);
  expect(shapes(text, 'p99')).toEqual(['M25,80L75,80']);
});

test('a second in which nothing was due has no latency', async () => {
  const load = loadOf([bucket(0, 10, 0), { ...bucket(1, 0, 0), p50: 0, p99: 0 }, bucket(2, 10, 0), bucket(3, 10, 0)]);

  const { text } = await latencyChart(load, load.streams[0]!, WIDTH);

  expect(shapes(text, 'p50')).toEqual(['M12.5,120L62.5,120L87.5,120']);
});

async function drawn(chart: typeof errorsChart, ...streams: readonly Bucket[][]): Promise<string> {
  return (await chart(loadOf(...streams), WIDTH)).text;
}

function loadOf(...streams: readonly Bucket[][]): LoadReport {
  const first: StreamReport = example.streams[0]!;
  const seconds = streams[0]!.length;
  return { ...example, seconds, phases: [], streams: streams.map((buckets) => ({ ...first, buckets })) };
}

function bucket(at: number, sent: number, failed: number): Bucket {
  return { at, sent, failed, p50: 1, p99: 10 };
}

/** The outlines of a mark. */
function shapes(svg: string, name: string): string[] {
  const [, paths = ''] = new RegExp(`<g class="mark-\\w+ role-mark ${name}"[^>]*>(.*?)</g>`).exec(svg)!;
  return [...paths.matchAll(/<path [^>]*\bd="([^"]*)"/g)].map(([, outline]) => outline!);
}
