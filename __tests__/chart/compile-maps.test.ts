import { z } from 'zod';
import { configOf, dataOf, expectParity, HOSTILE, plainText } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const flag = { on: z.boolean().default(false) };
const labels = { labels: z.record(z.string(), z.string()).default({ k: 'v' }) };

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

  test('of keys that JavaScript, or the compiler itself, has a meaning for', async () => {
    const program = configOf({ map: z.record(z.string(), z.string()).default({}) }, (v) => ({ ...v.map, all: v.map }));

    const keys = ['constructor', 'toString', 'toJSON', 'hasOwnProperty', 'then', 'length', '\ue00000000\ue001'];
    await expectParity(program, [{ map: Object.fromEntries(keys.map((key) => [key, `the ${key}`])) }]);
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

  test('Object.keys, in the order of bytes, also where they are integers', async () => {
    const program = configOf(labels, (v) => ({ keys: Object.keys(v.labels) }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.labels }}
      keys:
        {{- range $key, $value := .Values.labels }}
        - {{ $key | quote }}
        {{- end }}
      {{- else }}
      keys: []
      {{- end }}
    `);
    await expectParity(program, [{}, { labels: { '10': '', '9': '', '-': '' } }]);
  });

  test('Object.keys where all are integers of several digits', async () => {
    const program = configOf(labels, (v) => ({ keys: Object.keys(v.labels) }));

    await expectParity(program, [{ labels: { k: null, 100: 'a', 20: 'b' } }]);
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

  test('a key before two spreads loses to both', async () => {
    const more = { more: z.record(z.string(), z.string()).default({}) };
    const program = configOf({ ...labels, ...more }, (v) => ({ k: 'fixed', ...v.labels, l: 'fixed', ...v.more }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if and (not (hasKey .Values.labels "k")) (not (hasKey .Values.more "k")) }}
      k: fixed
      {{- end }}
      {{- if not (hasKey .Values.more "l") }}
      l: fixed
      {{- end }}
      {{- range $key, $value := omit .Values.labels "l" }}
      {{- if not (hasKey $.Values.more $key) }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}
      {{- range $key, $value := .Values.more }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [
      { labels: { k: 'a' } },
      { labels: { k: null }, more: { k: 'b', l: 'b' } },
      { labels: { k: null } },
    ]);
  });

  test('a key before a spread that is there in one branch stays in the other', async () => {
    const program = configOf({ ...labels, ...flag }, (v) => ({ k: 'fixed', ...(v.on ? v.labels : {}), z: 'z' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (and .Values.on (hasKey .Values.labels "k")) }}
      k: fixed
      {{- end }}
      z: z
      {{- if .Values.on }}
      {{- range $key, $value := omit .Values.labels "z" }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}
    `);
    await expectParity(program, [
      { on: false, labels: { k: 'user' } },
      { on: true, labels: { k: 'user', z: 'user' } },
      { on: true, labels: { k: null } },
    ]);
  });

  test('a key before a spread of a map that may be null', async () => {
    const program = configOf({ map: z.record(z.string(), z.string()).nullable() }, (v) => ({ k: 'fixed', ...v.map }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (and (and (not (kindIs "invalid" .Values.map)) .Values.map) (hasKey .Values.map "k")) }}
      k: fixed
      {{- end }}
      {{- range $key, $value := .Values.map }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    `);
    await expectParity(program, [{}, { map: {} }, { map: { k: 'user' } }]);
  });

  test('a key before a spread of a map inside a block that may be null', async () => {
    const box = z.object({ map: z.record(z.string(), z.string()).default({}) }).nullable();
    const program = configOf({ box }, (v) => ({ k: 'fixed', ...(v.box === null ? {} : v.box.map), z: 'z' }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if not (and (and (not (kindIs "invalid" .Values.box)) (dig "map" dict .Values.box)) (hasKey (dig "map" dict .Values.box) "k")) }}
      k: fixed
      {{- end }}
      z: z
      {{- if not (kindIs "invalid" .Values.box) }}
      {{- range $key, $value := omit (dig "map" dict .Values.box) "z" }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
      {{- end }}
    `);
    await expectParity(program, [{}, { box: {} }, { box: { map: { k: 'user', z: 'user' } } }]);
  });

  test("a key before a spread of an element's map that may be null", async () => {
    const items = z.array(z.object({ map: z.record(z.string(), z.string()).optional() })).default([]);
    const program = configOf({ items }, (v) => ({
      items: v.items.map((item) => ({ m: { k: 'fixed', ...item.map } })),
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      {{- if .Values.items }}
      items:
        {{- range $item := .Values.items }}
        - m:
            {{- if not (and (and (not (kindIs "invalid" $item.map)) $item.map) (hasKey $item.map "k")) }}
            k: fixed
            {{- end }}
            {{- range $key, $value := $item.map }}
            {{ $key | quote }}: {{ $value | quote }}
            {{- end }}
        {{- end }}
      {{- else }}
      items: []
      {{- end }}
    `);
    await expectParity(program, [{}, { items: [{}, { map: {} }, { map: { k: 'user' } }] }]);
  });

  test('a key before a spread of those entries that their values let through', async () => {
    const services = z.record(z.string(), z.object({ on: z.boolean(), ports: z.array(z.int()).nullable() }));
    const program = configOf({ services: services.default({}), more: services.nullable() }, (v) => ({
      a: 'fixed',
      b: 'fixed',
      ...Object.fromEntries(
        Object.entries(v.services)
          .filter(([, { on }]) => on)
          .map(([key]) => [key, 'service']),
      ),
      ...(v.more === null
        ? {}
        : Object.fromEntries(
            Object.entries(v.more)
              .filter(([, { ports }]) => ports !== null)
              .map(([key]) => [key, 'more']),
          )),
    }));

    const [on, off] = [
      { on: true, ports: [1] },
      { on: false, ports: null },
    ];
    await expectParity(program, [
      {},
      { services: { a: on, b: off, c: on } },
      { services: { a: off, d: off }, more: { a: on, b: off, d: on } },
      { services: { a: on, d: on }, more: { a: off, d: off } },
    ]);
  });

  test('a key after a spread that is undefined or null takes the key of the spread away', async () => {
    const program = configOf(
      {
        labels: z.record(z.string(), z.string()).default({}),
        team: z.string().nullable(),
        on: z.boolean().default(false),
        more: z.record(z.string(), z.string()).nullable(),
      },
      (v) => ({
        some: { app: 'x', ...v.labels, team: v.team, mode: v.on ? 'on' : undefined },
        // Nothing but what is left of the spread.
        left: { ...v.labels, ...v.more, a: undefined, team: v.team },
      }),
    );

    expect(dataOf(program)).toMatchInlineSnapshot(`
      left:
        {{- $found := false }}
        {{- if not (kindIs "invalid" .Values.team) }}
        {{- $found = true }}
        team: {{ .Values.team | quote }}
        {{- end }}
        {{- range $key, $value := omit .Values.labels "a" "team" }}
        {{- if not (and (and (not (kindIs "invalid" $.Values.more)) $.Values.more) (hasKey $.Values.more $key)) }}
        {{- $found = true }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}
        {{- end }}
        {{- range $key, $value := omit (.Values.more | default dict) "a" "team" }}
        {{- $found = true }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}
        {{- if not $found }}
        {}
        {{- end }}
      some:
        {{- if not (hasKey .Values.labels "app") }}
        app: x
        {{- end }}
        {{- if .Values.on }}
        mode: "on"
        {{- end }}
        {{- if not (kindIs "invalid" .Values.team) }}
        team: {{ .Values.team | quote }}
        {{- end }}
        {{- range $key, $value := omit .Values.labels "mode" "team" }}
        {{ $key | quote }}: {{ $value | quote }}
        {{- end }}
    `);
    const taken = { app: '1', team: '2', mode: '3', a: '4' };
    await expectParity(program, [
      {},
      { labels: taken },
      { labels: taken, team: 't', on: true },
      { labels: { a: '1' }, more: { a: '2', team: '3' } },
      { labels: {}, more: { a: '2', b: '3' }, on: true },
    ]);
  });

  test('a key that is set before and after a spread, or is an integer, or beside a spread that comes twice', async () => {
    const program = configOf({ ...labels, on: z.boolean().default(true) }, (v) => ({
      again: Object.assign({ a: '1' }, v.labels, { a: '2' }),
      branch: { a: '1', ...(v.on ? { ...v.labels, a: '2' } : v.labels) },
      integer: { ...v.labels, '10': 'x' },
      twice: { ...v.labels, b: '1', ...v.labels },
      maybe: { ...(v.on ? v.labels : {}), a: '1', ...v.labels },
    }));

    const met = { a: 'x', b: 'y', '10': 'z' };
    await expectParity(program, [{}, { labels: met }, { labels: { ...met, c: 'w' }, on: false }, { on: false }]);
  });

  test('a key that is set again in an item of a list, or beside a map of an element', async () => {
    const groups = z.array(z.object({ labels: z.record(z.string(), z.string()).default({}) })).default([]);
    const program = configOf({ ...labels, groups }, (v) => ({
      list: ['x', Object.assign({ a: '1' }, v.labels, { a: '2' }), { ...v.labels, b: '1' }],
      groups: v.groups.map((group) => Object.assign({ a: '1', b: '1' }, group.labels, { a: '2' })),
    }));
    const both = { a: 'mine', b: 'mine', c: 'mine' };

    await expectParity(program, [{}, { labels: both }, { groups: [{}, { labels: both }, { labels: { a: 'x' } }] }]);
  });

  test('a list or map at a key that is in the map as well', async () => {
    const lists = z.record(z.string(), z.array(z.string())).default({});
    const program = configOf({ ...labels, lists }, (v) => {
      const again = Object.assign({ a: '1' }, v.labels, { a: '2' });
      const boxes = Object.entries(v.labels).map(([key, value]) => [key, { kind: 'box', value }]);
      return {
        again,
        keys: { ...v.labels, keys: Object.keys(v.labels) },
        more: Object.assign({ a: ['1', '2'], b: 'text', d: ['1'] }, v.lists, { d: ['2'] }),
        boxes: Object.assign({ a: { kind: 'box', value: 'own' }, b: {} }, Object.fromEntries(boxes), { c: {} }),
        texts: Object.assign({ a: [], b: {}, c: { d: 'x' } }, v.labels),
      };
    });
    const [text, list] = ['mine', ['mine', 'too']];
    const all = {
      labels: { a: text, b: text, c: text, d: text, keys: text },
      lists: { a: list, b: list, d: list },
    };

    await expectParity(program, [{}, all, { labels: { keys: text } }, { lists: { a: [], d: [] } }]);
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
          {{- if dig "lines" list $value }}
          lines:
            {{- range $line := dig "lines" list $value }}
            - {{ $line | quote }}
            {{- end }}
          {{- else }}
          lines: []
          {{- end }}
          text: {{ dig "text" "empty" $value | quote }}
        {{- end }}
      {{- else }}
      files: []
      {{- end }}
    `);
    await expectParity(program, [{}, { files: { a: {}, b: { text: '', lines: ['x'] } } }]);
  });

  test('of objects with lists, whose names are two variables', async () => {
    const groups = z.record(z.string(), z.object({ keys: z.array(z.string()) })).default({});
    const program = configOf({ groups }, (v) => ({
      list: ['first', ...Object.entries(v.groups).flatMap(([name, { keys }]) => keys.map((key) => `${name}-${key}`))],
    }));

    expect(dataOf(program)).toMatchInlineSnapshot(`
      list:
        - first
        {{- range $key, $value := .Values.groups }}
        {{- range $key2 := $value.keys }}
        - {{ printf "%s-%s" $key $key2 | quote }}
        {{- end }}
        {{- end }}
    `);
    await expectParity(program, [{}, { groups: { a: { keys: ['x', 'y'] }, b: { keys: [] } } }]);
  });
});

test('a map that is spread in one branch wins over another one there alone', async () => {
  const map = z.record(z.string(), z.string()).default({});
  const program = configOf({ a: map, b: map, on: z.boolean().default(false) }, (v) => ({
    ...v.a,
    ...(v.on ? v.b : {}),
  }));
  const both = { a: { k: 'a', l: 'a' }, b: { k: 'b' } };

  await expectParity(program, [{ ...both, on: false }, { ...both, on: true }, { a: both.a }]);
});

test('lists at the keys of two maps, one for each element of a list and one of equal items', async () => {
  const { labels: map } = labels;
  const program = configOf({ one: map, other: map, list: z.array(z.string()).default([]) }, (v) => ({
    ...Object.fromEntries(Object.keys(v.one).map((key) => [key, v.list.map(() => 'same')])),
    ...Object.fromEntries(Object.keys(v.other).map((key) => [key, ['same', 'same']])),
  }));

  await expectParity(program, [{}, { one: { a: 'x', b: 'x' }, other: { b: 'y' }, list: ['1', '2', '3'] }]);
});

test('a key wins over a map in one of two branches of one loop', async () => {
  const { labels: map } = labels;
  const program = configOf({ one: map, other: map, ...flag }, (v, { name }) => ({
    ...Object.fromEntries(Object.keys(v.one).map((key) => [key, name])),
    ...(v.on ? { b: '1', ...v.one, ...v.other, true: 'x' } : {}),
  }));
  const maps = { one: { true: 'y', a: 'z', b: '2' }, other: { a: 'other', true: 'z' } };

  await expectParity(program, [{}, { on: true }, maps, { ...maps, on: true }, { one: maps.one, on: true }]);
});

test('a map that is spread in place of a key that it may have', async () => {
  const program = configOf({ ...labels, ...flag }, (v) => ({ all: 'x', ...(v.on ? v.labels : { k: 'y' }) }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    {{- if not (and .Values.on (hasKey .Values.labels "all")) }}
    all: x
    {{- end }}
    {{- if .Values.on }}
    {{- range $key, $value := .Values.labels }}
    {{ $key | quote }}: {{ $value | quote }}
    {{- end }}
    {{- else }}
    k: "y"
    {{- end }}
  `);
  await expectParity(program, [{}, { on: true }, { on: true, labels: { all: 'z' } }]);
});

test('a map of an element that is spread in place of a key that it may have, by an answer of the element', async () => {
  const element = z.object({ name: z.string().min(1), spread: z.boolean(), map: z.record(z.string(), z.string()) });
  const program = configOf({ list: z.array(element).default([]) }, ({ list }) => ({
    list: list.map(({ name, spread, map }) => (spread ? { ...map } : { [`${name}-x`]: 'made' })),
  }));

  await expectParity(program, [
    {},
    {
      list: [
        { name: 'a', spread: true, map: { 'a-x': 'own', b: 'c' } },
        { name: 'a', spread: false, map: { 'a-x': 'own' } },
        { name: 'b', spread: true, map: {} },
      ],
    },
  ]);
});

test('an item that is named like a key does not meet it, where a map becomes a list', async () => {
  const program = configOf(
    { isMap: z.boolean().default(true), more: z.boolean().default(false), names: z.array(z.string()).default([]) },
    (v) =>
      v.isMap
        ? { 'name=x': 'y' }
        : [...v.names.map((name) => ({ name, kind: 'own' })), ...(v.more ? [{ name: 'more', other: 1 }] : [])],
  );

  await expectParity(program, [{}, { isMap: false }, { isMap: false, more: true, names: ['x', 'y'] }]);
});

describe('a map that something may be taken away from', () => {
  const shape = { map: z.record(z.string(), z.string()).default({}), on: z.boolean().default(false) };

  test('can be empty where the map that is spread has nothing else', async () => {
    const program = configOf(shape, ({ map, on }) => ({
      inner: {
        ...map,
        k: on ? 'x' : undefined,
        ...(Object.keys(map).length === 0 ? { none: 'x' } : {}),
      },
    }));

    await expectParity(program, [{}, { map: { k: 'v' } }, { map: { k: 'v', a: 'w' } }, { map: { k: 'v' }, on: true }]);
  });

  test('is not asked for what is in it where one key or another always is', async () => {
    const program = configOf({ ...shape, two: z.boolean().default(false) }, ({ map, on, two }) => ({
      ...map,
      k: on ? 'x' : undefined,
      ...(two ? { a: '1' } : { b: '2' }),
    }));

    expect(dataOf(program)).not.toContain('$found');
    await expectParity(program, [{}, { map: { k: 'v', a: 'w', c: 'd' } }, { map: { k: 'v' }, on: true, two: true }]);
  });
});
