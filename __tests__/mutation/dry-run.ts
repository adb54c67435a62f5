import { WarmProcess } from './warm-process.ts';

/** What a run without mutants says of the tests. */
export interface DryRun {
  readonly names: readonly string[];
  readonly seconds: readonly number[];
  /** The tests that come to a mutant. */
  readonly tests: ReadonlyMap<string, number[]>;
  /** How often a test comes to it at most. */
  readonly hits: ReadonlyMap<string, number>;
  /** The mutants in what is run once, when files are loaded. */
  readonly static: ReadonlySet<string>;
}

/** Runs all tests of the copy in `directory`. */
export async function dryRun(directory: string, files: readonly string[]): Promise<DryRun> {
  const started = await WarmProcess.of(directory, files, { counts: true });
  if (started === undefined) throw new Error('the tests cannot be loaded');
  const { warm, ready } = started;
  const [names, seconds, failed]: [string[], number[], string[]] = [[], [], []];
  const [tests, hits] = [new Map<string, number[]>(), new Map<string, number>()];
  await warm.do(
    { kind: 'tests' },
    () => 0,
    (report) => {
      if (report.kind !== 'tested') return;
      names[report.index] = report.name;
      seconds[report.index] = report.seconds;
      if (report.failure !== undefined) failed.push(`${report.name}\n${report.failure}`);
      for (const [id, count] of Object.entries(report.hits)) {
        tests.set(id, [...(tests.get(id) ?? []), report.index]);
        hits.set(id, Math.max(hits.get(id) ?? 0, count));
      }
    },
  );
  warm.close();
  if (seconds.length < ready.tests) failed.push(`${ready.tests - seconds.length} tests did not end`);
  if (failed.length > 0) throw new Error(`tests fail without a mutant:\n\n${failed.join('\n\n')}`);
  console.log(`${seconds.length} tests take ${Math.round(seconds.reduce((sum, each) => sum + each, 0))} s without one`);
  return { names, seconds, tests, hits, static: new Set(ready.static) };
}
