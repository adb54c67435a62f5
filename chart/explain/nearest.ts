import { distance } from '../check-values.ts';

/** The candidates that are most like a word. Of paths, the end of as many parts as the word has is compared. */
export function nearest(word: string, candidates: readonly string[], separator = '.', most = 3): string[] {
  const parts = word.split(separator).length;
  const scored = candidates
    .map((candidate) => ({
      candidate,
      score: likeness(word, candidate.split(separator).slice(-parts).join(separator)),
    }))
    .filter(({ score }) => score <= FARTHEST)
    .sort((a, b) => a.score - b.score);
  return scored
    .filter(({ score }) => score <= scored[0]!.score * CLOSE + 0.01)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const FARTHEST = 0.4;
/** How many times as far as the nearest one others may be. */
const CLOSE = 1.5;

function likeness(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

/** `a, b or c`. */
export function listed(words: readonly string[], link = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${link} ${words.at(-1)}`;
}

/** As many words as one line takes. */
export function shortened(words: readonly string[], most = 12): string {
  return words.length <= most
    ? listed(words, 'and')
    : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}
