import { wrapped } from '../../wrapped.ts';

/** Broken between words, and within a word that is longer than a line. */
export function folded(text: string, width: number): string[] {
  return wrapped(text.replace(BEFORE_UNIT, HARD_SPACE), width).flatMap((line) =>
    pieces(line.replaceAll(HARD_SPACE, ' '), width),
  );
}

const HARD_SPACE = '\u00a0';
/** A number and its unit stay together. */
const BEFORE_UNIT = /(?<=\d) (?=(?:s|ms|min|h|MB|MiB|GiB|CPU|%)(?![\w/]))/g;

/** Between characters, never within one of two units. */
function pieces(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const parts = [''];
  for (const character of line) {
    if (parts.at(-1)!.length + character.length > width) parts.push('');
    parts[parts.length - 1] += character;
  }
  return parts;
}
