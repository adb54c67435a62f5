import fc from 'fast-check';
import { isText } from './check-values.ts';
import { type Json, type JsonObject, setKey, withValueAt } from './json.ts';
import { numbersOf, stringsOf } from './samples.ts';
import type { ObjectShape, Shape, StringShape } from './shape.ts';

/**
 * Overrides that a program's schema allows: hostile strings, 0, "", false, large numbers, empty and long lists and
 * maps, nulls, every option of an enum, and keys left out. Rules across values may still refuse them.
 */
export function validOverrides(shape: ObjectShape): fc.Arbitrary<JsonObject> {
  return valueFor({ ...shape, nullable: false }) as fc.Arbitrary<JsonObject>;
}

/** Overrides of which one value is not what the schema allows. */
export function invalidOverrides(shape: ObjectShape): fc.Arbitrary<JsonObject> {
  const places = placesIn(shape, []);
  return fc
    .tuple(validOverrides(shape), fc.constantFrom(...places))
    .chain(([overrides, place]) =>
      fc.constantFrom(...place.wrong).map((wrong) => withValueAt(overrides, place.path, wrong) as JsonObject),
    );
}

function valueFor(shape: Shape): fc.Arbitrary<Json> {
  const value = notNullFor(shape);
  return shape.nullable
    ? fc.oneof({ arbitrary: value, weight: 2 }, { arbitrary: fc.constant(null), weight: 1 })
    : value;
}

function notNullFor(shape: Shape): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case 'object':
      return objectFor(shape);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...shape.options);
    case 'string':
      return textFor(shape);
    case 'number':
      return fc.oneof(fc.constantFrom(...numbersOf(shape)), ...(shape.integer ? [integerFor(shape)] : []));
    case 'quantity':
      return fc.oneof(textFor(shape.text), fc.constantFrom(...numbersOf(shape.number)));
    case 'list':
      return fc.array(valueFor(shape.element), {
        minLength: shape.minItems,
        maxLength: Math.min(shape.maxItems ?? 4, 4),
      });
    case 'map':
      return fc
        .array(fc.tuple(keyFor(shape.key), valueFor(shape.value)), { maxLength: 4 })
        .map((entries) => fromEntries(entries));
    case 'opaque':
      return opaque();
  }
}

function keyFor(shape: StringShape): fc.Arbitrary<string> {
  return textFor(shape).filter((key) => key !== '__proto__');
}

function objectFor(shape: ObjectShape): fc.Arbitrary<Json> {
  const fields = Object.entries(shape.fields).map(([key, field]) => {
    const value = valueFor(field);
    const optional = field.fixed || field.nullable || field.fallback !== undefined;
    return (optional ? fc.option(value, { nil: undefined, freq: 2 }) : value).map((each) => [key, each] as const);
  });
  return fc
    .tuple(...fields)
    .map((entries) => fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined)));
}

function integerFor(shape: Extract<Shape, { kind: 'number' }>): fc.Arbitrary<number> {
  const min = shape.min.value + (shape.min.inclusive ? 0 : 1);
  const max = shape.max.value - (shape.max.inclusive ? 0 : 1);
  return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) });
}

function textFor(shape: StringShape): fc.Arbitrary<string> {
  const known = fc.constantFrom(...stringsOf(shape));
  const [pattern] = shape.patterns;
  if (pattern !== undefined) {
    const matching = matchingTexts(pattern).filter((text) => isText(shape, text));
    return fc.oneof(known, matching);
  }
  const maxLength = Math.min(shape.maxLength ?? 30, 30);
  const free = fc
    .string({ unit: 'binary', minLength: shape.minLength, maxLength })
    .filter((text) => isText(shape, text) && !/[\uE000-\uE004]/.test(text));
  return fc.oneof(known, free);
}

const byPattern = new Map<string, fc.Arbitrary<string>>();

/** Texts that match a pattern. Made once for each: fast-check lists every character of a class. */
function matchingTexts(pattern: string): fc.Arbitrary<string> {
  const known = byPattern.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' });
  byPattern.set(pattern, known);
  return known;
}

/** No nulls: below a key that has a default, Helm takes them for deletions. */
function opaque(): fc.Arbitrary<Json> {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('yes', '1e3', '012', '{{ x }}', '\u0085', '\u007f', '\ufffe'),
  );
  const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(0.5, 1e21, 2 ** 53 - 1));
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(text, tie('tree')), { maxLength: 3 }).map(fromEntries),
    ),
  }));
  return tree.filter((value) => !JSON.stringify(value).match(/[\uE000-\uE004]/));
}

function fromEntries(entries: readonly (readonly [string, Json])[]): JsonObject {
  const object: JsonObject = {};
  for (const [key, value] of entries) setKey(object, key, value);
  return object;
}

interface Place {
  readonly path: readonly string[];
  readonly wrong: readonly Json[];
}

/** Each place of values.yaml with values that are wrong there. */
function placesIn(shape: ObjectShape, path: readonly string[]): Place[] {
  const unknown: Place = { path: [...path, 'notAValue'], wrong: [1, 'text', {}] };
  return [
    ...(shape.rest === undefined ? [unknown] : []),
    ...Object.entries(shape.fields).flatMap(([key, field]): Place[] => {
      const here = [...path, key];
      if (key === 'global' && path.length === 0) return [];
      const inner = field.kind === 'object' && field.fixed && !field.nullable ? placesIn(field, here) : [];
      return [{ path: here, wrong: wrongFor(field) }, ...inner].filter(({ wrong }) => wrong.length > 0);
    }),
  ];
}

function wrongFor(shape: Shape): Json[] {
  const missing: Json[] = shape.nullable ? [] : [null];
  switch (shape.kind) {
    case 'string':
      return [
        ...missing,
        7,
        true,
        [],
        ...(shape.minLength > 0 ? [''] : []),
        ...(shape.patterns.length > 0 ? ['\n \u0000'] : []),
      ];
    case 'number':
      return [
        ...missing,
        'text',
        true,
        {},
        ...(shape.integer ? [0.5] : []),
        ...[shape.min.value - 1, shape.max.value + 1].filter(Number.isSafeInteger),
      ];
    case 'quantity':
      return [...missing, true, 'not a quantity'];
    case 'boolean':
      return [...missing, 'true', 0, {}];
    case 'enum':
      return [...missing, 'NotAnOption', 1];
    case 'list':
      return [...missing, {}, 'text', 1];
    case 'map':
    case 'object':
      return [...missing, [], 'text', 1];
    case 'opaque':
      return missing;
  }
}
