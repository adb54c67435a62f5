import type { ExplainedFieldValue, FieldExplanation } from '../chart/explain/explain-field.ts';
import { yamlBlock } from '../chart/yaml-writer.ts';
import { cut, grouped, indented, placesOf, sourceText } from './explain-lines.ts';

/** Lines of a value or template that are shown. */
const MOST_LINES = 24;

/** A field's explanation as lines for people. */
export function fieldText(field: FieldExplanation, preset: string): string[] {
  return [
    `${field.object}${field.field === '' ? '' : ` ${field.field}`}`,
    ...valueAtField(field, preset),
    ...(field.field === '' ? ['', 'template', `  ${placesOf(field.lines)}`] : templateText(field)),
    '',
    ...fieldValuesText(field),
    ...(field.written.length > 0 ? ['', 'written by', ...sourceText(field.written)] : []),
    '',
    'object made by',
    ...sourceText(field.made),
  ];
}

function valueAtField({ byDefault, when, field }: FieldExplanation, preset: string): string[] {
  const condition = when === '' ? [] : indented(`there when ${when}`, 4, '  ');
  if (byDefault.length === 0) return [...condition, `  not there by default in ${preset}`];
  if (field === '') return [...condition, `  there by default in ${preset}`];
  const lines = byDefault.flatMap((json) => yamlBlock(json).trimEnd().split('\n'));
  return [
    ...condition,
    `  by default in ${preset}:`,
    ...lines.slice(0, MOST_LINES).map((line) => cut(`      ${line}`)),
    ...more(lines),
  ];
}

function templateText({ lines }: FieldExplanation): string[] {
  return lines.flatMap((range, i) => {
    const file = range.file === lines[i - 1]?.file ? '   ...' : `\n${range.file.replace('templates/', '')}`;
    const indent = Math.min(...range.text.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
    const shown = range.text
      .slice(0, MOST_LINES)
      .map((line, n) => cut(`  ${String(range.from + n).padStart(4)}  ${line.slice(indent)}`));
    return [...file.split('\n'), ...shown, ...more(range.text)];
  });
}

function more(lines: readonly string[]): string[] {
  return lines.length > MOST_LINES ? [`        and ${lines.length - MOST_LINES} more lines`] : [];
}

/** Values that the same lines read stand together. */
function fieldValuesText({ isLeaf, values }: FieldExplanation): string[] {
  if (values.length === 0) return ['values', '  none: it is always the same'];
  if (!isLeaf) return ['values', ...indented(values.map(({ path }) => path).join(', '), 2)];
  const byLines = grouped(values, ({ read }) => read.map(({ file, line }) => `${file}:${line}`).join());
  const texts = [...byLines.values()].flatMap((group) => [
    ...group.flatMap(({ path, role, when }) =>
      indented(`${path} ${ROLES[role]}${when === '' ? '' : `, when ${when}`}`, 4, '  '),
    ),
    ...sourceText(group[0]!.read, '      '),
  ]);
  return ['values, and the lines that read them', ...texts];
}

const ROLES: Readonly<Record<ExplainedFieldValue['role'], string>> = {
  value: 'is what stands there',
  text: 'is in the text',
  key: 'is its name',
  each: 'gives its elements or entries',
  hash: 'is hashed',
  presence: 'decides whether it is there',
  choice: 'decides what it is',
  replaces: 'may have an entry that takes its place',
};
