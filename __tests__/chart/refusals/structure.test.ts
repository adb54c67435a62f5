import { z } from 'zod';
import { addConfig, configOf, expectParity, programOf, refusalOf } from '../../support/small-program.ts';

const labels = { labels: z.record(z.string(), z.string()).default({}) };

describe('a list', () => {
  test('a branch on its elements inside two loops over it', () => {
    const port = z.strictObject({ name: z.string(), on: z.boolean() });
    const program = programOf({ ports: z.array(port).default([]) }, (chart, v) => {
      for (const { name } of v.ports)
        addConfig(chart, `port-${name}`, { on: v.ports.filter(({ on }) => on).map((each) => each.name) });
    });

    expect(refusalOf(program)).toBe(
      'port-.data.on[0] asks about an element of values.ports in a loop over it that is inside another one; ask in the outer one alone, or make the inner one a list of its own',
    );
  });
});

describe('a map that is spread', () => {
  test('with other keys beside one that could be equal', () => {
    const program = configOf(labels, (v) => ({
      'my-app': 'x',
      ...Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [`my-${key}`, value])),
    }));

    expect(refusalOf(program)).toBe(
      `config.data.my-app: keys made from elements stand beside the key 'my-...' and could be equal to it; put them into a map of their own`,
    );
  });
});

describe('keys made from those of a map, which could be equal to them, are refused', () => {
  const prefixed = (v: { labels: Record<string, string> }) =>
    Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [`x-${key}`, value]));

  test.each([
    ['behind the map', (v: { labels: Record<string, string> }) => ({ ...v.labels, ...prefixed(v) })],
    ['before it', (v: { labels: Record<string, string> }) => ({ ...prefixed(v), ...v.labels })],
    [
      'between the map and itself',
      (v: { labels: Record<string, string> }) => ({ ...v.labels, ...prefixed(v), ...v.labels }),
    ],
  ])('%s', (_, data) => {
    expect(refusalOf(configOf(labels, data))).toMatch(
      /^config\.data(\.x-\.\.\.)?: keys made from elements stand beside the key '(x-)?\.\.\.' and could be equal to it; put them into a map of their own$/,
    );
  });
});

describe('keys made from elements that could be equal', () => {
  const nested = { groups: z.record(z.string(), z.record(z.string(), z.string())).default({}) };
  const entries = (map: Record<string, string>, key: (key: string, value: string) => string) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [key(name, value), value]));

  test('the keys of two maps, one inside the other', () => {
    const program = configOf(nested, ({ groups }) =>
      Object.fromEntries(
        Object.entries(groups).flatMap(([group, map]) =>
          Object.entries(map).map(([key, value]) => [`${group}-${key}`, value]),
        ),
      ),
    );

    expect(refusalOf(program)).toBe(
      "config.data.-: keys '...-...' made from more than the key of one map could be equal for two elements; make them of that key alone",
    );
  });

  test('one key for each turn of two loops', () => {
    const program = configOf(nested, ({ groups }) =>
      Object.fromEntries(
        Object.entries(groups).flatMap(([group, map]) => Object.values(map).map((value) => [`x-${group}`, value])),
      ),
    );

    expect(refusalOf(program)).toMatch(
      /^config\.data gets the key 'x-.*' from two elements of one list; make the list a map in the values$/,
    );
  });

  test('are not refused where they begin with what they are all made of, in each element', () => {
    const program = configOf(nested, ({ groups }) => ({
      all: Object.entries(groups).map(([group, map]) => entries(map, (key) => `${group}-${key}`)),
    }));

    expect(refusalOf(program)).toBe('not refused');
  });

  test('are not refused beside a map that is never spread with them', () => {
    const both = { on: z.boolean().default(false), ...labels, s: z.string().default('a') };
    const program = configOf(both, (v) => (v.on ? { ...v.labels } : { [`k${v.s}`]: 'x' }));

    expect(refusalOf(program)).toBe('not refused');
  });

  test('of which each element makes one or the other', () => {
    const map = z.record(z.string(), z.object({ on: z.boolean().default(false) })).default({});
    const program = configOf({ map }, (v) =>
      Object.fromEntries(Object.entries(v.map).map(([key, { on }]) => [on ? `x-${key}` : `${key}-x`, 'v'])),
    );

    expect(refusalOf(program)).toMatch(
      /^config\.data\.[-x]+: keys made from elements stand beside the key '.*' and could be equal to it; put them into a map of their own$/,
    );
  });

  test("a map's key and what it is the key of", () => {
    const program = configOf(labels, (v) => entries(v.labels, (key, value) => `${key}.${value}`));

    expect(refusalOf(program)).toBe(
      "config.data.: keys '.......' made from more than the key of one map could be equal for two elements; make them of that key alone",
    );
  });

  test.each<[string, (key: string) => string, (key: string) => string]>([
    ['words before and words behind', (key) => `x-${key}`, (key) => `${key}-x`],
    ['words that begin with the others', (key) => `x-${key}`, (key) => `x-y-${key}`],
    ['other words between the key and itself', (key) => `${key}-x-${key}`, (key) => `${key}-y-${key}`],
  ])('%s', (_, one, other) => {
    const program = configOf(labels, (v) => ({ ...entries(v.labels, one), ...entries(v.labels, other) }));

    expect(refusalOf(program)).toMatch(
      /^config\.data\.[-xy]+: keys made from elements stand beside the key '.*' and could be equal to it; put them into a map of their own$/,
    );
  });

  test('other words between the key and itself, in each element of a list', () => {
    const list = z.array(z.object({ map: z.record(z.string(), z.string()).default({}) })).default([]);
    const program = configOf({ list }, (v) => ({
      all: v.list.map(({ map }) => ({
        ...entries(map, (key) => `${key}-x-${key}`),
        ...entries(map, (key) => `${key}-y-${key}`),
      })),
    }));

    expect(refusalOf(program)).toMatch(
      /: keys made from elements stand beside the key '\.\.\.-.-\.\.\.' and could be equal to it; put/,
    );
  });

  test.each<[string, (key: string, release: string) => string, (key: string, release: string) => string]>([
    ['other words before them', (key) => `x-${key}`, (key) => `y-${key}`],
    ['other words behind them', (key) => `${key}-x`, (key) => `${key}-y`],
    ["the release's name, then other words", (key, name) => `${name}-x-${key}`, (key, name) => `${name}-y-${key}`],
    ['the key twice', (key) => `x-${key}-${key}`, (key) => `y-${key}-${key}`],
  ])('are not refused with %s', (_, one, other) => {
    const program = configOf(labels, (v, { name }) => ({
      ...entries(v.labels, (key) => one(key, name)),
      ...entries(v.labels, (key) => other(key, name)),
    }));

    expect(refusalOf(program)).toBe('not refused');
  });
});

test('keys made from elements that have words in them, beside one that could be equal', () => {
  const program = configOf(labels, (v) => ({
    'my-words': 'x',
    ...Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [`${key}-words`, value])),
  }));

  expect(refusalOf(program)).toBe(
    `config.data.my-words: keys made from elements stand beside the key '...-words' and could be equal to it; put them into a map of their own`,
  );
});

test('a key that is a value before one that could be equal', () => {
  const program = configOf({ name: z.string().default('a') }, (v) => ({ [v.name]: 'x', k: 'y' }));

  expect(refusalOf(program)).toBe(
    `config.data: keys made from elements stand beside the key 'k' and could be equal to it; put them into a map of their own`,
  );
});

describe('keys that are two values', () => {
  const two = { a: z.string().default('a'), b: z.string().min(1).default('b'), on: z.boolean().default(true) };
  const item = z.strictObject({ a: z.string().default('a'), b: z.string().default('b') });

  test.each<[string, (v: { a: string; b: string }) => [string, string]]>([
    ['one, and the same with the other behind it', ({ a, b }) => [`x-${a}`, `x-${a}${b}`]],
    ['both ways round', ({ a, b }) => [`${a}-${b}`, `${b}-${a}`]],
  ])('are refused: %s', (_, keys) => {
    const program = configOf(two, (v) => Object.fromEntries(keys(v).map((key) => [key, 'x'])));

    expect(refusalOf(program)).toMatch(/ and could be equal to it; put them into a map of their own$/);
  });

  test.each<[string, (v: { a: string; b: string }) => [string, string]]>([
    ['one, and the same with words behind it', ({ a }) => [`x-${a}`, `x-${a}-x`]],
    ['one with words behind it, and without', ({ a }) => [`x-${a}-x`, `x-${a}`]],
    ['one, and the same with words and the other behind it', ({ a, b }) => [`x-${a}`, `x-${a}-${b}`]],
    ['one, with two words behind it', ({ a }) => [`${a}-x`, `${a}-y`]],
  ])('are not refused: %s', async (_, keys) => {
    const program = configOf({ ...two, items: z.array(item).default([]) }, (v) => ({
      alone: Object.fromEntries(keys(v).map((key) => [key, 'x'])),
      each: v.items.map((element) => Object.fromEntries(keys(element).map((key) => [key, 'x']))),
    }));

    await expectParity(program, [{}, { a: 'c', b: 'a', items: [{}, { a: 'b', b: 'a' }] }]);
  });

  test('are not refused where one stands in place of the other', async () => {
    const program = configOf(two, ({ a, b, on }) => (on ? { [`x-${a}`]: 'x' } : { [`x-${b}`]: 'y' }));

    await expectParity(program, [{}, { on: false }, { a: 'k', b: 'k', on: false }]);
  });
});

test('a place that depends on too many choices', () => {
  const choices = Object.fromEntries('abcdefghijk'.split('').map((name) => [name, z.boolean().default(false)]));
  const program = configOf(choices, (v) => ({
    all: Object.values(v)
      .map((on) => (on ? 'y' : 'n'))
      .join(''),
  }));

  expect(refusalOf(program)).toBe(
    'config.data.all depends on more than 1024 combinations of values.a, values.b, values.c, values.d, values.e, values.f, values.g, values.h, values.i, values.j, values.k; split it into parts that depend on fewer',
  );
});

test('text of which the compiler has no sample', () => {
  const odd = { odd: z.string().regex(/^x$/).min(5).nullable() };

  expect(refusalOf(configOf(odd, (v) => ({ a: v.odd ?? 'none' })))).toBe(
    `values.odd takes no text that the compiler could try (a string of at least 5 characters that matches ^x$ or null); add .meta({ examples: [...] }) to its z.string()`,
  );
});
