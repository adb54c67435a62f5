import fc from 'fast-check';
import { isText } from '../check-values.ts';
import { type Json, type JsonObject, withValueAt } from '../json.ts';
import type { NumberShape, ObjectShape, Shape } from '../shape.ts';
import { NO_AIM } from './aim.ts';
import { validOverrides, valuesFor } from './overrides.ts';

/** A value that the schema refuses at some place. */
export interface WrongValue {
  readonly path: readonly string[];
  readonly value: Json;
}

/** Overrides of which one value is not what the schema allows. */
export function invalidOverrides(shape: ObjectShape): fc.Arbitrary<JsonObject> {
  return fc.constantFrom(...wrongValues(shape)).chain((wrong) => overridesWith(wrong, shape));
}

/** Overrides that are valid but for this value. */
export function overridesWith({ path, value }: WrongValue, shape: ObjectShape): fc.Arbitrary<JsonObject> {
  return validOverrides(shape).map((overrides) => withValueAt(overrides, path, value) as JsonObject);
}

/** For each place of values.yaml, values that are wrong there, each in another way. */
export function wrongValues(shape: ObjectShape, path: readonly string[] = []): WrongValue[] {
  const unknown = [1, 'text', {}].map((value) => ({ path: [...path, 'notAValue'], value }));
  return [
    ...(shape.rest === undefined ? unknown : []),
    ...Object.entries(shape.fields).flatMap(([key, field]): WrongValue[] => {
      if (key === 'global' && path.length === 0) return [];
      const here = [...path, key];
      const inner = field.kind === 'object' && field.fixed && !field.nullable ? wrongValues(field, here) : [];
      return [...wrongFor(field).map((value) => ({ path: here, value })), ...inner];
    }),
  ];
}

function wrongFor(shape: Shape): Json[] {
  // Of a subchart's values Helm takes null, and the subchart's own are there then.
  const ofSubchart = shape.kind === 'object' && shape.rest !== undefined;
  return [...(shape.nullable || ofSubchart ? [] : [null]), ...wrongByKind(shape)];
}

function wrongByKind(shape: Shape): Json[] {
  switch (shape.kind) {
    case 'string': {
      const { minLength, maxLength, patterns } = shape;
      const tooLong = maxLength === undefined ? [] : ['a'.repeat(maxLength + 1)];
      return [7, true, [], ...(minLength > 0 ? [''] : []), ...tooLong, ...(patterns.length > 0 ? ['\n \u0000'] : [])];
    }
    case 'number': {
      const beyond = [shape.min.value - 1, shape.max.value + 1].filter(Number.isSafeInteger);
      const bounds = [shape.min, shape.max].filter(({ inclusive }) => !inclusive).map(({ value }) => value);
      return ['text', true, {}, ...(shape.integer ? [betweenIntegers(shape)] : []), ...beyond, ...bounds];
    }
    case 'quantity':
      return [true, {}, ...(isText(shape.text, 'not a quantity') ? [] : ['not a quantity'])];
    case 'boolean':
      return ['true', 0, {}];
    case 'enum':
      return ['NotAnOption', 1];
    case 'list': {
      const elements = (count: number) => fc.sample(valuesFor(shape.element, NO_AIM), { numRuns: count, seed: 1 });
      const tooMany = shape.maxItems === undefined ? [] : [elements(shape.maxItems + 1)];
      const tooFew = shape.minItems === 0 ? [] : [elements(shape.minItems - 1)];
      return [{}, 'text', 1, ...tooMany, ...tooFew, ...wrongFor(shape.element).map((each) => [each])];
    }
    case 'map': {
      const [value] = fc.sample(valuesFor(shape.value, NO_AIM), { numRuns: 1, seed: 1 });
      const wrongKey = shape.key.patterns.length > 0 ? [{ '\n \u0000': value! }] : [];
      return [[], 'text', 1, ...wrongKey, ...wrongFor(shape.value).map((each) => ({ a: each }))];
    }
    case 'object':
      // What is in one that values.yaml holds has places of its own.
      return [[], 'text', 1, ...(shape.fixed ? [] : wrongObjects(shape))];
    case 'opaque':
      return [];
  }
}

/** Objects of which one field is wrong. */
function wrongObjects(shape: ObjectShape): JsonObject[] {
  const [valid] = fc.sample(valuesFor({ ...shape, nullable: false }, NO_AIM), { numRuns: 1, seed: 1 }) as JsonObject[];
  const unknown: JsonObject[] = shape.rest === undefined ? [{ ...valid, notAValue: 1 }] : [];
  const wrong = Object.entries(shape.fields).flatMap(([key, field]): JsonObject[] => {
    const { [key]: _, ...others } = valid!;
    const missing = field.nullable || field.fallback !== undefined ? [] : [others];
    return [...missing, ...wrongFor(field).map((each) => ({ ...valid, [key]: each }))];
  });
  return [...unknown, ...wrong];
}

/** Within the bounds, so that it is wrong for no other reason. Beyond 2^52 every number is a whole one. */
function betweenIntegers({ min, max }: NumberShape): number {
  const candidates = [0.5, min.value + 0.5, max.value - 0.5];
  return candidates.find((each) => each > min.value && each < max.value && !Number.isInteger(each)) ?? 0.5;
}
