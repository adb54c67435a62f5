import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dryRun } from './dry-run.ts';
import { explains, explanationsIn } from './explanations.ts';
import { type PlacedMutant, writeInstrumentedCopy } from './instrumented-copy.ts';
import { Killed } from './killed.ts';
import { EXPLANATIONS, Progress, report } from './report.ts';
import { type Result, Results } from './results.ts';
import { type Outcome, Tester } from './tester.ts';

export interface MutationOptions {
  /** The files to break, from the root of the repository. @default - those of the compiler that decide what it prints */
  readonly mutate?: readonly string[];
  /** Processes that run tests. @default 2 */
  readonly workers?: number;
  /** Forgets what was found before. @default false */
  readonly again?: boolean;
  /** Tries only so many, chosen by chance. @default - all */
  readonly sample?: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPY = join(ROOT, '.stryker-tmp');
const RESULTS = join(ROOT, 'coverage/mutation.json');
const KILLED = join(ROOT, '__tests__/mutation/killed.json');
/** How many mutants are tried until those that are killed are written once more. */
const WRITTEN_EACH = 100;

/** Exploration, merging, emission, and the merging of values. */
const MUTATED = [
  'explore exploration skeleton refine cover list-layout supersequence fold key-order two-elements symbols',
  'emit condition presence known meeting-keys loops expression merge-values',
].flatMap((names) => names.split(' ').map((name) => `chart/${name}.ts`));

/** The tests of these files can fail because of them. */
const TESTS =
  /^__tests__\/(programs\.test|mutation\/generated-charts|chart\/(refusals\/(?!everywhere).*|compile-.*|condition|cover|exploration|explore|list-layout|loops|merge-values|named-templates|refine|supersequence|symbols)\.test)\.ts$/;

/**
 * Breaks the compiler in every way that StrykerJS knows, one at a time, and expects a test to fail each time. What was
 * found before is kept in `coverage/mutation.json`, and what was killed in the repository, too; it holds as long as the
 * broken file is the same. What lives is tried again with the tests that have changed.
 *
 * @returns whether a test fails for all that is not explained
 */
export async function testMutants(options: MutationOptions): Promise<boolean> {
  const { mutate = MUTATED, workers = 2, again = false, sample = Number.POSITIVE_INFINITY } = options;
  const missing = mutate.filter((file) => !existsSync(join(ROOT, file)));
  if (missing.length > 0) throw new UsageError(`there is no ${missing.join(', ')}`);
  const mutants = await writeInstrumentedCopy(ROOT, mutate, COPY);
  const files = filesBelow('__tests__').filter((file) => TESTS.test(file));
  const hashes = new Map(
    await Promise.all([...mutate, ...files].map(async (file) => [file, await hashOf(file)] as const)),
  );
  const explanations = await explanationsIn(join(ROOT, EXPLANATIONS));
  const results = await Results.in(RESULTS);
  const killed = await Killed.in(KILLED);
  if (again) for (const each of [results, killed]) each.clear();
  const names = namesOf(mutants);
  const known = (mutant: PlacedMutant): Result | undefined => {
    const result = results.get(names.get(mutant)!);
    const file = hashes.get(mutant.file)!;
    if (result?.file === file) return result;
    return killed.has(names.get(mutant)!, mutant.file, file) ? { status: 'killed', file } : undefined;
  };
  const writeKilled = async () => {
    const dead = mutants.filter((mutant) => ['killed', 'timed out'].includes(known(mutant)?.status ?? ''));
    for (const path of mutate) {
      const own = dead.filter(({ file }) => file === path);
      killed.set(
        path,
        hashes.get(path)!,
        own.map((mutant) => names.get(mutant)!),
      );
    }
    await killed.write();
  };
  /** Whether a mutant is known to live in spite of the tests of a file. */
  const isVain = (mutant: PlacedMutant, file: string) => known(mutant)?.against?.includes(hashes.get(file)!) === true;
  const untried = mutants.filter((mutant) => {
    const result = known(mutant);
    return result === undefined || (result.against !== undefined && !files.every((file) => isVain(mutant, file)));
  });
  const left = sample < untried.length ? chosenFrom(untried, sample) : untried;
  if (left.length > 0) {
    console.log(`${mutants.length} mutants in ${mutate.length} files, ${left.length} to try`);
    const dry = await dryRun(COPY, files);
    if (dry.static.size > 0) console.log(`${dry.static.size} are met when the files are loaded`);
    const progress = new Progress(left.length);
    const settle = async (mutant: PlacedMutant, outcome: Outcome) => {
      const lives = ['survived', 'not reached'].includes(outcome.status);
      const against = lives ? { against: files.map((file) => hashes.get(file)!) } : {};
      await results.add(names.get(mutant)!, { ...outcome, file: hashes.get(mutant.file)!, ...against });
      progress.add(outcome.status);
      if (results.found.size % WRITTEN_EACH === 0) await writeKilled();
    };
    const kills = results.kills();
    const isExplained = (mutant: PlacedMutant) => explanations.some((each) => explains(each, mutant));
    const soon = [...left].sort((a, b) => Number(isExplained(a)) - Number(isExplained(b)));
    const later: { readonly mutant: PlacedMutant; readonly seconds: number }[] = [];
    const rank = (each: (typeof later)[number]) => (isExplained(each.mutant) ? 1e6 : 0) + each.seconds;
    await Promise.all(
      Array.from({ length: workers }, async () => {
        const tester = new Tester(
          COPY,
          files,
          dry,
          (mutant, test) => isVain(mutant, test.split(' > ')[0]!),
          (mutant) => results.get(names.get(mutant)!)?.by,
          kills,
        );
        for (let mutant = soon.shift(); mutant !== undefined; mutant = soon.shift()) {
          const result = await tester.testSoon(mutant);
          if (result === undefined) later.push({ mutant, seconds: tester.secondsLeft(mutant) });
          else await settle(mutant, result);
        }
        later.sort((a, b) => rank(a) - rank(b));
        for (let next = later.shift(); next !== undefined; next = later.shift())
          await settle(next.mutant, await tester.testAll(next.mutant));
        tester.close();
      }),
    );
    await results.write();
    await writeKilled();
  }
  return report(mutants, known, mutate, explanations);
}

/** Some of them by chance, in their order. */
function chosenFrom<T>(all: readonly T[], count: number): T[] {
  const chances = new Map(all.map((each) => [each, Math.random()]));
  const least = [...chances.values()].sort((a, b) => a - b)[count]!;
  return all.filter((each) => chances.get(each)! < least);
}

/** Names that stay when lines move: the file, the line, what becomes of it, and which of those that look like it. */
function namesOf(mutants: readonly PlacedMutant[]): Map<PlacedMutant, string> {
  const seen = new Map<string, number>();
  return new Map(
    mutants.map((mutant) => {
      const name = `${mutant.file} ${mutant.mutator} ${mutant.text}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [mutant, count === 1 ? name : `${name} #${count}`];
    }),
  );
}

/** From the root of the repository, in order. */
function filesBelow(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(ROOT, file)))
    .digest('hex')
    .slice(0, 8);
}

class UsageError extends Error {}

const USAGE = `npm run test:mutation -- [options]

Breaks the compiler in every way that StrykerJS knows, one at a time, and
expects a test to fail. Goes on where it stopped; results are in
coverage/mutation.json, and what was killed in
__tests__/mutation/killed.json, to be committed. What no test can see is explained in
${EXPLANATIONS}.

  --mutate FILE    only this file, and others given alike
  --workers N      processes that run tests (2)
  --again          forget what was found before
  --sample N       only so many, chosen by chance
  --help           this text`;

function parse(args: readonly string[]): MutationOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mutate: { type: 'string', multiple: true },
      workers: { type: 'string' },
      again: { type: 'boolean' },
      sample: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return undefined;
  }
  if (values.workers !== undefined && !/^[1-9]\d?$/.test(values.workers))
    throw new UsageError(`--workers is '${values.workers}'; expected a whole number of at least 1`);
  if (values.sample !== undefined && !/^[1-9]\d*$/.test(values.sample))
    throw new UsageError(`--sample is '${values.sample}'; expected a whole number of at least 1`);
  return {
    mutate: values.mutate,
    workers: values.workers && Number(values.workers),
    again: values.again,
    sample: values.sample && Number(values.sample),
  } as MutationOptions;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const options = parse(process.argv.slice(2));
    if (options !== undefined && !(await testMutants(options))) process.exitCode = 1;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isUsage) throw error;
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run test:mutation -- --help`);
    process.exitCode = 2;
  }
}
