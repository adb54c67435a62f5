import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { assertPrinted } from '../../chart/unprinted.ts';
import { configOf, expectParity } from '../support/small-program.ts';

test.each([
  ['\uE00000012\uE001', 'a: <U+E000>00012<U+E001>'],
  ['\uE0020\uE003', 'a: <U+E002>0<U+E003>'],
  ['\uE009', 'a: <U+E009>'],
])('a mark that is left in a template is a bug of the compiler: %j', (mark, shown) => {
  expect(() => assertPrinted([['templates/config.yaml', `data:\n  a: ${mark}\n`]])).toThrow(
    `a bug of the compiler: templates/config.yaml has a mark in it that should have been printed: ${shown}`,
  );
});

test('other characters for private use are text like any other', () => {
  const program = configOf({ mode: z.enum(['a', '\uE00A']).default('a') }, ({ mode }) => ({
    a: mode === 'a' ? '\uE00A' : '\uF8FF',
    b: mode,
  }));

  const text = compileTemplates(program).files.get('templates/config.yaml');

  expect(text).toContain('"\uE00A"');
  expect(text).toContain('"\uF8FF"');
});

test('what the schema has of the characters of marks means the same in the chart', async () => {
  const kept = '\uE0020\uE003\uE00000000\uE001\uE004\uE009';
  const program = configOf(
    {
      mode: z.enum(['a', `b${kept}`, 'c']).default('a'),
      [`field${kept}`]: z.string().default('x'),
      list: z.array(z.object({ text: z.string().default(`c${kept}`) })).default([{ text: 'x' }]),
      map: z
        .object({ deep: z.object({ [`d${kept}`]: z.string().default('y') }).default({ [`d${kept}`]: `e${kept}` }) })
        .nullable()
        .default(null),
    },
    (values: Record<string, unknown>) => {
      const { mode, list, map } = values as {
        mode: string;
        list: { text: string }[];
        map: { deep: Record<string, string> } | null;
      };
      return {
        mode: mode === 'a' ? 'first' : mode === 'c' ? 'last' : 'middle',
        field: values[`field${kept}`],
        list: list.map(({ text }) => text),
        ...(map === null ? {} : { deep: map.deep[`d${kept}`] }),
      };
    },
  );

  await expectParity(program, [
    {},
    { mode: `b${kept}`, [`field${kept}`]: kept, list: [{}, { text: kept }], map: {} },
    { mode: 'c', map: { deep: {} } },
    { map: { deep: { [`d${kept}`]: kept } } },
  ]);
});
