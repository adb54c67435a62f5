import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { z } from 'zod';
import { sha256 } from '../../../chart/index.ts';
import type { JsonObject } from '../../../chart/json.ts';
import { addConfig, configOf, dataOf, expectParity, programOf, refusalOf } from '../../support/small-program.ts';

const values = {
  s: z.string().default('a'),
  other: z.string().nullable(),
  n: z.int().default(80),
  q: z.union([z.string(), z.number()]).default('1'),
  on: z.boolean().default(false),
  mode: z.enum(['dev', 'prod']).default('dev'),
  names: z.array(z.string()).default(['x']),
  ports: z.array(z.object({ name: z.string(), on: z.boolean().default(true) })).default([]),
  labels: z.record(z.string().regex(/^[a-z/.]+$/), z.string()).default({ team: 'a' }),
  opaque: z.unknown().default({ a: 1 }),
};
const all = z.object(values);
type Values = z.output<typeof all>;

const OVERRIDES: JsonObject = {
  s: 'B %s {{',
  other: 'c',
  n: 0,
  q: 2,
  on: true,
  mode: 'prod',
  names: ['y', 'z', 'y'],
  ports: [{ name: 'http' }, { name: 'metrics', on: false }],
  labels: { b: '1', a: '' },
  opaque: ['x', null],
};

/** What ordinary programs do with values that they pass on. */
const uses: Readonly<Record<string, (v: Values) => unknown>> = {
  'a template literal': (v) => `${v.s}:${v.n}/${v.q}`,
  '+ with text': (v) => ['http://', v.s, ':', v.n].reduce((text, each) => text + String(each)),
  'concat of texts': (v) => 'x'.concat(v.s, '-', v.s),
  String: (v) => [String(v.n), String(v.q), v.n.toString(), v.s.toString()],
  'join of fixed texts': (v) => [v.s, `${v.n}`, 'end'].join('.'),
  '??': (v) => v.other ?? v.s,
  '?.': (v) => v.other?.toString() ?? 'none',
  'a null check': (v) => (v.other === null ? 'none' : `<${v.other}>`),
  'null in text': (v) => `${v.other}`,
  '?: on a boolean': (v) => (v.on ? v.s : 'off'),
  '! of a boolean': (v) => !v.on,
  'a boolean in text': (v) => `on=${v.on}`,
  'a boolean as a number': (v) => Number(v.on) + 1,
  'a method of an enum': (v) => v.mode.toUpperCase(),
  'an enum as a key of a table': (v) => ({ dev: 1, prod: 3 })[v.mode],
  'one of several options': (v) => ['prod', 'test'].includes(v.mode),
  'a part of a table': (v) => ({ dev: v.s, prod: v.n })[v.mode],
  map: (v) => v.names.map((name) => `-${name}-`),
  flatMap: (v) => v.names.flatMap((name) => [name]),
  filter: (v) => v.ports.filter((port) => port.on).map((port) => port.name),
  spread: (v) => ['first', ...v.names, 'last'],
  'concat of lists': (v) => ['first'].concat(v.names),
  'Array.from': (v) => Array.from(v.names, (name) => ({ name })),
  'for of': (v) => {
    const items: string[] = [];
    for (const name of v.names) items.push(name);
    return items;
  },
  forEach: (v) => {
    const items: unknown[] = [];
    v.ports.forEach((port) => void items.push({ ...port }));
    return items;
  },
  'whether a list is empty': (v) => (v.names.length > 0 ? 'some' : 'none'),
  'whether a list is empty, otherwise': (v) => (v.names.length === 0 ? 'none' : 'some'),
  'a list or nothing': (v) => (v.ports.length ? v.ports.map((port) => port.name) : undefined),
  'a map': (v) => ({ ...v.labels }),
  'a map beside keys': (v) => ({ team: 'b', ...v.labels, part: v.s }),
  'a copy of a map': (v) => Object.assign({}, v.labels, { part: 'x' }),
  'entries of a map': (v) => Object.entries(v.labels).map(([name, value]) => ({ name, value })),
  'other keys of a map': (v) =>
    Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [`my-${key}`, `<${value}>`])),
  'whether a map is empty': (v) => Object.keys(v.labels).length > 0,
  'an opaque value': (v) => v.opaque,
  'an opaque value in a list': (v) => [v.opaque, { x: v.opaque }],
  'a hash': (v) => sha256({ s: v.s, n: v.n, names: v.names, opaque: v.opaque }),
  'methods of text that is known': (v) => [' a '.trim(), 'a,b'.split(',')[v.on ? 0 : 1], 'abc'.slice(1)],
  'methods of text around values': (v) => `\n  ${v.s}: ${v.n}\n`.replace('\n', ''),
  'a date and a number that are known': () => [new Date(0).toISOString(), Math.max(1, 2)],
  'a number of another unit, as text': (v) => [`${v.n}Mi`, `${v.n}%`, `${v.n}s`],
};

test.each(Object.keys(uses))('%s is not refused', (use) => {
  expect(refusalOf(configOf(values, (v) => ({ a: uses[use]!(v as Values) })))).toBe('not refused');
});

test('all of it is the same in both outputs', async () => {
  const program = configOf(values, (v) =>
    Object.fromEntries(Object.entries(uses).map(([use, of]) => [use, of(v as Values)])),
  );

  await expectParity(program, [{}, OVERRIDES, { names: [], labels: {}, opaque: '', s: '', q: '1Gi' }]);
});

test('text that is trimmed is not refused where the values are inside of it', () => {
  const program = configOf({ s: values.s }, (v) => ({ a: `\n  name: ${v.s};\n`.trim() }));

  expect(dataOf(program)).toBe('a: {{ printf "name: %s;" .Values.s | quote }}');
});

test('what its pattern rules out is no look into a value', () => {
  const name = {
    name: z
      .string()
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
      .default('todo'),
  };
  const program = configOf(name, (v) => ({ a: v.name.trim().toLowerCase(), b: v.name || 'none' }));

  expect(dataOf(program)).toBe('a: {{ .Values.name | quote }}\nb: {{ .Values.name | quote }}');
});

test('a check of values is none where rules refuse the same ones', () => {
  const two = { min: z.int().min(1).default(1), max: z.int().min(1).default(5) };
  const rules = [{ left: 'min', op: '<=', right: 'max', message: 'why' }] as const;
  const program = configOf(
    two,
    (v) => {
      if (v.min > v.max) throw new Error('min is more than max');
      return { min: v.min, max: v.max };
    },
    { rules },
  );

  expect(refusalOf(program)).toBe('not refused');
});

test('a library may check numbers that it uses as they are', () => {
  const two = { min: z.int().min(1).default(1), max: z.int().min(1).default(5), size: z.int().min(1).default(1) };
  const rules = [{ left: 'min', op: '<=', right: 'max', message: 'why' }] as const;
  const program = programOf(
    two,
    (chart, v) => {
      const target = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 80 }] });
      new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target, minReplicas: v.min, maxReplicas: v.max });
      new kplus.PersistentVolumeClaim(chart, 'data', { storage: Size.gibibytes(v.size) });
    },
    { rules },
  );

  expect(refusalOf(program)).toBe('not refused');
});

test('a build may return something, and make nothing', () => {
  const program = programOf({}, (chart) => chart.node.path as never);

  expect(refusalOf(program)).toBe('not refused');
});

test('an object for each element is not refused', () => {
  const program = programOf({ names: z.array(z.string().regex(/^[a-z]+$/)).default([]) }, (chart, v) => {
    for (const name of v.names) addConfig(chart, `config-${name}`, { name });
  });

  expect(refusalOf(program)).toBe('not refused');
});
