import { amount, duration } from './amounts.ts';
import { facts, verdict } from './facts.ts';
import { loadSections } from './html-loads.ts';
import { STYLE } from './html-style.ts';
import { type Markup, markup, type Part, trustedMarkup, when } from './markup.ts';
import type { GateReport, Report } from './report.ts';

/** Even if something foreign came into the page, nothing in it would run or call home. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A report as one page for browsers and paper that needs no other file: gates, evidence, and charts of the loads. */
export async function reportHtml(report: Report): Promise<string> {
  const { gates, release, started } = report;
  const failed = gates.filter(({ status }) => status === 'failed');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${report.ok ? '✓' : '✗'} Validation of ${release.name}, ${started.slice(0, 10)}</title>
<style>${trustedMarkup(STYLE)}</style>
</head>
<body>
<main>
${summary(report)}
<h2>Gates</h2>
<div class="card">${gateTable(gates)}</div>
${when(failed.length > 0, () => [markup`<h2>Why it failed</h2>\n`, failed.map(failure)])}
${await loadSections(gates)}
<h2>Figures and evidence</h2>
<div class="card">${gates.map(details)}</div>
<h2>Where and what</h2>
<div class="card">${factTable(report)}</div>
</main>
</body>
</html>
`.text;
}

function summary(report: Report): Markup {
  const { ok, gates, release, started, quick, commit } = report;
  const day = `${started.slice(0, 16).replace('T', ' ')} UTC`;
  const source = `commit ${(commit.id ?? 'none').slice(0, 12)}${commit.isDirty ? ' with changes' : ''}`;
  return markup`<header class="card verdict ${ok ? 'passed' : 'failed'}">
<h1>${ok ? '✓' : '✗'} ${verdict(report)}</h1>
<p>${release.chart} as <b>${release.name}</b> in namespace <b>${release.namespace}</b> of ${release.context}</p>
<p class="muted">${day}, ${source}${quick ? ', with shortened waits' : ''}</p>
<ol class="share" aria-label="seconds of each gate">
${gates.map(share)}</ol>
<small>The width is each gate’s share of the time.</small>
</header>`;
}

function share({ number, name, status, seconds }: GateReport): Markup {
  const title = `${number} ${name}: ${status}, ${duration(seconds)}`;
  // Whole, so that it is the same wherever it is made.
  return markup`<li class="${status}" style="flex-grow:${Math.round(seconds) + 1}" title="${title}">${number}</li>\n`;
}

function gateTable(gates: readonly GateReport[]): Markup {
  return markup`<table class="gates">
<thead><tr><th scope="col"></th><th scope="col">gate</th><th scope="col" class="number">time</th><th scope="col">measured</th><th scope="col">limit</th></tr></thead>
<tbody>
${gates.map(gateRow)}</tbody>
</table>`;
}

function gateRow({ number, name, status, measured, limit, seconds }: GateReport): Markup {
  const mark =
    status === 'passed'
      ? markup`<td class="mark good">✓ ${number}</td>`
      : markup`<td class="mark bad">✗ ${number}</td>`;
  return markup`<tr>${mark}<th scope="row">${name}</th><td class="number">${duration(seconds)}</td><td class="measured">${measured}</td><td class="limit">${limit}</td></tr>\n`;
}

function failure({ number, name, measured, limit, evidence }: GateReport): Markup {
  return markup`<section class="card"><h3>${number} ${name}</h3>
<p class="bad">${measured}</p>
<p class="muted">limit: ${limit}</p>
${evidenceList(evidence)}
</section>
`;
}

/** The evidence of a failed gate stands above. Empty where there is nothing to show. */
function details({ number, name, status, evidence, figures }: GateReport): Part {
  const shown = status === 'passed' ? evidence : [];
  const counts = [counted(figures.length, 'figure'), counted(shown.length, 'line of evidence', 'lines of evidence')];
  return when(
    figures.length + shown.length > 0,
    () => markup`<details><summary><b>${number} ${name}</b> <small>${counts.filter(Boolean).join(', ')}</small></summary>
${when(figures.length > 0, () => figureTable(figures))}${evidenceList(shown)}
</details>
`,
  );
}

function counted(count: number, one: string, more = `${one}s`): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : more}`;
}

function figureTable(figures: GateReport['figures']): Markup {
  const rows = figures.map(({ name, value, unit, limit }) => {
    const most = limit === undefined ? '' : amount(limit, unit);
    return markup`<tr><td>${name}</td><td class="number">${amount(value, unit)}</td><td class="number">${most}</td></tr>\n`;
  });
  return markup`<table>
<thead><tr><th scope="col">figure</th><th scope="col" class="number">measured</th><th scope="col" class="number">at most</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}

/** What others have said stands in a box under the line that it belongs to. */
function evidenceList(lines: readonly string[]): Part {
  const items: { line: string; quotes: string[] }[] = [];
  for (const line of lines) {
    const last = items.at(-1);
    if (line.startsWith('> ') && last !== undefined) last.quotes.push(line.slice(2));
    else items.push({ line, quotes: [] });
  }
  const list = items.map(
    ({ line, quotes }) =>
      markup`<li>${line}${when(quotes.length > 0, () => markup`<pre>${quotes.join('\n')}</pre>`)}</li>\n`,
  );
  return when(items.length > 0, () => markup`<ul class="evidence">\n${list}</ul>`);
}

function factTable(report: Report): Markup {
  return markup`<table class="facts">
<tbody>
${facts(report).map(([name, text]) => markup`<tr><th scope="row">${name}</th><td>${text}</td></tr>\n`)}</tbody>
</table>`;
}
