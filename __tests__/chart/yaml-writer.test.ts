import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import type { Json } from '../../chart/json.ts';
import { yamlScalar } from '../../chart/scalar.ts';
import { parseValuesFile } from '../../chart/values-file.ts';
import { yamlBlock, yamlDocuments } from '../../chart/yaml-writer.ts';
import { scalars } from '../support/values-cases.ts';

const HOSTILE = [
  ...scalars,
  ...[
    'y',
    'N',
    'yes',
    'off',
    'null',
    '~',
    '',
    ' ',
    'a ',
    ' a',
    '012',
    '0o17',
    '0x1f',
    '1_000',
    '1e3',
    '.5',
    '12:30',
    '1:2:3',
  ],
  ...[
    '.inf',
    '-.INF',
    '.NaN',
    'nan',
    'Infinity',
    '<<',
    '=',
    '-',
    '- a',
    '?',
    '? a',
    ':',
    'a:',
    'a: b',
    ':a',
    '#',
    'a #b',
    '#a',
  ],
  ...[
    '!a',
    '&a',
    '*a',
    '%a',
    '@a',
    '`a',
    '|',
    '>',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '\\',
    '{{ a }}',
    '---',
    '...',
    '--- a',
  ],
  ...[
    '\t',
    '\n',
    'a\n',
    '\na',
    'a\r\nb',
    '\u0000',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u00ad',
    '\u2028',
    '\u2029',
  ],
  ...[
    '\ufeff',
    'a\ufeff',
    '\ufffe',
    '\uffff',
    '\ue000',
    'ü',
    '😀',
    '2026-01-31',
    '2026-01-31T10:00:00Z',
    'x'.repeat(2000),
  ],
];

const both = (text: string) => [parse(text, { version: '1.1' }) as Json, parse(text, { version: '1.2' }) as Json];

describe('a scalar', () => {
  test.each<[Json & (string | number | boolean | null), string]>([
    ['a', 'a'],
    ['todo-backend', 'todo-backend'],
    ['app.kubernetes.io/name', 'app.kubernetes.io/name'],
    ['/api/health', '/api/health'],
    ['http://todo-backend:8000', 'http://todo-backend:8000'],
    ['nginx:1.27', 'nginx:1.27'],
    ['v1', 'v1'],
    ['1.0.0', '"1.0.0"'],
    ['8080', '"8080"'],
    ['true', '"true"'],
    ['Yes', '"Yes"'],
    ['NaN', '"NaN"'],
    ['a b', '"a b"'],
    ['a:', '"a:"'],
    ['', '""'],
    ['"\\\n', '"\\"\\\\\\n"'],
    ['\u0085\u00a0\u2028\ufeff', '"\\u0085\\u00a0\\u2028\\ufeff"'],
    ['ü😀', '"ü😀"'],
    [0, '0'],
    [-1.5, '-1.5'],
    [1209600, '1209600'],
    [true, 'true'],
    [null, 'null'],
  ])('%j is %s', (value, text) => {
    expect(yamlScalar(value)).toBe(text);
  });

  test('reads back as the same string in YAML 1.1, in YAML 1.2 and as Helm reads it', () => {
    for (const text of HOSTILE) {
      const written = yamlBlock({ a: text });

      expect([text, ...both(written)]).toEqual([text, { a: text }, { a: text }]);
      expect([text, parseValuesFile(written, 'values.yaml')]).toEqual([text, { a: text }]);
    }
  });

  test('reads back as a key too', () => {
    for (const text of HOSTILE.filter((key) => key.length < 1000)) {
      const written = yamlBlock({ [text]: 1 });

      expect([text, ...both(written)]).toEqual([text, { [text]: 1 }, { [text]: 1 }]);
    }
  });
});

describe('a block', () => {
  test('has maps and lists below each other, and [] and {} where they are empty', () => {
    const value: Json = {
      map: { a: 1, empty: {} },
      list: [1, [2, [3, []]], { b: [{ c: 4, d: [] }], e: 5 }, {}],
      none: null,
    };

    expect(yamlBlock(value)).toBe(`map:
  a: 1
  empty: {}
list:
  - 1
  - - 2
    - - 3
      - []
  - b:
      - c: 4
        d: []
    e: 5
  - {}
none: null
`);
  });

  test.each<[Json, string]>([
    [{}, '{}\n'],
    [[], '[]\n'],
    ['yes', '"yes"\n'],
    [[[]], '- []\n'],
    [[[[]]], '- - []\n'],
    [null, 'null\n'],
  ])('of %j is %j', (value, text) => {
    expect(yamlBlock(value)).toBe(text);
  });

  test('reads back as what it was, whatever that is', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE.slice(0, -1)));
    const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('tree'),
        ) as fc.Arbitrary<Json>,
      ),
    }));

    fc.assert(
      fc.property(tree, (value) => {
        const expected = JSON.parse(JSON.stringify(value)) as Json;
        expect(both(yamlBlock(value))).toEqual([expected, expected]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

test('documents start with ---, one for each object', () => {
  const objects: Json[] = [{ kind: 'A', list: ['---'] }, {}, { kind: 'B' }];

  const text = yamlDocuments(objects);

  expect(text).toBe('---\nkind: A\nlist:\n  - "---"\n---\n{}\n---\nkind: B\n');
  expect(parseAllDocuments(text).map((document) => document.toJS() as Json)).toEqual(objects);
});
