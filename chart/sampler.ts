import type { Assignment } from './choice.ts';
import type { Focuses } from './focus.ts';
import { randomNumbers } from './random-numbers.ts';
import type { SampleSource } from './samples.ts';

/**
 * Chooses what samples are made of. Each value goes through its candidates on its own, and the strong ones more often,
 * so that it takes many of them in few samples, however rarely a sample has it.
 */
export class Sampler {
  readonly #turns = new Map<string, Turns>();
  readonly #focused = new Map<string, number>();
  #round = 0;

  /** `keys` are those that meet others in the map at a path. */
  constructor(private readonly keys: ReadonlyMap<string, readonly string[]> = new Map()) {}

  /**
   * The next sample, with these answers for the first elements of lists. `short`: with one element at most. `word`: what
   * every text and number is that may be it. `names`: further keys of all maps.
   */
  next(
    assignment: Assignment,
    {
      focuses = new Map(),
      short = false,
      word,
      names,
    }: {
      focuses?: Focuses;
      short?: boolean;
      word?: string | number | undefined;
      names?: readonly string[] | undefined;
    } = {},
  ): SampleSource {
    const round = this.#round++;
    // In one round of five all values are alike, so that equal ones meet.
    const alike = round % 5 === 4 ? Math.floor(round / 5) : undefined;
    return {
      option: (choice, count, turn) => {
        const base = assignment.get(choice) ?? 0;
        // Further elements of a list differ from the first in some of their choices.
        return turn === 0 || alike !== undefined ? base % count : (base + hash(`${choice} ${turn} ${round}`)) % count;
      },
      pick: (path, candidates) => {
        const focus = focuses.get(path) ?? [];
        if (focus.length > 0) return focus[this.#timesFocused(path) % focus.length] as never;
        if (alike !== undefined && !path.endsWith('[key]')) return candidates[alike % candidates.length]!;
        return candidates[this.#turnsOf(path).next(candidates.length, STRONG)]!;
      },
      length: (path, candidates) => (short ? 1 : candidates[this.#turnsOf(`${path}.length`).next(candidates.length)]!),
      usesDefault: (path) => this.#turnsOf(`${path}.default`).next(4) === 0,
      keys: (path) => this.keys.get(path) ?? [],
      word,
      names,
    };
  }

  #timesFocused(path: string): number {
    const times = this.#focused.get(path) ?? 0;
    this.#focused.set(path, times + 1);
    return times;
  }

  #turnsOf(path: string): Turns {
    const turns = this.#turns.get(path) ?? new Turns(hash(path));
    this.#turns.set(path, turns);
    return turns;
  }
}

/** How many candidates come first because they trip most of what looks into a value. */
const STRONG = 6;

/** Numbers below some count in an order of chance, each once before one comes again. */
class Turns {
  readonly #random: () => number;
  readonly #left = new Map<string, number[]>();

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  /** The next number below `count`. In every other call, by chance, one below `strong`. */
  next(count: number, strong = count): number {
    const below = this.#random() < 0.5 ? Math.min(strong, count) : count;
    const key = `${below} of ${count}`;
    const left = this.#left.get(key)?.length ? this.#left.get(key)! : Array.from({ length: below }, (_, i) => i);
    this.#left.set(key, left);
    return left.splice(Math.floor(this.#random() * left.length), 1)[0]!;
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

/** Spreads texts that differ in one character alone over all bits (FNV-1a and the finisher of MurmurHash3). */
function hash(text: string): number {
  let sum = 2166136261;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 16777619);
  sum = Math.imul(sum ^ (sum >>> 16), 2246822507);
  sum = Math.imul(sum ^ (sum >>> 13), 3266489909);
  return (sum ^ (sum >>> 16)) >>> 0;
}
