/** The switches of all mutants: what the instrumented files read. */
export class Mutants {
  /** The number of the one that is on. */
  active: number | undefined;
  #hits = 0;
  #mostHits = Number.POSITIVE_INFINITY;

  /** `counting`: whether the files say how often they come to each mutant, which takes time. */
  constructor(readonly counting: boolean) {}

  /** Switches one on, or all off. With more than `mostHits` it is taken to run for ever, and throws. */
  switchOn(id: number | undefined, mostHits = Number.POSITIVE_INFINITY): void {
    this.active = id;
    this.#hits = 0;
    this.#mostHits = mostHits;
  }

  /** Called when the program comes to the one that is on. */
  hit(): true {
    if (++this.#hits > this.#mostHits) throw new Error(ENDLESS);
    return true;
  }
}

/** What a mutant that seems to run for ever throws. */
export const ENDLESS = 'came to the mutant too often';
