const FIRST = 1000;
const LONGEST = 30_000;

/**
 * Milliseconds to wait before an attempt: doubled each time, and spread, so that not everybody comes back at the same moment.
 *
 * @param attempt 0 for the first
 * @param random from 0 to 1
 */
export function backoff(attempt: number, random: number = Math.random()): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** attempt);
  return Math.round(longest * (0.5 + random / 2));
}
