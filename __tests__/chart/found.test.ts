import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { chartFiles } from '../../chart/chart-files.ts';
import {
  ChartError,
  type Condition,
  manifests,
  type Program,
  type Rule,
  sha256,
  writeChart,
} from '../../chart/index.ts';
import { helmBinaries, runHelm } from '../support/helm.ts';
import { ManyCases } from '../support/parity.ts';
import { addConfig, configOf, expectParity, programOf, refusalOf, templateOf } from '../support/small-program.ts';

// What fails today. Each is a law of design.md; the comment says what happens instead.

const flag = z.boolean().default(false);
const map = z.record(z.string(), z.string());
const release = { name: 'r', namespace: 'n' };

async function isInstallable(program: Program): Promise<boolean[]> {
  const directory = await mkdtemp(join(tmpdir(), 'found-'));
  try {
    await writeChart(program, join(directory, 'chart'));
    const codes: boolean[] = [];
    for (const helm of await helmBinaries())
      codes.push((await runHelm(helm.path, ['template', join(directory, 'chart')])).exitCode === 0);
    return codes;
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('silently wrong: Helm and manifests() differ', () => {
  test('a fixed key before a map that is spread in one branch stays in the other', async () => {
    // `k` is guarded by `not (hasKey .Values.map "k")` without asking for `on`: it is lost where the map is not spread.
    const program = configOf({ map: map.default({}), on: flag }, (v) => ({
      k: 'fixed',
      ...(v.on ? v.map : {}),
      z: 'z',
    }));

    await expectParity(program, [{ on: false, map: { k: 'user' } }]);
  });

  test('the key of a map and the element of a list named keys are two variables', async () => {
    // `range $key, $value := ...` holds `range $key := (dig "keys" ...)`: the inner one hides the outer one.
    const program = configOf(
      { groups: z.record(z.string(), z.object({ keys: z.array(z.string()) })).default({}) },
      (v) => ({
        list: ['first', ...Object.entries(v.groups).flatMap(([name, { keys }]) => keys.map((key) => `${name}-${key}`))],
      }),
    );

    await expectParity(program, [{ groups: { a: { keys: ['x', 'y'] } } }]);
  });

  test('maps are in the order of bytes, also where keys are integers', async () => {
    // JavaScript enumerates 9 before 10 and both before -; Go sorts them as text.
    const program = configOf({ map: map.default({}) }, (v) => ({ keys: Object.keys(v.map) }));

    await expectParity(program, [{ map: { '10': '', '9': '', '-': '' } }]);
  });

  test('a key named __proto__ is in both, or refused by both', async () => {
    // Helm prints it; cdk8s loses it while it copies the map.
    const program = configOf({ map: map.default({}) }, (v) => ({ map: v.map }));

    const values = { map: JSON.parse('{"__proto__": "x", "a": "b"}') };
    const many = await ManyCases.of(program);
    const problems = await Promise.all((await helmBinaries()).map((helm) => many.problems(helm, [values])));
    await many.close();

    expect(() => manifests(program, { values, release })).toThrow('map has the key "__proto__"; expected another');
    expect(problems.flat().every((problem) => problem !== undefined)).toBe(true);
  });

  test('a construct named rules does not vanish behind the rules', async () => {
    // templates/rules.yaml of the object is overwritten by that of the rules.
    const rules: Rule[] = [{ left: 'n', op: '<', right: 5, message: 'why' }];
    const program = programOf({ n: z.int().default(1) }, (chart) => addConfig(chart, 'rules', { a: 'b' }), { rules });

    await expectParity(program, [{}]);
  });

  test('a map that many flags may leave empty is {} and not null', async () => {
    // `data:` with nothing below it, from 9 flags on; 3 have a guard.
    const names = Array.from({ length: 14 }, (_, i) => `flag${i}`);
    const values = Object.fromEntries(names.map((name) => [name, flag]));
    const program = configOf(values, (v) =>
      Object.fromEntries(names.filter((name) => v[name]).map((name) => [name, 'x'])),
    );

    await expectParity(program, [{}, { flag3: true }]);
  });

  test('a key of a map that is read by its name is refused', () => {
    // Not refused where neither the default nor the samples have it: the chart prints 'none' for every map.
    const program = configOf({ map: map.default({}) }, (v) => ({ app: v.map['app.kubernetes.io/name'] ?? 'none' }));

    expect(refusalOf(program)).toMatch(/values\.map/);
  });

  test('whether a map has a key is refused', () => {
    const program = configOf({ map: map.default({}) }, (v) => ({ app: Object.hasOwn(v.map, 'app') ? 'yes' : 'no' }));

    expect(refusalOf(program)).toMatch(/values\.map/);
  });

  test('U+E002 in a literal is refused, or printed', async () => {
    const program = configOf({}, () => ({ a: 'x\uE0020\uE003y' }));

    expect(refusalOf(program)).toBe(
      'config.data.a has one of U+E000 to U+E004 in it, which the compiler keeps for itself; use another character',
    );
  });
});

describe('Helm refuses what manifests() takes', () => {
  test('a fixed key before two spread maps', async () => {
    // `if not (hasKey ...) not (hasKey ...)`: wrong number of args for not.
    const program = configOf({ a: map.default({}), b: map.default({}) }, (v) => ({
      k: 'fixed',
      ...v.a,
      l: 'fixed',
      ...v.b,
    }));

    await expectParity(program, [{ a: { k: 'a' } }, { b: { k: 'b', l: 'b' } }, {}]);
  });

  test('a fixed key before a map that may be null', async () => {
    // `hasKey .Values.map "k"` on nil: wrong type for value.
    const program = configOf({ map: map.nullable() }, (v) => ({ k: 'fixed', ...v.map }));

    await expectParity(program, [{}, { map: { k: 'user' } }]);
  });

  test('a fixed key before a map inside a block that may be null', async () => {
    // `dig "map" dict .Values.box` on nil: interface conversion.
    const box = z.object({ map: map.default({}) }).nullable();
    const program = configOf({ box }, (v) => ({ k: 'fixed', ...(v.box === null ? {} : v.box.map), z: 'z' }));

    await expectParity(program, [{}, { box: { map: { k: 'user', z: 'user' } } }]);
  });

  test("a fixed key before an element's map that may be null", async () => {
    // `hasKey $item.map "k"` on nil.
    const items = z.array(z.object({ map: map.optional() })).default([]);
    const program = configOf({ items }, (v) => ({
      items: v.items.map((item) => ({ m: { k: 'fixed', ...item.map } })),
    }));

    await expectParity(program, [{ items: [{}, { map: { k: 'user' } }] }]);
  });

  test('objects for the elements of a list, whose apiVersion is a choice', async () => {
    // `---` stands before the first apiVersion alone, inside its branch.
    const items = z.array(z.object({ name: z.string(), beta: flag })).default([]);
    const program = programOf({ items }, (chart, v) => {
      for (const { name, beta } of v.items)
        new ApiObject(chart, `x-${name}`, { apiVersion: beta ? 'v1beta1' : 'v1', kind: 'Widget', metadata: { name } });
    });

    await expectParity(program, [{ items: [{ name: 'a' }, { name: 'b', beta: true }, { name: 'c' }] }]);
  });

  test.each(['\u0085', '\u2028', '\u2029'])('a description with the line break %j', async (character) => {
    // YAML ends a comment there: the rest of the line is no comment in values.yaml.
    const program = configOf({ a: z.int().default(1).describe(`One.${character}two: x: y`) }, () => ({}));

    expect(await isInstallable(program)).toEqual([true, true]);
  });

  test('an object without keys', async () => {
    // values.yaml has `box:`, which is null.
    const program = configOf({ box: z.object({}).prefault({}) }, () => ({}));

    expect(await isInstallable(program)).toEqual([true, true]);
  });

  test.each<[string, z.ZodRawShape, Condition]>([
    ['a number', { v: z.int().default(1) }, { path: 'v', in: [1, 2] }],
    ['null or a number', { v: z.int().nullable().default(1) }, { path: 'v', in: [null, 1] }],
    ['a text or a number', { v: z.union([z.string(), z.number()]).default('x') }, { path: 'v', in: [1, 'x'] }],
    ['false, and it is null', { v: z.boolean().nullable() }, { path: 'v', in: [false] }],
  ])('a rule when a value is %s', async (_, shape, when) => {
    // eq: incompatible types for comparison; and `not nil` is true.
    const rules: Rule[] = [{ when: [when], left: 'n', op: '<', right: 5, message: 'holds' }];
    const broken: Rule[] = [{ when: [when], left: 'n', op: '>', right: 5, message: 'why' }];
    const program = (each: Rule[]) => configOf({ ...shape, n: z.int().default(1) }, () => ({}), { rules: each });
    const ours = refusesDefaults(program(broken));

    expect(await isInstallable(program(rules))).toEqual([true, true]);
    const compiled = await isInstallable(program(broken)).catch(() => [false, false]);
    expect(compiled).toEqual([!ours, !ours]);
  });

  test('a rule over a sum of fractions', async () => {
    // Helm's `add` cuts them off: 0.7 + 0.7 is 0.
    const rules: Rule[] = [{ left: { sum: ['f', 'f'] }, op: '>=', right: 1, message: 'holds' }];

    expect(await isInstallable(configOf({ f: z.number().default(0.7) }, () => ({}), { rules }))).toEqual([true, true]);
  });

  function refusesDefaults(program: Program): boolean {
    try {
      manifests(program, { release });
      return false;
    } catch {
      return true;
    }
  }
});

describe('not refused, though no template can say it', () => {
  test.each<[string, z.ZodType]>([
    [
      'refine of an object',
      z
        .object({ a: z.int().default(1) })
        .refine(() => false)
        .prefault({}),
    ],
    [
      'refine of a boolean',
      z
        .boolean()
        .refine(() => false)
        .default(true),
    ],
    [
      'refine of an enum',
      z
        .enum(['a', 'b'])
        .refine(() => false)
        .default('a'),
    ],
    [
      'refine of a quantity',
      z
        .union([z.string(), z.number()])
        .refine(() => false)
        .default(1),
    ],
    [
      'refine of an opaque value',
      z
        .unknown()
        .refine(() => false)
        .default(1),
    ],
    ['z.email()', z.email().default('a@b.c')],
    ['z.url()', z.url().default('http://a')],
    ['z.uuid()', z.uuid().default('00000000-0000-4000-8000-000000000000')],
    ['coercion', z.coerce.number().default(1)],
    ...['^[^]*$', '[]|a', '[\\b]|a', '^a{0,1001}$'].map((pattern): [string, z.ZodType] => [
      `the pattern ${pattern}, which Go refuses`,
      z.string().regex(new RegExp(pattern)).default('a'),
    ]),
  ])('%s', (_, schema) => {
    expect(refusalOf(configOf({ v: schema }, () => ({})))).toMatch(/^values\.v /);
  });

  test('refine of all values', () => {
    const values = z.object({ a: z.int().default(1) }).refine(() => false);

    expect(refusalOf({ name: 'demo', version: '1.0.0', values, build: () => {} } as never)).not.toBe('not refused');
  });

  test.each<[string, Program]>([
    ['the schema', configOf({ n: z.int().min(5).default(1) }, () => ({}))],
    ['the type', configOf({ s: z.string().default(1 as never) }, () => ({}))],
    [
      'a rule',
      configOf({ n: z.int().default(1) }, () => ({}), { rules: [{ left: 'n', op: '>', right: 5, message: 'why' }] }),
    ],
  ])('defaults that break %s', (_, program) => {
    // Helm refuses the chart as it is.
    expect(() => chartFiles(program)).toThrow(ChartError);
  });
});

describe('refused, though a template can say it', () => {
  test('filter, where nothing else is in the list', async () => {
    // "config uses an element of values.items outside of its list; put a value of the element into the construct id ..."
    const items = z.array(z.object({ name: z.string(), on: flag })).default([]);
    const program = configOf({ items }, (v) => ({ names: v.items.filter(({ on }) => on).map(({ name }) => name) }));

    await expectParity(program, [{}, { items: [{ name: 'a' }] }, { items: [{ name: 'a' }, { name: 'b', on: true }] }]);
  });

  test('a list of its own where the list is null or empty', async () => {
    // "... looks into a value: for values.list = null build makes ["d"], where a template ... prints []"
    const list = z.array(z.string());
    const program = configOf({ list: list.nullable(), other: list.default([]) }, (v) => ({
      a: v.list ?? ['fixed'],
      b: v.other.length > 0 ? v.other : ['fixed'],
    }));

    await expectParity(program, [{}, { list: [], other: ['x'] }, { list: ['a', 'b'] }]);
  });

  test('one list in place of another', async () => {
    // "config.data.a[0] uses elements of values.list and of values.other at once ..."
    const list = z.array(z.string());
    const program = configOf({ list: list.nullable(), other: list.default([]) }, (v) => ({ a: v.list ?? v.other }));

    await expectParity(program, [{}, { list: [], other: ['x'] }, { other: ['a', 'b'] }]);
  });

  test('enums as elements beside a fixed item', async () => {
    // The two options are taken for two items.
    const program = configOf({ modes: z.array(z.enum(['a', 'b'])).default([]) }, (v) => ({
      modes: ['first', ...v.modes],
    }));

    await expectParity(program, [{}, { modes: ['b', 'a', 'b'] }]);
  });

  test('an enum in the field that Kubernetes names items by', async () => {
    // Each option of `type` is taken for an item of its own.
    const checks = z.array(z.object({ type: z.enum(['Http', 'Tcp']).default('Http'), path: z.string() })).default([]);
    const program = configOf({ checks }, (v) => ({ checks: v.checks.map(({ type, path }) => ({ type, path })) }));

    await expectParity(program, [{}, { checks: [{ type: 'Tcp', path: 'a' }, { path: 'b' }] }]);
  });

  test('a quantity as text', async () => {
    // `${cpu}` is the mark of the quantity itself, which prints a number as a number.
    const program = configOf({ cpu: z.union([z.string(), z.number()]).default('100m') }, (v) => ({ CPU: `${v.cpu}` }));

    await expectParity(program, [{}, { cpu: 1 }, { cpu: 1e21 }]);
  });

  test('a list split in two by a filter', async () => {
    // Only one of the two is in any run, so they are taken for one item.
    const items = z.array(z.object({ name: z.string(), on: flag })).default([]);
    const program = configOf({ items }, (v) => ({
      names: [
        'on:',
        ...v.items.filter(({ on }) => on).map(({ name }) => name),
        'off:',
        ...v.items.filter(({ on }) => !on).map(({ name }) => name),
      ],
    }));

    await expectParity(program, [{}, { items: [{ name: 'a' }, { name: 'b', on: true }, { name: 'c' }] }]);
  });

  test('notes that end in a value', () => {
    // A line break at the end of the value is taken for that of the notes.
    const program = configOf({ s: z.string().default('a') }, () => ({}), { notes: (v) => `Hello ${v.s}` });

    expect(templateOf(program, 'templates/NOTES.txt')).toBe('Hello {{ .Values.s }}');
  });

  test('a pattern with a backslash before an s', () => {
    // /\\s/ is a backslash and an s, not white space.
    expect(
      refusalOf(
        configOf(
          {
            v: z
              .string()
              .regex(/\\s|^$/)
              .default(''),
          },
          () => ({}),
        ),
      ),
    ).toBe('not refused');
  });

  test('the flag u, which is how patterns are read', () => {
    expect(refusalOf(configOf({ v: z.string().regex(/^a*$/u).default('a') }, () => ({})))).toBe('not refused');
  });
});

describe('an error of its own, not a crash', () => {
  test('a sha256 inside a longer text', () => {
    // TypeError: Cannot read properties of undefined (reading 'deps')
    expect(refusalOf(configOf({ s: z.string().default('a') }, (v) => ({ a: `sha256:${sha256([v.s])}` })))).toBe(
      'config.data.a has a sha256 inside a longer text; make it a value of its own',
    );
  });

  test('U+E004 at the start of a literal', () => {
    // TypeError: Cannot read properties of undefined (reading 'includes')
    expect(refusalOf(configOf({}, () => ({ a: '\uE004x' })))).toMatch(/U\+E00/);
  });

  test('a quantity that a pattern lets through and Kubernetes does not', () => {
    // SyntaxError: Cannot convert NaN to a BigInt
    const rules: Rule[] = [{ left: 'q', op: '<=', right: 1, as: 'quantity', message: 'why' }];
    const program = configOf(
      {
        q: z
          .string()
          .regex(/^[0-9.]+$/)
          .default('1'),
      },
      () => ({}),
      { rules },
    );

    expect(() => manifests(program, { values: { q: '1.2.3' }, release })).toThrow(/^'1\.2\.3' is no quantity; /);
  });
});
