import { amount, duration, latency } from '../../../../scripts/validate/report/amounts.ts';

test.each([
  [0, '0.0 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 0 s'],
  [372.2, '6 min 12 s'],
  [3599.6, '1 h 0 min'],
  [3900, '1 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [4.24, '4.2 ms'],
  [9.96, '10 ms'],
  [120.4, '120 ms'],
  [999.6, '1.0 s'],
  [2004.9, '2.0 s'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(latency(milliseconds)).toBe(text);
});

test('an amount has its unit, and commas between thousands', () => {
  expect([amount(21_000, 'requests'), amount(187.24, 'MB'), amount(3, '')]).toEqual([
    '21,000 requests',
    '187.2 MB',
    '3',
  ]);
});
