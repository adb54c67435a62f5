import type { DryRun } from './dry-run.ts';
import type { PlacedMutant } from './instrumented-copy.ts';
import { ENDLESS } from './mutants.ts';
import type { Result } from './results.ts';
import { WarmProcess } from './warm-process.ts';

/** More hits than these times as many as a test has without the mutant are taken to go on for ever. */
const MANY = 10;
/** A test of the mutant's own file counts as one that has killed so many in it. */
const LIKELY = 20;

/** Seconds of tests that each mutant is given before any is given all of its tests: most are killed in them. */
const SOON = 3;
/** How many of the tests that killed last are tried first: what kills a mutant often kills its neighbours. */
const LAST = 10;

export type Outcome = Pick<Result, 'status' | 'by'>;

/** Tries mutants, one after the other. */
export class Tester {
  #warm: WarmProcess | undefined;
  #killers: number[] = [];
  /** The tests that each mutant has outlived. */
  readonly #outlived = new Map<string, ReadonlySet<number>>();

  constructor(
    readonly directory: string,
    readonly files: readonly string[],
    readonly dry: DryRun,
    /** Whether it is known that a test does not kill a mutant. */
    readonly isVain: (mutant: PlacedMutant, test: string) => boolean,
    /** The test that killed a mutant when the rest of its file was another. */
    readonly killedBy: (mutant: PlacedMutant) => string | undefined,
    /** How many mutants in a file are known to be killed by a test. */
    readonly kills: (file: string, test: string) => number,
  ) {}

  /** Runs the tests that can kill a mutant in a short time; undefined where they do not, and there are more. */
  async testSoon(mutant: PlacedMutant): Promise<Outcome | undefined> {
    const { id } = mutant;
    const tests = this.#orderFor(mutant);
    let seconds = 0;
    const soon = tests.filter((test) => {
      seconds += this.dry.seconds[test]!;
      return seconds < SOON;
    });
    const isStatic = this.dry.static.has(id);
    if (tests.length === 0 && !isStatic) return { status: this.dry.tests.has(id) ? 'survived' : 'not reached' };
    const result = await this.#run(id, soon);
    if (result.status === 'survived') this.#outlived.set(id, new Set(soon));
    return result.status === 'survived' && (isStatic || soon.length < tests.length) ? undefined : result;
  }

  /** Runs all tests that can kill a mutant. */
  async testAll(mutant: PlacedMutant): Promise<Outcome> {
    const { id } = mutant;
    const result = await this.#run(id, this.#orderFor(mutant));
    if (result.status !== 'survived' || !this.dry.static.has(id)) return result;
    // Its place is run once when the files are loaded, so it takes a process of its own.
    this.close();
    this.#warm = (await WarmProcess.of(this.directory, this.files, { mutant: id }))?.warm;
    if (this.#warm === undefined) return { status: 'killed', by: 'loading' };
    const again = await this.#run(id, this.#quickestFirst([...this.dry.seconds.keys()]));
    this.close();
    return again;
  }

  /** How long all tests that it has not outlived yet take. */
  secondsLeft(mutant: PlacedMutant): number {
    return this.#orderFor(mutant).reduce((sum, test) => sum + this.dry.seconds[test]!, 0);
  }

  close(): void {
    this.#warm?.close();
    this.#warm = undefined;
  }

  #orderFor(mutant: PlacedMutant): number[] {
    const outlived = this.#outlived.get(mutant.id);
    const covering = (this.dry.tests.get(mutant.id) ?? []).filter((test) => outlived?.has(test) !== true);
    const tests = covering.filter((test) => !this.isVain(mutant, this.dry.names[test]!));
    const before = this.dry.names.indexOf(this.killedBy(mutant) ?? '');
    const first = [...new Set([before, ...this.#killers])].filter((test) => tests.includes(test));
    const others = tests.filter((test) => !first.includes(test));
    return [...first, ...this.#likeliestFirst(mutant.file, others)];
  }

  /** Those first that have killed the most in a file for the time that they take, or are about that file alone. */
  #likeliestFirst(file: string, tests: readonly number[]): number[] {
    const own = file.replace(/^(.*)\.ts$/, '__tests__/$1.test.ts');
    const worth = new Map(
      tests.map((test) => {
        const name = this.dry.names[test]!;
        const kills = this.kills(file, name) + (name.startsWith(own) ? LIKELY : 1);
        return [test, kills / (this.dry.seconds[test]! + 0.01)];
      }),
    );
    return [...tests].sort((a, b) => worth.get(b)! - worth.get(a)!);
  }

  #quickestFirst(tests: readonly number[]): number[] {
    return [...tests].sort((a, b) => this.dry.seconds[a]! - this.dry.seconds[b]!);
  }

  async #run(id: string, tests: readonly number[]): Promise<Outcome> {
    const isFresh = this.#warm === undefined || this.#warm.ended;
    if (isFresh) this.#warm = (await WarmProcess.of(this.directory, this.files))!.warm;
    const mostHits = MANY * (this.dry.hits.get(id) ?? 0) + 1000;
    let result: Outcome = { status: 'timed out' };
    let isSpoiled = false;
    await this.#warm!.do(
      { kind: 'mutant', id: Number(id), tests, mostHits },
      (test) => this.dry.seconds[test]!,
      (report) => {
        if (report.kind !== 'done') return;
        result = { status: 'survived' };
        if (report.by === undefined) return;
        // In a process that has tried nothing before, the mutant itself has spoiled it.
        isSpoiled = report.isSpoiled === true && !isFresh;
        if (isSpoiled) return;
        this.#killers = [report.by, ...this.#killers.filter((test) => test !== report.by)].slice(0, LAST);
        const status = report.failure?.includes(ENDLESS) ? 'timed out' : 'killed';
        result = { status, by: this.dry.names[report.by]! };
      },
    );
    if (!isSpoiled) return result;
    this.close();
    return this.#run(id, tests);
  }
}
