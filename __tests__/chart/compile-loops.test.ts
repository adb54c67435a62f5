import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import {
  addConfig,
  configOf,
  dataOf,
  expectParity,
  HOSTILE,
  plainText,
  programOf,
  templateOf,
} from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const string = { s: z.string().default('a') };
const strings = { names: z.array(z.string()).default(['x']) };

describe('lists', () => {
  test('in a list keep the order of their items, also where one of the first is there in a branch alone', async () => {
    const program = configOf({ on: z.boolean().default(true) }, ({ on }) => ({ rows: [[on ? 'x' : {}, 'x']] }));

    await expectParity(program, [{}, { on: false }]);
  });

  test('of objects that have no name keep the order of the elements, whichever of their fields are null', async () => {
    const rule = z.object({ above: z.int().nullable(), below: z.int().nullable(), text: z.string() });
    const program = configOf({ rules: z.array(rule).default([]) }, ({ rules }) => ({ rules }));
    const [none, above, below] = [{ text: 'a' }, { text: 'b', above: 1 }, { text: 'c', below: 2 }];

    await expectParity(program, [
      { rules: [none, above, below, none] },
      { rules: [below, none, { ...above, below: 3 }] },
    ]);
    expect(templateOf(program).match(/range/g)).toHaveLength(1);
  });

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
    await expectParity(program, [{}, { names: [] }, { names: [...HOSTILE] }]);
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
          mode: {{ dig "mode" "a" $port | quote }}
          {{- if not (kindIs "invalid" $port.note) }}
          note: {{ $port.note | quote }}
          {{- else }}
          note: none
          {{- end }}
          port: {{ dig "port" 80 $port | toJson }}
          text: {{ printf "%s:%s" $port.name ((dig "port" 80 $port) | toJson) | quote }}
          {{- if dig "tls" false $port }}
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
        {{- if dig "tls" false $port }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }, { name: 'b', tls: true }] }, { ports: [{ name: 'a' }] }]);
  });

  test('filter, where nothing else is in the list', async () => {
    const program = configOf(ports, (v) => ({
      names: v.ports.filter(({ tls }) => tls).map(({ name }) => name),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      names:
        {{- $found := false }}
        {{- range $port := .Values.ports }}
        {{- if dig "tls" false $port }}
        {{- $found = true }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
        {{- if not $found }}
        []
        {{- end }}
    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }] }, { ports: [{ name: 'a' }, { name: 'b', tls: true }] }]);
  });

  test('filter, in two parts', async () => {
    const program = configOf(ports, (v) => ({
      names: [
        'tls:',
        ...v.ports.filter(({ tls }) => tls).map(({ name }) => name),
        'plain:',
        ...v.ports.filter(({ tls }) => !tls).map(({ name }) => name),
      ],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      names:
        - "tls:"
        {{- range $port := .Values.ports }}
        {{- if dig "tls" false $port }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
        - "plain:"
        {{- range $port := .Values.ports }}
        {{- if not (dig "tls" false $port) }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }, { name: 'b', tls: true }, { name: 'c' }] }]);
  });

  test('have fixed items in their place where they are null or empty', async () => {
    const list = z.array(z.string());
    const program = configOf({ list: list.nullable(), other: list.default([]) }, (v) => ({
      a: v.list ?? ['fixed'],
      b: v.other.length > 0 ? v.other : ['fixed'],
    }));

    await expectParity(program, [{}, { list: [], other: ['x'] }, { list: ['a', 'b'] }]);
  });

  test('are [] where they are null, also where they cannot be empty', async () => {
    const program = configOf({ names: z.array(z.string()).min(1).nullable() }, (v) => ({
      names: [...(v.names ?? []).map((name) => ({ name }))],
    }));

    await expectParity(program, [{}, { names: ['a'] }]);
  });

  test('have each other in their place', async () => {
    const list = z.array(z.string());
    const program = configOf({ list: list.nullable(), other: list.default([]) }, (v) => ({ a: v.list ?? v.other }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if or .Values.list (and .Values.other (kindIs "invalid" .Values.list)) }}
      a:
        {{- range $listItem := .Values.list }}
        - {{ $listItem | quote }}
        {{- end }}
        {{- if kindIs "invalid" .Values.list }}
        {{- range $otherItem := .Values.other }}
        - {{ $otherItem | quote }}
        {{- end }}
        {{- end }}
      {{- else }}
      a: []
      {{- end }}
    `);
    await expectParity(program, [{}, { list: [], other: ['x'] }, { other: ['a', 'b'] }, { list: ['a'], other: ['b'] }]);
  });

  test('with equal items, some of them in a branch', async () => {
    const program = configOf(
      {
        a: z.boolean().default(false),
        b: z.boolean().default(true),
        level: z.enum(['1', '2']).default('1'),
        ...strings,
      },
      (v) => ({
        args: [
          '--level',
          v.level,
          ...(v.a ? ['--level', '1'] : []),
          ...v.names,
          ...(v.b ? v.names : []),
          '--',
          v.level,
        ],
        env: [{ name: 'x', value: v.level }, ...(v.a ? [{ name: 'x', value: 'a' }] : []), { name: 'x', value: '1' }],
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      args:
        - "--level"
        - {{ .Values.level | quote }}
        {{- if .Values.a }}
        - "--level"
        - "1"
        {{- end }}
        {{- range $name := .Values.names }}
        - {{ $name | quote }}
        {{- end }}
        {{- if .Values.b }}
        {{- range $name := .Values.names }}
        - {{ $name | quote }}
        {{- end }}
        {{- end }}
        - "--"
        - {{ .Values.level | quote }}
      env:
        - name: x
          value: {{ .Values.level | quote }}
        {{- if .Values.a }}
        - name: x
          value: a
        {{- end }}
        - name: x
          value: "1"
    `);
    await expectParity(program, [
      {},
      { a: true },
      { level: '2', names: ['x', '1'] },
      { a: true, b: false, level: '2' },
    ]);
  });

  test('whose items change places between branches', async () => {
    const program = configOf({ first: z.boolean().default(true) }, (v) => ({
      order: v.first ? ['a', 'b', 'c'] : ['c', 'a', 'b'],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      order:
        {{- if .Values.first }}
        - a
        - b
        - c
        {{- else }}
        - c
        - a
        - b
        {{- end }}
    `);
    await expectParity(program, [{}, { first: false }]);
  });

  test('of enums, beside a fixed item', async () => {
    const program = configOf({ modes: z.array(z.enum(['a', 'b'])).default([]) }, (v) => ({
      modes: ['first', ...v.modes],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      modes:
        - first
        {{- range $mode := .Values.modes }}
        - {{ $mode | quote }}
        {{- end }}
    `);
    await expectParity(program, [{}, { modes: ['b', 'a', 'b'] }]);
  });

  test('with an enum in the field that Kubernetes names items by', async () => {
    const checks = z.array(z.object({ type: z.enum(['Http', 'Tcp']).default('Http'), path: z.string() })).default([]);
    const program = configOf({ checks }, (v) => ({ checks: v.checks.map(({ type, path }) => ({ type, path })) }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.checks }}
      checks:
        {{- range $check := .Values.checks }}
        - path: {{ $check.path | quote }}
          type: {{ dig "type" "Http" $check | quote }}
        {{- end }}
      {{- else }}
      checks: []
      {{- end }}
    `);
    await expectParity(program, [{}, { checks: [{ type: 'Tcp', path: 'a' }, { path: 'b' }] }]);
  });

  test('with a field that only some of its options have', async () => {
    const sinks = { sinks: z.array(z.object({ kind: z.enum(['out', 'file', 'net']), on: z.boolean() })).default([]) };
    const program = configOf({ ...sinks, ack: z.boolean().default(true) }, (v) => ({
      sinks: v.sinks.map(({ kind, on }) => ({
        ...(on ? { first: 1 } : {}),
        ...(kind === 'out' ? {} : { ack: v.ack }),
        kind,
      })),
    }));

    const all = (['out', 'file', 'net', 'out'] as const).flatMap((kind) => [
      { kind, on: true },
      { kind, on: false },
    ]);
    await expectParity(program, [{}, { sinks: all }, { sinks: all.toReversed(), ack: false }]);
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
          {{- if dig "paths" (list "/") $host }}
          paths:
            {{- range $path := dig "paths" (list "/") $host }}
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

  test('of the same name inside each other, or of a name that the compiler has, are different variables', async () => {
    const inner = z.object({ rows: z.array(z.string()).default([]) });
    const outer = z.object({ rows: z.array(inner).default([]) });
    const found = z.object({ on: z.boolean() });
    const program = configOf({ rows: z.array(outer).default([]), founds: z.array(found).default([]) }, (v) => ({
      rows: v.rows.map(({ rows }) => ({ rows: rows.map(({ rows }) => ({ rows })) })),
      founds: v.founds.filter(({ on }) => on).map(() => 'x'),
    }));

    expect(dataOf(program).match(/\$\w+(?= :=)/g)).toEqual(['$found', '$found2', '$row', '$row2', '$row3']);
    await expectParity(program, [
      {},
      { rows: [{ rows: [{ rows: ['a', 'b'] }, {}] }, {}], founds: [{ on: false }, { on: true }] },
      { founds: [{ on: false }] },
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

  test('make two items of one element', async () => {
    const program = configOf({ ...strings, ...ports }, (v) => ({
      args: ['run', ...v.names.flatMap((name) => ['--name', name]), '--'],
      filtered: v.ports.filter((port) => port.tls).flatMap((port) => [port.name, port.name]),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      args:
        - run
        {{- range $name := .Values.names }}
        - "--name"
        - {{ $name | quote }}
        {{- end }}
        - "--"
      filtered:
        {{- $found := false }}
        {{- range $port := .Values.ports }}
        {{- if dig "tls" false $port }}
        {{- $found = true }}
        - {{ $port.name | quote }}
        - {{ $port.name | quote }}
        {{- end }}
        {{- end }}
        {{- if not $found }}
        []
        {{- end }}
    `);
    await expectParity(program, [
      {},
      { names: [], ports: [{ name: 'a' }] },
      { names: ['a', '--', 'a'], ports: [{ name: 'a', tls: true }, { name: 'b' }, { name: 'c', tls: true }] },
    ]);
  });

  test('are in a list or map of their own for each element, or all in one', async () => {
    const program = configOf(strings, (v) => ({
      each: v.names.map((name) => ({ hosts: [name], secret: 'tls' })),
      lists: v.names.map((name) => [name]),
      all: v.names.length > 0 ? [{ hosts: v.names, secret: 'tls' }] : [],
    }));

    await expectParity(program, [{}, { names: [] }, { names: ['a', 'b'] }]);
  });

  test('make the same of all elements in a branch', async () => {
    const deep = z.array(z.object({ lists: z.array(z.object({ numbers: z.array(z.int()) })) })).min(1);
    const program = configOf(
      { ...strings, named: z.boolean().default(true), deep: deep.default([{ lists: [] }]) },
      (v) => ({
        names: v.names.map((name) => (v.named ? name : 'unnamed')),
        deep: v.deep,
      }),
    );

    await expectParity(program, [
      {},
      { names: ['a', 'b'], named: false },
      { deep: [{ lists: [] }, { lists: [] }, { lists: [{ numbers: [] }, { numbers: [] }, { numbers: [1, 2] }] }] },
    ]);
  });

  test('make the same of all elements', async () => {
    const program = configOf({ ...strings, ...ports }, (v) => ({
      constants: ['x', 'x', ...v.names.map(() => 'x')],
      choices: v.ports.map((port) => ({ tls: port.tls })),
    }));

    await expectParity(program, [
      {},
      { names: ['a', 'b', 'c'], ports: [{ name: 'a', tls: true }, { name: 'b' }, { name: 'c', tls: true }] },
    ]);
  });

  test('meet each other in one item', async () => {
    const program = configOf({ ...strings, others: z.array(z.string()).default([]) }, (v) => ({
      pairs: v.names.flatMap((name) => v.others.map((other) => `${name}-${other}`)),
      own: v.names.flatMap((name) => v.names.map((other) => `${name}-${other}`)),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.names }}
      own:
        {{- range $name := .Values.names }}
        {{- range $name2 := $.Values.names }}
        - {{ printf "%s-%s" $name $name2 | quote }}
        {{- end }}
        {{- end }}
      {{- else }}
      own: []
      {{- end }}
      pairs:
        {{- $found := false }}
        {{- if .Values.others }}
        {{- range $name := .Values.names }}
        {{- $found = true }}
        {{- range $other := $.Values.others }}
        - {{ printf "%s-%s" $name $other | quote }}
        {{- end }}
        {{- end }}
        {{- end }}
        {{- if not $found }}
        []
        {{- end }}
    `);
    await expectParity(program, [{}, { names: [], others: ['a'] }, { names: ['a', 'b'], others: ['c', 'd', 'e'] }]);
  });

  test('are whole inside a loop over them', async () => {
    const program = programOf({ ...strings, labels: z.record(z.string(), z.string()).default({}) }, (chart, v) => {
      for (const name of v.names) addConfig(chart, `name-${name}`, { name, all: v.names }, `name-${name}`);
      for (const [key, value] of Object.entries(v.labels))
        addConfig(chart, `label-${key}`, { ...v.labels, key, value }, `label-${key}`);
    });

    await expectParity(program, [
      {},
      { names: [], labels: { a: '1' } },
      { names: ['a', 'b', 'c'], labels: { key: 'x', b: '2', '10': 'z' } },
    ]);
  });

  test('make documents for each element of two', async () => {
    const program = programOf({ ...strings, others: z.array(z.string()).default([]) }, (chart, v) => {
      for (const name of v.names)
        for (const other of v.others) addConfig(chart, `${name}-${other}`, { name, other }, `${name}-${other}`);
    });

    await expectParity(program, [{}, { others: ['a'] }, { names: ['a', 'b'], others: ['c', 'd', 'e'] }]);
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
        {{- if dig "tls" false $port }}
        tls: "yes"
        {{- else }}
        tls: "no"
        {{- end }}
      {{- end }}

    `);
    await expectParity(program, [{}, { ports: [{ name: 'a' }, { name: 'b', tls: true }] }]);
  });

  test('make documents whose first key is a choice', async () => {
    const items = z.array(z.object({ name: z.string(), beta: z.boolean().default(false) })).default([]);
    const program = programOf({ items }, (chart, v) => {
      for (const { name, beta } of v.items)
        new ApiObject(chart, `x-${name}`, { apiVersion: beta ? 'v1beta1' : 'v1', kind: 'Widget', metadata: { name } });
    });

    expect(templateOf(program, 'templates/x.yaml')).toMatchInlineSnapshot(`
      {{- range $item := .Values.items }}
      ---
      {{- if dig "beta" false $item }}
      apiVersion: v1beta1
      {{- else }}
      apiVersion: v1
      {{- end }}
      kind: Widget
      metadata:
        name: {{ $item.name | quote }}
      {{- end }}

    `);
    await expectParity(program, [{}, { items: [{ name: 'a' }, { name: 'b', beta: true }, { name: 'c' }] }]);
  });
});
