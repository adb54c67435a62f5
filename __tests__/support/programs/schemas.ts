import type { Json, JsonObject } from '../../../chart/json.ts';
import type { Field, Schema } from './description.ts';
import type { Dice } from './dice.ts';

/** Texts that YAML, Go or a template read as something else, and plain ones. */
export const TEXTS: readonly string[] = [
  ...['web', 'api', 'a', 'b', 'main', 'nginx:1.27', '', ' a ', 'yes', '012', '1e3', '{{ .x }}', '%s', '"\\\n\t', '~'],
  ...['- a: #b', '<&>', '\u0085\u2028\ufeff', '😀', '$(x)', "it's", '|', 'two\nlines\n', 'null', '10', '/a/b', '}}'],
];

/** Keys that a map may have in common with spread ones, and awkward ones. */
export const KEYS: readonly string[] = [
  ...['a', 'b', 'KEY', 'app', 'example.com/x', 'true', 'with space', '{{', 'ü', 'zz', 'c', 'A_B'],
];

/** Patterns with texts that match. */
const PATTERNS: readonly (readonly [pattern: string, texts: readonly string[]])[] = [
  ['^[a-z][a-z0-9-]*$', ['web', 'api-2', 'a']],
  ['^[A-Z_]+$', ['KEY', 'A_B', 'Z']],
  ['^[a-z0-9./-]+$', ['a/b', 'example.com', 'x-1']],
];

const NAMES: Readonly<Record<string, readonly string[]>> = {
  string: ['name', 'image', 'host', 'title', 'tag', 'a-b'],
  number: ['port', 'replicas', 'count', 'weight'],
  quantity: ['cpu', 'memory'],
  boolean: ['enabled', 'debug', 'tls', 'on', 'verbose', 'readOnly'],
  enum: ['mode', 'type', 'policy'],
  list: ['items', 'names', 'ports', 'hosts', 'args'],
  map: ['labels', 'env', 'config', 'annotations'],
  object: ['service', 'ingress', 'probe', 'block'],
  opaque: ['affinity', 'extra'],
};

/** Fields with different names. All have a default, or are nullable, where values.yaml holds them. */
export function someFields(dice: Dice, count: number, depth: number, fixed: boolean): Field[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    const schema = someSchema(dice, depth);
    const key = freeName(dice, schema, taken);
    return fieldOf(dice, key, schema, fixed);
  });
}

function fieldOf(dice: Dice, key: string, schema: Schema, fixed: boolean): Field {
  const field = { kind: 'field', key } as const;
  if (dice.chance(20)) {
    const of = schema.kind === 'object schema' ? withoutDefaults(dice, schema) : schema;
    const nullable: Schema = { kind: dice.chance(75) ? 'nullable schema' : 'optional schema', of };
    const known = nullable.kind === 'nullable schema' && (fixed || dice.chance(30));
    if (!known) return { ...field, schema: nullable };
    return { ...field, schema: nullable, fallback: dice.chance(60) ? null : someValue(dice, of) };
  }
  if (schema.kind === 'object schema') {
    const inner = fixed ? schema : withoutDefaults(dice, schema);
    return fixed ? { ...field, schema: inner, fallback: {} } : { ...field, schema: inner };
  }
  return fixed || dice.chance(40) ? { ...field, schema, fallback: someValue(dice, schema) } : { ...field, schema };
}

/** The same fields as they are in elements and below null, where values.yaml does not hold them. */
function withoutDefaults(dice: Dice, schema: Extract<Schema, { kind: 'object schema' }>): Schema {
  const fields = schema.fields.map((field): Field => {
    if (field.schema.kind === 'object schema')
      return { kind: 'field', key: field.key, schema: withoutDefaults(dice, field.schema) };
    return dice.chance(60) ? { kind: 'field', key: field.key, schema: field.schema } : field;
  });
  return { ...schema, fields };
}

function someSchema(dice: Dice, depth: number): Schema {
  const deep = depth > 0;
  return dice.way<Schema>(
    [5, () => stringSchema(dice)],
    [3, () => numberSchema(dice)],
    [1, () => ({ kind: 'quantity schema' })],
    [6, () => ({ kind: 'boolean schema' })],
    [
      3,
      () => ({
        kind: 'enum schema',
        options: dice.pick([
          ['a', 'b'],
          ['Always', 'Never', 'OnFailure'],
          ['', 'x'],
          ['a', 'b', 'c', 'true'],
        ]),
      }),
    ],
    [deep ? 5 : 1, () => listSchema(dice, depth)],
    [deep ? 4 : 1, () => mapSchema(dice, depth)],
    [deep ? 4 : 0, () => ({ kind: 'object schema', fields: someFields(dice, dice.between(1, 4), depth - 1, true) })],
    [1, () => ({ kind: 'opaque schema' })],
  );
}

function stringSchema(dice: Dice): Schema {
  return dice.way<Schema>(
    [4, () => ({ kind: 'string schema' })],
    [2, () => ({ kind: 'string schema', min: 1 })],
    [3, () => ({ kind: 'string schema', pattern: dice.pick(PATTERNS)[0] })],
  );
}

function numberSchema(dice: Dice): Schema {
  return dice.way<Schema>(
    [2, () => ({ kind: 'number schema', integer: true })],
    [2, () => ({ kind: 'number schema', integer: true, min: 1, max: 65535 })],
    [1, () => ({ kind: 'number schema', integer: true, min: 0 })],
    [1, () => ({ kind: 'number schema', integer: false })],
    [1, () => ({ kind: 'number schema', integer: false, min: 0, max: 1 })],
  );
}

function listSchema(dice: Dice, depth: number): Schema {
  const min = dice.chance(15) ? 1 : undefined;
  return { kind: 'list schema', of: elementSchema(dice, depth), ...(min === undefined ? {} : { min }) };
}

function mapSchema(dice: Dice, depth: number): Schema {
  const keys = dice.chance(30) ? { keys: dice.pick(PATTERNS)[0] } : {};
  const of: Schema = dice.chance(60) ? stringSchema(dice) : elementSchema(dice, depth);
  return { kind: 'map schema', of, ...keys };
}

function elementSchema(dice: Dice, depth: number): Schema {
  return dice.way<Schema>(
    [3, () => stringSchema(dice)],
    [1, () => numberSchema(dice)],
    [depth > 0 ? 8 : 1, () => elementObject(dice, depth)],
    [depth > 0 ? 3 : 0, () => unnamed(dice, depth - 1)],
  );
}

/** An element that is no object. */
function unnamed(dice: Dice, depth: number): Schema {
  return someSchema(dice, depth - 1);
}

function elementObject(dice: Dice, depth: number): Schema {
  const name: Field = { kind: 'field', key: 'name', schema: stringSchema(dice) };
  const more = someFields(dice, dice.between(1, 4), depth - 1, false).filter(({ key }) => key !== 'name');
  return { kind: 'object schema', fields: [...(dice.chance(85) ? [name] : []), ...more] };
}

function freeName(dice: Dice, schema: Schema, taken: Set<string>): string {
  const base = dice.pick(NAMES[schema.kind.split(' ')[0]!] ?? ['value']);
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}${i}`;
  taken.add(name);
  return name;
}

/** A valid value. */
export function someValue(dice: Dice, schema: Schema): Json {
  switch (schema.kind) {
    case 'string schema':
      return textOf(dice, schema);
    case 'number schema':
      return schema.integer
        ? dice.between(schema.min ?? -1, Math.min(schema.max ?? 2_000_000, 2_000_000))
        : dice.pick([0, 1, 0.5]);
    case 'quantity schema':
      return dice.pick<Json>(['100m', '1Gi', 1, 0.5, '2']);
    case 'boolean schema':
      return dice.chance(50);
    case 'opaque schema':
      return dice.pick<Json>([{}, [], 'x', { a: { b: [1, true] } }, ['a', '{{']]);
    case 'enum schema':
      return dice.pick(schema.options);
    case 'nullable schema':
    case 'optional schema':
      return dice.chance(40) && schema.kind === 'nullable schema' ? null : someValue(dice, schema.of);
    case 'list schema':
      return dice.times(schema.min ?? 0, 2, () => someValue(dice, schema.of));
    case 'map schema': {
      const keys = dice.times(0, 2, () =>
        schema.keys === undefined ? dice.pick([...KEYS, '10']) : patternText(dice, schema.keys),
      );
      return Object.fromEntries(keys.map((key) => [key, someValue(dice, schema.of)]));
    }
    case 'object schema': {
      const given = schema.fields.filter(
        ({ schema: { kind }, fallback }) =>
          (fallback === undefined && kind !== 'optional schema' && kind !== 'nullable schema') || dice.chance(50),
      );
      return Object.fromEntries(given.map((field) => [field.key, someValue(dice, field.schema)])) as JsonObject;
    }
  }
}

function textOf(dice: Dice, schema: Extract<Schema, { kind: 'string schema' }>): string {
  if (schema.pattern !== undefined) return patternText(dice, schema.pattern);
  return dice.pick(schema.min === undefined ? TEXTS : TEXTS.filter((text) => text !== ''));
}

function patternText(dice: Dice, pattern: string): string {
  return dice.pick(PATTERNS.find(([known]) => known === pattern)![1]);
}
