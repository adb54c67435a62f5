import type { LoadReport, StreamReport } from '../load/load-report.ts';
import { duration, grouped, latency } from './amounts.ts';
import { errorsChart, latencyChart, requestsChart, STREAM_COLORS } from './load-charts.ts';
import { type Markup, markup, when } from './markup.ts';
import type { GateReport } from './report.ts';

/** Pixels. A picture that shrinks to a phone's width has letters that nobody can read, so that there are two. */
const WIDE = 940;
const NARROW = 340;
const HALF = 360;

/** What each load has seen: streams, phases, charts, failures. Empty where no gate had one. */
export async function loadSections(gates: readonly GateReport[]): Promise<Markup[]> {
  const sections: Markup[] = [];
  for (const { number, name, loads } of gates)
    for (const load of loads) sections.push(await section(number, name, load));
  return sections;
}

async function section(number: number, gate: string, load: LoadReport): Promise<Markup> {
  const { name, seconds, streams, phases } = load;
  const latencies: Markup[] = [];
  for (const stream of streams) latencies.push(await latencyFigure(load, stream));
  return markup`<h2>Load of gate ${number}, ${gate}${when(name !== gate.toLowerCase(), () => `: ${name}`)}</h2>
<section class="card load">
<p>${total(load)} in ${duration(seconds)}, at a constant rate whether or not answers come.</p>
<div class="scroll">${streamTable(streams)}</div>
<figure>
<figcaption>Requests <span><i class="swatch ok"></i>good</span> <span><i class="swatch lost"></i>failed</span></figcaption>
${await twice((width) => requestsChart(load, width), `Good and failed requests per second of load ${name}`)}
<ol class="phases">${phases.map(({ label, at }, i) => markup`<li><b>${i + 1} ${label}</b> at ${duration(at)}</li> `)}</ol>
</figure>
<figure>
<figcaption>Errors ${streams.map(errorLegend)}</figcaption>
${await twice((width) => errorsChart(load, width), `Failed requests per second of load ${name}`)}
</figure>
<div class="latencies">
${latencies}</div>
${failureParts(load)}
</section>
`;
}

function total({ streams }: LoadReport): Markup {
  const sum = (of: (stream: StreamReport) => number) => streams.reduce((total, stream) => total + of(stream), 0);
  const failed = sum((stream) => stream.failed);
  return markup`<b${when(failed > 0, () => markup` class="bad"`)}>${grouped(failed)} of ${grouped(sum(({ sent }) => sent))} requests failed</b>`;
}

function errorLegend({ failed, ...stream }: StreamReport, i: number): Markup {
  return markup`<span><i class="swatch s${i % STREAM_COLORS}"></i>${streamName(stream)}: ${grouped(failed)}</span> `;
}

async function latencyFigure(load: LoadReport, stream: StreamReport): Promise<Markup> {
  const name = streamName(stream);
  const wide = await latencyChart(load, stream, HALF);
  return markup`<figure>
<figcaption>${name} <span><i class="swatch thick"></i>p50</span> <span><i class="swatch thin"></i>p99</span></figcaption>
<div role="img" aria-label="Latency of ${name} over time">${wide}</div>
</figure>
`;
}

function streamName({ target, connections }: Pick<StreamReport, 'target' | 'connections'>): string {
  return `${target}, ${connections === 'new' ? 'new connections' : 'kept connections'}`;
}

async function twice(chart: (width: number) => Promise<Markup>, label: string): Promise<Markup> {
  return markup`<div class="wide" role="img" aria-label="${label}">${await chart(WIDE)}</div>
<div class="narrow" role="img" aria-label="${label}">${await chart(NARROW)}</div>`;
}

function streamTable(streams: readonly StreamReport[]): Markup {
  const head = ['sent', 'failed', 'retried', 'p50', 'p99', 'slowest', 'longest gap', 'sent late'];
  return markup`<table class="streams">
<thead><tr><th scope="col">stream</th>${head.map((name) => markup`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>
${streams.map((stream) => streamRow(stream, head))}</tbody>
</table>`;
}

function streamRow(stream: StreamReport, head: readonly string[]): Markup {
  const { rate, sent, failed, retried, p50, p99, slowest, longestGap, latestSend } = stream;
  const texts = [...[sent, failed, retried].map(grouped), ...[p50, p99, slowest, longestGap, latestSend].map(latency)];
  // On a phone there is no head: each cell says what it is.
  const cells = texts.map((text, i) => markup`<td class="number" data-name="${head[i]!}">${text}</td>`);
  return markup`<tr><td>${streamName(stream)} <small>${grouped(rate)} per second</small></td>${cells}</tr>\n`;
}

function failureParts({ failures, streams }: LoadReport): Markup | string {
  if (failures.length === 0) return '';
  const counts = (['kind', 'phase', 'pod'] as const).map((by) => {
    const sums = new Map<string, number>();
    for (const { failuresBy } of streams)
      for (const [name, count] of Object.entries(failuresBy[by])) sums.set(name, (sums.get(name) ?? 0) + count);
    const text = [...sums].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${grouped(count)}`);
    return markup`<tr><th scope="row">by ${by}</th><td>${text.join(', ')}</td></tr>\n`;
  });
  const rows = failures.map(
    ({ at, target, connections, kind, phase, pod, message }) =>
      markup`<tr><td class="number">${at.toFixed(1)} s</td><td>${streamName({ target, connections })}</td><td>${kind}</td><td>${phase}</td><td>${pod}</td><td>${message}</td></tr>\n`,
  );
  return markup`<h3>What failed</h3>
<table class="facts"><tbody>
${counts}</tbody></table>
<details><summary>The first ${failures.length} failures, one by one</summary>
<div class="scroll"><table>
<thead><tr><th scope="col" class="number">at</th><th scope="col">stream</th><th scope="col">kind</th><th scope="col">phase</th><th scope="col">pod</th><th scope="col">message</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</details>`;
}
