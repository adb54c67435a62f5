/**
 * How often each latency was seen, in classes as a log-linear histogram has them: up to 1.28 ms they are 0.01 ms wide, above it
 * at most 1.6 % of the latency. So what is read from it is at most 0.8 % off.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** @param counts classes, as `indexOf` gives them, and how often */
  add(counts: Iterable<readonly [index: number, count: number]>): void {
    for (const [index, count] of counts) {
      this.#counts.set(index, (this.#counts.get(index) ?? 0) + count);
      this.#total += count;
    }
  }

  /**
   * The latency in milliseconds that a share of all does not exceed; 0 where there are none.
   *
   * @param share from 0 to 1, as 0.99
   */
  percentile(share: number): number {
    let rest = Math.max(1, Math.ceil(share * this.#total));
    for (const [index, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      rest -= count;
      if (rest <= 0) return latencyOf(index);
    }
    return 0;
  }
}

/** The class of a latency in milliseconds, as in generator.mjs. */
export function indexOf(milliseconds: number): number {
  const value = Math.max(0, Math.round(milliseconds * 100));
  const shift = Math.max(0, 25 - Math.clz32(value));
  return shift * 64 + (value >>> shift);
}

/** The latency in the middle of a class, in milliseconds. */
export function latencyOf(index: number): number {
  const shift = Math.max(0, Math.floor(index / 64) - 1);
  const width = 2 ** shift;
  return ((index - shift * 64) * width + (width - 1) / 2) / 100;
}
