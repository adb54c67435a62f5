import type fc from 'fast-check';

/** Random decisions. */
export class Dice {
  constructor(private readonly random: fc.Random) {}

  /** From `min` to `max`, both included. */
  between(min: number, max: number): number {
    return this.random.nextInt(min, max);
  }

  chance(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.between(0, options.length - 1)]!;
  }

  /** One of several ways to go on, each with its weight; ways that are undefined are closed. */
  way<T>(...ways: readonly (readonly [weight: number, go: (() => T) | undefined])[]): T {
    const open = ways.filter((way): way is readonly [number, () => T] => way[1] !== undefined && way[0] > 0);
    let left = this.between(
      1,
      open.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, go] of open) {
      left -= weight;
      if (left <= 0) return go();
    }
    throw new Error('no way is open');
  }

  times<T>(min: number, max: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.between(min, max) }, (_, i) => make(i));
  }
}
