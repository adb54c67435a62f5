import { z } from 'zod';
import { explorationOf } from '../../chart/exploration.ts';
import type { Program } from '../../chart/index.ts';
import { shapeOf } from '../../chart/shape.ts';
import { configOf, expectParity, refusalOf } from '../support/small-program.ts';

const explored = (program: Program) => explorationOf(program, shapeOf(program.values));

describe('programs of one build are explored once', () => {
  const build = configOf({}, () => ({})).build;
  const withText = (text: z.ZodType): Program => ({ ...configOf({ text }, () => ({})), build });
  const known = withText(z.string().default('a'));

  test('where they differ in defaults that values.yaml holds, and in descriptions', () => {
    const first = explored(known);

    expect(explored(withText(z.string().default('b')))).toBe(first);
    expect(explored(withText(z.string().default('a').describe('A text.')))).toBe(first);
  });

  test('but not where they differ in notes, or in what else a value may be', () => {
    const first = explored(known);

    expect(explored({ ...known, notes: () => 'More.' })).not.toBe(first);
    const second = explored(known);
    expect(second).not.toBe(first);
    expect(explored(withText(z.string().max(9).default('a')))).not.toBe(second);
  });

  test('nor where their notes differ only far from the defaults', () => {
    const plain = configOf({ on: z.boolean().default(false) }, ({ on }) => ({ on }), { notes: () => 'off' });
    const first = explored(plain);

    expect(explored({ ...plain, notes: (values) => ((values as { on: boolean }).on ? 'on' : 'off') })).not.toBe(first);
  });

  test('nor in the defaults of elements, which templates have in them', () => {
    const withElements = (text: string): Program => {
      const list = z.array(z.object({ text: z.string().default(text) })).default([]);
      return { ...configOf({ list }, () => ({})), build };
    };
    const first = explored(withElements('a'));

    expect(explored(withElements('a'))).toBe(first);
    expect(explored(withElements('b'))).not.toBe(first);
  });

  test('and each is checked with its own defaults', () => {
    const withName = (name: string) => configOf({ name: z.string().default(name) }, (values) => ({ a: values.name }));
    const seen = 'hidden';
    const special = withName(seen);
    const peeking: Program = {
      ...withName('plain'),
      build: (chart, values, release) => {
        const { name } = values as { name: string };
        special.build(chart, { name: name === seen ? 'x' : name }, release);
      },
    };

    expect(refusalOf(peeking)).toBe('not refused');
    expect(refusalOf({ ...peeking, values: special.values })).toContain('values.name');
  });
});

test('what is refused is explored once more only where values have elements, of which more than one may be made', () => {
  const runsWith = (more: z.ZodRawShape) => {
    let runs = 0;
    const program = configOf({ s: z.string().default('a'), ...more }, ({ s }) => {
      runs++;
      return { a: String(s).trim() };
    });
    expect(refusalOf(program)).toContain('looks into values.s');
    return runs;
  };
  const once = runsWith({});
  const text = z.string().default('b');
  const map = z.record(z.string(), z.string()).default({});

  expect(runsWith({ other: z.object({ text }).prefault({}) })).toBeLessThan(1.5 * once);
  expect(runsWith({ list: z.array(z.string()).default([]) })).toBeGreaterThan(1.5 * once);
  expect(runsWith({ other: z.object({ text, map }).prefault({}) })).toBeGreaterThan(1.5 * once);
});

test('answers that only real values give together are explored too', () => {
  const flag = z.boolean().default(true);
  const shape = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, flag]));
  const program = configOf(shape, (values) => {
    const [f0, f1, f2, f3] = Object.values<boolean>(values);
    return { often: f0 || f2 ? 'x' : 'y', once: f0 || f2 || !f1 || !f3 ? 'x' : 'y' };
  });

  expect(refusalOf(program)).toBe('not refused');
});

describe('conditions of many flags that are all read before', () => {
  /** The flags at even places are to be true, the others false. */
  const withFlags = (count: number) => {
    const names = 'abcdefghijklmnop'.slice(0, count).split('');
    const shape = Object.fromEntries(names.map((name) => [name, z.boolean().default(false)]));
    return configOf(shape, ({ a, b, c, d, e, f, g, h, i, j, k, l }) => ({
      all: a && !b && c && !d && e && !f && g && !h && i && !j && !k && !l ? 'yes' : 'no',
    }));
  };

  test('are found, and are in the templates', async () => {
    const met = Object.fromEntries('acegi'.split('').map((name) => [name, true]));
    const others = 'abcdefghij'.split('').map((name) => ({ ...met, [name]: met[name] !== true }));

    await expectParity(withFlags(10), [{}, met, ...others]);
  });

  test('are refused where there are too many of them', () => {
    expect(refusalOf(withFlags(12))).toMatch(
      /^config\.data\.all depends on more than 1024 combinations of values\.a, /,
    );
  });
});

describe('code that no values have run', () => {
  test('is named', () => {
    const program = configOf({ n: z.int().default(1), on: z.boolean().default(true) }, ({ n, on }) => {
      if (on && n === 1 && !on) {
        return { never: 'made' };
      }
      if (!on && on) throw new Error('never');
      return { n, on };
    });
    const { stack } = new Error();
    const [, here] = /exploration\.test\.ts:(\d+)/.exec(stack!)!;

    expect(explored(program).codeLeft).toEqual([`__tests__/chart/exploration.test.ts:${Number(here) - 6}`]);
  });

  test('is not what symbols alone or real values alone run', () => {
    const program = configOf({ s: z.string().default('a') }, ({ s }) => {
      if (s === 'b') return { s: 'b' };
      return { s };
    });

    expect(explored(program).codeLeft).toEqual([]);
  });
});
