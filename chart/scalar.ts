import type { Json } from './json.ts';

/** Words that YAML 1.1 or 1.2 reads as something else than a string. */
const RESERVED = /^(y|yes|n|no|on|off|true|false|null|nan|inf)$/i;
/** Starts with a letter or a slash, has nothing that YAML gives a meaning to, and no `: `. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*$/;

/** A leaf in YAML that YAML 1.1 and 1.2 parsers read alike: the one writer of manifests and templates. */
export function yamlScalar(value: Exclude<Json, object> | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : quoted(value);
}

/** A string in double quotes, with everything escaped that a YAML parser would refuse, fold or drop. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u00a0\u00ad\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

/** A character as JSON, YAML and Go write it in strings. */
export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
