import { wrapped } from '../../wrapped.ts';

/** Broken between words, and within a word that is longer than a line. */
export function folded(text: string, width: number): string[] {
  return wrapped(text, width).flatMap((line) => pieces(line, width));
}

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
