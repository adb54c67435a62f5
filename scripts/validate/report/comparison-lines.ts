import pc from 'picocolors';
import { grouped } from './amounts.ts';
import { cleanText } from './clean-text.ts';
import { type Comparison, isRegression, isWorse, type Side, type VerdictChange } from './compare-reports.ts';
import type { Difference } from './differences.ts';
import type { FigureChange } from './figure-changes.ts';
import { folded } from './folded.ts';

type Colors = ReturnType<typeof pc.createColors>;

// picocolors also takes the variable CI for a terminal; what is piped stays plain.
const COLORS = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
const WIDTH = 79;
const NAME = 30;

/** What differs between two validations, for people: no line is longer than 79 columns. */
export function comparisonLines(comparison: Comparison, colors: Colors = COLORS): string[] {
  const { differences, verdicts, figures } = comparison;
  return [
    `old  ${sideText(comparison.old)}`,
    `new  ${sideText(comparison.new)}`,
    ...differenceLines(differences, colors),
    ...verdictLines(verdicts, colors),
    ...figureLines(figures, colors),
    '',
    isWorse(comparison) ? colors.red(worseText(verdicts)) : colors.green('no gate that passed fails now'),
  ];
}

function sideText({ started, commit, passed, failed }: Side): string {
  const time = `${started.slice(0, 16).replace('T', ' ')} UTC`;
  return `${time}, ${passed} of ${passed + failed} gates passed, commit ${cleanText(commit ?? 'none').slice(0, 12)}`;
}

function worseText(verdicts: readonly VerdictChange[]): string {
  const count = verdicts.filter(isRegression).length;
  return count === 1 ? '1 gate that passed fails now' : `${count} gates that passed fail now`;
}

function differenceLines(differences: readonly Difference[], colors: Colors): string[] {
  if (differences.length === 0) return ['', 'the same commit, release, environment and values'];
  const groups = [...new Set(differences.map(({ group }) => group))];
  return groups.flatMap((group) => [
    '',
    colors.bold(group),
    ...differences
      .filter((each) => each.group === group)
      .flatMap(({ field, old, new: now }) => hanging(`${field}: ${old ?? 'nothing'} -> ${now ?? 'nothing'}`)),
  ]);
}

function verdictLines(verdicts: readonly VerdictChange[], colors: Colors): string[] {
  if (verdicts.length === 0) return ['', 'the same verdict for each gate'];
  return [
    '',
    colors.bold('verdicts'),
    ...verdicts.flatMap((change) => {
      const { number, name, old, new: now, measured } = change;
      const lines = hanging(`${number} ${name}: ${old ?? 'not run'} -> ${now ?? 'not run'}: ${measured}`);
      return isRegression(change) ? lines.map(colors.red) : lines;
    }),
  ];
}

function figureLines(figures: readonly FigureChange[], colors: Colors): string[] {
  const changed = figures.filter(({ old, new: now }) => old !== now);
  const same = figures.length - changed.length;
  if (changed.length === 0) return ['', `the same figures: ${same}`];
  return [
    '',
    colors.bold(row('figures', 'old', 'new', 'difference', '')),
    ...changed.flatMap((change) => {
      const lines = figureRow(change);
      return change.worse === null ? lines : lines.map(colors.yellow);
    }),
    ...(same === 0 ? [] : [`  ${same} more are the same`]),
    `  'slower', 'larger' and 'more' are by more than 20 %. A difference between one`,
    '  run and one other can be chance.',
  ];
}

function figureRow({ gate, name, unit, old, new: now, difference, percent, worse }: FigureChange): string[] {
  const [title = '', ...more] = folded(cleanText(`${gate} ${name}`), NAME - 2);
  const share = percent === null ? '' : `${sign(percent)}${grouped(Math.round(Math.abs(percent)))} %`;
  const by = difference === null ? '' : `${sign(difference)}${text(Math.abs(difference), unit)}`;
  const line = row(title, text(old, unit), text(now, unit), by, `${share.padStart(8)}  ${worse ?? ''}`);
  return [line.trimEnd(), ...more.map((part) => `    ${part}`)];
}

function row(name: string, old: string, now: string, difference: string, rest: string): string {
  return `  ${name.padEnd(NAME - 2)}${old.padStart(10)}${now.padStart(11)}${difference.padStart(11)}${rest}`;
}

/** What is counted says so in its name. */
function text(value: number | null, unit: FigureChange['unit']): string {
  if (value === null) return '-';
  return unit === 's' || unit === 'ms' || unit === 'MB' ? `${grouped(value)} ${unit}` : grouped(value);
}

function sign(value: number): string {
  return value < 0 ? '-' : '+';
}

function hanging(line: string): string[] {
  return folded(cleanText(line), WIDTH - 4).map((part, i) => `${i === 0 ? '  ' : '    '}${part}`);
}
