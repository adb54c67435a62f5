import { z } from 'zod';
import { addConfig, configOf, programOf, refusalOf } from '../../support/small-program.ts';

const n = { n: z.int().default(80) };
const q = { q: z.union([z.string(), z.number()]).default('1') };

/** How to do without a look into a number. */
const WHOLE = 'print it whole or in text, add a value for what is made of it, or branch on a boolean, an enum or null';
const CANNOT = 'which a template cannot work out';

describe('a look into a number', () => {
  test.each<[string, (number: number) => unknown, string]>([
    [
      '> 1024',
      (number) => (number > 1024 ? 'high' : 'low'),
      `values.n (as a number at app.ts:1): for values.n = 65535 build makes "high", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '<',
      (number) => (number < 10 ? 'low' : 'high'),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes "low", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '=== with the default',
      (number) => (number === 80 ? 'yes' : 'no'),
      `values.n: for values.n = 80 build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '== 0',
      (number) => (Number(number) === 0 ? 'none' : 'some'),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes "none", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '+ 1',
      (number) => number + 1,
      `values.n (+ or == at app.ts:1): for values.n = 80 build makes 81, where a template that passes the value on prints "801"; ${WHOLE}`,
    ],
    [
      '- 1',
      (number) => number - 1,
      `values.n (as a number at app.ts:1): for values.n = 0 build makes -1, ${CANNOT}; ${WHOLE}`,
    ],
    [
      '* 2',
      (number) => number * 2,
      `values.n (as a number at app.ts:1): for values.n = 0 build makes 0, where a template prints 160, whatever it is; ${WHOLE}`,
    ],
    [
      '% 2',
      (number) => number % 2,
      `values.n (as a number at app.ts:1): for values.n = 1 build makes 1, where a template prints 0, whatever it is; ${WHOLE}`,
    ],
    [
      'the sign',
      (number) => -number,
      `values.n (as a number at app.ts:1): for values.n = 0 build makes 0, where a template prints -80, whatever it is; ${WHOLE}`,
    ],
    [
      'Math.max',
      (number) => Math.max(number, 5),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes 5, ${CANNOT}; ${WHOLE}`,
    ],
    [
      'Math.ceil',
      (number) => Math.ceil(number / 2),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes 0, where a template prints 40, whatever it is; ${WHOLE}`,
    ],
    [
      'Math.round',
      (number) => Math.round(number),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes 0, where a template prints 80, whatever it is; ${WHOLE}`,
    ],
    [
      'toFixed',
      (number) => number.toFixed(2),
      `values.n (.toFixed() at app.ts:1): for values.n = 0 build makes "0.00", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'toString',
      (number) => number.toString(16),
      `values.n (.toString() at app.ts:1): for values.n = 80 build makes "50", where a template that passes the value on prints "80"; ${WHOLE}`,
    ],
    [
      'toLocaleString',
      (number) => number.toLocaleString('en'),
      `values.n (.toLocaleString() at app.ts:1): for values.n = 0 build makes "0", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '0 as a condition',
      (number) => (number ? 'some' : 'none'),
      `values.n: for values.n = 0 build makes "none", ${CANNOT}; ${WHOLE}`,
    ],
    [
      '|| where ?? is meant',
      (number) => number || 5,
      `values.n: for values.n = 0 build makes 5, where a template that passes the value on prints 0; ${WHOLE}`,
    ],
    [
      'Number.isInteger',
      (number) => (Number.isInteger(number) ? 'yes' : 'no'),
      `values.n: for values.n = 80 build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'typeof',
      (number) => (typeof number === 'number' ? 'yes' : 'no'),
      `values.n: for values.n = 80 build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'the length of an array',
      (number) => Array.from({ length: Math.abs(number) }, (_, i) => i),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes [], ${CANNOT}; ${WHOLE}`,
    ],
    [
      'an index',
      (number) => ['a', 'b'][number] ?? 'none',
      `values.n: for values.n = 0 build makes "a", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'how often to repeat',
      (number) => 'x'.repeat(Math.abs(number) % 9),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes "", ${CANNOT}; ${WHOLE}`,
    ],
    ['its digits', (number) => String(number).length, `values.n: for values.n = 80 build makes 2, ${CANNOT}; ${WHOLE}`],
    [
      'digits before it',
      (number) => String(number).padStart(5, '0'),
      `values.n (.padStart() at app.ts:1): for values.n = 80 build makes "00080", where a template that passes the value on prints "80"; ${WHOLE}`,
    ],
    [
      'JSON',
      (number) => JSON.stringify({ number }),
      `values.n: for values.n = 80 build makes "{\\"number\\":80}", where a template that passes the value on prints "{\\"number\\":\\"80\\"}"; ${WHOLE}`,
    ],
    [
      'a date',
      (number) => new Date(Math.abs(number) % 1e6).toISOString(),
      `values.n (as a number at app.ts:1): for values.n = 0 build makes "1970-01-01T00:00:00.000Z", ${CANNOT}; ${WHOLE}`,
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(n, (v) => ({ a: look(v.n) })))).toBe(`config.data.a looks into ${expected}`);
  });

  test('counting up to it', () => {
    const program = programOf(n, (chart, v) => {
      for (let i = 0; i < v.n; i++) addConfig(chart, `config${i}`, {});
    });

    expect(refusalOf(program)).toBe(
      `config0 looks into values.n (as a number at app.ts:1): for values.n = 0 build makes nothing, ${CANNOT}; ${WHOLE}`,
    );
  });

  test('comparing two', () => {
    const two = { low: z.int().default(1), high: z.int().default(5) };

    expect(refusalOf(configOf(two, (v) => ({ a: v.low < v.high ? 'yes' : 'no' })))).toBe(
      `config.data.a looks into values.high (as a number at app.ts:1): for values.high = 0 build makes "no", ${CANNOT}; ${WHOLE}`,
    );
  });

  test('the largest of a list', () => {
    const ports = { ports: z.array(z.int()).default([1]) };

    expect(refusalOf(configOf(ports, (v) => ({ a: Math.max(...v.ports) })))).toBe(
      `config.data.a looks into values.ports[] (as a number at app.ts:1): for values.ports[0] = 0 build makes 0, where a template prints 1, whatever it is; ${WHOLE}`,
    );
  });

  test('which elements are large', () => {
    const ports = { ports: z.array(z.int()).default([1]) };

    expect(refusalOf(configOf(ports, (v) => ({ a: v.ports.filter((port) => port > 9) })))).toBe(
      `config.data.a looks into values.ports[] (as a number at app.ts:1): for values.ports[0] = 1000 build makes [1000], ${CANNOT}; ${WHOLE}`,
    );
  });
});

describe('a look into a value that may be a string or a number', () => {
  test.each<[string, (value: string | number) => unknown, string]>([
    [
      'which it is',
      (value) => (typeof value === 'number' ? 'number' : 'string'),
      `values.q: for values.q = 0 build makes "number", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'its text',
      (value) => (String(value).endsWith('m') ? 'yes' : 'no'),
      `values.q (.endsWith() at app.ts:1): for values.q = "100m" build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'its number',
      (value) => Number(value),
      `values.q (as a number at app.ts:1): for values.q = "abc" build makes null, ${CANNOT}; ${WHOLE}`,
    ],
    [
      'a method of strings',
      (value) => (value as string).replace('m', ''),
      `values.q (.replace() at app.ts:1): for values.q = "100m" build makes "100", ${CANNOT}; ${WHOLE}`,
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(q, (v) => ({ a: look(v.q) })))).toBe(`config.data.a looks into ${expected}`);
  });
});
