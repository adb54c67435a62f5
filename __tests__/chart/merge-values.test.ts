import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles, mergeOverDefaults } from '../../chart/merge-values.ts';

describe('mergeFiles', () => {
  test('merges maps deep and replaces lists', () => {
    const base = { image: { tag: '1', pullPolicy: 'Always' }, args: [1, 2] };

    const merged = mergeFiles(base, { image: { tag: '2' }, args: [3], extra: {} });

    expect(merged).toEqual({ image: { tag: '2', pullPolicy: 'Always' }, args: [3], extra: {} });
  });

  test('keeps nulls, in new maps too', () => {
    const merged = mergeFiles({ a: 1, b: { c: 2 } }, { a: null, b: { d: null }, e: { f: null } });

    expect(merged).toEqual({ a: null, b: { c: 2, d: null }, e: { f: null } });
  });

  test('lets a map replace a scalar, a list and a null, and each of them a map', () => {
    expect(mergeFiles({ a: 1, b: [1], c: null }, { a: { x: 1 }, b: { x: 1 }, c: { x: 1 } })).toEqual({
      a: { x: 1 },
      b: { x: 1 },
      c: { x: 1 },
    });
    expect(mergeFiles({ a: { x: 1 }, b: { x: 1 }, c: { x: 1 } }, { a: 1, b: [1], c: null })).toEqual({
      a: 1,
      b: [1],
      c: null,
    });
  });
});

describe('mergeOverDefaults', () => {
  test('merges maps deep and replaces lists', () => {
    const defaults = { image: { tag: '1', pullPolicy: 'Always' }, args: [1, 2] };

    const merged = mergeOverDefaults(defaults, { image: { tag: '2' }, args: [], unknown: 1 });

    expect(merged).toEqual({ image: { tag: '2', pullPolicy: 'Always' }, args: [], unknown: 1 });
  });

  test('deletes a key with a default by null, at each level', () => {
    const defaults = { a: 1, b: { c: 2, d: { e: 3 } }, f: [1], g: { h: 1 } };

    const merged = mergeOverDefaults(defaults, { a: null, b: { c: null, d: { e: null } }, f: null, g: null });

    expect(merged).toEqual({ b: { d: {} } });
  });

  test('keeps a null where there is no default, and in lists', () => {
    const merged = mergeOverDefaults({ a: { b: null, c: 1 }, l: [] }, { a: { b: null, x: null }, y: null, l: [null] });

    expect(merged).toEqual({ a: { b: null, c: 1, x: null }, y: null, l: [null] });
  });

  test('keeps the nulls in a map that replaces a scalar or a null', () => {
    const merged = mergeOverDefaults(
      { a: 1, b: null, c: { d: 's' } },
      { a: { x: null }, b: { x: null }, c: { d: { x: null } } },
    );

    expect(merged).toEqual({ a: { x: null }, b: { x: null }, c: { d: { x: null } } });
  });

  test('drops the nulls of the defaults, but not those in their lists', () => {
    const merged = mergeOverDefaults({ a: null, b: { c: null, d: 1, e: { f: null } }, l: [null] }, {});

    expect(merged).toEqual({ b: { d: 1, e: {} }, l: [null] });
  });

  test('drops a null over a null at the top, and keeps it below', () => {
    expect(mergeOverDefaults({ a: null, b: { c: null } }, { a: null, b: { c: null } })).toEqual({ b: { c: null } });
  });

  test('lets an empty map change nothing', () => {
    expect(mergeOverDefaults({ a: { b: 1 } }, { a: {} })).toEqual({ a: { b: 1 } });
  });
});

test.each([mergeFiles, mergeOverDefaults])('%p changes neither of its arguments', (merge) => {
  const below = Object.freeze({ a: Object.freeze({ b: 1, c: null }), d: null });
  const above = Object.freeze({ a: Object.freeze({ b: null, e: 2 }), d: null });

  expect(() => merge(below, above)).not.toThrow();
});

test.each([mergeFiles, mergeOverDefaults])('%p treats the names of inherited properties as ordinary keys', (merge) => {
  const below = JSON.parse('{"__proto__":{"a":1},"constructor":{"a":1}}') as JsonObject;
  const above = JSON.parse('{"__proto__":{"b":2},"toString":null,"constructor":{"b":2}}') as JsonObject;

  const merged = merge(below, above);

  expect(JSON.parse(JSON.stringify(merged))).toEqual(
    JSON.parse('{"__proto__":{"a":1,"b":2},"constructor":{"a":1,"b":2},"toString":null}'),
  );
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
});
