import { expectation, isNumber, isText } from './check-values.ts';
import { YES } from './choice.ts';
import { ChartError } from './errors.ts';
import { type Json, type JsonObject, setKey } from './json.ts';
import type { NumberShape, Shape, StringShape } from './shape.ts';

/** Decides what a sample is made of. */
export interface SampleSource {
  /** The option that a choice takes, of `count`. `turn` counts the elements of the list around it. */
  option(choice: string, count: number, turn: number): number;
  /** One of the candidates for the value at a path. */
  pick<T>(path: string, candidates: readonly T[], turn: number): T;
  /** Keys worth trying in the map at a path: those that meet others. */
  keys(path: string): readonly string[];
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
      return source.pick(shape.path, stringsOf(shape), turn);
    case 'number':
      return source.pick(shape.path, numbersOf(shape), turn);
    case 'quantity':
      return source.pick<string | number>(shape.path, [...stringsOf(shape.text), ...numbersOf(shape.number)], turn);
    case 'list': {
      const length = lengthOf(shape.path, source, turn, shape.minItems, shape.maxItems);
      return Array.from({ length }, (_, i) => sampleOf(shape.element, source, turn * 4 + i));
    }
    case 'map': {
      const map: JsonObject = {};
      const candidates = [...source.keys(shape.path), ...keysOf(shape.key)].filter((key) => isText(shape.key, key));
      const length = Math.min(lengthOf(shape.path, source, turn, 0, candidates.length), candidates.length);
      for (let i = 0; i < length; i++) {
        setKey(
          map,
          source.pick(`${shape.path}[key]`, candidates, turn * 4 + i),
          sampleOf(shape.value, source, turn * 4 + i),
        );
      }
      return map;
    }
    case 'opaque':
      return source.pick(shape.path, OPAQUE, turn);
  }
}

function lengthOf(
  path: string,
  source: SampleSource,
  turn: number,
  min: number,
  max = Number.POSITIVE_INFINITY,
): number {
  if (min === 0 && source.option(`filled:${path}`, 2, turn) !== YES) return 0;
  const longer = source.pick(`${path}.length`, [1, 2, 3], turn);
  return Math.max(1, min, Math.min(longer, max));
}

/** What JavaScript, Go and YAML are known to read differently, and what code that looks into a string trips over. */
const STRINGS = [
  ...['', 'a', 'Mixed Case', ' around ', 'a/b-c.d_e', '42', 'true', 'null', '1e3', '0x1f', '~', '- x', 'a: b', '#c'],
  ...[
    '{{ .Values.x }}',
    '%s %d',
    `it's "quoted" \\n`,
    'two\nlines\n',
    'ü€😀',
    '\u0085\u2028\ufeff',
    '<&>',
    'x'.repeat(70),
  ],
  ...['http://example.com', '50%', '1', 'a.b.c', 'a@b.c', '1m30s', '2026-01-31'],
  ...[
    'a-1',
    'b2',
    'A_B',
    'Z9',
    '/a/b',
    '1.2.3',
    'example.com',
    '10.0.0.0/8',
    '100m',
    '10Mi',
    '30s',
    `sha256:${'a'.repeat(64)}`,
    'a,b;c|d=e+f*(g)[h]\t!?',
  ],
];

const KEYS = ['10', '9', 'a', 'b', 'zz', 'KEY', 'B_2', 'example.com/x', 'true', '0', 'with space', '{{', 'ü'];

const OPAQUE: readonly Json[] = [
  {},
  [],
  { a: { b: [1, 'two', { three: true }] } },
  ['x', 'y'],
  'text',
  7,
  { key: 'a', operator: 'Exists' },
];

export function stringsOf(shape: StringShape): readonly string[] {
  const strings = knownStrings.get(shape) ?? findStrings(shape);
  knownStrings.set(shape, strings);
  return strings;
}

const knownStrings = new WeakMap<StringShape, readonly string[]>();

function findStrings(shape: StringShape): string[] {
  const known =
    typeof shape.fallback === 'string' ? [shape.fallback, `${shape.fallback}2`, shape.fallback.toUpperCase()] : [];
  const valid = [...new Set([...known, ...shape.examples, ...STRINGS])].filter((text) => isText(shape, text));
  if (valid.length > 0) return withVariants(valid, shape);
  throw new ChartError(
    `values.${shape.path} takes no text that the compiler could try (${expectation(shape)}); add .meta({ examples: [...] }) to its z.string()`,
  );
}

function keysOf(shape: StringShape): string[] {
  const valid = KEYS.filter((key) => isText(shape, key));
  if (valid.length >= FEWEST) return valid;
  const more = [...shape.examples, ...STRINGS].filter((key) => isText(shape, key) && !valid.includes(key));
  return withVariants([...valid, ...more], shape);
}

/** Elements have to differ, so a pattern that few of the usual texts match gets more of their kind. */
function withVariants(texts: readonly string[], shape: StringShape): string[] {
  const variants = texts.length >= FEWEST ? [] : texts.flatMap((text) => VARIANTS.map((vary) => vary(text)));
  const more = [...new Set(variants)].filter((text) => !texts.includes(text) && isText(shape, text));
  return [...texts, ...more.slice(0, FEWEST - texts.length)];
}

const FEWEST = 4;
const VARIANTS: readonly ((text: string) => string)[] = [
  (text) => `${text}2`,
  (text) => text + text,
  (text) => `${text}-b`,
  (text) => `${text}B`,
  (text) => `b${text}`,
  (text) => text.slice(1),
  (text) => text.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10)),
  (text) => text.replace(/[a-z](?=[^a-z]*$)/, (letter) => (letter === 'b' ? 'c' : 'b')),
];

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
