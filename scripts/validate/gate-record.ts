import type { LoadReport } from './load/load-report.ts';
import type { Figure, GateReport } from './report/report.ts';

/** What a gate has come to. */
export type GateOutcome = Pick<GateReport, 'status' | 'measured' | 'evidence' | 'figures' | 'loads'>;

/** What a gate finds out on its way. It has passed when nothing was found that must not be. */
export class GateRecord {
  readonly #problems: string[] = [];
  readonly #evidence: string[] = [];
  readonly #figures: Figure[] = [];
  readonly #loads: LoadReport[] = [];

  /** Something that must not be: one line. */
  problem(line: string, ...evidence: readonly string[]): void {
    this.#problems.push(line);
    this.#evidence.push(line, ...evidence.map((each) => `> ${each}`));
  }

  /** A problem unless it is so. @returns whether it is so */
  require(holds: boolean, line: string, ...evidence: readonly string[]): boolean {
    if (!holds) this.problem(line, ...evidence);
    return holds;
  }

  /** What shows that all is well, for the report. */
  evidence(...lines: readonly string[]): void {
    this.#evidence.push(...lines);
  }

  /** Keeps what was measured. It is a problem when it is above its limit. */
  figure(figure: Figure): void {
    const value = Math.round(figure.value * 10) / 10;
    this.#figures.push({ ...figure, value });
    const { name, limit, unit } = figure;
    if (limit !== undefined && value > limit)
      this.problem(`${name}: ${text(value, unit)}, expected at most ${text(limit, unit)}`);
  }

  load(report: LoadReport): void {
    this.#loads.push(report);
  }

  /** @param measured one line for when all is well */
  outcome(measured: string): GateOutcome {
    const [first, ...more] = this.#problems;
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return {
      status: first === undefined ? 'passed' : 'failed',
      measured: first === undefined ? measured : `${first}${others}`,
      evidence: this.#evidence,
      figures: this.#figures,
      loads: this.#loads,
    };
  }
}

function text(value: number, unit: Figure['unit']): string {
  return unit === '' ? String(value) : `${value} ${unit}`;
}
