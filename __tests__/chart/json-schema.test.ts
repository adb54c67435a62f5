import { z } from 'zod';
import { checkValues } from '../../chart/check-values.ts';
import type { Json, JsonObject } from '../../chart/json.ts';
import { jsonSchema } from '../../chart/json-schema.ts';
import { mergeOverDefaults } from '../../chart/merge-values.ts';
import { defaultsOf, shapeOf } from '../../chart/shape.ts';
import { ManyCases } from '../../chart/testing/many-cases.ts';
import { helmBinaries } from '../support/helm.ts';
import { configOf } from '../support/small-program.ts';

/** The JSON schema of a value at `v`. */
function schemaOf(schema: z.ZodType): Json {
  return (jsonSchema(shapeOf(z.object({ v: schema }))).properties as JsonObject).v!;
}

test('the whole: draft-07, values that must be there, no others, and global', () => {
  const schema = jsonSchema(
    shapeOf(z.object({ b: z.string().default(''), a: z.int().min(0).max(9).nullable().describe('Some number.') })),
  );

  expect(JSON.stringify(schema)).toBe(
    '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"b":{"type":"string"},' +
      '"a":{"description":"Some number.","type":["integer","null"],"minimum":0,"maximum":9},"global":{"type":"object"}},' +
      '"required":["b"],"additionalProperties":false}',
  );
});

test('global is what the schema declares, where it does', () => {
  const schema = jsonSchema(shapeOf(z.object({ global: z.record(z.string(), z.int().min(0).max(9)).default({}) })));

  expect(schema.properties).toEqual({
    global: {
      type: 'object',
      propertyNames: { not: { const: '__proto__' } },
      additionalProperties: { type: 'integer', minimum: 0, maximum: 9 },
    },
  });
});

describe('each kind', () => {
  const port = z.int().min(1).max(65535);
  const portSchema = { type: 'integer', minimum: 1, maximum: 65535 };

  test.each<[string, z.ZodType, JsonObject]>([
    ['a string', z.string().default('').describe('Some text.'), { description: 'Some text.', type: 'string' }],
    [
      'lengths and a pattern',
      z.string().min(1).max(9).regex(/^a/).default('a'),
      { type: 'string', minLength: 1, maxLength: 9, pattern: '^a' },
    ],
    [
      'patterns',
      z.string().regex(/^a/).regex(/b/).regex(/c$/).default('abc'),
      { type: 'string', pattern: '^a', allOf: [{ pattern: 'b' }, { pattern: 'c$' }] },
    ],
    ['a nullable string', z.string().nullable(), { type: ['string', 'null'] }],
    ['a number', z.number().default(1), { type: 'number' }],
    [
      'exclusive bounds',
      z.number().gt(0).lt(1).default(0.5),
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    ],
    [
      'an integer',
      z.int().default(1),
      { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    ],
    ['a nullable integer', port.nullable(), { ...portSchema, type: ['integer', 'null'] }],
    [
      'a quantity',
      z.union([z.string().min(1), port]).default(1),
      { anyOf: [{ type: 'string', minLength: 1 }, portSchema] },
    ],
    [
      'a nullable quantity',
      z.union([z.string(), port]).nullable(),
      { anyOf: [{ type: 'string' }, portSchema, { type: 'null' }] },
    ],
    ['a boolean', z.boolean().default(true), { type: 'boolean' }],
    ['a nullable boolean', z.boolean().nullable(), { type: ['boolean', 'null'] }],
    ['an enum', z.enum(['a', '']).default('a'), { enum: ['a', ''] }],
    ['a nullable enum', z.enum(['a', 'b']).nullable(), { enum: ['a', 'b', null] }],
    ['a list', z.array(port).default([]), { type: 'array', items: portSchema }],
    [
      'a list with lengths',
      z.array(port).min(1).max(2).default([1]),
      { type: 'array', items: portSchema, minItems: 1, maxItems: 2 },
    ],
    ['a nullable list', z.array(port).nullable(), { type: ['array', 'null'], items: portSchema }],
    [
      'a map, without the key that JavaScript cannot copy',
      z.record(z.string(), port).default({}),
      { type: 'object', propertyNames: { not: { const: '__proto__' } }, additionalProperties: portSchema },
    ],
    [
      'a map with a pattern for keys',
      z.record(z.string().max(3).regex(/^a/), port).default({}),
      { type: 'object', propertyNames: { maxLength: 3, pattern: '^a' }, additionalProperties: portSchema },
    ],
    [
      'an opaque value: all but null',
      z.unknown().default({}),
      { type: ['object', 'array', 'string', 'number', 'boolean'] },
    ],
    ['a nullable opaque value: all', z.unknown().nullable(), {}],
    [
      'an object',
      z.object({ a: port.default(1), b: port.optional() }).prefault({}),
      {
        type: 'object',
        properties: { a: portSchema, b: { ...portSchema, type: ['integer', 'null'] } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    [
      'a nullable object, of which keys with a default may be left out',
      z.object({ a: port, b: port.default(1), c: port.optional() }).nullable(),
      {
        type: ['object', 'null'],
        properties: { a: portSchema, b: portSchema, c: { ...portSchema, type: ['integer', 'null'] } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    [
      'an element, of which keys with a default may be left out',
      z.array(z.object({ a: port, b: port.default(1) })).default([]),
      {
        type: 'array',
        items: {
          type: 'object',
          properties: { a: portSchema, b: portSchema },
          required: ['a'],
          additionalProperties: false,
        },
      },
    ],
  ])('%s', (_, schema, expected) => {
    expect(schemaOf(schema)).toEqual(expected);
  });
});

describe('both Helms and checkValues agree', () => {
  // As text, since the linter would add flags, which are refused.
  const faces = { last: '[a-z😀ü]$', only: '^[a-z😀]+$' };
  const shape = {
    text: z.string().default(''),
    name: z
      .string()
      .min(1)
      .max(3)
      .regex(/^[^0-9]*$/)
      .regex(new RegExp(faces.last))
      .default('ab'),
    one: z
      .string()
      .regex(/^[^a]$/)
      .default('b'),
    words: z
      .string()
      .regex(/^\w+\b\W?\d?$/)
      .default('b'),
    port: z.int().min(1).max(65535).default(1),
    n: z.int().default(1),
    share: z.number().gt(0).lt(1).default(0.5),
    cpu: z.union([z.string().regex(/^[0-9]+m$/), z.number().min(0)]).default(1),
    on: z.boolean().default(true),
    mode: z.enum(['a', '']).default('a'),
    list: z.array(z.string().min(1)).min(1).max(3).default(['x']),
    map: z.record(z.string().max(2).regex(new RegExp(faces.only)), z.int()).default({}),
    free: z.record(z.string(), z.string()).default({}),
    whole: z.unknown().default({}),
    box: z.object({ inner: z.string().default('') }).prefault({}),
    items: z.array(z.object({ must: z.string(), may: z.int().default(1), opt: z.string().optional() })).default([]),
    maybe: z.string().min(1).nullable(),
    maybeList: z.array(z.string()).nullable().default(['x']),
    maybeBox: z.object({ must: z.string(), may: z.int().default(1) }).nullable(),
    maybeMode: z.enum(['a', 'b']).nullable(),
    maybeCpu: z.union([z.string().min(1), z.number()]).nullable(),
    maybeWhole: z.unknown().nullable(),
  };

  const values: Readonly<Record<keyof typeof shape | 'global' | 'unknown', readonly Json[]>> = {
    text: ['', 'x', 1, true, null, [], {}, 'yes', '012', '\u0085', '{{'],
    name: ['a', '', 'abc', 'abcd', 'ü', '😀😀😀', '😀😀😀😀', 'a1', 'A', 'a\n', null],
    one: ['😀', 'a', 'ü', '\n', 'bb', ''],
    words: ['b', 'ü', 'b_1', 'b-1', 'b ', '１'],
    port: [0, 1, 65535, 65536, 1.5, '1', true, null, -0, 1e4],
    n: [9007199254740991, 9007199254740992, -9007199254740991, -9007199254740992, 1e21, 0.5],
    share: [0, 1, 0.5, 1e-7, -1e-7],
    cpu: ['1m', 'm', '1m ', 0, -0.1, 1e21, true, null, {}],
    on: [true, false, 'true', 0, null],
    mode: ['a', '', 'b', null, 1],
    list: [[], ['a'], [''], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], [1], [null], {}, 'a', null],
    map: [{}, { a: 1 }, { A: 1 }, { '😀😀': 1 }, { abc: 1 }, { a: 'x' }, { '': 1 }, [], null],
    free: [{ '': '' }, { a: 'b', constructor: 'x' }, JSON.parse('{"__proto__": "x", "a": "b"}'), { a: null }, { a: 1 }],
    whole: [[], 'x', 0, false, { a: null }, [null], null],
    box: [{}, { inner: 'x' }, { inner: null }, { inner: 1 }, { other: 1 }, [], null],
    items: [
      [{}],
      [{ must: 'x' }],
      [{ must: 'x', may: null }],
      [{ must: 'x', opt: null }],
      [{ must: 'x', no: 1 }],
      [null],
      [[]],
    ],
    maybe: [null, 'x', '', 1],
    maybeList: [null, [], ['x'], [1], {}],
    maybeBox: [null, {}, { must: 'x' }, { must: null }, { must: 'x', may: null }, { must: 'x', no: 1 }, []],
    maybeMode: [null, 'a', 'c', 'null'],
    maybeCpu: [null, '', 'x', 1, false],
    maybeWhole: [null, {}, 0, [null]],
    global: [{}, { a: 1 }, 1, [], 'x'],
    unknown: [1, {}, [], ''],
  };

  const program = configOf(shape, () => ({}));
  const read = shapeOf(program.values);
  let many: ManyCases;

  beforeAll(async () => {
    many = await ManyCases.of(program);
  });
  afterAll(() => many?.close());

  test.each(Object.entries(values))('on %s', async (key, each) => {
    const cases = each.map((value) => ({ [key]: value }));

    const ours = cases.filter((overrides) => {
      const merged = mergeOverDefaults(defaultsOf(read) as JsonObject, overrides);
      return checkValues(read, merged).length === 0;
    });

    for (const helm of await helmBinaries()) {
      const problems = await many.problems(helm.path, cases);
      const taken = cases.filter((_, i) => problems[i] === undefined);
      expect({ [helm.name]: taken }).toEqual({ [helm.name]: ours });
    }
  });
});
