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

/** What stands in code. */
export interface Words {
  /** Texts between quotes, numbers, and texts that regular expressions match: what it may compare values with. */
  readonly compared: readonly (string | number)[];
  /** Names, which may be keys. */
  readonly names: readonly string[];
}

/** What stands in a program's own functions. */
export function wordsOf({ build, notes }: Program): Words {
  return wordsIn([build, notes].map((each) => each?.toString() ?? '').join('\n'), MOST);
}

/** What stands in code, at most so much of each kind. */
export function wordsIn(source: string, most: number): Words {
  const compared = new Set<string | number>();
  const names = new Set<string>();
  for (const [, single, double, template, digits, name] of source.matchAll(TOKENS)) {
    const text = single ?? double ?? template;
    if (text !== undefined) compared.add(unescaped(text));
    // Below and above it something else may happen.
    else if (digits !== undefined) for (const step of [0, 1, -1]) compared.add(Number(digits) + step);
    else if (name !== undefined && !KEYWORDS.has(name)) names.add(name);
  }
  for (const [, pattern, flags] of source.matchAll(REGULAR))
    for (const text of matchesOf(pattern!, flags!)) compared.add(text);
  return { compared: [...compared].slice(0, most), names: [...names].slice(0, most) };
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
