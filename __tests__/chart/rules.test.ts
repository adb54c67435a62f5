import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Condition, manifests, type Operand, type Rule, writeChart } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { brokenRules, duration, quantity } from '../../chart/rules.ts';
import { helmBinaries, runHelm } from '../support/helm.ts';
import { configOf } from '../support/small-program.ts';

/**
 * The lines that manifests() and both Helms say for values that break rules, which must be the same. The defaults must
 * break none, or there would be no chart.
 */
async function linesOf(shape: z.ZodRawShape, rules: readonly Rule[], values: JsonObject): Promise<string[]> {
  const program = configOf(shape, () => ({}), { rules });
  const directory = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    await writeChart(program, join(directory, 'chart'));
    await writeFile(join(directory, 'values.json'), JSON.stringify(values));
    const said: Record<string, string[]> = {
      ours: await refusal(() => manifests(program, { values, release: { name: 'r', namespace: 'n' } })),
    };
    for (const helm of await helmBinaries()) {
      const result = await runHelm(helm.path, ['template', 'chart', '--values', 'values.json'], { cwd: directory });
      said[helm.name] = result.exitCode === 0 ? [] : failureOf(result.stderr);
    }
    expect(said).toEqual({ ours: said.ours, 'helm 4': said.ours, 'helm 3': said.ours });
    return said.ours!;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function refusal(action: () => unknown): Promise<string[]> {
  try {
    action();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

/** What a template's `fail` says; all that Helm says where it is something else. */
function failureOf(stderr: string): string[] {
  const [, failure] =
    /execution error at \(demo\/templates\/rules\.yaml:1:4\): \n?(.*)\n\nUse --debug/s.exec(stderr) ?? [];
  return (failure ?? stderr).split('\n');
}

const int = (value: number) => z.int().default(value);
/** Null by default, which leaves its rules out: values can break rules that no default obeys all at once. */
const open = z.number().nullable();

describe('in manifests() and in both Helms, with the same words', () => {
  test('every operator', async () => {
    const operators = ['<', '<=', '==', '!=', '>=', '>'] as const;
    const rules = operators.flatMap((op) =>
      ['one', 'two', 'three'].map((left): Rule => ({ left, op, right: 'two', message: 'why' })),
    );

    expect(await linesOf({ one: open, two: open, three: open }, rules, { one: 1, two: 2, three: 3 })).toEqual([
      'two (2) must be less than two (2): why',
      'three (3) must be less than two (2): why',
      'three (3) must be at most two (2): why',
      'one (1) must be equal to two (2): why',
      'three (3) must be equal to two (2): why',
      'two (2) must be different from two (2): why',
      'one (1) must be at least two (2): why',
      'one (1) must be more than two (2): why',
      'two (2) must be more than two (2): why',
    ]);
  });

  test('literal numbers, which have no name', async () => {
    const rules: Rule[] = [
      { left: 'n', op: '>', right: 5, message: 'why' },
      { left: 'n', op: '<', right: -1, message: 'why' },
      { left: 'half', op: '<', right: 0.25, message: 'why' },
      { left: 'large', op: '<', right: 1000000, message: 'why' },
      { left: 'n', op: '<', right: 1e21, message: 'holds' },
      { left: 5, op: '<', right: 'n', message: 'why' },
      { left: 2000000, op: '<', right: 'large', message: 'why' },
      { left: 0, op: '>', right: 'n', message: 'why' },
      { left: 1e21, op: '<', right: 'n', message: 'why' },
      { left: { sum: [1, 2] }, op: '<', right: 'n', message: 'why' },
    ];

    expect(await linesOf({ n: open, half: open, large: open }, rules, { n: 1, half: 0.5, large: 1209600 })).toEqual([
      'n (1) must be more than 5: why',
      'n (1) must be less than -1: why',
      'half (0.5) must be less than 0.25: why',
      'large (1209600) must be less than 1000000: why',
      '5 must be less than n (1): why',
      '2000000 must be less than large (1209600): why',
      '0 must be more than n (1): why',
      '1e+21 must be less than n (1): why',
      '1 + 2 (3) must be less than n (1): why',
    ]);
  });

  test('what Helm would take for formats, braces or quotes', async () => {
    const rules: Rule[] = [{ left: 'n', op: '>', right: 5, message: '100% {{ .x }} "a" \\n %s `ü`' }];

    expect(await linesOf({ n: int(10) }, rules, { n: 1 })).toEqual([
      'n (1) must be more than 5: 100% {{ .x }} "a" \\n %s `ü`',
    ]);
  });

  test('a path of keys that are no identifiers, and a key of a map', async () => {
    const shape = {
      'a-b': z.object({ '1': int(10) }).prefault({}),
      map: z.record(z.string(), z.int()).default({ k: 10, absent: 10 }),
    };
    const rules: Rule[] = [
      { left: 'a-b.1', op: '>', right: 5, message: 'why' },
      { left: 'map.k', op: '>', right: 5, message: 'why' },
      { left: 'map.absent', op: '>', right: 5, message: 'not applied' },
      { left: 'map.absent', op: 'is set', message: 'why' },
    ];

    expect(await linesOf(shape, rules, { 'a-b': { '1': 1 }, map: { k: 1, absent: null } })).toEqual([
      'a-b.1 (1) must be more than 5: why',
      'map.k (1) must be more than 5: why',
      'map.absent is not set: why',
    ]);
  });

  test('a null operand, which leaves the rule out', async () => {
    const shape = { n: int(1), none: z.int().nullable(), zero: z.int().nullable().default(10) };
    const rules: Rule[] = [
      { left: 'none', op: '>', right: 5, message: 'not applied' },
      { left: 'n', op: '>', right: 'none', message: 'not applied' },
      { left: { sum: ['n', 'none'] }, op: '>', right: 5, message: 'not applied' },
      { left: { path: 'none', fallback: 'none' }, op: '>', right: 5, message: 'not applied' },
      { left: 'zero', op: '>', right: 5, message: 'why' },
    ];

    expect(await linesOf(shape, rules, { zero: 0 })).toEqual(['zero (0) must be more than 5: why']);
    expect(await linesOf(shape, rules, { zero: null })).toEqual([]);
  });

  test('a sum', async () => {
    const rules: Rule[] = [
      { left: { sum: ['a', 'b', 3] }, op: '<', right: 6, message: 'why' },
      { left: 'a', op: '>=', right: { sum: ['b', -1] }, message: 'holds' },
      { left: 'a', op: '>', right: { sum: ['b', 3] }, message: 'why' },
      { left: { sum: ['large', 'a'] }, op: '<', right: 5, message: 'why' },
    ];

    expect(await linesOf({ a: open, b: open, large: open }, rules, { a: 1, b: 2, large: 1e15 })).toEqual([
      'a + b + 3 (6) must be less than 6: why',
      'a (1) must be more than b + 3 (5): why',
      'large + a (1000000000000001) must be less than 5: why',
    ]);
  });

  test('a sum of decimals, which is rounded once', async () => {
    const rules: Rule[] = [
      { left: { sum: ['f', 'f'] }, op: '>=', right: 1, message: 'holds' },
      { left: { sum: ['f', 'f'] }, op: '<', right: 1, message: 'why' },
      { left: { sum: ['tenth', 'fifth'] }, op: '==', right: 0.3, message: 'holds' },
      { left: { sum: ['tenth', 'fifth', 'tenth'] }, op: '!=', right: 0.4, message: 'why' },
    ];

    expect(await linesOf({ f: open, tenth: open, fifth: open }, rules, { f: 0.7, tenth: 0.1, fifth: 0.2 })).toEqual([
      'f + f (1.4) must be less than 1: why',
      'tenth + fifth + tenth (0.4) must be different from 0.4: why',
    ]);
  });

  const followed = { least: z.int().nullable(), count: int(1), most: int(1) };
  const least: Operand = { path: 'least', fallback: 'count' };

  test.each<[string, JsonObject, string[]]>([
    [
      'its fallback while it is null',
      { count: 3, most: 2 },
      ['most (2) must be at least count (3): why', 'most + count (5) must be less than 4: why'],
    ],
    ['its own value, 0 as well', { count: 3, least: 0, most: -1 }, ['most (-1) must be at least least (0): why']],
    [
      'its own value where that is less',
      { count: 3, least: 2, most: 2 },
      ['most + least (4) must be less than 4: why'],
    ],
  ])('a path with a fallback is %s', async (_, values, lines) => {
    const rules: Rule[] = [
      { left: 'most', op: '>=', right: least, message: 'why' },
      { left: { sum: ['most', least] }, op: '<', right: 4, message: 'why' },
    ];

    expect(await linesOf(followed, rules, values)).toEqual(lines);
  });

  test("'is set': neither null nor ''", async () => {
    const text = z.string().nullable().default('x');
    const shape = {
      none: text,
      empty: z.string().default('x'),
      text,
      zero: z.int().nullable().default(0),
      off: z.boolean().nullable().default(false),
    };
    const rules = Object.keys(shape).map((left): Rule => ({ left, op: 'is set', message: 'why' }));
    const followed: Rule[] = [{ left: { path: 'none', fallback: 'empty' }, op: 'is set', message: 'why' }];
    const values = { none: null, empty: '' };

    expect(await linesOf(shape, rules, values)).toEqual(['none is not set: why', 'empty is not set: why']);
    expect(await linesOf(shape, followed, values)).toEqual(['empty is not set: why']);
  });

  describe('when', () => {
    const shape = {
      n: int(10),
      on: z.boolean().default(true),
      off: z.boolean().nullable(),
      mode: z.enum(['a', 'b']).default('a'),
      none: z.string().nullable(),
      text: z.string().nullable().default('x'),
      port: int(1),
      maybePort: z.int().nullable().default(1),
      either: z.union([z.string(), z.number()]).default('x'),
    };
    const applied = 'n (1) must be more than 5: why';

    test.each<[string, Condition[], string[]]>([
      ['true', [{ path: 'on', in: [true] }], [applied]],
      ['false', [{ path: 'on', in: [false] }], []],
      ['true or false', [{ path: 'on', in: [true, false] }], [applied]],
      ['false, and it is null', [{ path: 'off', in: [false] }], []],
      ['an option', [{ path: 'mode', in: ['a'] }], [applied]],
      ['one of some options', [{ path: 'mode', in: ['b', 'a'] }], [applied]],
      ['another option', [{ path: 'mode', in: ['b'] }], []],
      ['not null', [{ path: 'text' }], [applied]],
      ['null where it must not be', [{ path: 'none' }], []],
      ['null', [{ path: 'none', in: [null] }], [applied]],
      ['null or a text', [{ path: 'text', in: [null, 'x'] }], [applied]],
      ['a text, and it is null', [{ path: 'none', in: ['x'] }], []],
      ['a number', [{ path: 'port', in: [1, 2] }], [applied]],
      ['another number', [{ path: 'port', in: [2, 3] }], []],
      ['null or a number', [{ path: 'maybePort', in: [null, 1] }], [applied]],
      ['a number or a text', [{ path: 'either', in: [1, 'x'] }], [applied]],
      ['a number, and it is a text', [{ path: 'either', in: [1] }], []],
      [
        'both of two',
        [
          { path: 'on', in: [true] },
          { path: 'mode', in: ['a'] },
        ],
        [applied],
      ],
      [
        'one of two',
        [
          { path: 'on', in: [true] },
          { path: 'mode', in: ['b'] },
        ],
        [],
      ],
    ])('it is %s', async (_, when, lines) => {
      const rules: Rule[] = [{ when, left: 'n', op: '>', right: 5, message: 'why' }];

      expect(await linesOf(shape, rules, { n: 1 })).toEqual(lines);
    });
  });

  /** A value for each text, and a rule for each pair that the two are different, which equal ones break. */
  async function pairsThatAreEqual(
    pairs: readonly (readonly [string | number, string | number])[],
    as: 'quantity' | 'duration',
    pattern: RegExp,
  ) {
    const value = z.union([z.string().regex(pattern), z.number()]).nullable();
    const values = Object.fromEntries(pairs.flatMap(([a, b], i) => [[`a${i}`, a] as const, [`b${i}`, b] as const]));
    const shape = Object.fromEntries(Object.keys(values).map((name) => [name, value]));
    const rules = pairs.map((_, i): Rule => ({ left: `a${i}`, op: '!=', right: `b${i}`, as, message: 'why' }));
    const lines = await linesOf(shape, rules, values);
    return lines.map((line) => pairs[Number(/^a(\d+)/.exec(line)![1])]);
  }

  const QUANTITY = /^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+|n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

  test('quantities that are equal', async () => {
    const equal = [
      ['100m', 0.1],
      ['300m', '0.3'],
      ['7m', '0.007'],
      [0.5, '500m'],
      ['.5', '0.5'],
      ['1.', 1],
      ['1Gi', '1024Mi'],
      ['1.5Gi', '1536Mi'],
      ['1.1Gi', '1126.4Mi'],
      ['128974848', '123Mi'],
      ['1k', 1000],
      ['1e3', '1k'],
      ['1E3', 1000],
      ['1E', '1e18'],
      ['1n', '1e-9'],
      ['1u', '1000n'],
      ['+1', 1],
      ['-1', '-1000m'],
      ['1P', '1000T'],
      ['1Ei', '1024Pi'],
      ['2Ti', '2048Gi'],
      [1e21, '1000E'],
    ] as const;

    expect(await pairsThatAreEqual(equal, 'quantity', QUANTITY)).toEqual(equal);
  });

  test('quantities that are different', async () => {
    const different = [
      ['1Gi', '1G'],
      ['1Ki', '1k'],
      ['1m', '1M'],
      ['100m', '0.1000001'],
      [9007199254740991, '9007199254740990'],
    ] as const;

    expect(await pairsThatAreEqual(different, 'quantity', QUANTITY)).toEqual([]);
  });

  test('quantities in order, printed as they were given', async () => {
    const value = (given: string | number) => z.union([z.string().regex(QUANTITY), z.number()]).default(given);
    const rules: Rule[] = [
      { left: 'limit', op: '>=', right: 'request', as: 'quantity', message: 'why' },
      { left: 'cpu', op: '<=', right: 1, as: 'quantity', message: 'why' },
    ];

    expect(
      await linesOf({ limit: value('1Gi'), request: value(1), cpu: value('1') }, rules, {
        limit: '512Mi',
        request: 1e9,
        cpu: '1500m',
      }),
    ).toEqual(['limit ("512Mi") must be at least request (1000000000): why', 'cpu ("1500m") must be at most 1: why']);
  });

  test.each(['1.2.4', '1ki', '1 Gi', 'Gi', '1e', '1e999'])(
    "that '%s' is no quantity, though a pattern takes it",
    async (q) => {
      const loose = /^(1|1[.]2[.]4|1ki|1 Gi|Gi|1e|1e999)$/;
      const rules: Rule[] = [{ left: 'q', op: '<=', right: 1, as: 'quantity', message: 'why' }];

      expect(await linesOf({ q: z.string().regex(loose).default('1') }, rules, { q })).toEqual([
        `q ("${q}") is no quantity; expected a number with a unit such as m, Ki or Mi`,
      ]);
    },
  );

  const DURATION = /^([0-9]+([.][0-9]+)?(ms|s|m|h|d))+$/;

  test('durations that are equal', async () => {
    const equal = [
      ['1m30s', '90s'],
      ['90s', 90],
      ['1h', '60m'],
      ['1d', '24h'],
      ['500ms', '0.5s'],
      ['1.5s', '1500ms'],
      ['0.3s', '300ms'],
      ['1h1m1s1ms', '3661.001s'],
      ['30d', 2592000],
    ] as const;

    expect(await pairsThatAreEqual(equal, 'duration', DURATION)).toEqual(equal);
  });

  test('durations in order', async () => {
    const value = z.string().regex(DURATION);
    const rules: Rule[] = [
      { left: 'stop', op: '<', right: 'grace', as: 'duration', message: 'why' },
      { left: 'grace', op: '<=', right: 60, as: 'duration', message: 'why' },
    ];

    expect(
      await linesOf({ grace: value.default('60s'), stop: value.default('1s') }, rules, { grace: '90s', stop: '2m' }),
    ).toEqual(['stop ("2m") must be less than grace ("90s"): why', 'grace ("90s") must be at most 60: why']);
  });

  test.each(['1.2.3s', '90 s', '-1s', 'soon'])("that '%s' is no duration, though a pattern takes it", async (t) => {
    const loose = /^(1s|1[.]2[.]3s|90 s|-1s|soon)$/;
    const rules: Rule[] = [{ left: 't', op: '<=', right: 60, as: 'duration', message: 'why' }];

    expect(await linesOf({ t: z.string().regex(loose).default('1s') }, rules, { t })).toEqual([
      `t ("${t}") is no duration; expected numbers with units such as 90s or 1m30s`,
    ]);
  });
});

test.each<[string | number, number]>([
  ['100m', 0.1],
  ['0.5', 0.5],
  ['1Gi', 1073741824],
  ['1e3', 1000],
  ['1.5Gi', 1610612736],
  ['128974848', 128974848],
  ['1k', 1000],
  [0.3, 0.3],
  [1e21, 1e21],
  ['3u', 3e-6],
])('the quantity %j is %d', (text, number) => {
  expect(quantity(text)).toBe(number);
});

test.each(['1ki', '1 Gi', '50%', '1e', '1.2.3', '', 'x'])("'%s' is no quantity", (text) => {
  expect(quantity(text)).toBeUndefined();
});

test.each<[string | number, number]>([
  ['1m30s', 90],
  ['1d2h', 93600],
  ['500ms', 0.5],
  [90, 90],
])('the duration %j is %d seconds', (text, seconds) => {
  expect(duration(text)).toBe(seconds);
});

test.each(['90', '1.s', '-1s', '1m 30s', ''])("'%s' is no duration", (text) => {
  expect(duration(text)).toBeUndefined();
});

test('values that break no rule have no lines', () => {
  expect(brokenRules([{ left: 'a', op: '<', right: 'b.c', message: 'why' }], { a: 1, b: { c: 2 } })).toEqual([]);
});

test('wrong values are told before rules are read', () => {
  const program = configOf({ n: int(10) }, () => ({}), {
    rules: [{ left: 'n', op: '>', right: 5, message: 'why' }],
  });

  expect(() => manifests(program, { values: { n: 'x' }, release: { name: 'r', namespace: 'n' } })).toThrow(
    /^n is "x"; expected an integer$/,
  );
});
