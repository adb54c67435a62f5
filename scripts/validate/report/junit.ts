import { cleanText } from './clean-text.ts';
import { facts } from './facts.ts';
import { type Markup, markup } from './markup.ts';
import type { GateReport, Report } from './report.ts';

/**
 * A report as CI servers read it: a test case for each gate.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function reportJunit(report: Report): string {
  const { gates, seconds, started, release } = report;
  const failures = gates.filter(({ status }) => status === 'failed').length;
  const counts = markup`tests="${gates.length}" failures="${failures}" errors="0" skipped="0" time="${time(seconds)}"`;
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="validate" ${counts}>
  <testsuite name="validate ${release.preset}" ${counts} timestamp="${started.slice(0, 19)}">
    <properties>
${facts(report).map(([name, value]) => markup`      <property name="${name}" value="${value}"/>\n`)}    </properties>
${gates.map((gate) => testCase(gate, release.preset))}  </testsuite>
</testsuites>
`.text;
}

function testCase(gate: GateReport, preset: string): Markup {
  const { number, name, status, measured, limit, seconds, evidence } = gate;
  const text = [`measured: ${measured}`, `limit: ${limit}`, ...evidence].map(cleanText).join('\n');
  const body =
    status === 'failed'
      ? markup`<failure type="gate" message="${measured}">${text}</failure>`
      : markup`<system-out>${text}</system-out>`;
  return markup`    <testcase classname="validate.${preset}" name="${number} ${name}" time="${time(seconds)}">
      ${body}
    </testcase>
`;
}

function time(seconds: number): string {
  return seconds.toFixed(3);
}
