import { z } from 'zod';
import { configOf, dataOf, expectParity, HOSTILE, plainText } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const string = { s: z.string().default('a') };
const flag = { on: z.boolean().default(false) };
const mode = { mode: z.enum(['a', 'b', 'c', 'd']).default('a') };

describe('literals', () => {
  test('are printed as YAML 1.1 and 1.2 both read them', async () => {
    const program = configOf({}, () => ({
      text: 'x',
      list: [],
      map: {},
      none: null,
      numbers: [0, -1.5, 1e21, 1209600],
      on: true,
      lines: 'a\nb',
      words: ['yes', '012', '1e3', '', '50%', 'a: b', 'ü😀', '\u0085\u007f\ufeff'],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      lines: "a\\nb"
      list: []
      map: {}
      numbers:
        - 0
        - -1.5
        - 1e+21
        - 1209600
      "on": true
      text: x
      words:
        - "yes"
        - "012"
        - "1e3"
        - ""
        - "50%"
        - "a: b"
        - "ü😀"
        - "\\u0085\\u007f\\ufeff"
    `);
    await expectParity(program, [{}]);
  });

  test('with braces are no actions, in keys neither', async () => {
    const program = configOf({}, () => ({ a: '{{ .Values.x }} }} {{`{{`}}', '{{': 'key' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: "{{ "{{" }} .Values.x }} }} {{ "{{" }}\`{{ "{{" }}\`}}"
      "{{ "{{" }}": key
    `);
    await expectParity(program, [{}]);
  });
});

describe('leaves', () => {
  test('a string', async () => {
    const program = configOf(string, (v) => ({ a: v.s }));

    expect(dataOf(program)).toMatchInlineSnapshot(`a: {{ .Values.s | quote }}`);
    await expectParity(
      program,
      HOSTILE.map((s) => ({ s })),
    );
  });

  test('a number, as it is where Go prints it in digits', async () => {
    const program = configOf(
      { port: z.int().min(1).max(65535).default(80), n: z.int().default(0), share: z.number().default(0.5) },
      (v) => ({ ...v }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      "n": {{ .Values.n | toJson }}
      port: {{ .Values.port }}
      share: {{ .Values.share | toJson }}
    `);
    await expectParity(program, [
      {},
      { n: 1209600, share: 1e21 },
      { n: -5, share: 1e-7, port: 65535 },
      { n: Number.MAX_SAFE_INTEGER, share: 0 },
    ]);
  });

  test('a number that may have more digits than Go prints', async () => {
    const program = configOf(
      {
        least: z.int().min(-1e6).max(0).default(0),
        most: z.int().min(0).max(1e6).default(0),
        any: z.int().max(0).default(0),
        some: z.int().min(-999_999).max(999_999).default(0),
      },
      ({ least, most, any, some }) => ({ least, most, any, some, text: `${least} ${most} ${any} ${some}` }),
    );

    await expectParity(program, [
      { least: -1e6, most: 1e6, any: -1e6, some: -999_999 },
      { least: 0, most: 0, any: -5e6, some: 999_999 },
    ]);
    expect(dataOf(program).match(/toJson/g)).toHaveLength(6);
  });

  test('a boolean and an enum are the values themselves', async () => {
    const program = configOf({ ...flag, ...mode }, (v) => ({ on: v.on, mode: v.mode }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      mode: {{ .Values.mode | quote }}
      "on": {{ .Values.on | toJson }}
    `);
    await expectParity(program, [{}, { on: true, mode: 'd' }]);
  });

  test('a quantity is a string or a number, as it was given', async () => {
    const program = configOf({ cpu: z.union([z.string(), z.number()]).default('100m') }, (v) => ({
      cpu: v.cpu,
      text: `cpu ${v.cpu}`,
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      cpu: {{ include "demo.json" .Values.cpu }}
      text: {{ printf "cpu %s" (kindIs "string" .Values.cpu | ternary .Values.cpu (.Values.cpu | toJson)) | quote }}
    `);
    await expectParity(program, [{}, { cpu: 1 }, { cpu: '1' }, { cpu: 0.5 }, { cpu: 1e21 }, { cpu: '1e3' }]);
    await expectParity(
      program,
      HOSTILE.map((cpu) => ({ cpu })),
    );
  });

  test('a quantity is plain JSON where its pattern takes nothing that YAML refuses in it', async () => {
    const of = (...patterns: readonly RegExp[]) =>
      z.union([patterns.reduce((text, pattern) => text.regex(pattern), z.string()), z.number()]).default(1);
    const plain = {
      a: of(/^[0-9]+m$/),
      b: of(/^(a|b(c|[|d]))\.\$$/),
      c: of(/e$/, /^[^\n]*$/, /^[|^$\w\\]*$/),
    };
    const awkward = {
      d: of(),
      e: of(/m$/),
      f: of(/^[0-9]+/),
      g: of(/^a$|[^b]$/),
      h: of(/^[^b]$/),
      i: of(/^\W$/),
      j: of(/^[a-ü]$/),
      k: of(/^[a\xa0]$/),
      l: of(/^a\$/),
      m: of(/^é$/),
    };
    const program = configOf({ ...plain, ...awkward }, (v) => ({ ...v }));

    const lines = dataOf(program).split('\n');

    const keys = (text: string) => lines.filter((line) => line.includes(text)).map((line) => line[0]);
    expect(keys('| toJson')).toEqual(Object.keys(plain));
    expect(keys('include "demo.json"')).toEqual(Object.keys(awkward));
  });

  test('an opaque value passes through whole, null inside it as well', async () => {
    const program = configOf({ whole: z.unknown().default({}), maybe: z.unknown().optional() }, (v) => ({
      a: v.whole,
      ...(v.maybe === null ? {} : { b: v.maybe }),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ include "demo.json" .Values.whole }}
      {{- if not (kindIs "invalid" .Values.maybe) }}
      b: {{ include "demo.json" .Values.maybe }}
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { whole: [1, { a: [...HOSTILE], '{{': 1e21 }], maybe: 'x' },
      { whole: 'yes', maybe: { on: false } },
      { maybe: 0 },
    ]);
  });

  test('a key that no identifier is', async () => {
    const program = configOf(
      {
        'a-b': z.string().default('x'),
        '1st': z.string().default('y'),
        'c.d': z.object({ '1': z.int().default(1) }).prefault({}),
      },
      (v) => ({
        a: v['a-b'],
        b: v['1st'],
        c: v['c.d']['1'],
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ index .Values "a-b" | quote }}
      b: {{ index .Values "1st" | quote }}
      c: {{ index (index .Values "c.d") "1" | toJson }}
    `);
    await expectParity(program, [{}, { 'a-b': 'y', 'c.d': { '1': 2 } }]);
  });

  test('the release', async () => {
    const program = configOf({}, (_, release) => ({ a: release.name, b: release.namespace }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ .Release.Name | quote }}
      b: {{ .Release.Namespace | quote }}
    `);
    await expectParity(program, [{}]);
  });
});

describe('template literals', () => {
  test('join strings and numbers, and percent signs and quotes stay', async () => {
    const program = configOf(
      { ...string, port: z.int().min(1).max(65535).default(80), n: z.int().default(0) },
      (v, release) => ({
        url: `http://${v.s}:${v.port}/${v.n}`,
        hostile: `100% "${v.s}" \\ {{ %s`,
        port: `${v.port}`,
        n: `${v.n}`,
        release: `${release.name}.${release.namespace}`,
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      hostile: {{ printf "100%% \\"%s\\" \\\\ {{ %%s" .Values.s | quote }}
      "n": {{ .Values.n | toJson | quote }}
      port: {{ .Values.port | quote }}
      release: {{ printf "%s.%s" .Release.Name .Release.Namespace | quote }}
      url: {{ printf "http://%s:%v/%s" .Values.s .Values.port (.Values.n | toJson) | quote }}
    `);
    await expectParity(
      program,
      HOSTILE.map((s, i) => ({ s, n: 10 ** i, port: i + 1 })),
    );
  });

  test('take booleans and enums', async () => {
    const program = configOf({ ...flag, ...mode }, (v) => ({ a: `on=${v.on}`, b: `${v.mode}-tier`, c: `${v.on}` }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ printf "on=%s" (.Values.on | toJson) | quote }}
      b: {{ printf "%s-tier" .Values.mode | quote }}
      c: {{ .Values.on | toJson | quote }}
    `);
    await expectParity(program, [{}, { on: true, mode: 'd' }]);
  });

  test('that are long are broken inside the action', async () => {
    const values = {
      databaseUser: string.s,
      databasePassword: string.s,
      databaseHost: string.s,
      databaseName: string.s,
    };
    const program = configOf(values, (v) => ({
      a: `postgresql://${v.databaseUser}:${v.databasePassword}@${v.databaseHost}:5432/${v.databaseName}?sslmode=require&user=${v.databaseUser}`,
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ printf "postgresql://%s:%s@%s:5432/%s?sslmode=require&user=%s" .Values.databaseUser
          .Values.databasePassword .Values.databaseHost .Values.databaseName .Values.databaseUser | quote }}
    `);
    await expectParity(program, [{}, { databaseUser: 'u " %d', databaseName: '{{' }]);
  });

  test('make text of a quantity that is a number', async () => {
    const program = configOf({ cpu: z.union([z.string(), z.number()]).default('100m') }, (v) => ({ CPU: `${v.cpu}` }));

    expect(dataOf(program)).toMatchInlineSnapshot(
      `CPU: {{ kindIs "string" .Values.cpu | ternary .Values.cpu (.Values.cpu | toJson) | quote }}`,
    );
    await expectParity(program, [{}, { cpu: 1 }, { cpu: 1e21 }]);
  });

  test('of an object in a map are those of its default, and of its fields where that says nothing', async () => {
    const tls = z.object({ host: z.string().default('a'), port: z.int().default(443), on: z.boolean().default(true) });
    const sites = z.record(z.string(), z.object({ tls: tls.nullable().default({ host: 'b', port: 443, on: false }) }));
    const program = configOf({ sites: sites.default({}) }, (v) => ({ sites: v.sites }));

    await expectParity(program, [
      { sites: { x: {} } },
      { sites: { x: { tls: {} }, y: { tls: null }, z: { tls: { host: 'c', on: true } } } },
    ]);
  });
});
