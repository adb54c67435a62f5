import type { Change } from '../chart/compare/change.ts';
import type { PresetCheck, ValuesCheckResult } from './values-check.ts';
import { wrapped } from './wrapped.ts';

const WIDTH = 80;

/** What a check found, for people: what breaks first, the verdicts last. What two presets have in common is said once. */
export function reportText(result: ValuesCheckResult): string {
  const compared = result.presets.filter(({ comparison }) => comparison !== undefined);
  const changes = said(compared, ({ comparison }) => comparison!.changes);
  const blocks = [
    block('Breaking: what was taken may be refused', changeLines(changes.filter(({ item }) => item.breaking))),
    block('Compatible: what was taken is taken', changeLines(changes.filter(({ item }) => !item.breaking))),
    block('Files that are not as they were', fileLines(compared)),
    result.files.length === 0 ? [] : block(result.files.join(', '), result.presets.flatMap(valuesLines)),
    verdictLines(result),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** What a check found, for machines. */
export function reportJson({ against, ok, presets, gone }: ValuesCheckResult): string {
  const reports = presets.map(({ preset, version, comparison, values }) => ({
    preset,
    version,
    ...(comparison === undefined
      ? {}
      : { step: comparison.version, changes: comparison.changes.map(plain), files: comparison.files }),
    ...(values === undefined ? {} : { values: { ...values, concerning: values.concerning.map(plain) } }),
  }));
  return JSON.stringify({ against, ok, presets: reports, gone }, null, 2);
}

function plain({ reach: _, ...change }: Change): Omit<Change, 'reach'> {
  return change;
}

interface Said<T> {
  readonly item: T;
  /** ` (todo-app)` where not all presets have it. */
  readonly whose: string;
}

/** What all presets say, each thing once. */
function said<T>(presets: readonly PresetCheck[], items: (preset: PresetCheck) => readonly T[]): Said<T>[] {
  const found = new Map<string, { item: T; names: string[] }>();
  for (const preset of presets) {
    for (const item of items(preset)) {
      const key = JSON.stringify(item);
      const known = found.get(key) ?? { item, names: [] };
      known.names.push(preset.preset);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ item, names }) => ({
    item,
    whose: names.length === presets.length ? '' : ` (${names.join(', ')})`,
  }));
}

/** What changed about each subject, below its name. */
function changeLines(changes: readonly Said<Change>[], indent = '  '): string[] {
  const headings = new Set(changes.map(headingOf));
  return [...headings].flatMap((heading) => [
    ...fitted(heading, indent),
    ...changes
      .filter((change) => headingOf(change) === heading)
      .flatMap(({ item }) => fitted(changeText(item), `${indent}  `)),
  ]);
}

function headingOf({ item, whose }: Said<Change>): string {
  const where = item.subchart === undefined ? '' : ` in the subchart ${item.subchart.join('.')}`;
  return `${item.subject}${where}${whose}`;
}

function changeText({ kind, what, effect }: Change): string {
  return `${kind}${what === undefined ? '' : `: ${what}`}; ${effect}`;
}

function fileLines(presets: readonly PresetCheck[]): string[] {
  const files = said(presets, ({ comparison }) => comparison!.files);
  return (['changed', 'added', 'removed'] as const).flatMap((change) => {
    const those = files.filter(({ item }) => item.change === change);
    const list = those.map(({ item, whose }) => `${item.path}${whose}`).join(', ');
    return list === '' ? [] : fitted(`${change}: ${list}`, '  ', '    ');
  });
}

function valuesLines({ preset, comparison, values }: PresetCheck): string[] {
  if (values === undefined) return [];
  const { refusals, takenBefore, concerning } = values;
  const total = comparison?.changes.length ?? 0;
  const before = takenBefore === undefined ? '' : takenBefore ? ', as it did before' : ', and did not before';
  const refused = takenBefore === undefined ? '' : takenBefore ? ', and took it before' : ', as it did before';
  return [
    ...(refusals.length === 0
      ? fitted(`${preset} takes it${before}`, '  ')
      : [
          ...fitted(`${preset} refuses it${refused}:`, '  '),
          ...refusals.flatMap((line) => fitted(line, '    ', '      ')),
        ]),
    ...(total === 0
      ? []
      : fitted(
          `${concerning.length} of ${total} changes ${concerning.length === 1 ? 'concerns' : 'concern'} it${concerning.length === 0 ? '' : ':'}`,
          '  ',
        )),
    ...changeLines(
      concerning.map((item) => ({ item, whose: '' })),
      '    ',
    ),
  ];
}

function verdictLines({ against, presets, gone, files }: ValuesCheckResult): string[] {
  const name = files.join(', ');
  return [
    ...gone.map((preset) => `${preset}: there was such a chart at ${against}, and is none now`),
    ...presets.map(({ preset, version, comparison }) =>
      comparison === undefined
        ? `${preset} ${version}: there is no such chart at ${against}; all of it is new`
        : `${preset} ${comparison.version.verdict}`,
    ),
    ...presets.flatMap(({ preset, values }) =>
      (values?.refusals.length ?? 0) === 0 ? [] : [`${name}: refused by ${preset}`],
    ),
  ].flatMap((line) => fitted(line, ''));
}

function block(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...fitted(heading, ''), ...lines];
}

/** Lines that fit a terminal; words that do not fit are cut. */
function fitted(text: string, indent: string, further = indent): string[] {
  const words = text.split(' ').flatMap((each) => pieces(each, WIDTH - further.length));
  return wrapped(words.join(' '), WIDTH, indent, further);
}

function pieces(word: string, width: number): string[] {
  return word.match(new RegExp(`.{1,${width}}`, 'gs')) ?? [''];
}
