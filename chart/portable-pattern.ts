import { refuse } from './shape.ts';

/** What JavaScript's and Go's regular expressions read differently, or Go not at all. */
const UNPORTABLE: readonly [RegExp, string][] = [
  [/\(\?(?!:)/, 'a lookaround, a flag or a named group'],
  [/\\[1-9k]/, 'a back reference'],
  [/\\[sS]/, '\\s (list the characters instead)'],
  [/\\[pPuc0]/, 'a \\p, \\u, \\c or \\0 escape (write the character itself)'],
  [/\[\[?:/, 'a POSIX class'],
  [/\[\^?\]/, 'an empty class'],
  [/\[[^\]]*\\b/, '\\b in a class'],
  [/\{\d*,?(?:\d{5,}|[2-9]\d{3}|1\d\d[1-9]|1\d[1-9]\d|1[1-9]\d\d)\}/, 'a repetition of more than 1000'],
];

/**
 * The source of a regular expression that JavaScript and Go read alike.
 *
 * @throws ChartError for any other.
 */
export function patternOf(pattern: RegExp, path: string): string {
  const source = pattern.source;
  if (pattern.flags !== '' && pattern.flags !== 'u')
    throw refuse(path, `has a pattern with the flags '${pattern.flags}'`, 'write it without flags');
  // A backslash that is escaped itself escapes nothing.
  const found = UNPORTABLE.find(([test]) => test.test(source.replaceAll('\\\\', '')))?.[1];
  if (found !== undefined)
    throw refuse(path, `has the pattern /${source}/ with ${found}`, 'Go and JavaScript must read it alike');
  if (/\./.test(source.replace(/\\./g, '').replace(/\[(\\.|[^\]])*\]/g, ''))) {
    throw refuse(
      path,
      `has the pattern /${source}/ with a bare '.'`,
      'write [^\\n], which Go and JavaScript read alike',
    );
  }
  try {
    new RegExp(source, 'u');
  } catch (cause) {
    throw refuse(
      path,
      `has the pattern /${source}/, which is not valid for whole characters`,
      (cause as Error).message,
    );
  }
  return source;
}

/** Whether a pattern takes ASCII's characters alone, but DEL: false where that is not plain to see. */
export function takesAsciiAlone(pattern: string): boolean {
  const plain = pattern.replace(/\\[^DWBx]/g, '_');
  if (!/^\^[ -~]*\$$/.test(plain) || /\\|\[\^/.test(plain)) return false;
  let rest = plain.replace(/\[[^\]]*\]/g, '_');
  for (let inner = ''; inner !== rest; ) [inner, rest] = [rest, rest.replace(/\([^()]*\)/g, '_')];
  // The anchors would be those of one alternative each.
  return !rest.includes('|');
}
