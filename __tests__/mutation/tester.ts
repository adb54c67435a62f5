import type { DryRun } from './dry-run.ts';
import type { PlacedMutant } from './instrumented-copy.ts';
import { ENDLESS } from './mutants.ts';
import type { Result } from './results.ts';
import { WarmProcess } from './warm-process.ts';

/** More hits than these times as many as a test has without the mutant are taken to go on for ever. */
const MANY = 100;

/** Tries mutants, one after the other. */
export class Tester {
  #warm: WarmProcess | undefined;

  constructor(
    readonly directory: string,
    readonly files: readonly string[],
    readonly dry: DryRun,
  ) {}

  async test({ id }: PlacedMutant): Promise<Omit<Result, 'of'>> {
    const tests = this.dry.tests.get(id) ?? [];
    const isStatic = this.dry.static.has(id);
    if (tests.length === 0 && !isStatic) return { status: 'not reached' };
    const found = tests.length === 0 ? undefined : await this.#run(id, tests);
    if (!isStatic || (found !== undefined && found.status !== 'survived')) return found!;
    // Its place is run once when the files are loaded, so it takes a process of its own.
    this.close();
    this.#warm = (await WarmProcess.of(this.directory, this.files, { mutant: id }))?.warm;
    const order = this.dry.seconds.map((_, index) => index).sort((a, b) => this.dry.seconds[a]! - this.dry.seconds[b]!);
    const result: Omit<Result, 'of'> =
      this.#warm === undefined ? { status: 'killed', by: 'loading' } : await this.#run(id, order);
    this.close();
    return result;
  }

  close(): void {
    this.#warm?.close();
    this.#warm = undefined;
  }

  async #run(id: string, tests: readonly number[]): Promise<Omit<Result, 'of'>> {
    if (this.#warm === undefined || this.#warm.ended)
      this.#warm = (await WarmProcess.of(this.directory, this.files))!.warm;
    const mostHits = MANY * (this.dry.hits.get(id) ?? 0) + 1000;
    let result: Omit<Result, 'of'> = { status: 'timed out' };
    await this.#warm.do(
      { kind: 'mutant', id: Number(id), tests, mostHits },
      (test) => this.dry.seconds[test]!,
      (report) => {
        if (report.kind !== 'done') return;
        const status = report.failure?.includes(ENDLESS) ? 'timed out' : 'killed';
        result = report.by === undefined ? { status: 'survived' } : { status, by: report.by };
      },
    );
    return result;
  }
}
