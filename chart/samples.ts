import { completeValues, expectation, isNumber, isText } from './check-values.ts';
import { YES } from './choice.ts';
import { ChartError } from './errors.ts';
import { type Json, type JsonObject, setKey } from './json.ts';
import { textsLike } from './pattern-samples.ts';
import type { NumberShape, Shape, StringShape } from './shape.ts';

/** Decides what a sample is made of. */
export interface SampleSource {
  /** The option that a choice takes, of `count`. `turn` counts the elements of the list around it. */
  option(choice: string, count: number, turn: number): number;
  /** One of the candidates for the value at a path. */
  pick<T>(path: string, candidates: readonly T[]): T;
  /** One of the candidates for how long the list or map at a path is. */
  length(path: string, candidates: readonly number[]): number;
  /** Whether the list or map at a path is the default, where that has something in it. */
  usesDefault(path: string): boolean;
  /** Keys worth trying in the map at a path: those that meet others. */
  keys(path: string): readonly string[];
  /** What every text and number is that may be it, and a key of every map; none: they are picked. */
  readonly word?: string | number | undefined;
  /** Further keys of every map that takes them. */
  readonly names?: readonly string[] | undefined;
}

/** Complete, valid values that a schema allows, with awkward content. */
export function sampleOf(shape: Shape, source: SampleSource, turn = 0): Json {
  if (shape.nullable && source.option(`set:${shape.path}`, 2, turn) !== YES) return null;
  switch (shape.kind) {
    case 'object': {
      const object: JsonObject = {};
      for (const [key, field] of Object.entries(shape.fields)) setKey(object, key, sampleOf(field, source, turn));
      return object;
    }
    case 'boolean':
      return source.option(`boolean:${shape.path}`, 2, turn) === YES;
    case 'enum':
      return shape.options[source.option(`enum:${shape.path}`, shape.options.length, turn)]!;
    case 'string':
      return wordFor(shape, source) ?? source.pick(shape.path, stringsOf(shape));
    case 'number':
      return wordFor(shape, source) ?? source.pick(shape.path, numbersOf(shape));
    case 'quantity':
      return source.pick(shape.path, inTurn<string | number>(stringsOf(shape.text), numbersOf(shape.number)));
    case 'list': {
      const length = lengthOf(shape.path, source, turn, shape.minItems, shape.maxItems);
      if (length > 0 && isFilled(shape.fallback) && source.usesDefault(shape.path))
        return completeValues(shape, shape.fallback);
      return Array.from({ length }, (_, i) => sampleOf(shape.element, source, turn * 4 + i));
    }
    case 'map': {
      const map: JsonObject = {};
      const meeting = source.keys(shape.path).filter((key) => isText(shape.key, key));
      const candidates = [...new Set([...meeting, ...keysOf(shape.key)])];
      const length = Math.min(lengthOf(shape.path, source, turn, 0, candidates.length), candidates.length);
      if (length > 0 && isFilled(shape.fallback) && source.usesDefault(shape.path))
        return completeValues(shape, shape.fallback);
      for (let i = 0; i < length; i++) {
        const word = i === 0 ? (wordFor(shape.key, source) as string | undefined) : undefined;
        const key = word ?? source.pick(`${shape.path}[key]`, candidates);
        setKey(map, key, sampleOf(shape.value, source, turn * 4 + i));
      }
      if (length > 0)
        for (const [i, name] of (source.names ?? []).filter((each) => isText(shape.key, each)).entries())
          setKey(map, name, sampleOf(shape.value, source, turn * 4 + length + i));
      return map;
    }
    case 'opaque':
      return source.pick(shape.path, OPAQUE);
  }
}

/** Keys that a shape allows, those first that show most. */
function keysOf(shape: StringShape): readonly string[] {
  const strings = stringsOf(shape);
  const keys = knownKeys.get(shape) ?? [
    ...strings.slice(0, 3),
    ...KEYS.filter((key) => isText(shape, key)),
    ...strings,
  ];
  knownKeys.set(shape, keys);
  return keys;
}

const knownKeys = new WeakMap<StringShape, readonly string[]>();

/** Where the schema does not take the word by itself, in another text. */
function wordFor(shape: StringShape | NumberShape, { word }: SampleSource): string | number | undefined {
  if (word === undefined) return undefined;
  if (shape.kind === 'number') return isNumber(shape, word) ? word : undefined;
  if (typeof word !== 'string') return undefined;
  return isText(shape, word) ? word : textAround(shape, word);
}

/** Instead of what one that the schema takes begins with, after it, or in it. */
function textAround(shape: StringShape, word: string): string | undefined {
  for (const text of stringsOf(shape).slice(0, TRIED)) {
    const begins = Array.from({ length: Math.min(text.length, LONGEST_BEGIN) + 1 }, (_, cut) => word + text.slice(cut));
    const around = [...begins, text + word, text.slice(0, 1) + word + text.slice(1)];
    const found = around.find((each) => isText(shape, each));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Texts to put a word into, and how long what they begin with may be. */
const TRIED = 4;
const LONGEST_BEGIN = 12;

/** What build looks for in a list may be what is in the default. */
function isFilled(fallback: Json | undefined): fallback is Json[] | JsonObject {
  return typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length > 0;
}

function lengthOf(
  path: string,
  source: SampleSource,
  turn: number,
  min: number,
  max = Number.POSITIVE_INFINITY,
): number {
  if (min === 0 && source.option(`filled:${path}`, 2, turn) !== YES) return 0;
  const longer = source.length(path, [2, 1, 3, 12]);
  return Math.max(1, min, Math.min(longer, max));
}

/**
 * What code that looks into a string trips over, most of it at once: spaces around, both cases, what is escaped, a
 * letter with an accent, what texts are split at and checked for, more than 63 characters.
 */
const STRONG = ` A"\u00e9/b-.\n:_c@d,e=f?g&h#i%j;k+l*m!n~o|p^q$r(s)t[u]{v}<w>'x'\\y\tz 0123456789 `;

/** What JavaScript, Go and YAML are known to read differently, and other texts of every kind. */
const STRINGS = [
  ...['a', 'Mixed Case', ' around ', 'a/b-c.d_e', '42', 'true', 'null', '1e3', '0x1f', '~', '- x', 'a: b', '#c'],
  ...[
    '{{ .Values.x }}',
    '%s %d',
    `it's "quoted" \\n`,
    'two\nlines\n',
    'ü€😀',
    '\u0085\u2028\ufeff',
    '<&>',
    'x'.repeat(70),
    'x'.repeat(300),
    'e\u0301',
  ],
  ...['http://example.com', '50%', '1', 'a.b.c', 'a@b.c', '1m30s', '2026-01-31'],
  ...[
    'a-1',
    'a--b',
    'a-x-1',
    'b2',
    'A_B',
    'Z9',
    '/a/b',
    '1.2.3',
    '1.2.3-rc.1',
    'example.com',
    '10.0.0.0/8',
    '100m',
    '10Mi',
    '30s',
    `sha256:${'a'.repeat(64)}`,
    'a,b;c|d=e+f*(g)[h]\t!?',
  ],
];

const KEYS = [
  '10',
  // JavaScript and Go sort these two differently.
  '\uffff',
  '😀',
  '9',
  'a',
  'b',
  'zz',
  'KEY',
  'B_2',
  'example.com/x',
  'true',
  '0',
  'with space',
  '{{',
  'ü',
];

const OPAQUE: readonly Json[] = [
  {},
  [],
  { a: { b: [1, 'two', { three: true }] } },
  ['x', 'y'],
  'text',
  7,
  { key: 'a', operator: 'Exists' },
];

/** Texts of every kind that a shape allows, whatever its pattern; none where it takes nothing usual. */
export function usualStringsOf(shape: StringShape): string[] {
  const given = typeof shape.fallback === 'string' ? [shape.fallback] : [];
  return [...new Set([...given, ...shape.examples, '', ...STRINGS])].filter((text) => isText(shape, text));
}

/** Texts that a shape allows, those first that show most. */
export function stringsOf(shape: StringShape): readonly string[] {
  const strings = knownStrings.get(shape) ?? findStrings(shape);
  knownStrings.set(shape, strings);
  return strings;
}

const knownStrings = new WeakMap<StringShape, readonly string[]>();

function findStrings(shape: StringShape): string[] {
  const { fallback, minLength, maxLength } = shape;
  const given = typeof fallback === 'string' ? [fallback] : [];
  const all = [
    ...given,
    ...shape.examples,
    ...partsOf(STRONG, maxLength),
    '',
    'http://example.com/',
    ...shape.patterns.flatMap(textsLike),
    ...given.flatMap((text) => [`${text}2`, text.toUpperCase(), ` ${text} `]),
    ...STRINGS,
    'x'.repeat(minLength),
  ];
  const valid = [...new Set(all)].filter((text) => isText(shape, text));
  if (valid.length === 0) {
    throw new ChartError(
      `values.${shape.path} takes no text that the compiler could try (${expectation(shape)}); add .meta({ examples: [...] }) to its z.string()`,
    );
  }
  return valid;
}

/** A text in parts that are not too long. */
function partsOf(text: string, longest = text.length): string[] {
  const length = Math.max(1, longest);
  return Array.from({ length: Math.ceil(text.length / length) }, (_, i) => text.slice(i * length, (i + 1) * length));
}

/** The elements of two lists, one of each in turn. */
function inTurn<T>(a: readonly T[], b: readonly T[]): T[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [
    ...a.slice(i, i + 1),
    ...b.slice(i, i + 1),
  ]).flat();
}

/** Numbers that a shape allows, from small to large: who counts up to a large one takes for ever. */
export function smallNumbersOf(shape: NumberShape): number[] {
  return [...numbersOf(shape)].sort((a, b) => Math.abs(a) - Math.abs(b));
}

/** Numbers that a shape allows: the default, the bounds, and others from small to large. */
export function numbersOf(shape: NumberShape): readonly number[] {
  const numbers = knownNumbers.get(shape) ?? findNumbers(shape);
  knownNumbers.set(shape, numbers);
  return numbers;
}

const knownNumbers = new WeakMap<NumberShape, readonly number[]>();

function findNumbers(shape: NumberShape): number[] {
  const known = typeof shape.fallback === 'number' ? [shape.fallback, shape.fallback + 1] : [];
  const wide = [0, 1, 2, 3, 1000, 65535, 1e6, 1209600, 2 ** 31, Number.MAX_SAFE_INTEGER, -1, 0.5, 1e-7, 1e21];
  const bounds = [shape.min.value, shape.max.value, shape.min.value + 1].filter(Number.isFinite);
  return [...new Set([...known, ...bounds, ...wide])].filter((number) => isNumber(shape, number));
}
