import { clusterFailure } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Gate, GateWork } from './gate.ts';
import { GateRecord } from './gate-record.ts';
import type { GateReport } from './report/report.ts';

export interface RunGatesOptions extends Omit<GateWork, 'record' | 'defer' | 'tell'> {
  /** Called when a gate begins, and with what goes on in it. */
  readonly onProgress: (gate: Gate, line?: string) => void;
  /** Called when a gate has ended. */
  readonly onGate: (report: GateReport) => void;
}

/**
 * Runs gates one after the other. Each leaves the release as it was found; one that cannot run has failed.
 *
 * @throws the signal's reason; what was changed is brought back before
 */
export async function runGates(gates: readonly Gate[], options: RunGatesOptions): Promise<GateReport[]> {
  const reports: GateReport[] = [];
  for (const gate of gates) {
    const report = await runGate(gate, options);
    reports.push(report);
    options.onGate(report);
  }
  return reports;
}

async function runGate(gate: Gate, { onProgress, onGate: _, ...work }: RunGatesOptions): Promise<GateReport> {
  const { number, name, limit } = gate;
  const { release, signal } = work;
  const record = new GateRecord();
  const deferred: (() => Promise<void>)[] = [];
  const started = performance.now();
  onProgress(gate);
  let measured = '';
  let bug: { readonly error: unknown } | undefined;
  try {
    measured = await gate.run({
      ...work,
      record,
      defer: (undo) => deferred.unshift(undo),
      tell: (line) => onProgress(gate, line),
    });
  } catch (error) {
    if (!signal.aborted) bug = noteFailure(record, 'run the gate', error);
  }
  const left: unknown[] = [];
  if (release.isChanged) onProgress(gate, 'bringing the release back');
  for (const undo of [() => release.restore(), ...deferred]) {
    try {
      await undo();
    } catch (error) {
      left.push(error);
      bug ??= noteFailure(record, 'bring back what was there', error);
    }
  }
  // Nobody reads the report of a run that was interrupted, or that a bug ends.
  if (signal.aborted && left.length > 0) throw failureOf('bring back what was there', left[0]);
  signal.throwIfAborted();
  if (bug !== undefined) throw bug.error;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { number, name, limit, ...record.outcome(measured), seconds };
}

/** @returns what is no failure of the gate: a bug */
function noteFailure(record: GateRecord, doing: string, error: unknown): { readonly error: unknown } | undefined {
  const failure = failureOf(doing, error);
  if (!(failure instanceof CommandError)) return { error: failure };
  record.problem(failure.message, ...failure.details);
  return undefined;
}

function failureOf(doing: string, error: unknown): unknown {
  try {
    return clusterFailure(doing, error);
  } catch (bug) {
    return bug;
  }
}
