import { z } from 'zod';
import { configOf, refusalOf } from '../../support/small-program.ts';

const labels = { labels: z.record(z.string(), z.string()).default({}) };
const opaque = { opaque: z.unknown().default({ a: 1 }) };

const INSIDE = 'use it inside what .map makes of it, or, to make an object for each element, in the construct id';
const SHAPE = 'it passes through whole: give it a shape in the values schema to look into it';
const CANNOT = 'which a template cannot work out';

describe('a look into a map', () => {
  type Labels = Record<string, string>;

  test('of which nothing shows', () => {
    const program = configOf(labels, (v) => ({ a: 'team' in v.labels ? 'x' : 'x' }));

    expect(refusalOf(program)).toBe(
      "config looks into values.labels (['team'] at app.ts:1); spread the map, or give 'team' a value of its own",
    );
  });

  test.each<[string, (map: Labels) => unknown, string]>([
    [
      'a key',
      (map) => map.team ?? 'none',
      ` looks into values.labels (['team'] at app.ts:1): for values.labels = {"team":"abc"} build makes "abc", ${CANNOT}; spread the map, or give 'team' a value of its own`,
    ],
    [
      'a key with a slash',
      (map) => map['app.kubernetes.io/name'] ?? 'none',
      ` looks into values.labels (['app.kubernetes.io/name'] at app.ts:1): for values.labels = {"app.kubernetes.io/name":"abc"} build makes "abc", ${CANNOT}; spread the map, or give 'app.kubernetes.io/name' a value of its own`,
    ],
    [
      'in',
      (map) => ('team' in map ? 'yes' : 'no'),
      ` looks into values.labels (['team'] at app.ts:1): for values.labels = {"team":"abc"} build makes "yes", ${CANNOT}; spread the map, or give 'team' a value of its own`,
    ],
    [
      'hasOwn',
      (map) => (Object.hasOwn(map, 'team') ? 'yes' : 'no'),
      ` looks into values.labels (['team'] at app.ts:1): for values.labels = {"team":"abc"} build makes "yes", ${CANNOT}; spread the map, or give 'team' a value of its own`,
    ],
    [
      'destructuring',
      ({ team, ...others }) => ({ team: team ?? 'none', others }),
      `.others.team looks into values.labels (['team'] at app.ts:1): for values.labels = {"team":"abc"} build makes nothing, ${CANNOT}; spread the map, or give 'team' a value of its own`,
    ],
    [
      'how many keys',
      (map) => Object.keys(map).length,
      ` looks into values.labels: for values.labels = {"abc":"abc","b":"abc"} build makes 2, ${CANNOT}; spread the map, or ask whether it is empty: Object.keys(map).length > 0`,
    ],
    [
      'keys as JavaScript sorts them',
      (map) => Object.keys(map).sort(),
      `[0] looks into values.labels: for values.labels = {"\uffff":"abc","😀":"abc"} build makes "😀", ${CANNOT}; spread the map, or ask whether it is empty: Object.keys(map).length > 0`,
    ],
    [
      'its first value',
      (map) => Object.values(map)[0] ?? 'none',
      ` uses an element of values.labels outside of its map; ${INSIDE}`,
    ],
    [
      'its keys as text',
      (map) => Object.keys(map).join(','),
      ` uses an element of values.labels outside of its map; ${INSIDE}`,
    ],
    [
      'its entries as text',
      (map) =>
        Object.entries(map)
          .map((entry) => entry.join('='))
          .join(),
      ` uses an element of values.labels outside of its map; ${INSIDE}`,
    ],
    ['JSON', (map) => JSON.stringify(map), ` uses an element of values.labels outside of its map; ${INSIDE}`],
    [
      'find',
      (map) => Object.entries(map).find(([, value]) => value === '')?.[0] ?? 'none',
      ` looks into values.labels[]: for values.labels.abc = "" build makes "abc", ${CANNOT}; to leave it out, make it .nullable() and branch on null`,
    ],
    [
      'keys in lower case',
      (map) => Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value])),
      `.abc looks into a key of values.labels (.toLowerCase() at app.ts:1): for values.labels = {"ABC":"abc"} build makes "abc", ${CANNOT}; let a .regex() in the values schema demand that case`,
    ],
    [
      'values that are trimmed',
      (map) => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value.trim()])),
      '.abc looks into values.labels[] (.trim() at app.ts:1): for values.labels.abc = " abc " build makes "abc", where a template that passes the value on prints " abc "; let a .regex() in the values schema refuse what is trimmed',
    ],
    [
      "without values that are ''",
      (map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value)),
      '.abc looks into values.labels[]: for values.labels.abc = "" build makes nothing, where a template that passes the value on prints ""; to leave it out, make it .nullable() and branch on null',
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(labels, (v) => ({ a: look(v.labels) })))).toBe(`config.data.a${expected}`);
  });
});

describe('a look into an opaque value', () => {
  test.each<[string, (value: { a: number }) => unknown, string]>([
    ['a key', (value) => ({ x: value.a }), `config.data.b.x looks into values.opaque (.a at app.ts:1); ${SHAPE}`],
    ['spread', (value) => ({ ...value }), `config looks into values.opaque (its keys at app.ts:1); ${SHAPE}`],
    [
      'spread with another key',
      (value) => ({ ...value, b: 2 }),
      `config.data.b.* looks into values.opaque (its keys at app.ts:1); ${SHAPE}`,
    ],
    [
      'spread as a list',
      (value) => [...(value as unknown as [])],
      `build looks into values.opaque (its items at app.ts:1); ${SHAPE}`,
    ],
    ['its keys', (value) => Object.keys(value), `config looks into values.opaque (its keys at app.ts:1); ${SHAPE}`],
    [
      'its items',
      (value) => (value as unknown as number[]).map((item) => item),
      `config looks into values.opaque (.map at app.ts:1); ${SHAPE}`,
    ],
    [
      'its length',
      (value) => (value as unknown as []).length,
      `config looks into values.opaque (.length at app.ts:1); ${SHAPE}`,
    ],
    ['as text', (value) => `${value}`, `config looks into values.opaque (as text at app.ts:1); ${SHAPE}`],
    ['inside text', (value) => `x: ${value}`, `config.data.b looks into values.opaque (as text at app.ts:1); ${SHAPE}`],
    ['JSON', (value) => JSON.stringify(value), `config looks into values.opaque (as text at app.ts:1); ${SHAPE}`],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(opaque, (v) => ({ b: look(v.opaque as { a: number }) })))).toBe(expected);
  });

  test('in the notes', () => {
    expect(refusalOf(configOf(opaque, () => ({}), { notes: (v) => `${v.opaque}` }))).toBe(
      `NOTES.txt looks into values.opaque (as text at app.ts:1); ${SHAPE}`,
    );
  });
});

test('the number of an entry of a map', () => {
  const program = configOf({ map: z.record(z.string(), z.string()).default({}) }, (v) =>
    Object.fromEntries(Object.keys(v.map).map((key, i) => [key, `${i}`])),
  );

  expect(refusalOf(program)).toBe(
    'config.data.xyz looks into values.map: for values.map = {"abc":"abc","xyz":"abc"} build makes "1", which a template cannot work out; spread the map, or ask whether it is empty: Object.keys(map).length > 0',
  );
});
