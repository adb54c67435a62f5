import type { RanCode } from './code-watch.ts';
import { REGULAR, wordsIn } from './program-words.ts';

/** Each is one more run of `build`. */
const MOST = 40;

const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`$\\]*`/.source;
const LITERAL = `(?:${TEXT}|-?\\b\\d+(?:\\.\\d+)?\\b)`;
const OPERATOR = '(?:[=!]==?|[<>]=?)';
const METHOD =
  '\\.(?:includes|startsWith|endsWith|indexOf|lastIndexOf|has|get|match|search|split|replace|replaceAll)\\(';
const LIST = '\\[[^[\\]]*\\]';
const TABLE = '\\{[^{}]*\\}';

/** What stands beside an operator or in a call that compares. */
const COMPARED = new RegExp(
  [
    `(?:${OPERATOR}|\\bcase)\\s*${LITERAL}`,
    `${LITERAL}\\s*${OPERATOR}`,
    `${METHOD}\\s*${LITERAL}`,
    `${LIST}(?=\\s*${METHOD})`,
    `${TABLE}(?=\\)?\\[)`,
  ].join('|'),
  'g',
);
/** A name in which something is looked up. */
const LOOKED_UP = new RegExp(`\\b([A-Za-z_$][\\w$]*)(?:\\[(?!['"\`\\d\\]])|${METHOD}|\\.test\\()`, 'g');

/** Texts and numbers that code which has run compares something with, and those in which it looks something up. */
export function comparedWords(code: RanCode): (string | number)[] {
  code.update();
  const { source } = code;
  const names = new Set([...source.matchAll(LOOKED_UP)].map(([, name]) => name!));
  const defined = (code.watch?.sources() ?? []).flatMap((text) =>
    definitionsIn(text)
      .filter(([name]) => names.has(name))
      .map(([, value]) => `= ${value}`),
  );
  const regular = [...source.matchAll(REGULAR)].map(([text]) => `= ${text}`);
  const compared = [...source.matchAll(COMPARED)].map(([text]) => text);
  const words = wordsIn([...compared, ...regular, ...defined].join('\n'), MOST);
  return [...words.compared, ...words.names].slice(0, MOST);
}

function definitionsIn(source: string): readonly (readonly [string, string])[] {
  let found = definitions.get(source);
  if (found === undefined) {
    found = [...source.matchAll(DEFINITION)].map(([, name, value]) => [name!, value!] as const);
    definitions.set(source, found);
  }
  return found;
}

const definitions = new Map<string, readonly (readonly [string, string])[]>();

/** What may be defined away from where it is used: tables, lists and regular expressions. */
const DEFINITION = new RegExp(
  `\\b(?:const|let|var)\\s+([A-Za-z_$][\\w$]*)\\s*=\\s*(${TABLE}|${LIST}|new (?:Set|Map)\\(\\[[^;]*?\\]\\)|/[^/\\n]+/[a-z]*)`,
  'g',
);
