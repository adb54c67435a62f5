import { waitTimeout } from '../../scripts/wait-timeout.ts';

test.each([
  ['90s', 90],
  ['2m', 120],
  ['1m30s', 90],
  ['45', 45],
])('--wait-timeout %s is %i seconds', (text, seconds) => {
  expect(waitTimeout(text)).toBe(seconds);
});

test.each(['', '0s', 'x', '1h', '-5s'])("--wait-timeout '%s' is refused", (text) => {
  expect(() => waitTimeout(text)).toThrow(`--wait-timeout is '${text}'; expected a time such as 90s or 3m`);
});
