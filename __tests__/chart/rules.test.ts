import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Condition, manifests, type Operand, type Rule, writeChart } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { brokenRules, duration, quantity } from '../../chart/rules.ts';
import { helmBinaries, runHelm } from '../support/helm.ts';
import { configOf } from '../support/small-program.ts';

/** The lines that manifests() and both Helms say for values that break rules, which must be the same. */
async function linesOf(shape: z.ZodRawShape, rules: readonly Rule[], values: JsonObject = {}): Promise<string[]> {
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
    /execution error at \(demo\/templates\/rules\.yaml:1:4\): \n(.*)\n\nUse --debug/s.exec(stderr) ?? [];
  return (failure ?? stderr).split('\n');
}

const int = (value: number) => z.int().default(value);

describe('in manifests() and in both Helms, with the same words', () => {
  test('every operator', async () => {
    const values = { one: int(1), two: int(2), three: int(3) };
    const operators = ['<', '<=', '==', '!=', '>=', '>'] as const;
    const rules = operators.flatMap((op) =>
      ['one', 'two', 'three'].map((left): Rule => ({ left, op, right: 'two', message: 'why' })),
    );

    expect(await linesOf(values, rules)).toEqual([
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

  test('literal numbers', async () => {
    const values = { n: int(1), half: z.number().default(0.5), large: int(1209600) };

    expect(
      await linesOf(values, [
        { left: 'n', op: '>', right: 5, message: 'why' },
        { left: 'n', op: '<', right: -1, message: 'why' },
        { left: 'half', op: '<', right: 0.25, message: 'why' },
        { left: 'large', op: '<', right: 1000000, message: 'why' },
        { left: 'n', op: '<', right: 1e21, message: 'holds' },
      ]),
    ).toEqual([
      'n (1) must be more than 5: why',
      'n (1) must be less than -1: why',
      'half (0.5) must be less than 0.25: why',
      'large (1209600) must be less than 1000000: why',
    ]);
  });

  test('what Helm would take for formats, braces or quotes', async () => {
    const rules: Rule[] = [{ left: 'n', op: '>', right: 5, message: '100% {{ .x }} "a" \\n %s `ü`' }];

    expect(await linesOf({ n: int(1) }, rules)).toEqual(['n (1) must be more than 5: 100% {{ .x }} "a" \\n %s `ü`']);
  });

  test('a path of keys that are no identifiers, and a key of a map', async () => {
    const values = {
      'a-b': z.object({ '1': int(1) }).prefault({}),
      map: z.record(z.string(), z.int()).default({ k: 1 }),
    };

    expect(
      await linesOf(values, [
        { left: 'a-b.1', op: '>', right: 5, message: 'why' },
        { left: 'map.k', op: '>', right: 5, message: 'why' },
        { left: 'map.absent', op: '>', right: 5, message: 'not applied' },
        { left: 'map.absent', op: 'is set', message: 'why' },
      ]),
    ).toEqual([
      'a-b.1 (1) must be more than 5: why',
      'map.k (1) must be more than 5: why',
      'map.absent is not set: why',
    ]);
  });

  test('a null operand, which leaves the rule out', async () => {
    const values = { n: int(1), none: z.int().nullable(), zero: z.int().nullable().default(0) };

    expect(
      await linesOf(values, [
        { left: 'none', op: '>', right: 5, message: 'not applied' },
        { left: 'n', op: '>', right: 'none', message: 'not applied' },
        { left: { sum: ['n', 'none'] }, op: '>', right: 5, message: 'not applied' },
        { left: { path: 'none', fallback: 'none' }, op: '>', right: 5, message: 'not applied' },
        { left: 'zero', op: '>', right: 5, message: 'why' },
      ]),
    ).toEqual(['zero (0) must be more than 5: why']);
  });

  test('a sum', async () => {
    const values = { a: int(1), b: int(2), large: int(1e15) };

    expect(
      await linesOf(values, [
        { left: { sum: ['a', 'b', 3] }, op: '<', right: 6, message: 'why' },
        { left: 'a', op: '>=', right: { sum: ['b', -1] }, message: 'holds' },
        { left: 'a', op: '>', right: { sum: ['b', 3] }, message: 'why' },
        { left: { sum: ['large', 'a'] }, op: '<', right: 5, message: 'why' },
      ]),
    ).toEqual([
      'a + b + 3 (6) must be less than 6: why',
      'a (1) must be more than b + 3 (5): why',
      'large + a (1000000000000001) must be less than 5: why',
    ]);
  });

  const followed = { least: z.int().nullable(), count: int(3), most: int(2) };
  const least: Operand = { path: 'least', fallback: 'count' };

  test.each<[string, JsonObject, string[]]>([
    [
      'its fallback while it is null',
      {},
      ['most (2) must be at least count (3): why', 'most + count (5) must be less than 4: why'],
    ],
    ['its own value, 0 as well', { least: 0, most: -1 }, ['most (-1) must be at least least (0): why']],
    ['its own value where that is less', { least: 2 }, ['most + least (4) must be less than 4: why']],
  ])('a path with a fallback is %s', async (_, values, lines) => {
    const rules: Rule[] = [
      { left: 'most', op: '>=', right: least, message: 'why' },
      { left: { sum: ['most', least] }, op: '<', right: 4, message: 'why' },
    ];

    expect(await linesOf(followed, rules, values)).toEqual(lines);
  });

  test("'is set': neither null nor ''", async () => {
    const values = {
      none: z.string().nullable(),
      empty: z.string().default(''),
      text: z.string().default('x'),
      zero: z.int().nullable().default(0),
      off: z.boolean().nullable().default(false),
    };
    const names = ['none', 'empty', 'text', 'zero', 'off'];

    expect(
      await linesOf(
        values,
        names.map((left): Rule => ({ left, op: 'is set', message: 'why' })),
      ),
    ).toEqual(['none is not set: why', 'empty is not set: why']);
    expect(
      await linesOf(values, [{ left: { path: 'none', fallback: 'empty' }, op: 'is set', message: 'why' }]),
    ).toEqual(['empty is not set: why']);
  });

  describe('when', () => {
    const values = {
      n: int(1),
      on: z.boolean().default(true),
      mode: z.enum(['a', 'b']).default('a'),
      none: z.string().nullable(),
      text: z.string().nullable().default('x'),
    };
    const applied = 'n (1) must be more than 5: why';

    test.each<[string, Condition[], string[]]>([
      ['true', [{ path: 'on', in: [true] }], [applied]],
      ['false', [{ path: 'on', in: [false] }], []],
      ['true or false', [{ path: 'on', in: [true, false] }], [applied]],
      ['an option', [{ path: 'mode', in: ['a'] }], [applied]],
      ['one of some options', [{ path: 'mode', in: ['b', 'a'] }], [applied]],
      ['another option', [{ path: 'mode', in: ['b'] }], []],
      ['not null', [{ path: 'text' }], [applied]],
      ['null where it must not be', [{ path: 'none' }], []],
      ['null', [{ path: 'none', in: [null] }], [applied]],
      ['null or a text', [{ path: 'text', in: [null, 'x'] }], [applied]],
      ['a text, and it is null', [{ path: 'none', in: ['x'] }], []],
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
      expect(await linesOf(values, [{ when, left: 'n', op: '>', right: 5, message: 'why' }])).toEqual(lines);
    });
  });

  /** A value for each text, and a rule for each pair that the two are different, which equal ones break. */
  async function pairsThatAreEqual(
    pairs: readonly (readonly [string | number, string | number])[],
    as: 'quantity' | 'duration',
    pattern: RegExp,
  ) {
    const value = () => z.union([z.string().regex(pattern), z.number()]);
    const shape = Object.fromEntries(
      pairs.flatMap(([a, b], i) => [
        [`a${i}`, value().default(a)],
        [`b${i}`, value().default(b)],
      ]),
    );
    const rules = pairs.map((_, i): Rule => ({ left: `a${i}`, op: '!=', right: `b${i}`, as, message: 'why' }));
    const lines = await linesOf(shape, rules);
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

    expect(
      await linesOf({ limit: value('512Mi'), request: value(1e9), cpu: value('1500m') }, [
        { left: 'limit', op: '>=', right: 'request', as: 'quantity', message: 'why' },
        { left: 'cpu', op: '<=', right: 1, as: 'quantity', message: 'why' },
      ]),
    ).toEqual(['limit ("512Mi") must be at least request (1000000000): why', 'cpu ("1500m") must be at most 1: why']);
  });

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

    expect(
      await linesOf({ grace: value.default('90s'), stop: value.default('2m') }, [
        { left: 'stop', op: '<', right: 'grace', as: 'duration', message: 'why' },
        { left: 'grace', op: '<=', right: 60, as: 'duration', message: 'why' },
      ]),
    ).toEqual(['stop ("2m") must be less than grace ("90s"): why', 'grace ("90s") must be at most 60: why']);
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

test.each(['1ki', '1 Gi', '50%', '1e'])("'%s' is no quantity", (text) => {
  expect(() => quantity(text)).toThrow(`'${text}' is no quantity; expected a number with a unit such as m, Ki or Mi`);
});

test.each<[string | number, number]>([
  ['1m30s', 90],
  ['1d2h', 93600],
  ['500ms', 0.5],
  [90, 90],
])('the duration %j is %d seconds', (text, seconds) => {
  expect(duration(text)).toBe(seconds);
});

test('values that break no rule have no lines', () => {
  expect(brokenRules([{ left: 'a', op: '<', right: 'b.c', message: 'why' }], { a: 1, b: { c: 2 } })).toEqual([]);
});

test('wrong values are told before rules are read', () => {
  const program = configOf({ n: z.int().default(1) }, () => ({}), {
    rules: [{ left: 'n', op: '>', right: 5, message: 'why' }],
  });

  expect(() => manifests(program, { values: { n: 'x' }, release: { name: 'r', namespace: 'n' } })).toThrow(
    /^n is "x"; expected an integer$/,
  );
});
