import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { compareValues } from '../../../chart/compare/compare-values.ts';
import { concerning } from '../../../chart/compare/concerns.ts';
import type { JsonObject } from '../../../chart/json.ts';
import { valuesDataOf } from '../../support/values-data.ts';

/** The subjects of the changes that concern values. */
function concerned(was: z.ZodRawShape, is: z.ZodRawShape, overrides: JsonObject): string[] {
  const data = valuesDataOf(is);
  return concerning(compareValues(valuesDataOf(was), data), data, overrides).map(
    ({ subject, kind }) => `${subject}: ${kind}`,
  );
}

describe('another default concerns', () => {
  const [was, is] = [2, 3].map((size) => ({ a: z.object({ size: z.int().default(size) }).prefault({}) }));

  test.each<[string, JsonObject, boolean]>([
    ['values that do not name it', {}, true],
    ['values that name its group', { a: {} }, true],
    ['no values that set it', { a: { size: 2 } }, false],
    ['no values that delete it', { a: { size: null } }, false],
    ['no values that have something else for its group', { a: null }, false],
  ])('%s', (_, overrides, concerns) => {
    expect(concerned(was!, is!, overrides)).toEqual(concerns ? ['a.size: another default'] : []);
  });
});

describe('fewer options concern', () => {
  const was = { a: z.string().nullable().default(null) };
  const is = { a: z.enum(['x', 'y']).nullable().default(null) };

  test.each<[JsonObject, boolean]>([
    [{ a: 'z' }, true],
    [{ a: 'x' }, false],
    [{ a: null }, false],
    [{}, false],
  ])('%j: %s', (overrides, concerns) => {
    expect(concerned(was, is, overrides)).toEqual(concerns ? ['a: narrowed'] : []);
  });
});

describe.each([
  ['a map', z.record(z.string(), z.unknown()).default({})],
  ['anything', z.unknown().default({})],
])('fixed keys where %s was taken concern', (_, anyKeys) => {
  const was = { a: anyKeys };
  const is = { a: z.object({ size: z.int().nullable().default(null) }).prefault({}) };

  test.each<[string, boolean, JsonObject]>([
    ['another key', true, { a: { other: 1 } }],
    ['another value', true, { a: { size: 'x' } }],
    ['what is still taken', false, { a: { size: 1 } }],
  ])('values with %s: %s', (_, concerns, overrides) => {
    expect(concerned(was, is, overrides).length > 0).toBe(concerns);
  });
});

test('what is taken now and was not concerns nobody', () => {
  const was = { a: z.int().min(1).default(1) };
  const is = { a: z.int().min(0).default(1), b: z.int().default(1) };

  expect(concerned(was, is, { a: 1 })).toEqual([]);
});
