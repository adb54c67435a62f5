import type { Program } from '../../chart/index.ts';
import { checkLaw, type LawReport } from '../../chart/testing.ts';
import { helmPaths } from './helm.ts';

const SEED = Number(process.env.PARITY_SEED ?? 1);
const release = { name: 'parity', namespace: 'space' };

export interface LawTestOptions {
  /** How many values files are generated; PARITY_CASES is stronger. */
  readonly cases: number;
  /** How many parts of the program no values can reach, because rules refuse them. @default 0 */
  readonly impossible?: number;
  /** The chart's directory. @default - it is written now */
  readonly chart?: string;
}

/** One test of the law for a program. */
export function testLaw(program: Program, options: LawTestOptions): void {
  const cases = Number(process.env.PARITY_CASES ?? options.cases);

  test(`${program.name}: Helm renders what manifests() makes, for ${cases} values files and those that reach the rest`, async () => {
    const report = await lawOf(program, options);

    expect(report.cases + report.leftOut).toBeGreaterThan(cases);
    expect(report.leftOut).toBeLessThan(cases / 5);
    expect(report.refused).toBeGreaterThanOrEqual(50);
    expect(report.coverage.missed).toEqual([]);
    expect(report.coverage.impossible).toHaveLength(options.impossible ?? 0);
  });
}

const reports = new Map<Program, Promise<LawReport>>();

/** What checking the law says of a program; it is checked once. */
export function lawOf(program: Program, { cases, chart }: LawTestOptions): Promise<LawReport> {
  const count = Number(process.env.PARITY_CASES ?? cases);
  const known =
    reports.get(program) ??
    helmPaths().then((helm) => checkLaw(program, { helm, cases: count, seed: SEED, release, chart }));
  reports.set(program, known);
  return known;
}
