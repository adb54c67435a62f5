import { expect, test } from '@jest/globals';
import { cpuText, memoryText, quantity } from '../../scripts/quantity.ts';

test.each([
  ['500m', 0.5],
  ['2', 2],
  [3, 3],
  ['1.5', 1.5],
  ['128Mi', 134217728],
  ['1Gi', 1073741824],
  ['24581684Ki', 25171644416],
  ['1e3', 1000],
  ['5G', 5e9],
  ['250u', 0.00025],
  [undefined, 0],
])('%s is %d', (text, number) => {
  expect(quantity(text)).toBeCloseTo(number, 9);
});

test('what is no quantity is refused', () => {
  expect(() => quantity('12 apples')).toThrow("'12 apples' is no quantity");
});

test('amounts are short for people', () => {
  expect([cpuText(0.1 + 0.2), cpuText(2), memoryText(134217728), memoryText(1.46 * 2 ** 30)]).toEqual([
    '0.3',
    '2',
    '128 MiB',
    '1.5 GiB',
  ]);
});
