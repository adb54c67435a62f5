import { textsLike } from './pattern-samples.ts';
import type { Program } from './program.ts';

/** More would take longer than what they show is worth. */
const MOST = 80;
/** A slash after one of these begins a regular expression. */
export const REGULAR = /(?<=[(,=:!&|?{};[\n]\s*|\breturn\s+)\/((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/g;
const MOST_OF_ONE = 4;
const TOKENS = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`$\\]*)`|\b(\d+(?:\.\d+)?)\b|([A-Za-z_][\w]*)/g;
const KEYWORDS = new Set(
  'as async await break case catch class const continue delete do else false finally for function if in instanceof let new null of return switch this throw true try typeof undefined var void while yield'.split(
    ' ',
  ),
);

/** Texts and numbers that stand in a program's own functions. */
export function wordsOf({ build, notes }: Program): (string | number)[] {
  return wordsIn([build, notes].map((each) => each?.toString() ?? '').join('\n'), MOST);
}

/**
 * Texts and numbers that stand in code: what it might compare values with. Those between quotes and numbers come first,
 * then texts that regular expressions match, then names, which may be keys.
 */
export function wordsIn(source: string, most: number): (string | number)[] {
  const quoted = new Set<string | number>();
  const names = new Set<string>();
  for (const [, single, double, template, digits, name] of source.matchAll(TOKENS)) {
    const text = single ?? double ?? template;
    if (text !== undefined) quoted.add(unescaped(text));
    // Below and above it something else may happen.
    else if (digits !== undefined) for (const step of [0, 1, -1]) quoted.add(Number(digits) + step);
    else if (name !== undefined && !KEYWORDS.has(name)) names.add(name);
  }
  const matching = [...source.matchAll(REGULAR)].flatMap(([, pattern, flags]) => matchesOf(pattern!, flags!));
  return [...quoted, ...new Set(matching), ...names].slice(0, most);
}

/** Texts that a regular expression finds something in. */
function matchesOf(pattern: string, flags: string): string[] {
  try {
    const expression = new RegExp(pattern, flags.replace(/[gy]/g, ''));
    return textsLike(pattern.replace(/\(\?[:=!<]+/g, '('))
      .flatMap((text) => [text, `a${text}b`])
      .filter((text) => expression.test(text))
      .slice(0, MOST_OF_ONE);
  } catch {
    // A division, or what the reader of patterns does not know.
    return [];
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character);
}
