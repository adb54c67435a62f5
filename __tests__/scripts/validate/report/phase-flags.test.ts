import fc from 'fast-check';
import { type Flag, flagsAbove } from '../../../../scripts/validate/report/phase-flags.ts';

const phase = fc.record({ label: fc.string({ maxLength: 60 }), at: fc.double({ min: 0, max: 100, noNaN: true }) });

test('no name covers another one or reaches out of the chart, and no later line goes through an earlier name', () => {
  fc.assert(
    fc.property(fc.array(phase, { maxLength: 12 }), fc.integer({ min: 100, max: 1000 }), (phases, width) => {
      const flags = flagsAbove(phases, { width, seconds: 100, hasLabels: true });

      expect(flags).toHaveLength(phases.length);
      for (const [i, flag] of flags.entries()) {
        expect(flag.textAt).toBeGreaterThanOrEqual(0);
        expect(endOf(flag)).toBeLessThanOrEqual(width + 1);
        for (const later of flags.slice(i + 1)) {
          if (later.row === flag.row) expect(later.textAt).toBeGreaterThanOrEqual(endOf(flag));
          if (later.row > flag.row) expect(later.at).toBeGreaterThanOrEqual(endOf(flag));
        }
      }
    }),
  );
});

test('names stay in one row where there is room', () => {
  const phases = [
    { label: 'base line', at: 0 },
    { label: 'upgrade', at: 50 },
  ];

  expect(flagsAbove(phases, { width: 800, seconds: 100, hasLabels: true })).toEqual([
    { at: 0, textAt: 4, row: 0, text: '1 base line' },
    { at: 400, textAt: 404, row: 0, text: '2 upgrade' },
  ]);
});

test('numbers are by the order in which phases are given, which may begin together', () => {
  const phases = [
    { label: 'image', at: 10 },
    { label: 'config', at: 10 },
  ];

  const flags = flagsAbove(phases, { width: 100, seconds: 100, hasLabels: false });

  expect(flags.map(({ text, row }) => [text, row])).toEqual([
    ['1', 1],
    ['2', 0],
  ]);
});

/** Letters are 5 to 6 pixels wide, on average. */
function endOf({ textAt, text }: Flag): number {
  return textAt + text.length * 6;
}
