import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { z } from 'zod';
import type { Program, Release } from '../../../chart/index.ts';
import { sha256 } from '../../../chart/index.ts';
import { configOf, refusalOf } from '../../support/small-program.ts';

/** Code that looks into a value. */
type Look<T> = (value: T) => unknown;
/** A place in a schema, and a program that prints what a look makes of the value there. */
type Place<T> = (look: Look<T>) => Program;

const texts: Readonly<Record<string, Look<string>>> = {
  trim: (s) => s.trim(),
  trimStart: (s) => s.trimStart(),
  trimEnd: (s) => s.trimEnd(),
  length: (s) => s.length,
  'more than 63 characters': (s) => (s.length > 63 ? 'long' : 'short'),
  'an index': (s) => s[0],
  at: (s) => s.at(-1),
  charCodeAt: (s) => s.charCodeAt(0),
  'the first 3 characters': (s) => s.slice(0, 3),
  'the first 63 characters': (s) => s.slice(0, 63),
  substring: (s) => s.substring(1),
  split: (s) => s.split('-'),
  'before the first dot': (s) => s.split('.')[0],
  characters: (s) => [...s],
  includes: (s) => (s.includes('.') ? 'yes' : 'no'),
  startsWith: (s) => (s.startsWith('http') ? 'yes' : 'no'),
  endsWith: (s) => (s.endsWith('/') ? 'yes' : 'no'),
  indexOf: (s) => s.indexOf('/'),
  toUpperCase: (s) => s.toUpperCase(),
  toLowerCase: (s) => s.toLowerCase(),
  replace: (s) => s.replace('/', '-'),
  'replace by a pattern': (s) => s.replaceAll(/[^a-z0-9]/g, '-'),
  'a pattern': (s) => (/^[a-z]+$/.test(s) ? 'yes' : 'no'),
  match: (s) => s.match(/\d+/)?.[0] ?? 'none',
  search: (s) => s.search(/\d/),
  "=== ''": (s) => (s === '' ? 'yes' : 'no'),
  'as a condition': (s) => (s ? 'yes' : 'no'),
  '||': (s) => s || 'none',
  '!': (s) => !s,
  localeCompare: (s) => s.localeCompare('m'),
  '<': (s) => (s < 'm' ? 'yes' : 'no'),
  padEnd: (s) => s.padEnd(80),
  normalize: (s) => s.normalize('NFD'),
  JSON: (s) => JSON.stringify(s),
  Number: (s) => Number(s),
  parseInt: (s) => Number.parseInt(s, 10),
  encodeURIComponent: (s) => encodeURIComponent(s),
  base64: (s) => Buffer.from(s).toString('base64'),
  btoa: (s) => btoa(encodeURIComponent(s)),
  'a hash by hand': (s) => createHash('sha256').update(s).digest('hex'),
  'a part of a sha256': (s) => sha256([s]).slice(0, 8),
  'sorted with another': (s) => [s, 'm'].sort(),
};

const string = z.string();
const anyText: Readonly<Record<string, Place<string>>> = {
  'a value': (look) => configOf({ s: string.default('a') }, (v) => ({ a: look(v.s) })),
  'inside text': (look) => configOf({ s: string.default('a') }, (v) => ({ a: `<${look(v.s)}>` })),
  'a key': (look) => configOf({ s: string.default('a') }, (v) => ({ [`k${look(v.s)}`]: 'x' })),
  'a name': (look) => configOf({ s: string.default('a') }, () => ({}), { notes: (v) => `Hello\n${look(v.s)}\n` }),
  'a value that may be null': (look) =>
    configOf({ s: string.nullable() }, (v) => ({ a: v.s === null ? 'null' : look(v.s) })),
  'a field of an object that may be null': (look) =>
    configOf({ o: z.object({ s: string }).nullable() }, (v) => ({ a: v.o === null ? 'null' : look(v.o.s) })),
  'an element': (look) =>
    configOf({ l: z.array(string).default([]) }, (v) => ({ a: v.l.map((s) => ({ s, x: look(s) })) })),
  'an element alone': (look) => configOf({ l: z.array(string).default([]) }, (v) => ({ a: v.l.map((s) => look(s)) })),
  'a field of elements': (look) =>
    configOf({ l: z.array(z.object({ s: string })).default([]) }, (v) => ({ a: v.l.map(({ s }) => ({ x: look(s) })) })),
  'a field of elements that may be null': (look) =>
    configOf({ l: z.array(z.object({ s: string.nullable().default(null) })).default([]) }, (v) => ({
      a: v.l.map(({ s }) => ({ x: s === null ? 'null' : look(s) })),
    })),
  'a value of a map': (look) =>
    configOf({ m: z.record(string, string).default({}) }, (v) => ({
      a: Object.fromEntries(Object.entries(v.m).map(([key, s]) => [key, look(s)])),
    })),
  'a key of a map': (look) =>
    configOf({ m: z.record(string, string).default({}) }, (v) => ({
      a: Object.keys(v.m).map((key) => ({ x: look(key) })),
    })),
  'a value of a map in a list': (look) =>
    configOf({ l: z.array(z.object({ m: z.record(string, string).default({}) })).default([]) }, (v) => ({
      a: v.l.map(({ m }) => ({ m: Object.entries(m).map(([key, s]) => ({ key, x: look(s) })) })),
    })),
  'behind two branches': (look) =>
    configOf({ on: z.boolean().default(false), off: z.boolean().default(true), s: string.default('a') }, (v) => ({
      a: v.on && !v.off ? look(v.s) : 'off',
    })),
  'behind an option': (look) =>
    configOf({ mode: z.enum(['a', 'b', 'c', 'd', 'e']).default('a'), s: string.default('a') }, (v) => ({
      a: v.mode === 'd' ? look(v.s) : 'off',
    })),
};

test.each(Object.keys(anyText))('a look into text is refused in %s', (place) => {
  const accepted = Object.keys(texts).filter((look) => refusalOf(anyText[place]!(texts[look]!)) === 'not refused');

  expect(accepted).toEqual([]);
});

/** Text that not every look finds out anything about. */
const someTexts: Readonly<Record<string, { readonly place: Place<string>; readonly texts: fc.Arbitrary<string> }>> = {
  'a DNS label': ofPattern(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'todo'),
  'a version': ofPattern(/^v?[0-9]+(\.[0-9]+)*(-[A-Za-z0-9]+)?$/, '1.0.0'),
  'a URL': ofPattern(/^https?:\/\/[a-z.]+(:[0-9]+)?(\/[A-Za-z0-9_.%-]*)*$/, 'http://example.com'),
  'words that a pattern lists': ofPattern(/^(debug|info|warn(ing)?|ERROR)$/, 'info'),
  'no more than 10 characters': {
    place: (look) => configOf({ s: string.min(1).max(10).default('abc') }, (v) => ({ a: look(v.s) })),
    texts: fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
  },
  "a release's name": {
    place: (look) => configOf({}, (_: object, release: Release) => ({ a: look(release.name) })),
    texts: fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?(\.[a-z0-9]{1,5})?$/),
  },
  'a namespace': {
    place: (look) => configOf({}, (_: object, release: Release) => ({ a: look(release.namespace) })),
    texts: fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/),
  },
};

function ofPattern(pattern: RegExp, usual: string) {
  return {
    place: (look: Look<string>) => configOf({ s: string.regex(pattern).default(usual) }, (v) => ({ a: look(v.s) })),
    texts: fc.stringMatching(pattern),
  };
}

test.each(Object.keys(someTexts))('a look into text is refused, or never finds anything out, in %s', (name) => {
  const { place, texts: allowed } = someTexts[name]!;
  const samples = fc.sample(allowed, { numRuns: 300, seed: 1 });
  const tells = (look: Look<string>) => new Set(samples.map((text) => passedOn(look(text), text))).size > 1;

  const accepted = Object.keys(texts).filter((look) => refusalOf(place(texts[look]!)) === 'not refused');

  expect(accepted.filter((look) => tells(texts[look]!))).toEqual([]);
  expect(accepted.length).toBeLessThan(Object.keys(texts).length / 2);
});

/** What a look makes of a text, but for the text itself. */
function passedOn(made: unknown, text: string): string {
  const json = JSON.stringify(made);
  return [JSON.stringify(JSON.stringify(text)), JSON.stringify(text)].reduce(
    (all, each) => all.replace(each, 'it'),
    json,
  );
}

const numbers: Readonly<Record<string, Look<number>>> = {
  '> 1024': (n) => (n > 1024 ? 'yes' : 'no'),
  '< 10': (n) => (n < 10 ? 'yes' : 'no'),
  '>= 3': (n) => (n >= 3 ? 'yes' : 'no'),
  '=== 1': (n) => (n === 1 ? 'yes' : 'no'),
  '+ 1': (n) => n + 1,
  '- 1': (n) => n - 1,
  '* 2': (n) => n * 2,
  '/ 2': (n) => n / 2,
  '% 2': (n) => n % 2,
  '-': (n) => -n,
  '++': (n) => {
    let next = n;
    next++;
    return next;
  },
  '| 0': (n) => n | 0,
  'Math.max': (n) => Math.max(n, 3),
  'Math.min': (n) => Math.min(n, 3),
  'Math.ceil': (n) => Math.ceil(n / 2),
  'Math.round': (n) => Math.round(n),
  toFixed: (n) => n.toFixed(2),
  'toString of another base': (n) => n.toString(2),
  toPrecision: (n) => n.toPrecision(3),
  Number: (n) => Number(n),
  'Number.isInteger': (n) => (Number.isInteger(n) ? 'yes' : 'no'),
  typeof: (n) => (typeof n === 'number' ? 'yes' : 'no'),
  'the length of an array': (n) => Array.from({ length: Math.abs(n) }, () => 'x'),
  'counting up': (n) => {
    const items: string[] = [];
    for (let i = 0; i < n; i++) items.push('x');
    return items;
  },
  'how often to repeat': (n) => 'x'.repeat(Math.abs(n) % 5),
  digits: (n) => String(n).length,
  padStart: (n) => String(n).padStart(8, '0'),
  JSON: (n) => JSON.stringify(n),
  parseInt: (n) => Number.parseInt(String(n), 10),
  'a date': (n) => new Date(Math.abs(n) % 1e6).toISOString(),
};

const int = z.int();
const anyNumber: Readonly<Record<string, Place<number>>> = {
  'a value': (look) => configOf({ n: int.default(80) }, (v) => ({ a: look(v.n) })),
  'a number that may have a fraction': (look) => configOf({ n: z.number().default(0.5) }, (v) => ({ a: look(v.n) })),
  'a value that may be null': (look) =>
    configOf({ n: int.nullable() }, (v) => ({ a: v.n === null ? 'null' : look(v.n) })),
  'an element': (look) =>
    configOf({ l: z.array(int).default([]) }, (v) => ({ a: v.l.map((n) => ({ n, x: look(n) })) })),
  'a field of elements': (look) =>
    configOf({ l: z.array(z.object({ n: int })).default([]) }, (v) => ({ a: v.l.map(({ n }) => ({ x: look(n) })) })),
  'a field of elements that may be null': (look) =>
    configOf({ l: z.array(z.object({ n: int.nullable().default(null) })).default([]) }, (v) => ({
      a: v.l.map(({ n }) => ({ x: n === null ? 'null' : look(n) })),
    })),
  'a value of a map': (look) =>
    configOf({ m: z.record(string, int).default({}) }, (v) => ({
      a: Object.fromEntries(Object.entries(v.m).map(([key, n]) => [key, look(n)])),
    })),
  'a value that may be text': (look) =>
    configOf({ q: z.union([string, z.number()]).default(1) }, (v) => ({ a: look(v.q as number) })),
  'behind two branches': (look) =>
    configOf({ on: z.boolean().default(false), off: z.boolean().default(true), n: int.default(80) }, (v) => ({
      a: v.on && !v.off ? look(v.n) : 'off',
    })),
};

test.each(Object.keys(anyNumber))('a look into a number is refused in %s', (place) => {
  const accepted = Object.keys(numbers).filter(
    (look) => refusalOf(anyNumber[place]!(numbers[look]!)) === 'not refused',
  );

  expect(accepted).toEqual([]);
});

test('a look into a number of a few is refused, or never finds anything out', () => {
  const few = { n: int.min(1).max(5).default(2) };

  const accepted = Object.keys(numbers).filter(
    (look) => refusalOf(configOf(few, (v) => ({ a: numbers[look]!(v.n) }))) === 'not refused',
  );

  expect(accepted).toEqual(['> 1024', '< 10']);
});
