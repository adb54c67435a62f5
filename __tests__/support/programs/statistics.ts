import { kindsIn, type ProgramDescription } from './description.ts';
import { stemOf, type Verdict } from './trial.ts';

/** Counts what became of programs, and of what those that compile are made. */
export class Statistics {
  readonly #verdicts = new Map<string, number>();
  readonly #refusals = { tame: new Map<string, number>(), wild: new Map<string, number>() };
  readonly #reached = new Map<string, number>();
  readonly #tame = { all: 0, compiled: 0 };
  #programs = 0;

  add(description: ProgramDescription, verdict: Verdict): void {
    this.#programs++;
    count(this.#verdicts, verdict.is);
    if (!description.wild) this.#tame.all++;
    if (!description.wild && verdict.is === 'equal') this.#tame.compiled++;
    if (verdict.is === 'refused') count(this.#refusals[description.wild ? 'wild' : 'tame'], stemOf(verdict.message));
    if (verdict.is === 'equal') for (const kind of kindsIn(description)) count(this.#reached, kind);
  }

  /** The share that compiles of the programs that ought to, from 0 to 1. */
  get compiled(): number {
    return this.#tame.compiled / this.#tame.all;
  }

  /** How often programs that ought to compile are refused, by what the refusals are about. */
  get tameRefusals(): ReadonlyMap<string, number> {
    return this.#refusals.tame;
  }

  /** What the programs that compile have in them, and in how many of them it is. */
  get reached(): ReadonlyMap<string, number> {
    return this.#reached;
  }

  toString(): string {
    return [
      `${this.#programs} programs, of which ${this.#tame.all} ought to compile; ${(100 * this.compiled).toFixed(1)} % of those do`,
      ...table('what became of them', this.#verdicts),
      ...table('refused, though they do nothing that is known to be refused', this.#refusals.tame),
      ...table('refused for what no template can say', this.#refusals.wild),
      ...table('what is in those that compile', this.#reached),
    ].join('\n');
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function table(title: string, counts: ReadonlyMap<string, number>): string[] {
  const rows = [...counts].sort(([, a], [, b]) => b - a);
  return ['', `${title}:`, ...rows.map(([name, times]) => `${String(times).padStart(6)}  ${name}`)];
}
