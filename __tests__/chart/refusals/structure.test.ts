import { z } from 'zod';
import { configOf, refusalOf } from '../../support/small-program.ts';

const labels = { labels: z.record(z.string(), z.string()).default({}) };

describe('a map that is spread', () => {
  test('with other keys beside one that could be equal', () => {
    const program = configOf(labels, (v) => ({
      'my-app': 'x',
      ...Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [`my-${key}`, value])),
    }));

    expect(refusalOf(program)).toBe(
      `config.data.my-app: keys made from elements stand beside the key 'my-...' and could be equal to it; put them into a map of their own`,
    );
  });
});

test('a place that depends on too many choices', () => {
  const choices = Object.fromEntries('abcdefghijk'.split('').map((name) => [name, z.boolean().default(false)]));
  const program = configOf(choices, (v) => ({
    all: Object.values(v)
      .map((on) => (on ? 'y' : 'n'))
      .join(''),
  }));

  expect(refusalOf(program)).toBe(
    'config.data.all depends on more than 1024 combinations of values.a, values.b, values.c, values.d, values.e, values.f, values.g, values.h, values.i, values.j, values.k; split it into parts that depend on fewer',
  );
});

test('text of which the compiler has no sample', () => {
  const odd = { odd: z.string().regex(/^x$/).min(5).nullable() };

  expect(refusalOf(configOf(odd, (v) => ({ a: v.odd ?? 'none' })))).toBe(
    `values.odd takes no text that the compiler could try (a string of at least 5 characters that matches ^x$ or null); add .meta({ examples: [...] }) to its z.string()`,
  );
});
