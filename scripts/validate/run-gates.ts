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
  try {
    measured = await gate.run({
      ...work,
      record,
      defer: (undo) => deferred.unshift(undo),
      tell: (line) => onProgress(gate, line),
    });
  } catch (error) {
    if (!signal.aborted) fail(record, 'run the gate', error);
  }
  for (const undo of [() => release.restore(), ...deferred]) {
    try {
      await undo();
    } catch (error) {
      // Nobody reads the report of a run that was interrupted.
      if (signal.aborted) throw error;
      fail(record, 'bring back what was there', error);
    }
  }
  signal.throwIfAborted();
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { number, name, limit, ...record.outcome(measured), seconds };
}

/** @throws what is no failure of the gate: bugs */
function fail(record: GateRecord, doing: string, error: unknown): void {
  const failure = clusterFailure(doing, error);
  if (!(failure instanceof CommandError)) throw failure;
  record.problem(failure.message, ...failure.details);
}
