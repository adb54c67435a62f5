import { z } from 'zod';
import { Explorer } from '../../chart/explore.ts';
import { shapeOf } from '../../chart/shape.ts';
import { addConfig, configOf, programOf, refusalOf } from '../support/small-program.ts';

const flag = z.boolean().default(true);
const mode = z.enum(['a', 'b', 'c']).default('a');

/** The answers of each run that flips make, in order, as `f0,f1`; `-` where the program did not ask. */
function answersOf(explorer: Explorer): string[] {
  const ids = [...explorer.choices.keys()];
  return explorer.runs.map(({ answers }) => ids.map((id) => answers.get(id) ?? '-').join());
}

function flipped(...[shape, data]: Parameters<typeof configOf>): Explorer {
  const program = configOf(shape, data);
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  return explorer;
}

describe('flips', () => {
  test('are made of one choice at a time where all are read at once', () => {
    const explorer = flipped({ a: flag, b: flag, mode }, (values) => ({ ...values }));

    expect(answersOf(explorer)).toEqual(['0,0,0', '1,0,0', '0,1,0', '0,0,1', '0,0,2']);
    expect(explorer.flips.map(({ from, to, choice }) => `${from} ${to} ${choice}`)).toEqual([
      '0 1 boolean:a',
      '0 2 boolean:b',
      '0 3 enum:mode',
      '0 4 enum:mode',
    ]);
  });

  test('are made of what another flip makes the program ask', () => {
    const explorer = flipped({ a: flag, b: flag, c: flag }, (values) => {
      const { a, b, c } = values as Record<string, boolean>;
      return { x: a ? 'x' : String(c), b };
    });
    const nested = flipped({ a: flag, b: flag, c: flag }, (values) => ({
      x: values.a ? 'x' : values.b ? 'y' : values.c ? 'z' : '',
    }));

    expect(answersOf(explorer)).toEqual(['0,0,0', '1,0,0', '0,1,0', '0,0,1']);
    expect(answersOf(nested)).toEqual(['0,-,-', '1,0,-', '1,1,0', '1,1,1']);
  });

  test('are made of what it makes the program ask once more', () => {
    const explorer = flipped({ a: flag, b: flag }, (values) => {
      const text = values.b ? 'x' : 'y';
      return { text, more: values.a ? 'x' : values.b ? 'y' : 'z' };
    });

    expect(answersOf(explorer)).toEqual(['0,0', '1,0', '0,1', '1,1']);
  });
});

test('choices in a row are noted three at a time', () => {
  const explorer = flipped({ a: flag, b: flag, c: flag, d: flag }, (values) => ({ ...values }));

  expect([...explorer.neighbours.values()].map((ids) => ids.map((id) => id.at(-1)).join(''))).toEqual(['abc', 'bcd']);
});

test('a look is told of the object that was made next when it was first seen', () => {
  const list = z.array(z.string()).default([]);
  const unknown = 'none of the samples';
  const program = programOf({ a: flag, list, s: z.string().default('') }, (chart, values) => {
    const some = values.list.some((each) => each === unknown);
    if (values.a) addConfig(chart, 'first', { some });
    else addConfig(chart, 'second', { some, s: values.s });
  });

  expect(refusalOf(program)).toMatch(/^first looks into values.list /);
});

test('an object that a look is told of is named without what its name is made of', () => {
  const list = z.array(z.object({ name: z.string(), more: z.array(z.string()).default([]) })).default([]);
  const unknown = 'none of the samples';
  const program = programOf({ list }, (chart, values) => {
    for (const { name, more } of values.list)
      addConfig(chart, `of-${name}`, { some: more.some((each) => each === unknown) });
  });

  expect(refusalOf(program)).toMatch(/^of- looks into /);
});
