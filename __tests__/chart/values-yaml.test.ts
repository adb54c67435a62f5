import { parse } from 'yaml';
import { z } from 'zod';
import type { JsonObject } from '../../chart/json.ts';
import { defaultsOf, shapeOf } from '../../chart/shape.ts';
import { profileYaml, valuesTable, valuesYaml } from '../../chart/values-yaml.ts';
import { configOf, expectParity } from '../support/small-program.ts';

const shape = shapeOf(
  z.object({
    text: z.string().default('').describe('Some text.'),
    on: z.boolean().default(true).describe('Two\nlines.'),
    mode: z.enum(['a', 'b']).default('a').describe('How.'),
    web: z
      .object({
        port: z.int().default(80).describe('Its port.'),
        tls: z.object({ secret: z.string().optional() }).prefault({}),
      })
      .prefault({})
      .describe('The web tier.'),
    list: z
      .array(z.object({ name: z.string(), tags: z.record(z.string(), z.string()).default({}) }))
      .default([{ name: 'x', tags: { yes: 'no' } }]),
    rows: z.array(z.array(z.int())).default([[1, 2], []]),
    map: z.record(z.string(), z.string()).default({}),
    none: z.object({ a: z.string() }).nullable().describe('Left | out.'),
    given: z
      .object({ a: z.string().default('q') })
      .nullable()
      .default({ a: 'z' }),
    'a b': z.union([z.string(), z.number()]).default('100m'),
    whole: z.unknown().default({}),
  }),
);

test('values.yaml has every default below its description, in the order of the schema', () => {
  expect(valuesYaml(shape, 'Default values of demo.')).toBe(`# Default values of demo.

# Some text.
text: ""

# Two
# lines.
"on": true

# How. One of a, b.
mode: a

# The web tier.
web:
  # Its port.
  port: 80
  tls:
    secret: null

list:
  - name: x
    tags:
      "yes": "no"

rows:
  - - 1
    - 2
  - []

map: {}

# Left | out.
none: null

given:
  a: z

"a b": "100m"

whole: {}
`);
});

test('values.yaml reads back as the defaults', () => {
  expect(parse(valuesYaml(shape, 'x'))).toEqual(defaultsOf(shape));
  expect(parse(valuesYaml(shape, 'x'), { version: '1.1' })).toEqual(defaultsOf(shape));
});

test('a long description is wrapped, a long word is not', () => {
  const words = `${'word '.repeat(25)}${'x'.repeat(120)} end`;

  const yaml = valuesYaml(shapeOf(z.object({ a: z.int().default(1).describe(words) })), 'Heading.');

  expect(yaml.split('\n').slice(2)).toEqual([
    `# ${'word '.repeat(19).trim()}`,
    `# ${'word '.repeat(6).trim()}`,
    `# ${'x'.repeat(120)}`,
    '# end',
    'a: 1',
    '',
  ]);
});

test.each(['\n', '\u0085', '\u2028', '\u2029'])(
  'a description is broken where YAML ends a comment, at %j',
  async (character) => {
    const a = z.int().default(1).describe(`One.${character}two: x: y`);

    expect(valuesYaml(shapeOf(z.object({ a })), 'Heading.')).toBe('# Heading.\n\n# One.\n# two: x: y\na: 1\n');
    await expectParity(
      configOf({ a }, (v) => ({ a: v.a })),
      [{}],
    );
  },
);

test('an object without keys is {}, not null', async () => {
  const box = z.object({}).prefault({});

  expect(valuesYaml(shapeOf(z.object({ box })), 'Heading.')).toBe('# Heading.\n\nbox: {}\n');
  await expectParity(
    configOf({ box }, () => ({})),
    [{}],
  );
});

test('the table of the README has a row for each value, those of objects one by one', () => {
  expect(valuesTable(shape)).toBe(
    [
      '| Value | Description | Type | Default |',
      '| --- | --- | --- | --- |',
      '| `text` | Some text. | string | `""` |',
      '| `on` | Two lines. | boolean | `true` |',
      '| `mode` | How. One of a, b. | string | `"a"` |',
      '| `web.port` | Its port. | integer | `80` |',
      '| `web.tls.secret` |  | string or null | `null` |',
      '| `list` |  | list | `[{"name":"x","tags":{"yes":"no"}}]` |',
      '| `rows` |  | list | `[[1,2],[]]` |',
      '| `map` |  | map | `{}` |',
      '| `none` | Left \\| out. | map or null | `null` |',
      '| `given.a` |  | string | `"z"` |',
      '| `a b` |  | quantity | `"100m"` |',
      '| `whole` |  | any | `{}` |',
    ].join('\n'),
  );
});

test('a profile is its overrides, with what deletes a default, below a heading', () => {
  const overrides: JsonObject = { web: { tls: null }, list: [{ name: 'yes', tags: {} }] };

  expect(profileYaml(overrides, 'For tests.')).toBe(
    '# For tests.\n\nweb:\n  tls: null\nlist:\n  - name: "yes"\n    tags: {}\n',
  );
  expect(profileYaml({}, 'For tests.')).toBe('# For tests.\n\n{}\n');
});
