import { z } from 'zod';
import { bandOf, isInRegion, isMetal, kindOf, levelOf, sizeOf, tierOf } from '../../support/compared.ts';
import { addConfig, programOf, refusalOf } from '../../support/small-program.ts';

const text = { s: z.string().default('a') };
const texts = { l: z.array(z.string()).default([]) };
const map = { m: z.record(z.string(), z.string()).default({}) };
const number = { n: z.number().int().default(1) };
const letters = z.string().regex(/^[a-z]+$/);
const label = z.string().regex(/^[a-z][-a-z0-9]*$/);
const url = z.string().regex(/^[a-z]+:\/\/[a-z.]+\/[a-z]+$/);

/** What no sample is by chance stands in the program's own text. */
describe('what a program compares values with is tried:', () => {
  test.each([
    ['a text', programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: s === 'production-eu' ? 1 : 2 }))],
    ['a text of a set', programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: new Set(['live']).has(s) }))],
    [
      'a text of a list',
      programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: ['production', 'live'].includes(s) })),
    ],
    [
      'the key of an object',
      programOf(text, (chart, { s }) =>
        addConfig(chart, 'config', { a: ({ live: 1 } as Record<string, number>)[s] ?? 2 }),
      ),
    ],
    ['its first letter', programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: s[0] === '!' ? 1 : 2 }))],
    [
      'what a text with a pattern begins with',
      programOf({ s: url.default('http://a.b/c') }, (chart, { s }) =>
        addConfig(chart, 'config', { a: s.startsWith('oci://') ? 1 : 2 }),
      ),
    ],
    [
      'a regular expression',
      programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: /^prod-\d+$/.test(s) })),
    ],
    [
      'what a regular expression finds',
      programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: s.match(/^(live|test)-eu$/) ? 1 : 2 })),
    ],
    [
      'what a regular expression replaces',
      programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: s.replace(/\r\n/g, '\n') })),
    ],
    ['a number', programOf(number, (chart, { n }) => addConfig(chart, 'config', { a: n === 7077 ? 1 : 2 }))],
    [
      'numbers between two',
      programOf(number, (chart, { n }) => addConfig(chart, 'config', { a: n > 7100 && n < 7110 ? 1 : 2 })),
    ],
    [
      'a text in a copy of a list',
      programOf(texts, (chart, { l }) => addConfig(chart, 'config', { a: [...l].includes('live') })),
    ],
    [
      'a key of a copy of a map',
      programOf(map, (chart, { m }) => addConfig(chart, 'config', { a: { ...m }.level ?? 'info' })),
    ],
    [
      'a key that such a copy has before',
      programOf(map, (chart, { m }) => addConfig(chart, 'config', { a: { level: 'info', ...m }.level })),
    ],
    [
      'a key that is taken away from a copy',
      programOf(map, (chart, { m }) => {
        const { team: _, ...rest } = { ...m };
        addConfig(chart, 'config', { a: rest });
      }),
    ],
    [
      'a key beside a map that is spread into items',
      programOf({ env: z.record(z.string().regex(/^[A-Z_]+$/), z.string()).default({}) }, (chart, { env }) =>
        addConfig(chart, 'config', {
          a: Object.entries({ LOG_LEVEL: 'info', ...env }).map(([name, value]) => ({ name, value })),
        }),
      ),
    ],
    [
      'another value of another kind',
      programOf({ a: letters.default('web'), b: label.default('api') }, (chart, { a, b }) =>
        addConfig(chart, 'config', { a: a === b ? 1 : 2 }),
      ),
    ],
    [
      "the release's name",
      programOf(text, (chart, { s }, release) => addConfig(chart, 'config', { a: release.name === s ? 1 : 2 })),
    ],
  ])('%s', (_, program) => {
    expect(refusalOf(program)).toMatch(/^config\.data\.a(\.team)? looks into (values\.|a value|release\.name)/);
  });
});

test('what has run so often that V8 would optimize it is tried all the same', () => {
  const isLive = (value: string) => value === 'live';
  const program = programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: isLive(`${s}`) }));
  const refusals = Array.from({ length: 40 }, () => refusalOf(program));

  expect(new Set(refusals)).toEqual(new Set([refusals[0]]));
  expect(refusals[0]).toMatch(/^config\.data\.a looks into values\.s/);
});

/** The text of such functions is V8's to know. */
describe('what functions elsewhere compare values with is tried:', () => {
  const given = (data: (s: string) => unknown) =>
    programOf(text, (chart, { s }) => addConfig(chart, 'config', { a: data(s) }));

  test.each([
    ['a text', given(tierOf)],
    ['a case', given(kindOf)],
    ['the key of a table', given(sizeOf)],
    ['a text of a list', given(isMetal)],
    ['a key of a Map', given(levelOf)],
    ['a regular expression', given(isInRegion)],
    ['numbers between two', programOf(number, (chart, { n }) => addConfig(chart, 'config', { a: bandOf(n) }))],
  ])('%s', (_, program) => {
    expect(refusalOf(program)).toMatch(/^config\.data\.a looks into values\./);
  });
});

test('constructs whose ids are the same for elements of different names', () => {
  const item = z.strictObject({ name: z.string().regex(/^[a-z]+$/), group: z.string().regex(/^[a-z]+$/) });
  const program = programOf({ items: z.array(item).default([]) }, (chart, { items }) => {
    for (const { name, group } of items) addConfig(chart, `of-${group}`, {}, name);
  });

  expect(refusalOf(program)).toMatch(
    /^build fails for values that the schema allows \(.*\): There is already a Construct with name 'of-[a-z]+' in Chart/,
  );
});
