import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { chartFiles } from '../../chart/chart-files.ts';
import { ChartError } from '../../chart/errors.ts';
import { programs } from '../support/programs/arbitrary.ts';
import type { ProgramDescription } from '../support/programs/description.ts';
import { programFrom } from '../support/programs/from-typescript.ts';
import { typescriptOf } from '../support/programs/typescript.ts';

/** What the first run makes, which is the one without mutants, is what the others are compared with. */
const ORIGINALS = fileURLToPath(new URL('originals/', import.meta.url));
mkdirSync(ORIGINALS, { recursive: true });

/** These take seconds each, which each mutant that lives would take too. */
const SLOW = [7, 10, 28, 33, 41, 50, 65, 67, 73];

const samples = fc.sample(programs(), { numRuns: 100, seed: 1 }).map((description, i) => [i, description] as const);

test.each(samples.filter(([i]) => !SLOW.includes(i)))(
  'what becomes of random program %i is what becomes of it without mutants',
  (i, description) => {
    const path = `${ORIGINALS}${i}.txt`;
    const text = outcomeOf(description);
    if (!existsSync(path)) writeFileSync(path, text);

    expect(text).toBe(readFileSync(path, 'utf8'));
  },
);

function outcomeOf(description: ProgramDescription): string {
  try {
    return JSON.stringify([...chartFiles(programFrom(typescriptOf(description, 'random'))).files], null, 1);
  } catch (error) {
    if (error instanceof ChartError) return error.message;
    throw error;
  }
}
