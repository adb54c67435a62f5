import type { Json } from './json.ts';
import { yamlScalar } from './scalar.ts';
import { defaultsOf, type ObjectShape, type Shape } from './shape.ts';
import { yamlBlock } from './yaml-writer.ts';

const WIDTH = 100;

/** values.yaml: every default with its description as a comment, in the order of the schema's declaration. */
export function valuesYaml(shape: ObjectShape, heading: string): string {
  const groups = Object.entries(shape.fields).map(([key, field]) => entryLines(key, field).join('\n'));
  return `${comment(heading, '').join('\n')}\n\n${groups.join('\n\n')}\n`;
}

function entryLines(key: string, shape: Shape): string[] {
  const about = comment(aboutOf(shape), '');
  if (shape.kind === 'object' && shape.fixed && shape.fallback !== null && Object.keys(shape.fields).length > 0) {
    const inner = Object.entries(shape.fields).flatMap(([name, field]) => entryLines(name, field));
    const rest = Object.entries(shape.rest ?? {}).flatMap(([name, value]) => yamlLines(name, value));
    return [...about, `${yamlScalar(key)}:`, ...[...inner, ...rest].map((line) => (line === '' ? '' : `  ${line}`))];
  }
  return [...about, ...yamlLines(key, defaultsOf(shape))];
}

function yamlLines(key: string, value: Json): string[] {
  return yamlBlock({ [key]: value })
    .trimEnd()
    .split('\n');
}

/** The description, with an enum's options. */
export function aboutOf(shape: Shape): string {
  const options =
    shape.kind === 'enum' ? `One of ${shape.options.map((option) => (option === '' ? '""' : option)).join(', ')}.` : '';
  return [shape.description ?? '', options].filter((part) => part !== '').join(' ');
}

function comment(text: string, indent: string): string[] {
  if (text === '') return [];
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .flatMap((paragraph) => wrap(paragraph, WIDTH - 2 - indent.length).map((line) => `# ${line}`.trimEnd()));
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** The rows of the README's values table. */
export function valuesTable(shape: ObjectShape): string {
  const rows = leaves(shape).map((leaf) => {
    const type = `${typeOf(leaf)}${leaf.nullable ? ' or null' : ''}`;
    return `| \`${leaf.path}\` | ${cell(aboutOf(leaf))} | ${type} | \`${cell(JSON.stringify(defaultsOf(leaf)))}\` |`;
  });
  return ['| Value | Description | Type | Default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function leaves(shape: Shape): Shape[] {
  if (shape.kind !== 'object' || (shape.nullable && shape.fallback === null)) return [shape];
  const fields = Object.values(shape.fields).flatMap(leaves);
  // What is passed on without being declared is one row.
  const isRow = shape.rest !== undefined && (fields.length === 0 || Object.keys(shape.rest).length > 0);
  return isRow ? [{ ...shape, fields: {} }, ...fields] : fields;
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'number':
      return shape.integer ? 'integer' : 'number';
    case 'quantity':
      return 'quantity';
    case 'enum':
      return 'string';
    case 'object':
      return 'map';
    case 'opaque':
      return 'any';
    default:
      return shape.kind;
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** A profile's overrides as a values file. */
export function profileYaml(overrides: Json, heading: string): string {
  return `${comment(heading, '').join('\n')}\n\n${yamlBlock(overrides)}`;
}
