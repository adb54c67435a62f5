import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Histogram, indexOf, latencyOf } from '../../../../scripts/validate/load/histogram.ts';

test('what is read is at most 0.8 % off, or 0.005 ms', () => {
  const latency = fc.double({ min: 0, max: 600_000, noNaN: true });

  fc.assert(
    fc.property(latency, (milliseconds) => {
      const error = Math.abs(latencyOf(indexOf(milliseconds)) - milliseconds);
      expect(error).toBeLessThanOrEqual(Math.max(0.005, milliseconds * 0.008) + 1e-9);
    }),
  );
});

test('classes follow each other without a gap', () => {
  const indexes = Array.from({ length: 100_000 }, (_, i) => indexOf(i / 100));

  expect(indexes.filter((index, i) => i > 0 && ![0, 1].includes(index - indexes[i - 1]!))).toEqual([]);
  expect(new Set(indexes).size).toBe(indexes.at(-1)! + 1);
});

test.each([
  [0, 10],
  [0.5, 20],
  [0.51, 30],
  [0.99, 100],
  [1, 100],
])('the share %d of four latencies is exceeded above %d ms', (share, expected) => {
  const histogram = new Histogram();
  histogram.add([10, 20, 30, 100].map((milliseconds) => [indexOf(milliseconds), 1]));

  const error = Math.abs(histogram.percentile(share) - expected);

  expect(error).toBeLessThan(expected * 0.008);
});

test('what is added twice counts twice, and nothing is 0', () => {
  const histogram = new Histogram();
  expect(histogram.percentile(0.99)).toBe(0);

  histogram.add([[indexOf(1), 1]]);
  histogram.add([
    [indexOf(1), 97],
    [indexOf(5), 2],
  ]);

  expect([0.98, 0.99].map((share) => Math.round(histogram.percentile(share)))).toEqual([1, 5]);
});

test('the generator, which can import nothing, has the same classes', () => {
  const [ours, its] = ['histogram.ts', 'generator.mjs'].map((name) => {
    const text = readFileSync(new URL(`../../../../scripts/validate/load/${name}`, import.meta.url), 'utf8');
    return /function indexOf\(.*\n((?: {2}.*\n)+)\}/.exec(text)?.[1];
  });

  expect(its).toMatch(/return shift/);
  expect(its).toBe(ours);
});
