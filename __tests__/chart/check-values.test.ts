import { z } from 'zod';
import { checkValues, completeValues } from '../../chart/check-values.ts';
import type { Json, JsonObject } from '../../chart/json.ts';
import { shapeOf } from '../../chart/shape.ts';

/** What is wrong with a value at `v`. */
function problemsOf(schema: z.ZodType, value: Json): string[] {
  return checkValues(shapeOf(z.object({ v: schema })), { v: value });
}

const port = z.int().min(1).max(65535);
const quantity = z.union([z.string().regex(/^[0-9]+m$/), z.number().positive()]);

describe('a wrong value is told with what was expected', () => {
  test.each<[string, z.ZodType, Json]>([
    ['v is 7; expected a string', z.string().default(''), 7],
    ['v is null; expected a string', z.string().default(''), null],
    ['v is ""; expected a string of at least 1 character', z.string().min(1).default('a'), ''],
    ['v is "abc"; expected a string of at most 2 characters', z.string().max(2).default('a'), 'abc'],
    ['v is "abc"; expected a string of 1 to 2 characters', z.string().min(1).max(2).default('a'), 'abc'],
    ['v is "abc"; expected a string of 1 character', z.string().length(1).default('a'), 'abc'],
    ['v is "b"; expected a string that matches ^a', z.string().regex(/^a/).default('a'), 'b'],
    [
      'v is "a"; expected a string that matches ^a and that matches b$',
      z.string().regex(/^a/).regex(/b$/).default('ab'),
      'a',
    ],
    ['v is 7; expected a string or null', z.string().nullable(), 7],
    ['v is "1"; expected a number', z.number().default(1), '1'],
    ['v is null; expected a number', z.number().default(1), Number.POSITIVE_INFINITY],
    ['v is 1.5; expected an integer', z.int().default(1), 1.5],
    ['v is -1; expected an integer at least 0', z.int().min(0).default(1), -1],
    ['v is 6; expected an integer at most 5', z.int().max(5).default(1), 6],
    ['v is 65536; expected an integer from 1 to 65535', port.default(1), 65536],
    ['v is 0; expected a number above 0', z.number().gt(0).default(1), 0],
    ['v is 5; expected a number below 5', z.number().lt(5).default(1), 5],
    ['v is 2; expected a number above 0 and at most 1', z.number().gt(0).max(1).default(1), 2],
    ['v is "1"; expected a string that matches ^[0-9]+m$ or a number above 0', quantity.default(1), '1'],
    ['v is true; expected a string that matches ^[0-9]+m$ or a number above 0 or null', quantity.nullable(), true],
    ['v is "true"; expected true or false', z.boolean().default(true), 'true'],
    ['v is 0; expected true or false', z.boolean().default(true), 0],
    ['v is "c"; expected one of a, b', z.enum(['a', 'b']).default('a'), 'c'],
    ['v is "c"; expected one of "", b or null', z.enum(['', 'b']).nullable(), 'c'],
    ['v is {}; expected a list', z.array(z.string()).default([]), {}],
    ['v is []; expected a list of at least 1 element', z.array(z.string()).min(1).default(['a']), []],
    ['v is ["a","b"]; expected a list of at most 1 element', z.array(z.string()).max(1).default([]), ['a', 'b']],
    ['v is ["a"]; expected a list of 2 elements', z.array(z.string()).length(2).default(['a', 'b']), ['a']],
    ['v is []; expected a map', z.record(z.string(), z.string()).default({}), []],
    [
      'v has the key "__proto__"; expected another, because JavaScript cannot copy it',
      z.record(z.string(), z.string()).default({}),
      JSON.parse('{"__proto__": "x", "a": "b"}'),
    ],
    ['v is []; expected a map with a, b', z.object({ a: port.default(1), b: port.default(1) }).prefault({}), []],
    ['v is "x"; expected a map with no keys', z.object({}).prefault({}), 'x'],
    ['v is null; expected anything but null', z.unknown().default({}), null],
  ])('%s', (problem, schema, value) => {
    expect(problemsOf(schema, value)).toEqual([problem]);
  });

  test('a long value is cut off', () => {
    const [problem] = problemsOf(z.string().max(2).default(''), 'x'.repeat(61));

    expect(problem).toBe(`v is "${'x'.repeat(56)}...; expected a string of at most 2 characters`);
  });

  test('a key that is missing is told apart from a null', () => {
    const shape = shapeOf(z.object({ v: port.default(80) }));

    expect(checkValues(shape, {})).toEqual(['v is missing; expected an integer from 1 to 65535']);
    expect(checkValues(shape, { v: null })).toEqual(['v is null; expected an integer from 1 to 65535']);
  });

  test('each problem has a line, with its place in lists and maps', () => {
    const endpoint = z.object({
      name: z.string(),
      port: port.default(80),
      tags: z.record(z.string().regex(/^[a-z]+$/), z.array(z.boolean())).optional(),
    });
    const shape = shapeOf(z.object({ web: z.object({ endpoints: z.array(endpoint).default([]) }).prefault({}) }));

    const problems = checkValues(shape, {
      web: { endpoints: [null, { name: 'a', port: null, tags: { A: [true, 1, null], b: null } }, { port: 0 }] },
    });

    expect(problems).toEqual([
      'web.endpoints[0] is null; expected a map with name, port, tags',
      'web.endpoints[1].port is null; expected an integer from 1 to 65535',
      'web.endpoints[1].tags has the key "A"; expected a string that matches ^[a-z]+$',
      'web.endpoints[1].tags.A[1] is 1; expected true or false',
      'web.endpoints[1].tags.A[2] is null; expected true or false',
      'web.endpoints[1].tags.b is null; expected a list',
      'web.endpoints[2].name is missing; expected a string',
      'web.endpoints[2].port is 0; expected an integer from 1 to 65535',
    ]);
  });
});

describe('a valid value has no problems', () => {
  test.each<[Json, z.ZodType]>([
    [null, z.string().nullable()],
    [null, z.string().optional()],
    ['😀😀', z.string().max(2).default('')],
    ['😀', z.string().length(1).default('a')],
    [
      '😀',
      z
        .string()
        .regex(/^[^a]$/)
        .default('b'),
    ],
    [Number.MIN_VALUE, z.number().gt(0).default(1)],
    [-0, z.int().default(1)],
    [Number.MAX_SAFE_INTEGER, z.int().default(1)],
    ['100m', quantity.default(1)],
    [0.1, quantity.default(1)],
    ['', z.enum(['', 'b']).default('')],
    [[], z.array(z.string()).default([])],
    [{ 'a.b/c': '' }, z.record(z.string(), z.string()).default({})],
    [[null, { a: null }], z.unknown().default({})],
    [false, z.unknown().default({})],
    [{ a: '' }, z.object({ a: z.string(), b: z.string().default('x') }).nullable()],
  ])('%j (%#)', (value, schema) => {
    expect(problemsOf(schema, value)).toEqual([]);
  });

  test('an integer beyond what a double holds exactly is refused', () => {
    expect(problemsOf(z.int().default(1), Number.MAX_SAFE_INTEGER + 1)).toHaveLength(1);
  });

  test('a nullable value may be absent, and so may a default inside an element', () => {
    const element = z.object({ port: port.default(80) });
    const shape = shapeOf(z.object({ none: z.string().nullable(), list: z.array(element).default([]) }));

    expect(checkValues(shape, { list: [{}] })).toEqual([]);
  });

  test('a default of values.yaml that was deleted is refused', () => {
    const shape = shapeOf(z.object({ web: z.object({ port: port.default(80) }).prefault({}) }));

    expect(checkValues(shape, { web: {} })).toEqual(['web.port is missing; expected an integer from 1 to 65535']);
  });
});

describe('an unknown key', () => {
  const shape = shapeOf(
    z.object({
      name: z.string().default('a'),
      backend: z
        .object({ replicaCount: z.int().default(1), image: z.object({ tag: z.string().default('') }).prefault({}) })
        .prefault({}),
    }),
  );
  const valid: JsonObject = { name: 'a', backend: { replicaCount: 1, image: { tag: '' } } };

  test.each<[string, JsonObject, string]>([
    ['a sibling that is spelled alike', { nam: 1 }, 'nam is not a value; did you mean name?'],
    ['a sibling in other case', { Backend: {} }, 'Backend is not a value; did you mean backend?'],
    [
      'a sibling that starts alike',
      { backend: { replicaCount: 1, image: { tag: '' }, replicas: 2 } },
      'backend.replicas is not a value; did you mean backend.replicaCount?',
    ],
    [
      'a sibling that the key starts with',
      { backend: { replicaCount: 1, image: { tag: '' }, imageRepository: 'x' } },
      'backend.imageRepository is not a value; did you mean backend.image?',
    ],
    ['the same key elsewhere', { tag: 'x' }, 'tag is not a value; did you mean backend.image.tag?'],
    ['nothing, where nothing is near', { xyz: 1 }, 'xyz is not a value'],
  ])('suggests %s', (_, more, problem) => {
    expect(checkValues(shape, { ...valid, ...more })).toEqual([problem]);
  });

  test('may be named as what every object has', () => {
    const values = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') as JsonObject;

    const problems = checkValues(shapeOf(z.object({})), values);

    expect(problems).toEqual(['__proto__ is not a value', 'constructor is not a value', 'toString is not a value']);
  });

  test('is refused inside an element', () => {
    const list = shapeOf(z.object({ list: z.array(z.object({ name: z.string() })).default([]) }));

    expect(checkValues(list, { list: [{ name: 'a', nmae: 'b' }] })).toHaveLength(1);
  });

  test('may be global, which Helm gives to every chart, at the top alone and as a map alone', () => {
    expect(checkValues(shape, { ...valid, global: { a: 1 } })).toEqual([]);
    expect(checkValues(shape, { ...valid, global: 1 })).toHaveLength(1);
    expect(checkValues(shape, { ...valid, backend: { ...(valid.backend as JsonObject), global: {} } })).toHaveLength(1);
  });

  test('may be in a declared global, which charts above give whole, but what is declared there must be right', () => {
    const box = z.object({ b: z.int().default(1) }).prefault({});
    const declared = shapeOf(z.object({ global: z.object({ a: z.string().default(''), box }).prefault({}) }));

    expect(checkValues(declared, { global: { a: '', box: { b: 2, c: 3 }, d: [] } })).toEqual([]);
    expect(checkValues(declared, { global: { a: 1, box: { b: 'x' }, d: [] } })).toEqual([
      'global.a is 1; expected a string',
      'global.box.b is "x"; expected an integer',
    ]);
  });
});

describe('completeValues', () => {
  test('gives null for a nullable that is absent', () => {
    const shape = shapeOf(
      z.object({ none: z.string().nullable(), deep: z.object({ none: z.int().optional() }).prefault({}) }),
    );

    expect(completeValues(shape, { deep: {} })).toEqual({ none: null, deep: { none: null } });
  });

  test('fills in the defaults that values.yaml cannot hold', () => {
    const element = z.object({
      name: z.string(),
      port: port.default(80),
      more: z.object({ on: z.boolean().default(true) }).prefault({}),
    });
    const shape = shapeOf(
      z.object({
        list: z.array(element).default([]),
        map: z.record(z.string(), element).default({}),
        box: element.nullable(),
      }),
    );

    const complete = completeValues(shape, {
      list: [{ name: 'a' }, { name: 'b', port: 1, more: { on: false } }],
      map: { k: { name: 'c' } },
      box: { name: 'd' },
    });

    expect(complete).toEqual({
      list: [
        { name: 'a', port: 80, more: { on: true } },
        { name: 'b', port: 1, more: { on: false } },
      ],
      map: { k: { name: 'c', port: 80, more: { on: true } } },
      box: { name: 'd', port: 80, more: { on: true } },
    });
  });

  test('does not bring back what was deleted', () => {
    const shape = shapeOf(z.object({ v: z.string().nullable().default('a') }));

    expect(completeValues(shape, {})).toEqual({ v: null });
  });

  test('leaves out what the schema does not know, and opaque values as they are', () => {
    const shape = shapeOf(z.object({ whole: z.unknown().default({}) }));

    expect(completeValues(shape, { whole: { a: null }, global: {} })).toEqual({ whole: { a: null } });
  });

  test('keeps keys that objects have by themselves as data', () => {
    const shape = shapeOf(z.object({ map: z.record(z.string(), z.int()).default({}) }));

    const complete = completeValues(shape, { map: JSON.parse('{"__proto__": 1, "constructor": 2}') }) as JsonObject;

    expect(Object.entries(complete.map as JsonObject)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });
});
