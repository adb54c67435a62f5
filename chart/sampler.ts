import type { Assignment } from './choice.ts';
import type { Focuses } from './focus.ts';
import type { SampleSource } from './samples.ts';

/**
 * Chooses what samples are made of. Each value goes through its candidates on its own, the strong ones twice as often,
 * so that it takes many of them in few samples, however rarely a sample has it.
 */
export class Sampler {
  readonly #visits = new Map<string, number>();
  #round = 0;

  /** `keys` are those that meet others in the map at a path. */
  constructor(private readonly keys: ReadonlyMap<string, readonly string[]> = new Map()) {}

  /** The next sample, with these answers for the first elements of lists. `short`: with one element at most. */
  next(assignment: Assignment, focuses: Focuses = new Map(), short = false): SampleSource {
    const round = this.#round++;
    // In one round of five all values are alike, so that equal ones meet.
    const alike = round % 5 === 4;
    return {
      option: (choice, count, turn) => {
        const base = assignment.get(choice) ?? 0;
        // Further elements of a list differ from the first in some of their choices.
        return turn === 0 ? base % count : (base + hash(`${choice} ${turn} ${round}`)) % count;
      },
      pick: (path, candidates) => {
        const focus = focuses.get(path) ?? [];
        if (focus.length > 0) return focus[this.#visit(`focus ${path}`) % focus.length] as never;
        const turn = inTurn(path, this.#visit(path), candidates.length);
        return candidates[alike && !path.endsWith('[key]') ? round % candidates.length : turn]!;
      },
      length: (path, candidates) => (short ? 1 : candidates[this.#visit(`${path}.length`) % candidates.length]!),
      usesDefault: (path) => this.#visit(`${path}.default`) % 4 === 1,
      keys: (path) => this.keys.get(path) ?? [],
    };
  }

  #visit(path: string): number {
    const visit = this.#visits.get(path) ?? 0;
    this.#visits.set(path, visit + 1);
    return visit;
  }
}

/** The first candidates, which are the defaults where there are any, with these answers. */
export function plainSource(assignment: Assignment): SampleSource {
  return {
    option: (choice, count) => (assignment.get(choice) ?? 0) % count,
    pick: (_, candidates) => candidates[0]!,
    length: () => 1,
    usesDefault: () => true,
    keys: () => [],
  };
}

/** Every other time one of the first candidates. Values start at different ones, so as not to be equal by accident. */
function inTurn(path: string, visit: number, count: number): number {
  const half = Math.floor(visit / 2) + hash(path);
  return visit % 2 === 0 ? half % Math.min(STRONG, count) : (half + STRONG) % count;
}

/** How many candidates come first because they trip most of what looks into a value. */
const STRONG = 6;

function hash(text: string): number {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum >>> 3;
}
