import { z } from 'zod';
import { Marks } from '../../chart/marks.ts';
import { shapeOf } from '../../chart/shape.ts';
import { concreteValues, ONE_ELEMENT, symbolicValues } from '../../chart/symbols.ts';
import { configOf, dataOf } from '../support/small-program.ts';

test('numbers count as their defaults, or else as the smallest that is usual, where a library calculates with them', () => {
  const quantity = (number: z.ZodNumber) => z.union([z.string(), number]);
  const box = z.object({
    given: z.int().default(80),
    none: z.int(),
    positive: z.int().min(5),
    zero: z.int().min(0),
    small: z.number().max(0.5),
    negative: z.int().max(-3),
    quantity: quantity(z.number()).default(7),
    text: quantity(z.number().min(2)).default('100m'),
  });

  const values = symbolicValues(shapeOf(z.object({ box: box.nullable() })), {
    marks: new Marks(),
    ask: () => true,
    elements: ONE_ELEMENT,
  }) as { box: Record<string, unknown> };

  expect(Object.fromEntries(Object.keys(box.shape).map((key) => [key, Number(values.box[key])]))).toEqual({
    given: 80,
    none: 1,
    positive: 5,
    zero: 1,
    small: 0.5,
    negative: -3,
    quantity: 7,
    text: 2,
  });
});

test('what JavaScript itself asks of a map is no look into it', () => {
  const short = z.string().max(9);
  const program = configOf({ map: z.record(short, z.string()).default({}) }, ({ map }) => ({
    kind: Object.prototype.toString.call(map),
    own: map.constructor === Object ? 'plain' : 'other',
    all: ([] as object[]).concat(map).length === 1 ? 'one' : 'more',
  }));

  expect(dataOf(program)).toBe('all: one\nkind: "[object Object]"\nown: plain');
});

test('a value is the same one each time it is read', () => {
  const program = configOf({ box: z.object({ a: z.string().default('x') }).prefault({}) }, (values) => ({
    same: Object.is(values.box, values.box) ? 'same' : 'other',
  }));

  expect(dataOf(program)).toBe('same: same');
});

test('concrete values that pass through whole are wrapped, wherever they are', () => {
  const shape = shapeOf(z.object({ a: z.unknown().default({}), list: z.array(z.unknown()).default([]) }));

  const values = concreteValues(shape, { a: { b: 1 }, list: [1, 'x'] }, (name, value) => [name, value]);

  expect(values).toEqual({
    a: ['values.a', { b: 1 }],
    list: [
      ['values.list[]', 1],
      ['values.list[]', 'x'],
    ],
  });
});
