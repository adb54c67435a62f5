import { callerOf } from './program-line.ts';

/** A clock and a source of random numbers that differ from the real ones. */
export type OtherClock = 'low' | 'high';

/**
 * Runs `action` at another time and with other random numbers: far ahead, and small ones or large ones. `onUse` is told
 * where the program asks for them: `Date.now() at app.ts:12`.
 */
export function withOtherClock<T>(
  which: OtherClock,
  action: () => T,
  onUse: (use: string) => void = () => undefined,
): T {
  const { Date: RealDate, Math: RealMath } = globalThis;
  const { random } = RealMath;
  const ahead = which === 'low' ? AHEAD : 3 * AHEAD;
  const used = (what: string, by: (...args: never[]) => unknown) => {
    const caller = callerOf(by);
    if (caller?.line !== undefined) onUse(`${what} at ${caller.line}`);
  };
  const now = () => RealDate.now() + ahead;
  const OtherDate: DateConstructor = new Proxy(RealDate, {
    apply: function apply() {
      used('Date()', apply);
      return new RealDate(now()).toString();
    },
    construct: function construct(target, args, newTarget) {
      if (args.length === 0) used('new Date()', construct);
      return Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
    },
    get(target, key) {
      return key === 'now' ? otherNow : Reflect.get(target, key);
    },
  });
  function otherNow(): number {
    used('Date.now()', otherNow);
    return now();
  }
  let count = 0;
  function otherRandom(): number {
    used('Math.random()', otherRandom);
    const small = (count++ * 0.0137) % 0.1;
    return which === 'low' ? small : 0.9999 - small;
  }
  globalThis.Date = OtherDate;
  RealMath.random = otherRandom;
  try {
    return action();
  } finally {
    globalThis.Date = RealDate;
    RealMath.random = random;
  }
}

/** More than a year, and in no field of a date the same. */
const AHEAD = (((397 * 24 + 7) * 60 + 13) * 60 + 17) * 1000 + 123;
