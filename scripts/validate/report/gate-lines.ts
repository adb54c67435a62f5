import pc from 'picocolors';
import { duration } from './amounts.ts';
import { cleanText } from './clean-text.ts';
import { verdict } from './facts.ts';
import { folded } from './folded.ts';
import type { GateReport, Report } from './report.ts';

type Colors = ReturnType<typeof pc.createColors>;

// picocolors also takes the variable CI for a terminal; what is piped stays plain.
const COLORS = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
const WIDTH = 79;
const NAME = 'Reproducibility'.length;
/** As in `✓  1 `. */
const BEFORE_NAME = 5;
/** As in ` 12 min 34 s  `. */
const TIME = 14;
const COLUMN = BEFORE_NAME + NAME + TIME;

export interface ReportLinesOptions {
  /** Where the report was written. @default - nowhere */
  readonly directory?: string;
  /** @default - colours on a terminal */
  readonly colors?: Colors;
}

/** All gates, each against its limit, and what it comes to. No line is longer than 79 columns. */
export function gateLines(report: Report, options: ReportLinesOptions = {}): string[] {
  return [...report.gates.flatMap((gate) => linesOfGate(gate, options.colors)), '', ...summaryLines(report, options)];
}

/** One gate, for when it has ended: measured against limit, and the evidence where it has failed. */
export function linesOfGate(
  { number, name, status, measured, limit, seconds, evidence }: GateReport,
  colors: Colors = COLORS,
): string[] {
  const passed = status === 'passed';
  const mark = passed ? colors.green('✓') : colors.red('✗');
  const title = passed ? name.padEnd(NAME) : colors.red(name.padEnd(NAME));
  const head = `${mark} ${`${number}`.padStart(2)} ${title}${colors.dim(duration(seconds).padStart(TIME - 2))}  `;
  const [first = '', ...more] = texts(measured, limit, colors);
  return [
    head + first,
    ...more.map((line) => `${' '.repeat(COLUMN)}${line}`),
    ...(passed ? [] : evidence.flatMap(evidenceLines)),
  ];
}

/** As `10 of 10 gates passed in 6 min 12 s`, and where the report is. */
export function summaryLines(report: Report, { directory, colors = COLORS }: ReportLinesOptions = {}): string[] {
  const failed = report.gates.filter(({ status }) => status === 'failed');
  const names = failed.map(({ number, name }) => `${number} ${name}`).join(', ');
  const text = failed.length === 0 ? verdict(report) : `${verdict(report)}; failed: ${names}`;
  return [
    ...folded(text, WIDTH).map(report.ok ? colors.green : colors.red),
    ...(directory === undefined ? [] : [`report: ${directory}`]),
  ];
}

/** Measured and limit in one line where they fit into it. */
function texts(measured: string, limit: string, colors: Colors): string[] {
  const width = WIDTH - COLUMN;
  const [what, against] = [cleanText(measured), `(${cleanText(limit)})`];
  if (what.length + 1 + against.length <= width) return [`${what} ${colors.dim(against)}`];
  return [...folded(what, width), ...folded(against, width).map(colors.dim)];
}

function evidenceLines(line: string): string[] {
  return folded(cleanText(line), WIDTH - BEFORE_NAME - 2).map(
    (part, i) => ' '.repeat(i === 0 ? BEFORE_NAME : BEFORE_NAME + 2) + part,
  );
}
