import { z } from 'zod';
import { sha256 } from '../../chart/index.ts';
import { configOf, dataOf, expectParity, plainText, templateOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const flag = { on: z.boolean().default(false) };
const everyFlag = [{ on: false }, { on: true }];

test('objects that are named alike by another field are one item, and others are two', async () => {
  const program = configOf(flag, ({ on }) => ({
    alike: [on ? { port: 1, a: 'x' } : { port: 1, b: 'y' }],
    others: [on ? { port: 1, a: 'x' } : { port: 2, b: 'y' }],
  }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    alike:
      - port: 1
        {{- if .Values.on }}
        a: x
        {{- else }}
        b: "y"
        {{- end }}
    others:
      {{- if .Values.on }}
      - a: x
        port: 1
      {{- else }}
      - b: "y"
        port: 2
      {{- end }}
  `);
  await expectParity(program, everyFlag);
});

test('lists in a list are one item at the same place', async () => {
  const program = configOf(flag, ({ on }) => ({ matrix: [[on ? 'a' : 'b', 'c'], ['d']] }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    matrix:
      -
        {{- if .Values.on }}
        - a
        {{- else }}
        - b
        {{- end }}
        - c
      - - d
  `);
  await expectParity(program, everyFlag);
});

test('one object or two for each element, as it answers', async () => {
  const items = z.array(z.object({ name: z.string(), on: z.boolean().default(true) })).default([]);
  const program = configOf({ items }, (v) => ({
    a: v.items.flatMap<object>(({ name, on }) =>
      on
        ? [{ port: 1, a: name }]
        : [
            { port: 2, b: name },
            { port: 3, c: name },
          ],
    ),
  }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    a:
      {{- $found := false }}
      {{- range $item := .Values.items }}
      {{- if dig "on" true $item }}
      {{- $found = true }}
      - a: {{ $item.name | quote }}
        port: 1
      {{- else }}
      {{- $found = true }}
      - b: {{ $item.name | quote }}
        port: 2
      {{- end }}
      {{- if not (dig "on" true $item) }}
      {{- $found = true }}
      - c: {{ $item.name | quote }}
        port: 3
      {{- end }}
      {{- end }}
      {{- if not $found }}
      []
      {{- end }}
  `);
  await expectParity(program, [
    {},
    { items: [{ name: 'x' }] },
    { items: [{ name: 'x', on: false }, { name: 'y' }, { name: 'z', on: false }] },
  ]);
});

test('a loop over one list or the other of each element, as it answers', async () => {
  const item = z.object({
    on: z.boolean().default(true),
    as: z.array(z.string()).default(['a']),
    bs: z.array(z.string()).default(['b']),
  });
  const program = configOf({ items: z.array(item).default([]) }, (v) => ({
    all: v.items.flatMap(({ on, as, bs }) => (on ? as : bs).map((text) => text)),
    each: v.items.map(({ on, as, bs }) => ({ list: on ? as.map(() => 'x') : bs.map(() => 'y') })),
  }));
  const some = { on: false, as: ['1', '2'], bs: ['3', '4', '5'] };

  await expectParity(program, [
    {},
    { items: [some, { ...some, on: true }, { bs: [] }, { on: false, bs: [] }, { as: [] }] },
    { items: [{ as: [], bs: ['x'] }] },
  ]);
});

test('items of an element that stand beside equal ones, or beside all elements again', async () => {
  const program = configOf({ names: z.array(z.string()).default([]) }, ({ names }) => ({
    twice: names.flatMap((name) => [name, name]),
    apart: names.flatMap((name) => ['-e', name, '-e', name]),
    pairs: names.flatMap((name) => [...names.map((other) => `${name}${other}`), name]),
    objects: names.map((name) => ({ name, all: [...names, name, ...names] })),
    more: [...names.flatMap((name) => [name, name]), 'x', ...names],
  }));

  await expectParity(program, [{}, { names: ['a'] }, { names: ['a', 'b', 'c'] }, { names: ['a', 'a'] }]);
});

test('equal items for each element of a list in each element', async () => {
  const group = z.object({ name: z.string(), ports: z.array(z.int()).default([]) });
  const program = configOf({ groups: z.array(group).default([]) }, ({ groups }) => ({
    named: groups.map(({ name, ports }) => ({ name, ports: ports.map(() => 'port') })),
    nameless: groups.map(({ ports }) => ({ ports: ports.map(() => 'port') })),
  }));

  await expectParity(program, [
    {},
    { groups: [{ name: 'a' }, { name: 'b', ports: [1] }, { name: 'c', ports: [1, 2, 3] }] },
  ]);
});

test('several equal items for each element, also in a hash', async () => {
  const program = configOf({ names: z.array(z.string()).default([]) }, ({ names }) => ({
    two: names.flatMap(() => ['a', 'b']),
    three: names.flatMap(() => ['a', 'b', 'c']),
    hash: sha256({ equal: names.map(() => 'x'), names }),
  }));

  await expectParity(program, [{}, { names: ['a'] }, { names: ['a', 'b', 'c'] }]);
});

test('an item that is in three loops', async () => {
  const b = z.object({ cs: z.array(z.string()).default([]) });
  const a = z.object({ bs: z.array(b).default([]) });
  const program = configOf({ as: z.array(a).default([]) }, ({ as }) => ({
    list: as.flatMap(({ bs }) => bs.flatMap(({ cs }) => cs.map((c) => c))),
  }));

  await expectParity(program, [
    {},
    { as: [{}, { bs: [{}] }] },
    { as: [{ bs: [{ cs: ['1', '2'] }, {}] }, {}, { bs: [{ cs: ['3'] }] }] },
  ]);
});

test('lines of the notes for each element, several times', async () => {
  const program = configOf({ names: z.array(z.string()).default([]) }, () => ({}), {
    notes: ({ names }) => ['Hello', ...names.flatMap((name) => [name, name]), ...names.map(() => '-')].join('\n'),
  });

  expect(templateOf(program, 'templates/NOTES.txt')).toMatchInlineSnapshot(`
    Hello
    {{- range $name := .Values.names }}
    {{ $name }}
    {{ $name }}
    {{- end }}
    {{- range $name := .Values.names }}
    -
    {{- end }}
  `);
});

test('numbers in the notes, whose digits Go would write otherwise', () => {
  const program = configOf({ n: z.number().default(1e6) }, () => ({}), { notes: ({ n }) => `${n}` });

  expect(templateOf(program, 'templates/NOTES.txt')).toBe('{{ printf "%s" (.Values.n | toJson) }}');
});

test('a list, a map, a number and a hash in turn', async () => {
  const mode = z.enum(['list', 'map', 'number', 'hash']).default('list');
  const program = configOf({ mode, s: z.string().default('a'), names: z.array(z.string()).default([]) }, (v) => ({
    any: { list: ['x', v.s], map: { k: v.s }, number: 5, hash: sha256([v.s]) }[v.mode],
    loops: { list: v.names, map: Object.fromEntries([['k', v.s]]), number: 5, hash: sha256(v.names) }[v.mode],
  }));
  const modes = ['list', 'map', 'number', 'hash'];

  await expectParity(
    program,
    modes.flatMap((mode) => [
      { mode, names: [] },
      { mode, names: ['a', 'b'] },
    ]),
  );
});

test('equal items for each element of a list that is far around them', async () => {
  const group = z.object({ ports: z.array(z.int()).default([]) });
  const lists = { groups: z.array(group).default([]), names: z.array(z.string()).default([]) };
  const program = configOf(lists, ({ groups, names }) => ({
    groups: groups.map(({ ports }) => ({
      pairs: names.map((a) => ({ with: names.map((b) => ({ pair: `${a}${b}`, ports: ports.map(() => 'port') })) })),
    })),
  }));

  await expectParity(program, [{}, { groups: [{ ports: [1] }, {}, { ports: [1, 2, 3] }], names: ['a', 'b'] }]);
});

test('equal items for each element of a list in an element of two loops, twice, or behind other elements', async () => {
  const group = z.object({ name: z.string(), ports: z.array(z.int()).min(1) });
  const lists = { groups: z.array(group).default([]), names: z.array(z.string()).default([]) };
  const program = configOf(lists, ({ groups, names }) => ({
    pairs: groups.map(({ name }) => ({
      name,
      others: groups.map(({ name, ports }) => ({ name, ports: ports.map(() => 'port') })),
    })),
    squares: groups.map(({ name, ports }) => ({ name, square: ports.map(() => ports.map(() => 'port')) })),
    behind: [...groups.map(({ name }) => name), ...names.map(() => 'name')],
  }));
  const [one, three] = [
    { name: 'a', ports: [1] },
    { name: 'b', ports: [1, 2, 3] },
  ];

  await expectParity(program, [{}, { groups: [one] }, { groups: [three, one], names: ['x', 'y', 'z'] }]);
});
