import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { ValuesData } from '../../../chart/compare/compare-schemas.ts';
import { compareValues } from '../../../chart/compare/compare-values.ts';
import type { JsonObject } from '../../../chart/json.ts';
import { valuesDataOf } from '../../support/values-data.ts';

/** Each change as `! subject: kind: what; effect`, with `!` for what breaks. */
function linesOf(was: z.ZodRawShape, is: z.ZodRawShape): string[] {
  return lines(valuesDataOf(was), valuesDataOf(is));
}

function lines(was: ValuesData, is: ValuesData): string[] {
  return compareValues(was, is).map(
    ({ breaking, subject, kind, what, effect }) =>
      `${breaking ? '! ' : ''}${subject}: ${kind}${what === undefined ? '' : `: ${what}`}; ${effect}`,
  );
}

/** What changed where one value has another type, with the same default. */
function changed(was: z.ZodType, is: z.ZodType): string[] {
  return linesOf({ a: was }, { a: is }).map((line) => line.replace(/^! a: |^a: /, ''));
}

const text = z.string().default('abc');
const int = z.int().default(5);

describe('another limit', () => {
  test.each<[string, z.ZodType, z.ZodType, string, string]>([
    [
      'the least number',
      int.removeDefault().min(0).default(5),
      int.removeDefault().min(1).default(5),
      'narrowed: at least 1 (was at least 0); a file with a smaller number is refused',
      'widened: at least 0 (was at least 1); a smaller number is taken, too',
    ],
    [
      'the greatest number',
      z.number().lt(9).default(5),
      z.number().max(8).default(5),
      'narrowed: at most 8 (was less than 9); a file with a larger number is refused',
      'widened: less than 9 (was at most 8); a larger number is taken, too',
    ],
    [
      'a limit that is not taken itself',
      z.number().min(1).default(5),
      z.number().gt(1).default(5),
      'narrowed: more than 1 (was at least 1); a file with a smaller number is refused',
      'widened: at least 1 (was more than 1); a smaller number is taken, too',
    ],
    [
      'a limit where was none',
      z.number().default(5),
      z.number().max(8).default(5),
      'narrowed: at most 8 (was without a most); a file with a larger number is refused',
      'widened: without a most (was at most 8); a larger number is taken, too',
    ],
    [
      'integers alone',
      z.number().default(5),
      z.int().default(5),
      'narrowed: an integer (was a number); a file with a fraction is refused',
      'widened: a number (was an integer); a fraction is taken, too',
    ],
    [
      'the least length',
      text,
      z.string().min(1).default('abc'),
      'narrowed: at least 1 character (was without a least); a file with a shorter text is refused',
      'widened: without a least (was at least 1 character); a shorter text is taken, too',
    ],
    [
      'the greatest length',
      z.string().max(9).default('abc'),
      z.string().max(3).default('abc'),
      'narrowed: at most 3 characters (was at most 9 characters); a file with a longer text is refused',
      'widened: at most 9 characters (was at most 3 characters); a longer text is taken, too',
    ],
    [
      'a pattern',
      text,
      z.string().regex(/^a/).default('abc'),
      'narrowed: must match ^a; a file with a text that does not match is refused',
      'widened: need not match ^a; a text that does not match is taken, too',
    ],
    [
      'the options',
      z.enum(['abc', 'b', 'c']).default('abc'),
      z.enum(['abc']).default('abc'),
      'narrowed: abc (was one of abc, b, c); a file that sets it to b or c is refused',
      'widened: one of abc, b, c (was abc); b or c is taken, too',
    ],
    [
      'options where was any text',
      text,
      z.enum(['abc', 'b']).default('abc'),
      'narrowed: one of abc, b (was a string); a file that sets it to anything else is refused',
      'widened: a string (was one of abc, b); others than these are taken, too',
    ],
    [
      'the length of a list',
      z.array(z.int()).default([1]),
      z.array(z.int()).min(1).default([1]),
      'narrowed: at least 1 element (was without a least); a file with a shorter list is refused',
      'widened: without a least (was at least 1 element); a shorter list is taken, too',
    ],
    [
      'the names of keys',
      z.record(z.string().max(8), z.int()).default({}),
      z.record(z.string().max(5), z.int()).default({}),
      'narrowed: at most 5 characters (was at most 8 characters); a file with a longer key is refused',
      'widened: at most 8 characters (was at most 5 characters); a longer key is taken, too',
    ],
    [
      'null',
      z.int().nullable().default(5),
      int,
      'narrowed: an integer (was an integer or null); a file that sets it to null is refused',
      'widened: an integer or null (was an integer); null is taken, too',
    ],
    [
      'one of two types',
      z.union([z.string(), z.number()]).default('abc'),
      text,
      'narrowed: a string (was a string or a number); a file that sets it to a number is refused',
      'widened: a string or a number (was a string); a number is taken, too',
    ],
    [
      'a type where was anything',
      z.unknown().default('abc'),
      text,
      'narrowed: a string (was anything but null); a file that sets it to a number or true or false or a list or a map is refused',
      'widened: anything but null (was a string); a number or true or false or a list or a map is taken, too',
    ],
  ])('%s', (_, lax, strict, narrowed, widened) => {
    expect(changed(lax, strict)).toEqual([narrowed]);
    expect(changed(strict, lax)).toEqual([widened]);
  });

  test('of patterns counts as narrower, which it says', () => {
    const lines = changed(z.string().regex(/^a/).default('abc'), z.string().regex(/^[ab]/).default('abc'));

    expect(lines).toEqual([
      'narrowed: must match ^[ab] (was ^a); a file with a text that does not match is refused (taken as narrowed: what two patterns match cannot be compared)',
    ]);
  });

  test('of a keyword that is not known counts as narrower where it is new', () => {
    const [was, is] = [{ type: 'array' }, { type: 'array', uniqueItems: true }].map((a) => ({
      schema: { type: 'object', properties: { a: a as JsonObject }, additionalProperties: false },
      defaults: { a: [] },
    }));

    expect([...lines(was!, is!), ...lines(is!, was!)]).toEqual([
      "! a: narrowed: 'uniqueItems' true; a file with a value against it is refused",
      "a: widened: no longer 'uniqueItems' true; a value against it is taken, too",
    ]);
  });

  test('of one key that is refused names it', () => {
    const any = z.record(z.string(), z.int()).default({});
    const [was, is] = [valuesDataOf({ a: any }), valuesDataOf({ a: any })];
    const names = JSON.stringify(was.schema).replace('"propertyNames":{"not":{"const":"__proto__"}},', '');

    expect(lines({ ...was, schema: JSON.parse(names) }, is)).toEqual([
      '! a: narrowed: not "__proto__"; a file with the key "__proto__" is refused',
    ]);
  });

  test('is found in elements of lists, values of maps, and objects in both', () => {
    const fields = (least: number) => ({
      list: z.array(z.object({ port: z.int().min(least) })).default([]),
      map: z.record(z.string(), z.array(z.int().min(least))).default({}),
    });

    expect(linesOf(fields(0), fields(1))).toEqual([
      '! list[].port: narrowed: at least 1 (was at least 0); a file with a smaller number is refused',
      '! map.*[]: narrowed: at least 1 (was at least 0); a file with a smaller number is refused',
    ]);
  });
});

describe('another type', () => {
  test('breaks', () => {
    expect(changed(z.string().default('5'), z.string().nullable().default('5'))).toHaveLength(1);
    expect(linesOf({ a: z.string().default('5') }, { a: int })).toEqual([
      '! a: retyped: an integer (was a string); a file that sets it is refused',
      'a: another default; a file that leaves it out gets 5 instead of "5"',
    ]);
  });

  test('leaves null as it was', () => {
    const line = changed(z.string().nullable().default(null), z.boolean().nullable().default(null));

    expect(line).toEqual([
      'retyped: true or false or null (was a string or null); a file that sets it to anything but null is refused',
    ]);
  });
});

describe('keys', () => {
  test('that are gone and that are new', () => {
    const was = { a: int, gone: z.boolean().default(true) };
    const is = { a: int, fresh: z.string().default('x') };

    expect(linesOf(was, is)).toEqual([
      '! gone: removed; a file that sets it is refused',
      'fresh: added: a string; a file may set it; one that leaves it out gets x',
    ]);
  });

  test('of a whole map are told once', () => {
    const cache = { cache: z.object({ size: int, path: text }).prefault({}) };

    expect([...linesOf(cache, {}), ...linesOf({}, cache)]).toEqual([
      '! cache: removed: a map with size, path; a file that sets it is refused',
      'cache: added: a map with size, path; a file may set it',
    ]);
  });

  test('that elements of a list need from now on', () => {
    const list = (fields: z.ZodRawShape) => ({ list: z.array(z.object(fields)).default([]) });

    expect(linesOf(list({ name: z.string() }), list({ name: z.string(), port: z.int() }))).toEqual([
      '! list[].port: required; a file that leaves it out is refused',
      'list[].port: added: an integer; a file may set it',
    ]);
    expect(linesOf(list({ name: z.string() }), list({ name: z.string().nullable() }))).toEqual([
      'list[].name: widened: a string or null (was a string); null is taken, too',
      'list[].name: widened; it may be left out now',
    ]);
  });

  test('that the defaults had until now', () => {
    const parent = z.object({ name: z.string() });
    const was = { parent: parent.nullable().default({ name: 'x' }) };

    expect(linesOf(was, { parent: parent.nullable().default(null) })).toEqual([
      '! parent.name: required; a file that leaves it out is refused',
      'parent: another default; a file that leaves it out gets null instead of {"name":"x"}',
    ]);
  });

  test('of any name where they were fixed, and the reverse', () => {
    const fixed = { map: z.object({ a: z.string().default('x') }).prefault({}) };
    const free = { map: z.record(z.string(), z.string()).default({ a: 'x' }) };

    expect(linesOf(fixed, free)).toEqual(['map: widened: any key; other keys are taken, too']);
    expect(linesOf(free, fixed)).toEqual([
      '! map: narrowed: only a (was any key); a file with another key there is refused',
    ]);
  });
});

describe('another default', () => {
  test.each<[string, z.ZodType, z.ZodType, string]>([
    [
      'number',
      z.int().default(2),
      z.int().default(3),
      'a: another default; a file that leaves it out gets 3 instead of 2',
    ],
    [
      'text',
      z.string().default('012'),
      z.string().default('x'),
      'a: another default; a file that leaves it out gets x instead of "012"',
    ],
    [
      'nullable',
      z.int().nullable().default(null),
      z.int().nullable().default(0),
      'a: another default; a file that leaves it out gets 0 instead of null',
    ],
    [
      'list',
      z.array(z.int()).default([]),
      z.array(z.int()).default([1]),
      'a: another default; a file that leaves it out gets [1] instead of []',
    ],
    [
      'key of a map',
      z.record(z.string(), z.int()).default({ x: 1 }),
      z.record(z.string(), z.int()).default({ x: 1, y: 2 }),
      'a.y: another default; a file that leaves it out gets 2 instead of null',
    ],
  ])('of a %s', (_, was, is, line) => {
    expect(linesOf({ a: was }, { a: is })).toEqual([line]);
  });

  test('carries both values', () => {
    const [change] = compareValues(valuesDataOf({ a: z.int().default(2) }), valuesDataOf({ a: z.int().default(3) }));

    expect(change).toMatchObject({ from: 2, to: 3 });
  });
});

describe('a rename is suspected', () => {
  const seconds = z.int().min(0).default(30);
  const to = (name: string) => `renamed: probably to ${name}; a file that sets it is refused`;

  test('with a similar name', () => {
    expect(
      linesOf({ web: group({ replicas: int, other: int }) }, { web: group({ replicaCount: int, another: text }) }),
    ).toEqual([
      `! web.replicas: ${to('web.replicaCount')}`,
      '! web.other: removed; a file that sets it is refused',
      'web.another: added: a string; a file may set it; one that leaves it out gets abc',
    ]);
  });

  test('with another name, where nothing else of the kind went or came', () => {
    expect(linesOf({ grace: seconds, a: int }, { timeout: seconds, a: int })).toEqual([`! grace: ${to('timeout')}`]);
    expect(linesOf({ grace: seconds }, { timeout: seconds, pause: seconds })[0]).toBe(
      '! grace: removed; a file that sets it is refused',
    );
  });

  test('with the same name in another group beside it', () => {
    const was = { web: group({ drain: seconds, other: text }) };
    const is = { web: group({ shutdown: group({ drain: seconds }), other: text }) };

    expect(linesOf(was, is)).toEqual([`! web.drain: ${to('web.shutdown.drain')}`]);
  });

  test('of a whole map', () => {
    const cache = group({ size: int, path: text });

    expect(linesOf({ cache }, { caches: cache })).toEqual([`! cache: ${to('caches')}`]);
  });

  test('of what is in a map that is gone', () => {
    const was = { web: group({ cache: group({ size: seconds, path: text }), a: int }) };
    const is = { web: group({ size: seconds, a: int }) };

    expect(linesOf(was, is)).toEqual([
      `! web.cache.size: ${to('web.size')}`,
      '! web.cache.path: removed; a file that sets it is refused',
    ]);
  });

  test('neither with another default, nor with another limit, nor far away', () => {
    const gone = '! web.drain: removed; a file that sets it is refused';
    const web = { web: group({ drain: seconds, a: int }) };
    const without = group({ a: int });

    expect(linesOf(web, { web: group({ a: int, drains: z.int().min(0).default(31) }) })[0]).toBe(gone);
    expect(linesOf(web, { web: group({ a: int, drains: z.int().min(1).default(30) }) })[0]).toBe(gone);
    expect(linesOf(web, { web: without, database: group({ drain: seconds }) })[0]).toBe(gone);
  });

  test('for each value once', () => {
    const lines = linesOf({ replica: int, replicas: int }, { replicaCount: int });

    expect(lines).toEqual([
      '! replica: renamed: probably to replicaCount; a file that sets it is refused',
      '! replicas: removed; a file that sets it is refused',
    ]);
  });

  function group(fields: z.ZodRawShape) {
    return z.object(fields).prefault({});
  }
});

test('texts alone change nothing', () => {
  expect(linesOf({ a: int.describe('old'), description: int }, { a: int.describe('new'), description: int })).toEqual(
    [],
  );
});

test('a value named description is a value', () => {
  expect(linesOf({ description: int }, {})).toEqual(['! description: removed; a file that sets it is refused']);
});
