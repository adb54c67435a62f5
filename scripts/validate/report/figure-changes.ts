import type { StreamReport } from '../load/load-report.ts';
import type { Figure, GateReport, Report } from './report.ts';

/** A figure in two reports. */
export interface FigureChange {
  /** The gate's number. */
  readonly gate: number;
  readonly name: string;
  readonly unit: Measured['unit'];
  /** Null where it was measured only once. */
  readonly old: number | null;
  readonly new: number | null;
  readonly difference: number | null;
  /** Of the old value; null where that is 0, too. */
  readonly percent: number | null;
  /** How it is worse, if it is by more than 20 %. A figure of one run against one of another proves nothing by itself. */
  readonly worse: 'slower' | 'larger' | 'more' | null;
}

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: Figure['unit'] | 'ms';
  readonly limit?: number;
}

const MUCH = 1.2;

/** All figures of the gates that ran twice, and of their loads. */
export function figureChanges(before: Report, after: Report): FigureChange[] {
  return after.gates.flatMap((gate) => {
    const other = before.gates.find(({ number }) => number === gate.number);
    if (other === undefined) return [];
    const [old, now] = [byName(other), byName(gate)];
    const names = new Set([...now.keys(), ...old.keys()]);
    return [...names].map((name) => change(gate.number, name, old.get(name), now.get(name)));
  });
}

function byName(gate: GateReport): Map<string, Measured> {
  const figures: Measured[] = [...gate.figures, ...gate.loads.flatMap(({ name, streams }) => ofStreams(name, streams))];
  return new Map(
    [{ name: 'the whole gate', value: gate.seconds, unit: 's' as const }, ...figures].map((each) => [each.name, each]),
  );
}

function ofStreams(load: string, streams: readonly StreamReport[]): Measured[] {
  return streams.flatMap(({ target, connections, failed, p50, p99, longestGap }) => {
    const stream = `${load}, ${target}, ${connections}:`;
    return [
      { name: `${stream} failed`, value: failed, unit: 'requests', limit: 0 },
      { name: `${stream} p50`, value: p50, unit: 'ms' },
      { name: `${stream} p99`, value: p99, unit: 'ms' },
      { name: `${stream} longest gap`, value: longestGap, unit: 'ms' },
    ];
  });
}

function change(gate: number, name: string, a: Measured | undefined, b: Measured | undefined): FigureChange {
  const unit = (b ?? a)!.unit;
  if (a === undefined || b === undefined)
    return {
      gate,
      name,
      unit,
      old: a?.value ?? null,
      new: b?.value ?? null,
      difference: null,
      percent: null,
      worse: null,
    };
  const difference = rounded(b.value - a.value);
  const percent = a.value === 0 ? null : rounded((difference / a.value) * 100);
  return { gate, name, unit, old: a.value, new: b.value, difference, percent, worse: worse(a.value, b) };
}

function worse(old: number, { value, unit, limit }: Measured): FigureChange['worse'] {
  if (value <= old * MUCH) return null;
  if (unit === 's' || unit === 'ms') return 'slower';
  if (unit === 'MB') return 'larger';
  // Of pods, and of what is only a number, more may be what is wanted; unless there may be no more.
  return limit === undefined ? null : 'more';
}

/** No digits that come from the arithmetic alone. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
