import { z } from 'zod';
import { ChartError } from '../../chart/errors.ts';
import { alwaysTruthy, defaultsOf, notNull, type Shape, shapeOf } from '../../chart/shape.ts';

/** The shape of a schema that is at `v`, without what every shape has. */
function kindOf(schema: z.ZodType): object {
  const { path: _, description: __, nullable: ___, fallback: ____, fixed: _____, ...kind } = shapeAt(schema);
  return kind;
}

function shapeAt(schema: z.ZodType): Shape {
  return shapeOf(z.object({ v: schema })).fields.v!;
}

function refusal(schema: z.ZodType): string {
  try {
    shapeAt(schema);
  } catch (error) {
    if (error instanceof ChartError) return error.message;
    throw error;
  }
  return 'not refused';
}

const unbounded = { value: Number.NEGATIVE_INFINITY, inclusive: true };
const unlimited = { value: Number.POSITIVE_INFINITY, inclusive: true };
const least = { value: Number.MIN_SAFE_INTEGER, inclusive: true };
const most = { value: Number.MAX_SAFE_INTEGER, inclusive: true };
const text = { kind: 'string', minLength: 0, maxLength: undefined, patterns: [], examples: [] };
const element = { path: 'v[]', description: undefined, nullable: false, fallback: undefined, fixed: false };

describe('kinds', () => {
  test.each<[string, z.ZodType, object]>([
    ['a string', z.string().default(''), text],
    ['lengths', z.string().min(1).max(5).default('a'), { ...text, minLength: 1, maxLength: 5 }],
    [
      'a pattern with the flag u, which is how patterns are read',
      z.string().regex(/^a*$/u).default('a'),
      { ...text, patterns: ['^a*$'] },
    ],
    [
      'a pattern with a backslash before an s',
      z
        .string()
        .regex(/\\s|^$/)
        .default(''),
      { ...text, patterns: ['\\\\s|^$'] },
    ],
    [
      'the tighter of two lengths',
      z.string().min(3).min(1).max(5).max(9).default('aaa'),
      { ...text, minLength: 3, maxLength: 5 },
    ],
    ['one length', z.string().length(3).default('abc'), { ...text, minLength: 3, maxLength: 3 }],
    ['a string that is not empty', z.string().nonempty().default('a'), { ...text, minLength: 1 }],
    [
      'patterns',
      z
        .string()
        .regex(/^a\.[.]/)
        .regex(/[^\n]$/)
        .default('a..'),
      { ...text, patterns: ['^a\\.[.]', '[^\\n]$'] },
    ],
    [
      'examples, of which texts count',
      z
        .string()
        .meta({ examples: ['x', 1] })
        .default(''),
      { ...text, examples: ['x'] },
    ],
    [
      'a branded string',
      z
        .string()
        .brand('Name')
        .default('' as never),
      text,
    ],
    ['a number', z.number().default(0.5), { kind: 'number', integer: false, min: unbounded, max: unlimited }],
    ['an integer', z.int().default(1), { kind: 'number', integer: true, min: least, max: most }],
    ['number().int()', z.number().int().default(1), { kind: 'number', integer: true, min: least, max: most }],
    [
      'bounds',
      z.number().min(1).max(5).default(2),
      { kind: 'number', integer: false, min: { value: 1, inclusive: true }, max: { value: 5, inclusive: true } },
    ],
    [
      'bounds that are not included',
      z.number().gt(1).lt(5).default(2),
      { kind: 'number', integer: false, min: { value: 1, inclusive: false }, max: { value: 5, inclusive: false } },
    ],
    [
      'the tighter of two bounds',
      z.number().min(1).gt(1).max(9).lt(5).default(2),
      { kind: 'number', integer: false, min: { value: 1, inclusive: false }, max: { value: 5, inclusive: false } },
    ],
    [
      'a positive integer',
      z.int().positive().default(2),
      { kind: 'number', integer: true, min: { value: 0, inclusive: false }, max: most },
    ],
    [
      'an integer within what a double holds',
      z.int().min(-1e300).max(1e300).default(2),
      { kind: 'number', integer: true, min: least, max: most },
    ],
    [
      'a quantity',
      z.union([z.string().min(1), z.int()]).default('1'),
      {
        kind: 'quantity',
        text: { ...element, path: 'v', ...text, minLength: 1 },
        number: { ...element, path: 'v', kind: 'number', integer: true, min: least, max: most },
      },
    ],
    ['a boolean', z.boolean().default(true), { kind: 'boolean' }],
    ['an enum', z.enum(['a', 'b']).default('a'), { kind: 'enum', options: ['a', 'b'] }],
    [
      'a list',
      z.array(z.boolean()).default([]),
      { kind: 'list', element: { ...element, kind: 'boolean' }, minItems: 0, maxItems: undefined },
    ],
    [
      'a list with lengths',
      z.array(z.boolean()).min(1).max(2).default([true]),
      { kind: 'list', element: { ...element, kind: 'boolean' }, minItems: 1, maxItems: 2 },
    ],
    [
      'a list of one length',
      z.array(z.boolean()).length(2).default([true, true]),
      { kind: 'list', element: { ...element, kind: 'boolean' }, minItems: 2, maxItems: 2 },
    ],
    [
      'a map',
      z.record(z.string().min(2), z.boolean()).default({}),
      {
        kind: 'map',
        key: { ...element, path: 'v[key]', ...text, minLength: 2 },
        value: { ...element, kind: 'boolean' },
      },
    ],
    ['unknown', z.unknown().default({}), { kind: 'opaque' }],
    ['any', z.any().default({}), { kind: 'opaque' }],
    ['a strict object', z.strictObject({}).prefault({}), { kind: 'object', fields: {} }],
  ])('%s', (_, schema, expected) => {
    expect(kindOf(schema)).toEqual(expected);
  });

  test('a quantity may be written with the number first', () => {
    expect(kindOf(z.union([z.int(), z.string()]).default('1'))).toEqual(
      kindOf(z.union([z.string(), z.int()]).default('1')),
    );
  });

  test('an element names its place by brackets, and values.yaml does not hold it', () => {
    const list = shapeAt(
      z.array(z.object({ ports: z.array(z.object({ name: z.string().default('http') })) })).default([]),
    );

    const name = ((list as never as Inner).element.fields.ports!.element as Inner).fields.name;

    expect(name).toMatchObject({ path: 'v[].ports[].name', fixed: false, fallback: 'http' });
  });
});

type Inner = Shape & { element: Inner; fields: Record<string, Inner> };

describe('null and default', () => {
  test.each<[string, z.ZodType, Partial<Shape>]>([
    ['a default', z.string().default('a'), { nullable: false, fallback: 'a', fixed: true }],
    ['a prefault', z.string().prefault('a'), { nullable: false, fallback: 'a', fixed: true }],
    ['a default that a function makes', z.string().default(() => 'a'), { nullable: false, fallback: 'a', fixed: true }],
    ['nullable', z.string().nullable(), { nullable: true, fallback: null, fixed: true }],
    ['optional', z.string().optional(), { nullable: true, fallback: null, fixed: true }],
    ['nullish', z.string().nullish(), { nullable: true, fallback: null, fixed: true }],
    ['nullable with a default', z.string().nullable().default('a'), { nullable: true, fallback: 'a', fixed: true }],
    ['a default that is nullable', z.string().default('a').nullable(), { nullable: true, fallback: 'a', fixed: true }],
    [
      'the outermost of two defaults',
      z.string().default('a').default('b'),
      { nullable: false, fallback: 'b', fixed: true },
    ],
  ])('%s', (_, schema, expected) => {
    expect(shapeAt(schema)).toMatchObject(expected);
  });

  test('the default of an object gives the defaults of its keys', () => {
    const shape = shapeAt(z.object({ a: z.string().default('x'), b: z.int().nullable() }).default({ a: 'y', b: 2 }));

    expect(defaultsOf(shape)).toEqual({ a: 'y', b: 2 });
  });

  test('inside an object that is null, keys need no default, and values.yaml does not hold them', () => {
    const shape = shapeAt(z.object({ a: z.string(), b: z.string().default('x') }).nullable()) as Inner;

    expect(shape.fields.a).toMatchObject({ path: 'v.a', fixed: false, fallback: undefined });
    expect(shape.fields.b).toMatchObject({ path: 'v.b', fixed: false, fallback: 'x' });
    expect(defaultsOf(shape)).toBeNull();
  });

  test('a nullable object with a default is held by values.yaml, with all its keys', () => {
    const shape = shapeAt(
      z
        .object({ a: z.string().default('x'), b: z.int().default(1) })
        .nullable()
        .default({ a: 'y', b: 1 }),
    );

    expect(shape).toMatchObject({ nullable: true, fixed: true });
    expect(defaultsOf(shape)).toEqual({ a: 'y', b: 1 });
  });

  test('the outermost description counts', () => {
    expect(shapeAt(z.string().describe('inner').default('a')).description).toBe('inner');
    expect(shapeAt(z.string().describe('inner').default('a').describe('outer')).description).toBe('outer');
  });

  test('notNull takes the nullability away and nothing else', () => {
    const shape = shapeAt(z.int().nullable());

    expect(notNull(shape)).toEqual({ ...shape, nullable: false });
  });
});

describe('defaultsOf', () => {
  test('gives what values.yaml holds, in the order of declaration', () => {
    const shape = shapeOf(
      z.object({
        z: z.string().default(''),
        a: z.object({ on: z.boolean().default(false), port: z.int().default(0) }).prefault({}),
        none: z.string().nullable(),
        list: z.array(z.object({ name: z.string(), port: z.int().default(80) })).default([{ name: 'x', port: 80 }]),
        map: z.record(z.string(), z.string()).default({ k: 'v' }),
        whole: z.unknown().default({ deep: [1] }),
      }),
    );

    const defaults = defaultsOf(shape);

    expect(JSON.stringify(defaults)).toBe(
      '{"z":"","a":{"on":false,"port":0},"none":null,"list":[{"name":"x","port":80}],"map":{"k":"v"},"whole":{"deep":[1]}}',
    );
  });

  test('holds a key named __proto__ as data', () => {
    const fields = Object.fromEntries([['__proto__', z.string().default('x')]]);

    const defaults = defaultsOf(shapeOf(z.object(fields)));

    expect(Object.entries(defaults as object)).toEqual([['__proto__', 'x']]);
  });
});

test.each<[boolean, string, z.ZodType]>([
  [false, 'a string', z.string().default('a')],
  [true, 'a string of at least one character', z.string().min(1).default('a')],
  [true, 'a string whose pattern refuses the empty one', z.string().regex(/^a/).default('a')],
  [false, 'a string whose pattern takes the empty one', z.string().regex(/^a*$/).default('a')],
  [false, 'a number', z.number().default(1)],
  [false, 'a number from 0', z.number().min(0).default(1)],
  [true, 'a number above 0', z.number().gt(0).default(1)],
  [true, 'a number from 1', z.int().min(1).default(1)],
  [true, 'a number below 0', z.int().max(-1).default(-1)],
  [false, 'a quantity', z.union([z.string().min(1), z.number()]).default(1)],
  [true, 'a quantity that is neither empty nor 0', z.union([z.string().min(1), z.number().gt(0)]).default(1)],
  [true, 'an enum', z.enum(['a', 'b']).default('a')],
  [false, 'an enum with an empty option', z.enum(['a', '']).default('a')],
  [false, 'a list', z.array(z.string()).default([])],
  [true, 'a list of at least one element', z.array(z.string()).min(1).default(['a'])],
  [false, 'a boolean', z.boolean().default(true)],
  [false, 'a map', z.record(z.string(), z.string()).default({})],
  [false, 'an object', z.object({ a: z.string().default('') }).prefault({})],
  [false, 'an opaque value', z.unknown().default({})],
])("it is %s that Helm's if takes every valid value of %s for true", (expected, _, schema) => {
  expect(alwaysTruthy(shapeAt(schema))).toBe(expected);
});

describe('what a chart cannot check is refused by path', () => {
  test.each<[string, z.ZodType]>([
    ['text', z.string().default('')],
    [
      'a map or null',
      z
        .object({ a: z.string().default('') })
        .nullable()
        .default(null),
    ],
  ])('%s as global', (_, schema) => {
    expect(() => shapeOf(z.object({ global: schema }))).toThrow(
      'values.global may be something else than a map; Helm makes it one in every chart; use z.object()',
    );
  });

  const supported =
    'use object, string, int, number, boolean, enum, array, record, nullable, optional, default, prefault, unknown, or a union of string and number';

  enum Numbers {
    A = 1,
    B = 2,
  }

  test.each<[string, z.ZodType]>([
    ['pipe', z.preprocess((s) => s, z.string()).default('a')],
    [
      'pipe',
      z
        .string()
        .transform((s) => s)
        .default('a'),
    ],
    ['literal', z.literal('a').default('a')],
    ['tuple', z.tuple([z.string()]).default(['a'])],
    ['date', z.date().default(new Date(0))],
    ['bigint', z.bigint().default(1n)],
    ['set', z.set(z.string()).default(new Set<string>())],
    ['intersection', z.intersection(z.object({}), z.object({})).default({})],
    ['template_literal', z.templateLiteral(['a', z.number()]).default('a1')],
    ['custom', z.custom<string>(() => true).default('a')],
    ['lazy', z.lazy(() => z.string()).default('a')],
    ['readonly', z.string().readonly().default('a')],
  ])("a zod '%s'", (type, schema) => {
    expect(refusal(schema)).toBe(`values.v is a zod '${type}', which a chart cannot check; ${supported}`);
  });

  test.each<[string, z.ZodType]>([
    ['a string and a boolean', z.union([z.string(), z.boolean()]).default('a')],
    ['two strings', z.union([z.string(), z.string()]).default('a')],
    ['three', z.union([z.string(), z.number(), z.string()]).default('a')],
    ['a part that may be null', z.union([z.string().nullable(), z.number()]).default('a')],
  ])('a union of %s', (_, schema) => {
    expect(refusal(schema)).toBe(`values.v is a union of other things than one string and one number; ${supported}`);
  });

  test.each<[string, string, z.ZodType, string]>([
    [
      'custom',
      'refine',
      z
        .string()
        .refine(() => true)
        .default('a'),
      'use min, max, length or regex',
    ],
    [
      'custom',
      'superRefine',
      z
        .string()
        .superRefine(() => {})
        .default('a'),
      'use min, max, length or regex',
    ],
    ['overwrite', 'trim', z.string().trim().default('a'), 'use min, max, length or regex'],
    ['overwrite', 'toLowerCase', z.string().toLowerCase().default('a'), 'use min, max, length or regex'],
    ['email', 'string().email', z.string().email().default('a@b.c'), 'use min, max, length or regex'],
    ['starts_with', 'startsWith', z.string().startsWith('a').default('a'), 'use min, max, length or regex'],
    ['multiple_of', 'multipleOf', z.number().multipleOf(2).default(2), 'use int, min, max, gt or lt'],
    [
      'custom',
      'number().refine',
      z
        .number()
        .refine(() => true)
        .default(1),
      'use int, min, max, gt or lt',
    ],
    [
      'custom',
      'array().refine',
      z
        .array(z.string())
        .refine(() => true)
        .default([]),
      'use min, max or length',
    ],
    [
      'custom',
      'record().refine',
      z
        .record(z.string(), z.int())
        .refine(() => true)
        .default({}),
      'leave it out',
    ],
    ...[
      z
        .object({ a: z.int().default(1) })
        .refine(() => true)
        .prefault({}),
      z
        .boolean()
        .refine(() => true)
        .default(true),
      z
        .enum(['a', 'b'])
        .refine(() => true)
        .default('a'),
      z
        .union([z.string(), z.number()])
        .refine(() => true)
        .default(1),
      z
        .unknown()
        .refine(() => true)
        .default(1),
    ].map((schema): [string, string, z.ZodType, string] => [
      'custom',
      `${schema.unwrap().def.type}().refine`,
      schema,
      'leave it out, or add a rule',
    ]),
  ])("the check '%s' of %s()", (check, _, schema, way) => {
    expect(refusal(schema)).toBe(`values.v has the check '${check}', which a chart cannot make; ${way}`);
  });

  test("the check 'custom' of all values", () => {
    const values = z.object({ a: z.int().default(1) }).refine(() => true);

    expect(() => shapeOf(values)).toThrow(
      new ChartError("values has the check 'custom', which a chart cannot make; leave it out, or add a rule"),
    );
  });

  test.each<[string, z.ZodType]>([
    ['email', z.email().default('a@b.c')],
    ['url', z.url().default('http://a')],
    ['uuid', z.uuid().default('00000000-0000-4000-8000-000000000000')],
  ])("the format '%s'", (format, schema) => {
    expect(refusal(schema)).toBe(
      `values.v has the format '${format}', which a chart cannot check; use z.string() with a regex`,
    );
  });

  test('coercion', () => {
    expect(refusal(z.coerce.number().default(1))).toBe(
      'values.v is coerced, which a chart cannot do; leave out z.coerce',
    );
  });

  test.each<[string, z.ZodType, string]>([
    ['int32()', z.int32().default(2), "values.v has the number format 'int32'; use z.int() or z.number()"],
    ['float32()', z.float32().default(2), "values.v has the number format 'float32'; use z.int() or z.number()"],
    [
      'an enum of numbers',
      z.enum(Numbers).default(Numbers.A),
      'values.v is an enum of other things than strings; use z.enum([...]) of strings',
    ],
    [
      'what is deep inside',
      z.object({ a: z.array(z.object({ b: z.date() })).default([]) }).prefault({}),
      `values.v.a[].b is a zod 'date', which a chart cannot check; ${supported}`,
    ],
  ])('%s', (_, schema, expected) => {
    expect(refusal(schema)).toBe(expected);
  });

  test.each<[string, z.ZodType]>([
    ['a catchall', z.object({}).catchall(z.string()).prefault({})],
    ['looseObject()', z.looseObject({}).prefault({})],
  ])('an object with %s', (_, schema) => {
    expect(refusal(schema)).toBe(
      'values.v is an object that takes unknown keys; use z.object(), or z.record() for free keys',
    );
  });

  test.each<[string, z.ZodType]>([
    ['integers', z.record(z.int(), z.string()).default({})],
    ['an enum', z.record(z.enum(['a']), z.string()).default({ a: '' })],
  ])('a record with %s as keys', (_, schema) => {
    expect(refusal(schema)).toBe('values.v is a record whose keys are no strings; use z.record(z.string(), ...)');
  });

  test.each<[string, z.ZodType, string]>([
    ['a value', z.string(), 'v'],
    ['an object', z.object({ a: z.string().default('') }), 'v'],
    ['a key of an object that has one', z.object({ a: z.string() }).prefault({} as never), 'v.a'],
  ])('%s without a default', (_, schema, path) => {
    expect(refusal(schema)).toBe(
      `values.${path} has no default; values.yaml must be able to hold it: add .default(...) or .nullable()`,
    );
  });

  test.each<[string, z.ZodType]>([
    ['a list', z.array(z.string().default('a')).default([])],
    ['a map', z.record(z.string(), z.string().default('a')).default({})],
  ])('an element of %s with a default', (_, schema) => {
    expect(refusal(schema)).toBe(
      'values.v[] is an element with a default; give the default to the list or map, or to keys of the element',
    );
  });

  test('a null in the default of a map, for a key with a default of its own', () => {
    const policy = z.enum(['a', 'b']).nullable().default('a');

    expect(
      refusal(z.record(z.string(), z.object({ on: z.object({ policy }) })).default({ x: { on: { policy: null } } })),
    ).toBe(
      'values.v.x.on.policy is null by default, which Helm 3 and Helm 4 read differently, because it has a default of its own: "a"; give that another way to say null, such as an option of an enum',
    );
  });

  test.each<[string, z.ZodType]>([
    ['nullable', z.array(z.string().nullable()).default([])],
    ['optional', z.array(z.string().optional()).default([])],
    ['nullable in a map', z.record(z.string(), z.string().nullable()).default({})],
  ])('an element that is %s', (_, schema) => {
    expect(refusal(schema)).toBe('values.v[] is an element that may be null; leave null elements out');
  });

  test.each<[RegExp, string]>([
    [/^(?=a)/, 'a lookaround, a flag or a named group'],
    [/^(?!a)/, 'a lookaround, a flag or a named group'],
    [/(?<=a)/, 'a lookaround, a flag or a named group'],
    [/(?<n>a)/, 'a lookaround, a flag or a named group'],
    [/(a)\1/, 'a back reference'],
    [/\s/, '\\s (list the characters instead)'],
    [/[^\S]/, '\\s (list the characters instead)'],
    [/\u0041/, 'a \\p, \\u, \\c or \\0 escape (write the character itself)'],
    [/[\0]/, 'a \\p, \\u, \\c or \\0 escape (write the character itself)'],
    [/[[:alpha:]]/, 'a POSIX class'],
    // As text, since the linter would refuse them too.
    ...['^[^]*$', '[]|a'].map((pattern): [RegExp, string] => [new RegExp(pattern), 'an empty class']),
    [/[\b]|a/, '\\b in a class'],
    [/^a{0,1001}$/, 'a repetition of more than 1000'],
  ])('the pattern %s', (pattern, found) => {
    expect(refusal(z.string().regex(pattern).default('a'))).toBe(
      `values.v has the pattern ${pattern} with ${found}; Go and JavaScript must read it alike`,
    );
  });

  test.each([/a.b/, /a\\.b/])("the bare '.' in %s", (pattern) => {
    expect(refusal(z.string().regex(pattern).default('a'))).toBe(
      `values.v has the pattern ${pattern} with a bare '.'; write [^\\n], which Go and JavaScript read alike`,
    );
  });

  test.each<[RegExp, string]>([
    [/a{,2}/, 'Incomplete quantifier'],
    [/[\d-x]/, 'Invalid character class'],
  ])('the pattern %s, which is read as characters one way and as a class or quantifier the other', (pattern, cause) => {
    expect(refusal(z.string().regex(pattern).default('a'))).toBe(
      `values.v has the pattern ${pattern}, which is not valid for whole characters; Invalid regular expression: ${pattern}u: ${cause}`,
    );
  });

  test.each([/a/i, /a/g, /a/iu])('the flags of %s', (pattern) => {
    expect(refusal(z.string().regex(pattern).default('a'))).toBe(
      `values.v has a pattern with the flags '${pattern.flags}'; write it without flags`,
    );
  });
});
