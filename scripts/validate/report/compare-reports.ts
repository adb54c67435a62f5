import { type Difference, differences } from './differences.ts';
import { type FigureChange, figureChanges } from './figure-changes.ts';
import type { GateReport, Report } from './report.ts';

/** What two validations have found that is not the same; also what machines are told. */
export interface Comparison {
  readonly old: Side;
  readonly new: Side;
  /** What they ran on. */
  readonly differences: readonly Difference[];
  /** Gates whose verdict is another one, or that ran only once; what passed and fails now comes first. */
  readonly verdicts: readonly VerdictChange[];
  /** All figures, by gate. */
  readonly figures: readonly FigureChange[];
}

export interface Side {
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly commit: string | null;
  readonly passed: number;
  readonly failed: number;
}

export interface VerdictChange {
  readonly number: number;
  readonly name: string;
  /** Null where the gate did not run. */
  readonly old: GateReport['status'] | null;
  readonly new: GateReport['status'] | null;
  /** In the new report; in the old one where it did not run again. */
  readonly measured: string;
}

export function compareReports(before: Report, after: Report): Comparison {
  return {
    old: side(before),
    new: side(after),
    differences: differences(before, after),
    verdicts: verdictChanges(before, after),
    figures: figureChanges(before, after),
  };
}

/** Whether a gate that passed fails now. A gate that did not run again, and a figure alone, make nothing worse. */
export function isWorse({ verdicts }: Comparison): boolean {
  return verdicts.some(isRegression);
}

export function isRegression(change: VerdictChange): boolean {
  return change.old === 'passed' && change.new === 'failed';
}

/** The same as one JSON document. */
export function comparisonJson(comparison: Comparison): string {
  return JSON.stringify({ ok: !isWorse(comparison), ...comparison }, null, 2);
}

function side({ started, commit, gates }: Report): Side {
  const passed = gates.filter(({ status }) => status === 'passed').length;
  return { started, commit: commit.id, passed, failed: gates.length - passed };
}

function verdictChanges(before: Report, after: Report): VerdictChange[] {
  const numbers = new Set([...before.gates, ...after.gates].map(({ number }) => number));
  const changes = [...numbers]
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const [a, b] = [before, after].map(({ gates }) => gates.find((gate) => gate.number === number));
      const known = b ?? a;
      if (known === undefined || a?.status === b?.status) return [];
      const { name, measured } = known;
      return [{ number, name, old: a?.status ?? null, new: b?.status ?? null, measured }];
    });
  return [...changes.filter(isRegression), ...changes.filter((change) => !isRegression(change))];
}
