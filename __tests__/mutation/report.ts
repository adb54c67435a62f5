import { type Explanation, explains } from './explanations.ts';
import type { PlacedMutant } from './instrumented-copy.ts';
import type { Result, Status } from './results.ts';

/**
 * Prints what was found.
 *
 * @returns whether all that is alive is explained, and nothing else
 */
export function report(
  mutants: readonly PlacedMutant[],
  outcome: (mutant: PlacedMutant) => Result | undefined,
  files: readonly string[],
  explanations: readonly Explanation[],
): boolean {
  const alive = mutants.filter((each) => ['survived', 'not reached'].includes(outcome(each)?.status ?? ''));
  const untried = mutants.filter((each) => outcome(each) === undefined);
  const stale = explanations.filter(
    (each) => files.includes(each.file) && ![...alive, ...untried].some((mutant) => explains(each, mutant)),
  );
  const unexplained = alive.filter((each) => !explanations.some((explanation) => explains(explanation, each)));
  console.log(`\n${'file'.padEnd(26)} mutants  killed  timed out  explained  left  not tried`);
  for (const file of [...files, 'all']) {
    const inFile = (each: PlacedMutant) => file === 'all' || each.file === file;
    const own = mutants.filter(inFile);
    const count = (status: Status) => own.filter((each) => outcome(each)?.status === status).length;
    const left = unexplained.filter(inFile).length;
    const explained = alive.filter(inFile).length - left;
    const notTried = untried.filter(inFile).length;
    const numbers = [own.length, count('killed'), count('timed out'), explained, left, notTried];
    const widths = [7, 6, 9, 9, 4, 9];
    console.log(file.padEnd(26), numbers.map((each, i) => String(each).padStart(widths[i]!)).join('  '));
  }
  for (const each of unexplained)
    console.log(`\n${each.file}:${each.line} ${outcome(each)!.status} (${each.mutator})\n  ${each.text}`);
  for (const { file, text } of stale)
    console.log(`\nexplained in ${EXPLANATIONS}, but gone or killed: ${file}\n  ${text}`);
  return unexplained.length === 0 && stale.length === 0;
}

/** Where mutants are explained. */
export const EXPLANATIONS = '__tests__/mutation/equivalent.md';

/** A line now and then. */
export class Progress {
  readonly #started = performance.now();
  readonly #counts = new Map<Status, number>();
  #done = 0;
  #shown = 0;

  constructor(readonly of: number) {}

  add(status: Status): void {
    this.#done++;
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
    const seconds = (performance.now() - this.#started) / 1000;
    if (seconds - this.#shown < 20 && this.#done < this.of) return;
    this.#shown = seconds;
    const counts = [...this.#counts].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(`${this.#done} of ${this.of} in ${Math.round(seconds)} s: ${counts}`);
  }
}
