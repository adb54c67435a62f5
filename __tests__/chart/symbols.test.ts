import { z } from 'zod';
import { Marks } from '../../chart/marks.ts';
import { shapeOf } from '../../chart/shape.ts';
import { ONE_ELEMENT, symbolicValues } from '../../chart/symbols.ts';

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
