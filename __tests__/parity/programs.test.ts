import { CONSTRUCT_NAMES } from '../../chart/testing/template-constructs.ts';
import { smallPrograms } from '../programs/all.ts';
import { lawOf, testLaw } from '../support/law-tests.ts';

/** How many parts of a program rules make impossible; none where it is not named. */
const IMPOSSIBLE: Readonly<Record<string, number>> = { blog: 1, 'nightly-backup': 9, 'web-shop': 2 };
const optionsFor = (name: string) => ({ cases: 100, impossible: IMPOSSIBLE[name] ?? 0 });

describe('the law holds', () => {
  for (const program of smallPrograms) testLaw(program, optionsFor(program.name));
});

test('the programs together have every kind of leaf and everything that templates are made of', async () => {
  const reports = await Promise.all(smallPrograms.map((program) => lawOf(program, optionsFor(program.name))));

  const leaves = new Set(reports.flatMap(({ coverage }) => [...coverage.leaves.keys()]));
  const constructs = new Set(reports.flatMap(({ coverage }) => [...coverage.constructs.keys()]));
  expect([...leaves].sort().join(', ')).toBe(
    'digits, hash, key, literal, number, opaque, quantity, quantity text, string, text',
  );
  expect(CONSTRUCT_NAMES.filter((name) => !constructs.has(name))).toEqual([]);
});
