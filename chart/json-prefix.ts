import { isObject, type Json, type JsonObject, setKey } from './json.ts';

/** The JSON value at the start of a text, and its end, as Go's json.Decoder reads it; undefined where there is none. */
export function readJsonPrefix(text: string): { readonly value: Json; readonly end: number } | undefined {
  const end = /^[[{]/.test(text) ? endOfBrackets(text) : scalar.exec(text)?.[0].length;
  if (end === undefined) return undefined;
  try {
    return { value: asGoReads(JSON.parse(text.slice(0, end))), end };
  } catch {
    return undefined;
  }
}

/** A string, a word, or a number that does not break off in its digits, its fraction or its exponent. */
const scalar =
  /^(?:"(?:[^"\\]|\\.)*"|true|false|null|-?(?:0|[1-9]\d*(?!\d))(?:\.\d+(?!\d)|(?!\.))(?:[eE][-+]?\d+|(?![eE])))/s;

function endOfBrackets(text: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
    if (depth === 0) return index + token.length;
  }
  return undefined;
}

/** Go refuses numbers that a float64 cannot hold, and replaces halves of surrogate pairs. */
function asGoReads(value: Json): Json {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('the number is too large');
  if (Array.isArray(value)) return value.map(asGoReads);
  if (!isObject(value)) return value;
  const object: JsonObject = {};
  for (const [key, element] of Object.entries(value)) setKey(object, Buffer.from(key).toString(), asGoReads(element));
  return object;
}
