import { amount, duration, grouped, latency } from './amounts.ts';
import { cleanText } from './clean-text.ts';
import { facts, verdict } from './facts.ts';
import type { GateReport, Report } from './report.ts';

/** A report as GitHub shows it: verdict, environment, gates, evidence of what failed, loads. */
export function reportMarkdown(report: Report): string {
  const failed = report.gates.filter(({ status }) => status === 'failed');
  const sections = [
    '# Validation',
    `**${escaped(verdict(report))}**`,
    table(['', ''], facts(report)),
    '## Gates',
    table(['#', 'gate', 'verdict', 'measured', 'limit', 'seconds'], report.gates.map(gateRow)),
    ...failed.flatMap(evidenceOf),
    ...loads(report),
    ...figures(report),
  ];
  return `${sections.join('\n\n')}\n`;
}

function gateRow({ number, name, status, measured, limit, seconds }: GateReport): string[] {
  return [`${number}`, name, status === 'passed' ? '✅ passed' : '❌ failed', measured, limit, seconds.toFixed(1)];
}

function evidenceOf({ number, name, evidence }: GateReport): string[] {
  return [`### Evidence of gate ${number}, ${escaped(name)}`, fenced(evidence.length === 0 ? ['none'] : evidence)];
}

/** Nothing is escaped inside; the fence is longer than any in it. */
function fenced(lines: readonly string[]): string {
  const text = lines.map(cleanText).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function loads({ gates }: Report): string[] {
  return gates.flatMap(({ number, loads }) =>
    loads.flatMap(({ name, seconds, streams }) => [
      `### Load of gate ${number}: ${escaped(name)}, ${duration(seconds)}`,
      table(
        ['stream', 'sent', 'failed', 'p50', 'p99', 'longest gap'],
        streams.map(({ target, connections, rate, sent, failed, p50, p99, longestGap }) => [
          `${target}, ${connections} connections, ${grouped(rate)} per second`,
          ...[grouped(sent), grouped(failed), latency(p50), latency(p99), latency(longestGap)],
        ]),
      ),
    ]),
  );
}

function figures({ gates }: Report): string[] {
  const rows = gates.flatMap(({ number, figures }) =>
    figures.map(({ name, value, unit, limit }) => [
      `${number}`,
      name,
      amount(value, unit),
      limit === undefined ? '' : amount(limit, unit),
    ]),
  );
  return rows.length === 0 ? [] : ['## Figures', table(['gate', 'figure', 'measured', 'at most'], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head.map(escaped), head.map(() => '---'), ...rows.map((row) => row.map(escaped))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  return cleanText(text)
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/[&<>]/g, (character) => ENTITIES[character]!);
}
