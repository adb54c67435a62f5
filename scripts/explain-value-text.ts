import type { ExplainedUse, ValueExplanation } from '../chart/explain/explain-value.ts';
import type { SourceLine } from '../chart/explain/source-project.ts';
import type { LineRange } from '../chart/explain/template-spot.ts';
import type { Json } from '../chart/json.ts';
import { cut, grouped, indented, placesOf } from './explain-lines.ts';

/** Objects for which the same is said once. */
const FEWEST_TOGETHER = 4;

/** A value's explanation as lines for people. */
export function valueText(value: ValueExplanation): string[] {
  const { path, type, description, declared, parts } = value;
  const facts = [
    ...declared.map(({ file, line }) => ['declared', `${file}:${line}`] as const),
    ...(type === 'a map' && parts !== undefined ? [] : [['type', type] as const]),
    ...defaultsOf(value).map((text) => ['default', text] as const),
  ];
  const head = [path, ...(description === undefined ? [] : indented(description, 2)), ''];
  const table = facts.flatMap(([name, text]) => indented(text, 12, `  ${name.padEnd(10)}`));
  const sections = [
    ...usesText(value.uses),
    ...sectionText('subcharts', value.subcharts),
    ...sectionText('rules', value.rules),
    ...mentionsText(value.mentions),
    ...(parts ?? []).flatMap((part) => ['', ...shortText(part)]),
  ];
  return [...head, ...table, ...(sections.length > 0 ? sections : ['', '  Nothing in the chart depends on it.'])];
}

/** One for all programs where they agree. */
function defaultsOf({ defaults }: ValueExplanation): string[] {
  const entries = Object.entries(defaults).map(([name, json]) => [name, inline(json)] as const);
  const [first] = entries;
  if (first === undefined) return [];
  if (entries.every(([, text]) => text === first[1])) return [first[1]];
  return entries.map(([name, text]) => `${text} (${name})`);
}

function inline(json: Json): string {
  return typeof json === 'string' && json !== '' ? json : JSON.stringify(json);
}

/** What a value in an object does, by object. */
function shortText(value: ValueExplanation): string[] {
  const lines = indented(`${value.path}: ${defaultsOf(value).join(', ') || value.type}`, 4, '');
  const objects = grouped(value.uses, ({ object }) => object);
  if (objects.size >= FEWEST_TOGETHER) {
    lines.push(...indented(`in ${objects.size} objects: ${shortUses(value.uses)}`, 6, '    '));
  } else for (const [object, uses] of objects) lines.push(...indented(`${object}: ${shortUses(uses)}`, 6, '    '));
  const others = [
    ...value.subcharts,
    ...(value.rules.length > 0 ? [`${value.rules.length} rule${value.rules.length > 1 ? 's' : ''}`] : []),
    ...new Set(value.mentions.map(({ file }) => file.replace('templates/', ''))),
  ];
  if (others.length > 0) lines.push(...indented(others.join(', '), 6, '    '));
  return value.uses.length + others.length > 0 ? lines : [...lines, '    nothing depends on it'];
}

/** What it is first, then what it decides. */
function shortUses(uses: readonly ExplainedUse[]): string {
  const fields = uses
    .filter(({ role }) => role !== 'presence')
    .map(({ field, role }) => (role === 'hash' ? `the hash in ${field}` : field));
  const decided = uses
    .filter(({ role }) => role === 'presence')
    .map(({ field }) => (field === '' ? 'the object' : field));
  return [...new Set(fields), ...(decided.length > 0 ? [`decides on ${[...new Set(decided)].join(', ')}`] : [])].join(
    '; ',
  );
}

/** By object, with what is said of many objects at the end. */
function usesText(uses: readonly ExplainedUse[]): string[] {
  const alike = grouped(uses, (use) => `${use.field} ${sentence(use)}`);
  const together = [...alike.values()].filter(({ length }) => length >= FEWEST_TOGETHER);
  const alone = uses.filter((use) => !together.some((group) => group.includes(use)));
  const byObject = [...grouped(alone, (use) => heading(use)).entries()].flatMap(([object, own]) => [
    '',
    ...indented(object, 2, ''),
    ...own.flatMap((use) => [
      ...indented(sentence(use), 4, '  '),
      ...casesText(use),
      ...indented(placesOf(use.lines), 6),
    ]),
  ]);
  return [...byObject, ...together.flatMap(togetherText)];
}

function heading({ object, objectWhen, field }: ExplainedUse): string {
  return objectWhen === '' || field === '' ? object : `${object}, which is there when ${objectWhen}`;
}

function togetherText(uses: readonly ExplainedUse[]): string[] {
  const [first] = uses;
  const shared = first!.lines.filter((range) => uses.every((use) => use.lines.some((each) => sameRange(each, range))));
  const objects = uses.flatMap((use) => {
    const own = use.lines.filter((range) => !shared.some((each) => sameRange(each, range)));
    return indented(`${use.object} (${placesOf(own)})`, 8, '      ');
  });
  const where = shared.length > 0 ? indented(placesOf(shared), 6) : [];
  return [
    '',
    `${uses.length} objects`,
    ...indented(sentence(first!), 4, '  '),
    ...casesText(first!),
    ...where,
    ...objects,
  ];
}

function sameRange(a: LineRange, b: LineRange): boolean {
  return a.file === b.file && a.from === b.from && a.to === b.to;
}

/** What a value does at a place. */
function sentence({ field, role, fieldWhen, when, except = [], hashed = [] }: ExplainedUse): string {
  const subject = field === '' ? 'the object' : field;
  const also = fieldWhen === '' ? '' : `, when ${fieldWhen}`;
  switch (role) {
    case 'value':
      return `${subject} is this value${also}`;
    case 'text':
      return `${subject} has it in its text${also}`;
    case 'key':
      return `${subject} is named by it${also}`;
    case 'each': {
      if (field === '') return `there is one object for each of its elements${also}`;
      const parts = field.endsWith(']') ? 'elements' : 'entries';
      return `${subject} are its ${parts}${except.length === 0 ? '' : ` except ${except.join(', ')}`}${also}`;
    }
    case 'hash':
      return `${subject} is a hash that it is in, by ${[...new Set(hashed)].join(', ')}${also}`;
    case 'presence':
      return `${subject} is there only when ${field === '' ? when : fieldWhen}`;
    case 'choice':
      return `${subject} depends on it${also}:`;
    case 'replaces':
      return `${subject} gives way to its entry of that name${also}`;
  }
}

function casesText({ cases = [] }: ExplainedUse): string[] {
  return cases.flatMap(({ what, when }) => indented(when === '' ? what : `${what} when ${when}`, 8, '    '));
}

function sectionText(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', name, ...lines.flatMap((line) => indented(line, 4, '  '))];
}

function mentionsText(mentions: readonly SourceLine[]): string[] {
  return [...grouped(mentions, ({ file }) => file.replace('templates/', '')).entries()].flatMap(([file, lines]) => [
    '',
    file,
    ...lines.map(({ line, text }) => cut(`  ${String(line).padStart(4)}  ${text}`)),
  ]);
}
