import fc from 'fast-check';
import { searchCode } from './code-search.ts';
import { codeWatch } from './code-watch.ts';
import { explorationOf } from './exploration.ts';
import { keysThatMeet } from './honesty.ts';
import type { JsonObject } from './json.ts';
import type { Program, Release } from './program.ts';
import { NO_AIM } from './testing/aim.ts';
import { aimAtMissing } from './testing/aimed-cases.ts';
import { Coverage } from './testing/coverage.ts';
import { CoverageError, type CoverageReport, coverageReport } from './testing/coverage-report.ts';
import { BATCH, type Helm, type Subject } from './testing/finding.ts';
import { runHelm } from './testing/helm-process.ts';
import { type LawCase, LawCheck } from './testing/law-check.ts';
import { ManyCases } from './testing/many-cases.ts';
import { validOverrides } from './testing/overrides.ts';
import { checkBroken, checkInvalid } from './testing/refusal-check.ts';
import { ruleCases } from './testing/rule-cases.ts';
import type { Origin } from './testing/shrink.ts';
import { validValues } from './valid-values.ts';

export { CoverageError, type CoverageReport } from './testing/coverage-report.ts';
export { invalidOverrides } from './testing/invalid-overrides.ts';
export { type Counterexample, LawError } from './testing/law-error.ts';
export { validOverrides } from './testing/overrides.ts';

export interface ExampleOptions {
  /** Commands or paths of the Helms that render. @default ['helm'] */
  readonly helm?: readonly string[];
  /** @default - the program's name, in the namespace default */
  readonly release?: Release;
  /** The chart's directory. @default - it is written now */
  readonly chart?: string;
}

export interface LawOptions extends ExampleOptions {
  /** How many values files are generated; those that it takes to reach all of the program come on top. @default 200 */
  readonly cases?: number;
  /** The same seed generates the same values files. @default 1 */
  readonly seed?: number;
  /** Called after each batch of values files, with how many were rendered so far. */
  readonly onProgress?: (cases: number) => void;
}

export interface LawReport {
  /** Valid values files that were rendered. */
  readonly cases: number;
  /** Values files that both refused: because of the schema, and because of rules. */
  readonly refused: number;
  /** Values files that were left out: two elements of a list would be the same construct, or a subchart refuses them. */
  readonly leftOut: number;
  /** How often a Helm rendered or refused one. */
  readonly renders: number;
  readonly seconds: number;
  /** As `helm v4.3.1`. */
  readonly helms: readonly string[];
  readonly coverage: CoverageReport;
}

/**
 * Checks the law for a program: for every valid values file `helm template` gives the objects and the notes of the
 * program; what its schema refuses both refuse, and what its rules refuse both refuse with the same words. Values files
 * are generated, and then made for what they have not reached yet: each answer of each choice, each combination where
 * it matters, loops, keys that meet in a map, maps and lists with nothing in them, and rules. At last five times as many
 * are tried without Helm, which look for code of the program that has not run: see `coverage.codeLeft`.
 *
 * @throws LawError with the smallest values found for which the law does not hold
 * @throws CoverageError where no values were found for a part of the program, neither by chance nor by aiming
 * @throws ChartError where the program cannot be compiled
 */
export async function checkLaw(program: Program, options: LawOptions = {}): Promise<LawReport> {
  const { cases: count = 200, seed = 1, onProgress } = options;
  const started = performance.now();
  // Before the program runs for the first time.
  codeWatch();
  return withSubject(program, options, seed, async (subject) => {
    const check = new LawCheck(subject);
    const exploration = explorationOf(program, check.shape);
    const coverage = new Coverage(exploration);
    const rules = ruleCases(program.rules ?? [], check.shape, seed);
    let [cases, leftOut] = [0, 0];
    let waiting: LawCase[] = [];
    const take = (values: JsonObject, origin?: Origin): boolean => {
      const each = check.caseOf(values, origin);
      if (each === undefined) leftOut++;
      else {
        waiting.push(each);
        coverage.add(validValues(program, check.shape, values), subject.release);
      }
      return each !== undefined;
    };
    const render = async (): Promise<void> => {
      await check.render(waiting);
      cases += waiting.length;
      waiting = [];
      onProgress?.(cases);
    };

    for (const values of [...examplesOf(program), ...rules.kept]) take(values);
    const keys = keysThatMeet(exploration.explorer, exploration.slots);
    const arbitrary = validOverrides(check.shape, { ...NO_AIM, keys });
    for (const [index, generated] of fc.sample(arbitrary, { numRuns: count, seed }).entries()) {
      take(check.obeying(generated), { arbitrary, seed, index });
      if (waiting.length >= BATCH) await render();
    }
    aimAtMissing({ program, shape: check.shape, coverage, keys, seed, take });
    await render();
    const tries = TRIES_FOR_EACH * count;
    const code = searchCode({
      program,
      shape: check.shape,
      tree: exploration,
      release: subject.release,
      keys,
      tries,
      seed,
    });
    if (code.values !== undefined && take(code.values)) await render();
    const invalid = await checkInvalid(subject, check.shape, Math.max(FEWEST_INVALID, Math.floor(count / 2)));
    await checkBroken(subject, check.shape, rules.broken);

    const { renders, constructs } = subject.many;
    const report = coverageReport({
      program,
      coverage,
      explorer: exploration.explorer,
      rules,
      invalid,
      constructs,
      code,
    });
    if (report.missed.length > 0) throw new CoverageError(program.name, report.missed);
    const seconds = (performance.now() - started) / 1000;
    return {
      cases,
      refused: invalid.tried + rules.broken.length,
      leftOut,
      renders,
      seconds,
      helms: subject.helms.map(({ name }) => name),
      coverage: report,
    };
  });
}

/**
 * Checks the law for some valid values files.
 *
 * @throws LawError with the smallest of their parts for which the law does not hold
 */
export async function checkExamples(
  program: Program,
  examples: readonly JsonObject[],
  options: ExampleOptions = {},
): Promise<void> {
  await withSubject(program, options, 0, async (subject) => {
    const check = new LawCheck(subject);
    const cases = examples.map((values) => check.caseOf(values));
    await check.render(cases.filter((each) => each !== undefined));
  });
}

const FEWEST_INVALID = 100;
/** Values that are tried without Helm, for each values file that it renders. */
const TRIES_FOR_EACH = 5;

async function withSubject<T>(
  program: Program,
  { helm = ['helm'], release = { name: program.name, namespace: 'default' }, chart }: ExampleOptions,
  seed: number,
  action: (subject: Subject) => Promise<T>,
): Promise<T> {
  const helms = await Promise.all(helm.map(helmAt));
  const many = await ManyCases.of(program, chart);
  try {
    return await action({ program, many, helms, release, seed });
  } finally {
    await many.close();
  }
}

async function helmAt(path: string): Promise<Helm> {
  const { stdout, stderr, exitCode } = await runHelm(path, ['version', '--short']);
  if (exitCode !== 0) throw new Error(`'${path} version' fails: ${stderr.trim()}`);
  return { path, name: `helm ${stdout.trim().split('+')[0]}` };
}

function examplesOf(program: Program): JsonObject[] {
  return [{}, ...Object.values(program.profiles ?? {})] as JsonObject[];
}
