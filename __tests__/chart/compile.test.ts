import { ApiObject } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { sha256 } from '../../chart/index.ts';
import { addConfig, configOf, dataOf, expectParity, programOf, templateOf } from '../support/small-program.ts';

// Templates as they are, without quotes around them.
expect.addSnapshotSerializer({ test: (value) => typeof value === 'string', print: String });

const HOSTILE = [
  '',
  ' a ',
  'yes',
  '012',
  '1e3',
  '{{ .x }}',
  '%s',
  '"\\\n\t',
  '~',
  '- a: #b',
  '<&>',
  '\u0085\u2028\ufeff',
  '😀',
];

const string = { s: z.string().default('a') };
const strings = { names: z.array(z.string()).default(['x']) };
const flag = { on: z.boolean().default(false) };
const flags = { a: z.boolean().default(false), b: z.boolean().default(false) };
const mode = { mode: z.enum(['a', 'b', 'c', 'd']).default('a') };
const labels = { labels: z.record(z.string(), z.string()).default({ k: 'v' }) };

const everyFlag = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));
const everyMode = mode.mode.unwrap().options.map((option) => ({ mode: option }));

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
      cpu: {{ .Values.cpu | toJson }}
      text: {{ printf "cpu %s" (kindIs "string" .Values.cpu | ternary .Values.cpu (.Values.cpu | toJson)) | quote }}
    `);
    await expectParity(program, [{}, { cpu: 1 }, { cpu: '1' }, { cpu: 0.5 }, { cpu: 1e21 }, { cpu: '1e3' }]);
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
      { whole: [1, { a: HOSTILE, '{{': 1e21 }], maybe: 'x' },
      { whole: 'yes', maybe: { on: false } },
      { maybe: 0 },
    ]);
  });

  test('a key that no identifier is', async () => {
    const program = configOf(
      { 'a-b': z.string().default('x'), 'c.d': z.object({ '1': z.int().default(1) }).prefault({}) },
      (v) => ({
        a: v['a-b'],
        c: v['c.d']['1'],
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      a: {{ (index .Values "a-b") | quote }}
      c: {{ (index (index .Values "c.d") "1") | toJson }}
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
});

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
      port: {{ (dig "port" 0 .Values.box) | toJson }}
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
});

describe('lists', () => {
  const ports = {
    ports: z
      .array(
        z.object({
          name: z.string(),
          port: z.int().default(80),
          tls: z.boolean().default(false),
          mode: z.enum(['a', 'b']).default('a'),
          note: z.string().optional(),
        }),
      )
      .default([]),
  };

  test('pass through, and are [] where they are empty', async () => {
    const program = configOf(strings, (v) => ({ names: v.names }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.names }}
      names:
        {{- range $name := .Values.names }}
        - {{ $name | quote }}
        {{- end }}
      {{- else }}
      names: []
      {{- end }}
    `);
    await expectParity(program, [{}, { names: [] }, { names: HOSTILE }]);
  });

  test('stand between fixed items', async () => {
    const program = configOf(strings, (v) => ({ args: ['--first', ...v.names, '--last'] }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      args:
        - "--first"
        {{- range $name := .Values.names }}
        - {{ $name | quote }}
        {{- end }}
        - "--last"
    `);
    await expectParity(program, [{}, { names: [] }, { names: ['a', 'a'] }]);
  });

  test('map, with choices and defaults of the element', async () => {
    const program = configOf(ports, (v) => ({
      ports: v.ports.map((port) => ({
        name: port.name,
        port: port.port,
        text: `${port.name}:${port.port}`,
        mode: port.mode,
        ...(port.tls ? { tls: 'yes' } : {}),
        note: port.note ?? 'none',
      })),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.ports }}
      ports:
        {{- range $port := .Values.ports }}
        - name: {{ $port.name | quote }}
          mode: {{ (dig "mode" "a" $port) | quote }}
          {{- if not (kindIs "invalid" $port.note) }}
          note: {{ $port.note | quote }}
          {{- else }}
          note: none
          {{- end }}
          port: {{ (dig "port" 80 $port) | toJson }}
          text: {{ printf "%s:%s" $port.name ((dig "port" 80 $port) | toJson) | quote }}
          {{- if (dig "tls" false $port) }}
          tls: "yes"
          {{- end }}
        {{- end }}
      {{- else }}
      ports: []
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { ports: [{ name: 'a' }, { name: 'b', port: 0, tls: true, mode: 'b', note: '' }] },
      { ports: [{ name: '{{', port: 1e6, tls: false, note: null }] },
    ]);
  });

  test('filter, beside a fixed item', async () => {
    const program = configOf(ports, (v) => ({
      names: ['first', ...v.ports.filter((port) => port.tls).map((port) => port.name)],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      names:
        - first
        {{- range $port := .Values.ports }}
        {{- if (dig "tls" false $port) }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }, { name: 'b', tls: true }] }, { ports: [{ name: 'a' }] }]);
  });

  test('inside each other', async () => {
    const hosts = z.array(z.object({ host: z.string(), paths: z.array(z.string()).default(['/']) })).default([]);
    const program = configOf({ hosts }, (v) => ({
      hosts: v.hosts.map((host) => ({ host: host.host, paths: host.paths.map((path) => `${host.host}${path}`) })),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.hosts }}
      hosts:
        {{- range $host := .Values.hosts }}
        - host: {{ $host.host | quote }}
          {{- if (dig "paths" (list "/") $host) }}
          paths:
            {{- range $path := (dig "paths" (list "/") $host) }}
            - {{ printf "%s%s" $host.host $path | quote }}
            {{- end }}
          {{- else }}
          paths: []
          {{- end }}
        {{- end }}
      {{- else }}
      hosts: []
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { hosts: [{ host: 'a' }, { host: 'b', paths: [] }, { host: 'c', paths: ['/x', '/y'] }] },
    ]);
  });

  test('of lists', async () => {
    const program = configOf({ rows: z.array(z.array(z.int())).default([]) }, (v) => ({ rows: v.rows }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.rows }}
      rows:
        {{- range $row := .Values.rows }}
        {{- if $row }}
        -
          {{- range $itemItem := $row }}
          - {{ $itemItem | toJson }}
          {{- end }}
        {{- else }}
        - []
        {{- end }}
        {{- end }}
      {{- else }}
      rows: []
      {{- end }}
    `);
    await expectParity(program, [{}, { rows: [[]] }, { rows: [[1], [], [2, 1000000]] }]);
  });

  test('make documents', async () => {
    const program = programOf({ ...ports, ...string }, (chart, v) => {
      for (const port of v.ports)
        addConfig(chart, `port-${port.name}`, { s: v.s, tls: port.tls ? 'yes' : 'no' }, port.name);
    });

    expect(templateOf(program, 'templates/port.yaml')).toMatchInlineSnapshot(`
      {{- range $port := .Values.ports }}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: {{ $port.name | quote }}
      data:
        s: {{ $.Values.s | quote }}
        {{- if (dig "tls" false $port) }}
        tls: "yes"
        {{- else }}
        tls: "no"
        {{- end }}
      {{- end }}

    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }, { name: 'b', tls: true }] }]);
  });
});

describe('maps', () => {
  test('pass through, and are {} where they are empty', async () => {
    const program = configOf(labels, (v) => ({ labels: v.labels }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.labels }}
      labels:
        {{- range $key, $value := .Values.labels }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}
      {{- else }}
      labels: {}
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { labels: { k: null } },
      { labels: Object.fromEntries(HOSTILE.map((key) => [key, key])) },
    ]);
  });

  test('Object.entries, in the order of bytes', async () => {
    const program = configOf(labels, (v) => ({
      env: Object.entries(v.labels).map(([name, value]) => ({ name, value })),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.labels }}
      env:
        {{- range $key, $value := .Values.labels }}
        - name: {{ $key | quote }}
          value: {{ $value | quote }}
        {{- end }}
      {{- else }}
      env: []
      {{- end }}
    `);
    await expectParity(program, [{}, { labels: { a: 'd', Z: 'c', '-': 'b', '😀': 'g', '\uffff': 'f', ü: 'e' } }]);
  });

  test('a key after a spread wins', async () => {
    const program = configOf(labels, (v) => ({ ...v.labels, app: 'fixed' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      app: fixed
      {{- range $key, $value := omit .Values.labels "app" }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [{}, { labels: { app: 'user', b: 'c' } }]);
  });

  test('a key before a spread loses', async () => {
    const program = configOf(labels, (v) => ({ app: 'fixed', ...v.labels }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (hasKey .Values.labels "app") }}
      app: fixed
      {{- end }}
      {{- range $key, $value := .Values.labels }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [{}, { labels: { app: 'user', b: 'c' } }]);
  });

  test('of two spreads the later wins, and a key between them beats the first alone', async () => {
    const program = configOf({ ...labels, more: z.record(z.string(), z.string()).default({}) }, (v) => ({
      ...v.labels,
      app: 'fixed',
      ...v.more,
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (hasKey .Values.more "app") }}
      app: fixed
      {{- end }}
      {{- range $key, $value := omit .Values.labels "app" }}
      {{- if not (hasKey $.Values.more $key) }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}
      {{- range $key, $value := .Values.more }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [
      {},
      { labels: { app: '1', b: '1', c: '1' }, more: { b: '2' } },
      { labels: { app: '1', b: '1' }, more: { app: '2' } },
    ]);
  });

  test('a key that is there in one branch beats the spread in that branch', async () => {
    const program = configOf({ ...labels, ...flag }, (v) => ({
      z: 'x',
      ...v.labels,
      ...(v.on ? { app: 'fixed' } : {}),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.on }}
      app: fixed
      {{- end }}
      {{- if not (hasKey .Values.labels "z") }}
      z: x
      {{- end }}
      {{- range $key, $value := .Values.labels }}
      {{- if not (and $.Values.on (eq $key "app")) }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}
    `);
    await expectParity(program, [
      { on: false, labels: { app: 'user' } },
      { on: true, labels: { app: 'user', z: 'y' } },
    ]);
  });

  test('a pattern of the keys makes guards needless', async () => {
    const program = configOf({ labels: z.record(z.string().regex(/^x-/), z.string()).default({}) }, (v) => ({
      app: 'fixed',
      ...v.labels,
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      app: fixed
      {{- range $key, $value := .Values.labels }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [{}, { labels: { 'x-a': 'b' } }]);
  });

  test('of objects', async () => {
    const files = z
      .record(z.string(), z.object({ text: z.string().default('empty'), lines: z.array(z.string()).default([]) }))
      .default({});
    const program = configOf({ files }, (v) => ({
      files: Object.entries(v.files).map(([name, file]) => ({
        name: `${name}.txt`,
        text: file.text,
        lines: file.lines,
      })),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.files }}
      files:
        {{- range $key, $value := .Values.files }}
        - name: {{ printf "%s.txt" $key | quote }}
          {{- if (dig "lines" list $value) }}
          lines:
            {{- range $line := (dig "lines" list $value) }}
            - {{ $line | quote }}
            {{- end }}
          {{- else }}
          lines: []
          {{- end }}
          text: {{ (dig "text" "empty" $value) | quote }}
        {{- end }}
      {{- else }}
      files: []
      {{- end }}
    `);
    await expectParity(program, [{}, { files: { a: {}, b: { text: '', lines: ['x'] } } }]);
  });
});

describe('sha256', () => {
  test('of what a ConfigMap holds shares its text', async () => {
    const program = programOf({ ...string, ...labels, n: z.number().default(1) }, (chart, v) => {
      const data = { s: v.s, n: `${v.n}`, fixed: '<&>', ...v.labels };
      addConfig(chart, 'config', data);
      new ApiObject(chart, 'pod', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', annotations: { 'checksum/config': sha256(data) } },
      });
    });

    expect(templateOf(program)).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: config
      data:
        {{- if not (hasKey .Values.labels "fixed") }}
        fixed: "<&>"
        {{- end }}
        {{- if not (hasKey .Values.labels "n") }}
        "n": {{ .Values.n | toJson | quote }}
        {{- end }}
        {{- if not (hasKey .Values.labels "s") }}
        s: {{ .Values.s | quote }}
        {{- end }}
        {{- range $key, $value := .Values.labels }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}

    `);
    expect(templateOf(program, 'templates/pod.yaml')).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: Pod
      metadata:
        annotations:
          checksum/config: {{ include "demo.pod.config" . | fromYaml | toJson | sha256sum | quote }}
        name: p

    `);
    expect(templateOf(program, 'templates/_helpers.tpl')).toMatchInlineSnapshot(`
      {{/*
      pod config: used by pod
      */}}
      {{- define "demo.pod.config" -}}
      {{- if not (hasKey .Values.labels "s") }}
      s: {{ .Values.s | quote }}
      {{- end }}
      {{- if not (hasKey .Values.labels "n") }}
      "n": {{ .Values.n | toJson | quote }}
      {{- end }}
      {{- if not (hasKey .Values.labels "fixed") }}
      fixed: "<&>"
      {{- end }}
      {{- range $key, $value := .Values.labels }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}

    `);
    await expectParity(
      program,
      HOSTILE.map((s, i) => ({ s, n: 10 ** i, labels: { [s]: s, '10': '', '9': '' } })),
    );
  });

  test('of numbers, lists and nested maps is the same in both', async () => {
    const program = configOf({ n: z.number().default(0), ...strings }, (v) => ({
      hash: sha256({ n: v.n, deep: { names: v.names }, list: [v.n, null, true] }),
    }));

    await expectParity(
      program,
      [0, 0.1, -1.5, 1e6, 1e20, 1e21, 1e-6, 1e-7, 2 ** 53 - 1].map((n) => ({ n, names: [...HOSTILE] })),
    );
  });

  test('of nothing but literals is a literal', () => {
    const program = configOf({}, () => ({ a: sha256({ b: 1 }) }));

    expect(dataOf(program)).toBe(`a: ${sha256({ b: 1 })}`);
  });
});

describe('typed constructs', () => {
  test('take symbols where cdk8s copies and wraps them', async () => {
    const values = {
      env: z.record(z.string(), z.string()).default({ A: 'b' }),
      port: z.int().min(1).max(65535).default(80),
      cpu: z.union([z.string(), z.number()]).default('100m'),
      affinity: z.unknown().default({}),
    };
    const program = programOf(values, (chart, v) => {
      new k8s.KubePod(chart, 'pod', {
        metadata: { name: 'p', labels: v.env },
        spec: {
          affinity: v.affinity as k8s.Affinity,
          containers: [
            {
              name: 'main',
              env: Object.entries(v.env).map(([name, value]) => ({ name, value })),
              ports: [{ containerPort: v.port }],
              livenessProbe: { httpGet: { port: k8s.IntOrString.fromNumber(v.port) } },
              resources: { limits: { cpu: k8s.Quantity.fromString(v.cpu as string) } },
            },
          ],
        },
      });
    });

    expect(templateOf(program, 'templates/pod.yaml')).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: Pod
      metadata:
        {{- if .Values.env }}
        labels:
          {{- range $key, $value := .Values.env }}
          {{ $key | quote }}: {{ $value | quote }}
          {{- end }}
        {{- end }}
        name: p
      spec:
        affinity: {{ include "demo.json" .Values.affinity }}
        containers:
          - name: main
            {{- if .Values.env }}
            env:
              {{- range $key, $value := .Values.env }}
              - name: {{ $key | quote }}
                value: {{ $value | quote }}
              {{- end }}
            {{- else }}
            env: []
            {{- end }}
            livenessProbe:
              httpGet:
                port: {{ .Values.port }}
            ports:
              - containerPort: {{ .Values.port }}
            resources:
              limits:
                cpu: {{ .Values.cpu | toJson }}

    `);
    await expectParity(program, [
      {},
      { env: { A: null }, cpu: 2, port: 8080, affinity: { nodeAffinity: { x: [1, { y: 'z' }] } } },
    ]);
  });
});

describe('files', () => {
  const namesOf = (ids: readonly string[]) => {
    const program = programOf({}, (chart) => {
      for (const id of ids) addConfig(chart, id, {});
    });
    return [...compileTemplates(program).files.keys()];
  };

  test('are named after construct paths', () => {
    expect(namesOf(['todoBackend', 'HPA2', 'a b--c'])).toEqual([
      'templates/todo-backend.yaml',
      'templates/hpa2.yaml',
      'templates/a-b-c.yaml',
    ]);
  });

  test('with equal names are numbered', () => {
    expect(namesOf(['a-b', 'aB', 'a.b'])).toEqual([
      'templates/a-b.yaml',
      'templates/a-b-2.yaml',
      'templates/a-b-3.yaml',
    ]);
  });

  test('of objects that helm test runs are in tests/', async () => {
    const program = programOf({}, (chart) => {
      addConfig(chart, 'config', {});
      new ApiObject(chart, 'check', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', annotations: { 'helm.sh/hook': 'test' } },
      });
    });

    expect([...compileTemplates(program).files.keys()]).toEqual([
      'templates/config.yaml',
      'templates/tests/check.yaml',
    ]);
    await expectParity(program, [{}]);
  });

  test('hold an object whose name is a value', async () => {
    const program = programOf(string, (chart, v) => addConfig(chart, 'config', {}, v.s));

    expect(templateOf(program)).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: {{ .Values.s | quote }}
      data: {}

    `);
    await expectParity(program, [{}, { s: 'other' }]);
  });
});

describe('notes', () => {
  const notesOf = (program: Parameters<typeof templateOf>[0]) => templateOf(program, 'templates/NOTES.txt');

  test('are text, with values and branches', () => {
    const program = configOf({ ...string, ...flag, port: z.int().min(1).max(65535).default(80) }, () => ({}), {
      notes: (v, release) =>
        `Hello ${v.s} of ${release.name}:${v.port} {{ 100% }}\n\n${v.on ? 'It is on.\n' : ''}Bye.\n`,
    });

    expect(notesOf(program)).toMatchInlineSnapshot(`
      Hello {{ .Values.s }} of {{ .Release.Name }}:{{ .Values.port }} {{ "{{" }} 100% }}
      {{ "" }}
      {{- if .Values.on }}
      It is on.
      {{- end }}
      Bye.

    `);
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
