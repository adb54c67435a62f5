import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { helmBinaries } from './support/helm.ts';
import { programs } from './support/programs/arbitrary.ts';
import { reportOf } from './support/programs/report.ts';
import { Statistics } from './support/programs/statistics.ts';
import { shrink, tryPrograms } from './support/programs/trial.ts';

const USAGE = `usage: npm run test:programs -- [--programs 2000] [--seed 1] [--values 8] [--refusals]

Writes random cdk8s programs, compiles them, and compares what both Helms make of them with manifests().
--refusals also shows, shrunk, programs that are refused though they do nothing that is known to be refused.`;
const BATCH = 25;

/** Tries many programs and prints what became of them. Gives how many failed. */
async function tryMany(count: number, seed: number, values: number, refusals: boolean): Promise<number> {
  const helms = await helmBinaries();
  const options = { helms, seed, count: { valid: values, invalid: 2 } };
  const statistics = new Statistics();
  const descriptions = fc.sample(programs(), { numRuns: count, seed });
  let failures = 0;
  for (let start = 0; start < count; start += BATCH) {
    const batch = descriptions.slice(start, start + BATCH);
    const verdicts = await tryPrograms(batch, options);
    for (const [i, verdict] of verdicts.entries()) {
      const description = batch[i]!;
      statistics.add(description, verdict);
      const fails = verdict.is === 'crashed' || verdict.is === 'different';
      if (fails) failures++;
      if (!fails && !(refusals && verdict.is === 'refused' && !description.wild)) continue;
      const smallest = await shrink(description, verdict, options);
      console.log(`\nprogram ${start + i}: ${verdict.is}\n\n${reportOf(smallest.description, smallest.verdict)}\n`);
    }
  }
  console.log(`\n${statistics}\n\n${failures} failed (seed ${seed})`);
  return failures;
}

try {
  const { values } = parseArgs({
    options: {
      programs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      values: { type: 'string', default: '8' },
      refusals: { type: 'boolean', default: false },
    },
  });
  const numbers = [values.programs, values.seed, values.values].map(Number);
  if (!numbers.every((number) => Number.isInteger(number) && number > 0))
    throw new Error('--programs, --seed and --values take whole numbers above 0');
  const failures = await tryMany(numbers[0]!, numbers[1]!, numbers[2]!, values.refusals);
  if (failures > 0) process.exitCode = 1;
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}
