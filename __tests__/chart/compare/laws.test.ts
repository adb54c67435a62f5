import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { checkValues, isText } from '../../../chart/check-values.ts';
import { accepts } from '../../../chart/compare/accepts.ts';
import { compareValues } from '../../../chart/compare/compare-values.ts';
import { concerning } from '../../../chart/compare/concerns.ts';
import type { Json, JsonObject } from '../../../chart/json.ts';
import { jsonSchema } from '../../../chart/json-schema.ts';
import { mergeOverDefaults } from '../../../chart/merge-values.ts';
import { defaultsOf, type ObjectShape, type Shape, shapeOf } from '../../../chart/shape.ts';
import { valuesDataOfShape } from '../../support/values-data.ts';

const KEYS = ['a', 'b', 'count', 'counter'];

/** A type as it was and as it is. */
type Pair = readonly [z.ZodType, z.ZodType];

/** Types of one kind, each of which takes one of the samples below. */
const KINDS: readonly fc.Arbitrary<z.ZodType>[] = [
  fc
    .record({
      min: fc.integer({ min: 0, max: 2 }),
      max: fc.integer({ min: 3, max: 5 }),
      pattern: fc.constantFrom(/^/, /^[a-z]*$/, /^[a-c]*$/),
    })
    .map(({ min, max, pattern }) => z.string().min(min).max(max).regex(pattern)),
  fc
    .record({
      min: fc.integer({ min: 0, max: 2 }),
      max: fc.integer({ min: 3, max: 5 }),
      kind: fc.constantFrom(0, 1, 2),
    })
    .map(
      ({ min, max, kind }) =>
        [
          z.int().min(min).max(max),
          z
            .int()
            .gt(min)
            .lt(max + 1),
          z
            .number()
            .min(min)
            .lt(max + 1),
        ][kind]!,
    ),
  fc.subarray(['x', 'y', 'abc'], { minLength: 1 }).map((options) => z.enum(options)),
  fc.constantFrom(z.boolean(), z.unknown(), z.union([z.string(), z.number()]), z.union([z.string().min(1), z.int()])),
];

const leaves: fc.Arbitrary<Pair> = fc.oneof(
  ...KINDS.map((kind) => fc.tuple(kind, kind)),
  fc.tuple(fc.oneof(...KINDS), fc.oneof(...KINDS)),
);

function nested(inner: fc.Arbitrary<Pair>): fc.Arbitrary<Pair> {
  const size = fc.record({ min: fc.integer({ min: 0, max: 1 }), max: fc.integer({ min: 2, max: 3 }) });
  const lists = fc
    .tuple(inner, size, size)
    .map(([[old, now], a, b]): Pair => [z.array(old).min(a.min).max(a.max), z.array(now).min(b.min).max(b.max)]);
  const key = fc.constantFrom(z.string(), z.string().regex(/^[a-c]*$/), z.string().max(5));
  const maps = fc.tuple(inner, key, key).map(([[old, now], a, b]): Pair => [z.record(a, old), z.record(b, now)]);
  const groups = fieldsOf(inner).map(([old, now]): Pair => [z.object(old), z.object(now)]);
  return fc.oneof(
    lists,
    maps,
    groups,
    fc.tuple(groups, maps).map(([[old], [, now]]): Pair => [old, now]),
  );
}

/** Fields of which some are on one side alone, and some may be null. */
function fieldsOf(inner: fc.Arbitrary<Pair>): fc.Arbitrary<readonly [z.ZodRawShape, z.ZodRawShape]> {
  const field = fc.record({
    types: inner,
    nullable: fc.tuple(fc.boolean(), fc.boolean()),
    sides: fc.constantFrom<(0 | 1)[]>([0, 1], [0, 1], [0, 1], [0], [1]),
  });
  return fc.dictionary(fc.constantFrom(...KEYS), field, { minKeys: 1, maxKeys: 3 }).map((fields) => {
    const side = (which: 0 | 1) =>
      Object.fromEntries(
        Object.entries(fields)
          .filter(([, { sides }]) => sides.includes(which))
          .map(([key, { types, nullable }]) => [key, nullable[which] ? types[which].nullable() : types[which]]),
      );
    return [side(0), side(1)];
  });
}

/** The values of a chart as they were and as they are, with defaults. */
const shapes: fc.Arbitrary<readonly [ObjectShape, ObjectShape]> = fieldsOf(
  fc.oneof(leaves, nested(leaves), nested(nested(leaves))),
).map(([old, now]) => [withDefaults(old), withDefaults(now)]);

function withDefaults(fields: z.ZodRawShape): ObjectShape {
  const types = Object.entries(fields).map(([key, type]) => [
    key,
    (type as z.ZodType).default(someValue(type as z.ZodType)),
  ]);
  return shapeOf(z.object(Object.fromEntries(types)));
}

/** A value that a type takes. */
function someValue(type: z.ZodType): unknown {
  if (type instanceof z.ZodArray) return [someValue(type.element as z.ZodType)];
  if (type instanceof z.ZodRecord) return {};
  if (type instanceof z.ZodNullable) return null;
  if (type instanceof z.ZodObject)
    return Object.fromEntries(Object.entries(type.shape).map(([key, each]) => [key, someValue(each as z.ZodType)]));
  return [2, 3, 'abc', 'x', 'y', true].find((value) => type.safeParse(value).success);
}

/** Values of every type, on and beyond all bounds above. */
const SAMPLES: readonly Json[] = [
  ...[null, true, -1, 0, 1, 2, 3, 4, 5, 1.5, '', 'a', 'abc', 'abcd', 'ABC', 'x', 'y', 'abcdef', [], {}],
  ...[[1], { a: 1 }],
];

/** Overrides that a shape takes, all but always. */
function takenBy(shape: Shape): fc.Arbitrary<Json> {
  const schema = jsonSchemaOf(shape);
  const samples = SAMPLES.filter((sample) => accepts(schema, sample));
  const any = fc.constantFrom(...(samples.length > 0 ? samples : [null]));
  if (shape.kind === 'list')
    return fc.oneof(any, fc.array(takenBy(shape.element), { minLength: shape.minItems, maxLength: shape.maxItems }));
  if (shape.kind === 'map') {
    const keys = [...KEYS, 'ABC', 'x'].filter((key) => isText(shape.key, key));
    return fc.oneof(any, fc.dictionary(fc.constantFrom(...keys), takenBy(shape.value), { maxKeys: 2 }));
  }
  if (shape.kind !== 'object') return any;
  const fields = fc.record(
    Object.fromEntries(Object.entries(shape.fields).map(([key, field]) => [key, takenBy(field)])),
    { requiredKeys: Object.keys(shape.fields).filter((key) => !shape.fixed && !shape.fields[key]!.nullable) },
  );
  return shape.path === '' ? fields : fc.oneof(any, fields, fields);
}

function jsonSchemaOf(shape: Shape): Json {
  return (jsonSchema({ ...EMPTY, fields: { it: shape } }).properties as JsonObject).it!;
}

const EMPTY = shapeOf(z.object({}));

const changed = shapes.chain(([was, is]) => fc.tuple(fc.constant(was), fc.constant(is), takenBy(was)));

test('accepts takes what checkValues takes', () => {
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(changed, ([was, is, overrides]) => {
      for (const shape of [was, is]) {
        const merged = mergeOverDefaults(defaultsOf(shape) as JsonObject, overrides as JsonObject);
        const taken = accepts(jsonSchema(shape), merged);
        counts[taken ? 'taken' : 'refused']++;

        expect(taken).toBe(checkValues(shape, merged).length === 0);
      }
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(200);
});

test('of values that were taken, those are refused that a breaking change concerns, and no others', () => {
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(changed, ([oldShape, newShape, values]) => {
      const [was, is, overrides] = [valuesDataOfShape(oldShape), valuesDataOfShape(newShape), values as JsonObject];
      fc.pre(accepts(was.schema, mergeOverDefaults(was.defaults, overrides)));
      const taken = accepts(is.schema, mergeOverDefaults(is.defaults, overrides));
      counts[taken ? 'taken' : 'refused']++;

      const changes = concerning(compareValues(was, is), is, overrides).filter(({ breaking }) => breaking);

      expect({ taken, changes: changes.length > 0 }).toEqual({ taken, changes: !taken });
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(200);
});
