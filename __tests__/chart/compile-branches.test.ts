import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { sha256 } from '../../chart/index.ts';
import {
  addConfig,
  configOf,
  dataOf,
  expectParity,
  plainText,
  programOf,
  refusalOf,
  templateOf,
} from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const string = { s: z.string().default('a') };
const strings = { names: z.array(z.string()).default(['x']) };
const flag = { on: z.boolean().default(false) };
const flags = { a: z.boolean().default(false), b: z.boolean().default(false) };
const mode = { mode: z.enum(['a', 'b', 'c', 'd']).default('a') };
const labels = { labels: z.record(z.string(), z.string()).default({ k: 'v' }) };
const everyFlag = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));
const everyMode = mode.mode.unwrap().options.map((option) => ({ mode: option }));

describe('null', () => {
  test('?? between values that are never empty is default', async () => {
    const program = configOf(
      {
        a: z.string().min(1).nullable(),
        b: z.string().min(1).default('b'),
        n: z.int().min(1).nullable(),
        m: z.int().min(1).default(2),
      },
      (v) => ({
        a: v.a ?? v.b,
        n: v.n ?? v.m,
        text: `${v.n ?? v.m}`,
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ .Values.a | default .Values.b | quote }}
      "n": {{ .Values.n | default .Values.m | toJson }}
      text: {{ .Values.n | default .Values.m | toJson | quote }}
    `);
    await expectParity(program, [{}, { a: 'x', n: 1e6 }, { b: 'y', m: 3 }]);
  });

  test('?? between text and numbers is no default', async () => {
    const program = configOf(
      {
        a: z.string().min(1).nullable(),
        b: z.int().min(1).default(1),
        c: z.int().min(1).nullable(),
        d: z.string().min(1).default('d'),
      },
      (v) => ({ text: v.a ?? v.b, number: v.c ?? v.d }),
    );

    await expectParity(program, [{}, { a: 'x', c: 2 }]);
  });

  test('?? between quantities keeps numbers numbers', async () => {
    const quantity = z.union([z.string().regex(/^[0-9]+m?$/), z.number().min(1)]);
    const any = z.union([z.string().min(1), z.number().min(1)]);
    const shape = { a: quantity.nullable(), b: quantity.default(2), c: any.nullable(), d: any.nullable() };
    const program = configOf(shape, (v) => ({ a: v.a ?? v.b, b: v.c ?? v.b, c: v.d === null ? v.a : v.d }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ .Values.a | default .Values.b | toJson }}
      b: {{ include "demo.json" (.Values.c | default .Values.b) }}
      {{- if or .Values.a .Values.d }}
      c: {{ include "demo.json" (.Values.d | default .Values.a) }}
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { a: 1 },
      { a: '100m' },
      { b: '1' },
      { c: '\u007f\u0085' },
      { c: 3, d: '\u0085' },
    ]);
  });

  test('?? between quantities as text writes large numbers out', async () => {
    const quantity = z.union([z.string().min(1), z.number().min(1)]);
    const program = configOf({ a: quantity.nullable(), b: quantity.default(2) }, (v) => ({ a: `${v.a ?? v.b}` }));

    await expectParity(program, [{}, { a: 2e6 }, { a: '100m' }, { b: 3e6 }, { b: 1e21 }]);
  });

  test('?? between a longer text and a value is no default', async () => {
    const program = configOf(
      { name: z.string().min(1).nullable().default(null), other: z.string().default('a') },
      (v) => ({
        a: v.name === null ? v.other : `my-${v.name}`,
        b: v.name === null ? `my-${v.other}` : v.name,
      }),
    );

    expect(dataOf(program)).not.toContain('default');
    await expectParity(program, [{}, { name: 'x' }]);
  });

  test('?? between hashes is no default', async () => {
    const text = z.string().min(1);
    const program = configOf({ a: text.nullable(), b: text.default('b') }, ({ a, b }) => ({
      hash: a === null ? sha256({ b }) : sha256({ a }),
    }));

    await expectParity(program, [{}, { a: 'x' }]);
  });

  test('?? is no default where another answer decides as well', async () => {
    const text = z.string().min(1);
    const texts = { a: text.nullable(), b: text.default('b'), c: text.default('c') };
    const program = configOf({ ...texts, ...flag }, ({ a, b, c, on }) => ({
      unset: a ?? (on ? b : c),
      set: a === null ? b : on ? a : c,
    }));

    await expectParity(program, [{}, { on: true }, { a: 'x' }, { a: 'x', on: true }]);
  });

  test('an answer about null or emptiness may be printed', async () => {
    const program = configOf({ ...strings, a: z.string().nullable() }, ({ names, a }) => ({
      filled: names.length > 0,
      set: a !== null,
      text: `${names.length > 0} ${a !== null}`,
    }));

    await expectParity(program, [{}, { names: [] }, { a: 'x' }, { names: [], a: '' }]);
  });

  test("?? keeps '' and 0, which default would not", async () => {
    const program = configOf({ a: z.string().nullable(), b: z.string().default('b'), n: z.int().nullable() }, (v) => ({
      a: v.a ?? v.b,
      n: v.n ?? 5,
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (kindIs "invalid" .Values.a) }}
      a: {{ .Values.a | quote }}
      {{- else }}
      a: {{ .Values.b | quote }}
      {{- end }}
      {{- if not (kindIs "invalid" .Values.n) }}
      "n": {{ .Values.n | toJson }}
      {{- else }}
      "n": 5
      {{- end }}
    `);
    await expectParity(program, [{}, { a: '', n: 0 }, { a: 'x', n: 1 }, { a: null, n: null }]);
  });

  test('undefined leaves the key out', async () => {
    const program = configOf({ n: z.int().nullable() }, (v) => ({ a: 'x', n: v.n ?? undefined }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: x
      {{- if not (kindIs "invalid" .Values.n) }}
      "n": {{ .Values.n | toJson }}
      {{- end }}
    `);
    await expectParity(program, [{}, { n: 0 }]);
  });

  test('an optional block, with the defaults that values.yaml does not hold', async () => {
    const box = z.object({
      host: z.string(),
      port: z.int().default(0),
      tls: z.object({ on: z.boolean().default(true) }).prefault({}),
    });
    const program = configOf({ box: box.nullable() }, (v) => ({
      a: 'x',
      ...(v.box === null ? {} : { host: v.box.host, port: v.box.port, ...(v.box.tls.on ? { tls: 'yes' } : {}) }),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: x
      {{- if not (kindIs "invalid" .Values.box) }}
      host: {{ .Values.box.host | quote }}
      port: {{ dig "port" 0 .Values.box | toJson }}
      {{- end }}
      {{- if and (not (kindIs "invalid" .Values.box)) (dig "on" true (dig "tls" dict .Values.box)) }}
      tls: "yes"
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { box: { host: '' } },
      { box: { host: 'h', port: 1, tls: {} } },
      { box: { host: 'h', tls: { on: false } } },
    ]);
  });

  test('a default in an optional block says what its fields do not say by themselves', async () => {
    const tls = z.object({ on: z.boolean().default(true), s: z.string().default('a\u0085') });
    const box = z.object({ tls: tls.default({ on: true, s: 'b\u0085' }) }).nullable();
    const program = configOf({ box }, (v) => ({ a: v.box === null ? 'x' : `${v.box.tls.s}${v.box.tls.on}` }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if kindIs "invalid" .Values.box }}
      a: x
      {{- else if dig "on" true (dig "tls" (dict "s" "b\\u0085") .Values.box) }}
      a: {{ printf "%strue" (dig "s" "a\\u0085" (dig "tls" (dict "s" "b\\u0085") .Values.box)) | quote }}
      {{- else }}
      a: {{ printf "%sfalse" (dig "s" "a\\u0085" (dig "tls" (dict "s" "b\\u0085") .Values.box)) | quote }}
      {{- end }}
    `);
    await expectParity(program, [{}, { box: {} }, { box: { tls: {} } }, { box: { tls: { on: false } } }]);
  });

  test('an optional block with a default that has null in it', async () => {
    const ports = z.array(z.object({ name: z.string().nullable() })).default([{ name: null }, { name: 'b' }]);
    const program = configOf({ box: z.object({ ports }).nullable() }, (v) => ({ box: v.box }));

    await expectParity(program, [{}, { box: {} }, { box: { ports: [] } }, { box: { ports: [{}, { name: 'a' }] } }]);
  });

  test('a nullable value that is not null by default', async () => {
    const program = configOf({ s: z.string().nullable().default('a') }, (v) => ({ a: v.s ?? 'none' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (kindIs "invalid" .Values.s) }}
      a: {{ .Values.s | quote }}
      {{- else }}
      a: none
      {{- end }}
    `);
    await expectParity(program, [{}, { s: null }, { s: '' }]);
  });
});

describe('conditions', () => {
  test('on a boolean', async () => {
    const program = configOf(flag, (v) => (v.on ? { a: 'x', b: 'x' } : { b: 'y', c: 'z' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.on }}
      a: x
      {{- end }}
      {{- if .Values.on }}
      b: x
      {{- else }}
      b: "y"
      {{- end }}
      {{- if not .Values.on }}
      c: z
      {{- end }}
    `);
    await expectParity(program, [{ on: true }, { on: false }]);
  });

  test('that leave a map empty', async () => {
    const program = configOf(flag, (v) => (v.on ? { a: 'x' } : {}));

    expect(templateOf(program)).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: config
      {{- if .Values.on }}
      data:
        a: x
      {{- else }}
      data: {}
      {{- end }}

    `);
    await expectParity(program, [{ on: true }, { on: false }]);
  });

  test('on an enum of four options', async () => {
    const text = { a: 'first', b: 'second', c: 'third', d: 'last' };
    const program = configOf(mode, (v) => ({ x: text[v.mode] }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if eq .Values.mode "a" }}
      x: first
      {{- else if eq .Values.mode "b" }}
      x: second
      {{- else if eq .Values.mode "c" }}
      x: third
      {{- else }}
      x: last
      {{- end }}
    `);
    await expectParity(program, everyMode);
  });

  test('on some options of an enum', async () => {
    const program = configOf(mode, (v) => ({
      ...(v.mode !== 'd' ? { a: 'x' } : {}),
      ...(v.mode === 'a' || v.mode === 'b' ? { m: 'x' } : {}),
      z: 'x',
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if ne .Values.mode "d" }}
      a: x
      {{- end }}
      {{- if eq .Values.mode "a" "b" }}
      m: x
      {{- end }}
      z: x
    `);
    await expectParity(program, everyMode);
  });

  test('on digits, which what stands for a value in text has too', async () => {
    const digits = Array.from({ length: 9 }, (_, i) => [`digit${i}`, z.enum([`${i}`, `${i + 1}`]).default(`${i}`)]);
    const program = configOf(
      { a: z.string().default('A'), b: z.string().default('B'), ...Object.fromEntries(digits) },
      ({ a, b, ...values }) =>
        Object.fromEntries(Object.entries(values).map(([key, digit]) => [key, key === `digit${digit}` ? a : b])),
    );
    const others = Object.fromEntries(digits.map(([key], i) => [key, `${i + 1}`]));

    await expectParity(program, [{}, others]);
  });

  test('inside each other', async () => {
    const program = configOf(flags, (v) => ({
      x: 'x',
      ...(v.a ? { a: 'x', ...(v.b ? { b: 'x' } : { c: 'x' }) } : {}),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.a }}
      a: x
      {{- end }}
      {{- if and .Values.a .Values.b }}
      b: x
      {{- end }}
      {{- if and .Values.a (not .Values.b) }}
      c: x
      {{- end }}
      x: x
    `);
    await expectParity(program, everyFlag);
  });

  test('joined by and, or and unequal', async () => {
    const program = configOf(flags, (v) => ({
      x: 'x',
      ...(v.a && v.b ? { and: 'x' } : {}),
      ...(v.a || v.b ? { or: 'x' } : {}),
      ...(v.a !== v.b ? { xor: 'x' } : {}),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if and .Values.a .Values.b }}
      and: x
      {{- end }}
      {{- if or .Values.a .Values.b }}
      or: x
      {{- end }}
      x: x
      {{- if or (and .Values.a (not .Values.b)) (and (not .Values.a) .Values.b) }}
      xor: x
      {{- end }}
    `);
    await expectParity(program, everyFlag);
  });

  test('both of which are read up front', async () => {
    const program = configOf(flags, ({ a, b }) => ({ x: a && b ? 'both' : 'not both' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if and .Values.a .Values.b }}
      x: both
      {{- else }}
      x: "not both"
      {{- end }}
    `);
    await expectParity(program, everyFlag);
  });

  test('of which one option matters only under two others', async () => {
    const options = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;
    const program = configOf(
      {
        a: z.boolean().default(true),
        b: z.boolean().default(true),
        mode: z.enum(options).default('1'),
        other: z.enum(options).default('1'),
      },
      ({ a, b, mode, other }) => ({ mode, other, ...(a || b || mode === '6' ? { on: 'yes' } : {}) }),
    );

    await expectParity(program, [{}, { a: false, b: false }, { a: false, b: false, mode: '6' }]);
  });

  test('around an item', async () => {
    const program = configOf({ ...flag, ...string }, (v) => ({ list: ['first', ...(v.on ? [v.s] : []), 'last'] }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      list:
        - first
        {{- if .Values.on }}
        - {{ .Values.s | quote }}
        {{- end }}
        - last
    `);
    await expectParity(program, [{ on: true }, { on: false }]);
  });

  test('around a document', async () => {
    const program = programOf(flag, (chart, v) => {
      addConfig(chart, 'always', {});
      if (v.on) addConfig(chart, 'sometimes', {});
    });

    expect(templateOf(program, 'templates/sometimes.yaml')).toMatchInlineSnapshot(`
      {{- if .Values.on }}
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: sometimes
      data: {}
      {{- end }}

    `);
    await expectParity(program, [{ on: true }, { on: false }]);
  });

  test('on whether a list is empty', async () => {
    const program = configOf(strings, (v) => ({
      x: v.names.length > 0 ? 'some' : 'none',
      ...(v.names.length === 0 ? {} : { names: v.names }),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.names }}
      names:
        {{- range $name := .Values.names }}
        - {{ $name | quote }}
        {{- end }}
      {{- end }}
      {{- if .Values.names }}
      x: some
      {{- else }}
      x: none
      {{- end }}
    `);
    await expectParity(program, [{}, { names: [] }, { names: ['a', 'b'] }]);
  });

  test('on whether a map is empty', async () => {
    const program = configOf(labels, (v) => ({
      x: 'x',
      ...(Object.keys(v.labels).length > 0 ? { labels: v.labels } : {}),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.labels }}
      labels:
        {{- range $key, $value := .Values.labels }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}
      {{- end }}
      x: x
    `);
    await expectParity(program, [{}, { labels: { k: null } }, { labels: { yes: 'no', b: '' } }]);
  });

  test('each of which may leave a map empty', async () => {
    const names = Array.from({ length: 14 }, (_, i) => `flag${i}`);
    const values = Object.fromEntries(names.map((name) => [name, z.boolean().default(false)]));
    const program = configOf(values, (v) =>
      Object.fromEntries(names.filter((name) => v[name]).map((name) => [name, 'x'])),
    );

    await expectParity(program, [{}, { flag3: true }, Object.fromEntries(names.map((name) => [name, true]))]);
  });
});

test('a program needs about one run for each independent flag, not one for each combination', () => {
  const names = Array.from({ length: 14 }, (_, i) => `flag${i}`);
  const values = Object.fromEntries(names.map((name) => [name, z.boolean().default(false)]));
  const program = configOf(values, (v) => ({
    fixed: 'x',
    ...Object.fromEntries(names.filter((name) => v[name]).map((name) => [name, 'x'])),
  }));

  const { runs } = compileTemplates(program);

  expect(runs).toBeLessThan(100);
});

describe('a map that cdk8s leaves out when it is empty', () => {
  const names = Array.from({ length: 12 }, (_, i) => `flag${i}`);
  const flags = Object.fromEntries(names.map((name) => [name, z.boolean().default(true)]));
  const labelsOf = (values: Readonly<Record<string, unknown>>) =>
    Object.assign({}, ...names.map((name) => (values[name] === true ? { [name]: 'on' } : {})));

  test('depends on what is in it, not on every combination of that', async () => {
    const program = programOf({ ...flags, extra: z.record(z.string(), z.string()).default({}) }, (chart, values) => {
      const labels = { ...labelsOf(values), ...values.extra };
      new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels } });
    });
    const off = Object.fromEntries(names.map((name) => [name, false]));

    expect(compileTemplates(program).runs).toBeLessThan(150);
    await expectParity(program, [
      {},
      off,
      { ...off, flag3: true },
      { ...off, extra: { flag3: 'mine' } },
      { extra: { flag3: 'mine' } },
    ]);
  });

  test('is left out with what is around it, too', async () => {
    const program = programOf({ ...flags, around: z.boolean().default(true) }, (chart, { around, ...values }) => {
      const labels = around ? labelsOf(values) : undefined;
      new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels } });
    });
    const off = Object.fromEntries(names.map((name) => [name, false]));

    await expectParity(program, [{}, off, { ...off, flag3: true }, { around: false }, { ...off, around: false }]);
  });

  test('is left out with what it is in, where nothing else is there', async () => {
    const program = programOf({ ...flags, ...flag }, (chart, { on, ...values }) => {
      const own = { labels: labelsOf(values), ...(on ? { on: 'yes' } : {}) };
      new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', own } });
    });
    const off = Object.fromEntries(names.map((name) => [name, false]));

    await expectParity(program, [{}, off, { on: true }, { ...off, on: true }, { ...off, on: true, flag3: true }]);
  });

  test('may be a list', async () => {
    const program = configOf(flags, (values) => {
      const own = Object.keys(labelsOf(values));
      return { a: 'x', own: own.length === 0 ? undefined : own };
    });
    const off = Object.fromEntries(names.map((name) => [name, false]));

    await expectParity(program, [{}, off, { ...off, flag3: true }]);
  });

  test('is empty all the same in some branch', async () => {
    const some = (count: number) => {
      const own = Object.fromEntries(names.slice(0, count).map((name) => [name, z.boolean().default(true)]));
      return configOf({ ...own, mode: z.enum(['a', 'b', 'c', 'd', 'e']).default('a') }, ({ mode, ...values }) => {
        const map = labelsOf(values);
        return { a: 'x', own: mode !== 'e' && Object.keys(map).length === 0 ? undefined : map };
      });
    };
    const off = Object.fromEntries(names.slice(0, 6).map((name) => [name, false]));

    expect(refusalOf(some(10))).toMatch(/^config\.data\.own depends on more than 1024 combinations of values\.mode, /);
    await expectParity(some(6), [{}, off, { ...off, mode: 'e' }, { ...off, mode: 'e', flag3: true }]);
  });

  test('is known to be there, or not, from what is beside it', async () => {
    const few = Object.fromEntries(names.slice(0, 3).map((name) => [name, z.boolean().default(true)]));
    const program = (beside: (values: Readonly<Record<string, unknown>>) => object) =>
      programOf(few, (chart, values) => {
        const own = { labels: labelsOf(values), ...beside(values) };
        new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', own } });
      });
    const always = program(({ flag0 }) => (flag0 ? {} : { off: 'yes' }));
    const sometimes = program(({ flag0, flag1, flag2 }) => (flag0 && flag1 && flag2 ? { all: 'yes' } : {}));
    const off = { flag0: false, flag1: false, flag2: false };

    expect(templateOf(always)).not.toContain('{}');
    for (const each of [always, sometimes])
      await expectParity(each, [{}, off, { flag0: false }, { ...off, flag0: true }, { ...off, flag2: true }]);
  });

  test.each<[string, (labels: object) => object]>([
    ['metadata', (labels) => ({ metadata: { name: 'c', labels } })],
    ['metadata.own', (labels) => ({ metadata: { name: 'c', own: { always: 'x', labels } } })],
    ['data', (labels) => ({ data: Object.keys(labels).length > 0 ? { labels } : {} })],
  ])('is refused in %s where that depends on the elements of a list', (at, parts) => {
    const program = programOf(
      { ...flags, items: z.record(z.string(), z.object({ on: z.boolean().default(true) })).default({}) },
      (chart, values) => {
        const items = Object.fromEntries(
          Object.entries(values.items)
            .filter(([, { on }]) => on)
            .map(([name]) => [name, 'item']),
        );
        const labels = { ...labelsOf(values), ...items };
        new ApiObject(chart, 'config', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'c' },
          ...parts(labels),
        });
      },
    );

    expect(refusalOf(program)).toBe(
      `config.${at}.labels is left out when nothing is in it, which depends on the elements of a list; put something into it that is always there`,
    );
  });
});

describe('whether a map or list is empty', () => {
  const flagsTo = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`flag${i}`, z.boolean().default(false)]));
  const optional = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.keys(flagsTo(9)).flatMap((name) => (values[name] === true ? [[name, 'x']] : [])));

  test('is not asked where something is always there, however much else may be', async () => {
    const program = configOf({ ...flagsTo(9), ...labels }, (v) => ({
      plain: { ...optional(v), always: 'x' },
      removing: { ...v.labels, ...optional(v), always: 'x', k: undefined },
      list: ['x', ...Object.keys(optional(v))],
    }));

    expect(dataOf(program)).not.toMatch(/\{\}|\[\]|found/);
    await expectParity(program, [{}, { flag3: true, labels: { k: 'v', l: 'w' } }]);
  });

  test('is not asked where one of two is there, for up to eight answers', async () => {
    const eitherOr = (count: number) =>
      configOf(flagsTo(count), ({ flag0, ...v }) => ({ a: { ...optional(v), ...(flag0 ? { b: 'x' } : { c: 'x' }) } }));

    expect(dataOf(eitherOr(8))).not.toContain('{}');
    expect(dataOf(eitherOr(9))).toContain('{}');
    await expectParity(eitherOr(8), [{}, { flag0: true }, { flag3: true }]);
    await expectParity(eitherOr(9), [{}, { flag0: true }, { flag3: true }]);
  });

  test('is asked where what is there may be taken away again', async () => {
    const program = configOf(labels, (v) => ({
      one: Object.keys(v.labels).length > 0 ? { ...v.labels, k: undefined } : { none: 'x' },
      more: Object.keys(v.labels).length > 0 ? { ...v.labels, k: undefined, l: undefined } : { none: 'x' },
    }));

    await expectParity(program, [{}, { labels: { k: null } }, { labels: { l: 'w' } }, { labels: { k: null, m: 'x' } }]);
  });

  test('is asked while a loop over a list that is never empty runs', async () => {
    const item = z.object({ on: z.boolean().default(true) });
    const items = {
      items: z
        .array(item)
        .min(1)
        .default([{ on: true }]),
      ...flag,
    };
    const all = configOf(items, (v) => ({ a: v.on ? v.items.map(() => 'x') : ['none'] }));
    const some = configOf(items, (v) => ({ a: v.on ? v.items.filter(({ on }) => on).map(() => 'x') : ['none'] }));
    const off = { items: [{ on: false }] };

    expect(dataOf(all)).not.toContain('[]');
    await expectParity(all, [{}, { on: true }, { ...off, on: true }]);
    await expectParity(some, [{}, { on: true }, { ...off, on: true }, { ...off, on: false }]);
  });

  test('is asked of a block that may be null, in a list that is there for other reasons', async () => {
    const items = z.object({ items: z.array(z.string()).default(['x']) });
    const program = configOf({ ...flag, box: items.nullable().default(null) }, (v) => ({
      a: v.box === null && !v.on ? undefined : ['x', ...(v.box?.items ?? [])],
    }));

    await expectParity(program, [{}, { on: true }, { box: {} }, { on: true, box: { items: ['y'] } }]);
  });
});

test('what depends on six answers is asked for with the most telling one first', async () => {
  const on = z.boolean().default(false);
  const program = configOf({ a: on, b: on, ...mode, c: on, d: on, e: on }, ({ a, b, mode, c, d, e }) => ({
    x: mode === 'd' ? (a && b && c && d && e ? 'all' : 'some') : mode,
  }));
  const all = { a: true, b: true, c: true, d: true, e: true };

  expect(dataOf(program)).toMatchInlineSnapshot(`
    {{- if eq .Values.mode "a" }}
    x: a
    {{- else if eq .Values.mode "b" }}
    x: b
    {{- else if eq .Values.mode "c" }}
    x: c
    {{- else if and .Values.a .Values.b .Values.c .Values.d .Values.e }}
    x: all
    {{- else }}
    x: some
    {{- end }}
  `);
  await expectParity(program, [{}, { mode: 'b' }, { mode: 'd' }, { ...all, mode: 'd' }, { ...all, mode: 'c' }]);
});

test('null is asked for before what is below it, however telling that is', async () => {
  const on = z.boolean().default(false);
  const maybe = { t: z.object(mode).nullable().default(null) };
  const program = configOf({ a: on, b: on, c: on, d: on, e: on, ...maybe }, ({ a, b, c, d, e, t }) => ({
    x: t !== null && t.mode !== 'd' ? t.mode : a && b && c && d && e ? 'all' : 'some',
  }));
  const all = { a: true, b: true, c: true, d: true, e: true };

  await expectParity(program, [{}, all, { t: { mode: 'b' } }, { t: { mode: 'd' } }, { ...all, t: { mode: 'd' } }]);
});

test('null is asked for before what the value is, however telling that is', async () => {
  const on = z.boolean().default(false);
  const maybe = { m: z.enum(['a', 'b', 'c', 'd']).nullable().default(null) };
  const program = configOf({ a: on, b: on, c: on, d: on, e: on, ...maybe }, ({ a, b, c, d, e, m }) => ({
    x: m !== null && m !== 'd' ? `${m} it is` : a && b && c && d && e ? 'all' : 'some',
  }));
  const all = { a: true, b: true, c: true, d: true, e: true };

  expect(dataOf(program)).toContain('and .Values.m (eq .Values.m "a")');
  await expectParity(program, [{}, all, { m: 'b' }, { m: 'd' }, { ...all, m: 'd' }]);
});

test('objects in a list whose order depends on a branch are told apart by name, and then by their keys', async () => {
  const [a, b] = [
    { name: 'a', x: '1' },
    { name: 'b', x: '2' },
  ];
  const program = configOf({ on: z.boolean().default(false) }, ({ on }) => ({
    alike: on ? [a, b, { name: 'c', y: '3' }] : [b, a, { name: 'd', y: '4' }],
    unlike: on ? [a, b, { name: 'c', y: '3' }] : [b, a, { name: 'd', z: '4' }],
  }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    alike:
      {{- if .Values.on }}
      - name: a
        x: "1"
      {{- end }}
      - name: b
        x: "2"
      {{- if not .Values.on }}
      - name: a
        x: "1"
      {{- end }}
      -
        {{- if .Values.on }}
        name: c
        "y": "3"
        {{- else }}
        name: d
        "y": "4"
        {{- end }}
    unlike:
      {{- if .Values.on }}
      - name: a
        x: "1"
      {{- end }}
      - name: b
        x: "2"
      {{- if not .Values.on }}
      - name: a
        x: "1"
      - name: d
        z: "4"
      {{- else }}
      - name: c
        "y": "3"
      {{- end }}
  `);
  await expectParity(program, [{}, { on: true }]);
});

test('objects without a name are told apart by their first field, beside texts too', async () => {
  const program = configOf(flags, ({ a, b }) => ({
    list: [...(a ? ['text'] : []), { at: 1, more: b ? 'yes' : 'no' }, ...(b ? ['tail'] : []), { at: 2 }],
  }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    list:
      {{- if .Values.a }}
      - text
      {{- end }}
      - at: 1
        {{- if .Values.b }}
        more: "yes"
        {{- else }}
        more: "no"
        {{- end }}
      {{- if .Values.b }}
      - tail
      {{- end }}
      - at: 2
  `);
  await expectParity(program, everyFlag);
});

test('keys that a class writes in another order in some branch are sorted', async () => {
  class Reversed extends ApiObject {
    override toJson() {
      return Object.fromEntries(Object.entries(super.toJson()).reverse());
    }
  }
  const program = programOf({ on: z.boolean().default(false) }, (chart, { on }) => {
    const Kind = on ? ApiObject : Reversed;
    new Kind(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { on: `${on}` } });
  });

  expect(templateOf(program)).toMatchInlineSnapshot(`
    apiVersion: v1
    data:
      "on": {{ .Values.on | toJson | quote }}
    kind: ConfigMap
    metadata:
      name: c

  `);
  await expectParity(program, [{}, { on: true }]);
});
