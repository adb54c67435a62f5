import { compareBytes, isObject, type Json } from './json.ts';

/** JSON as Go's encoding/json writes it. */
export function goJson(tree: Json): string {
  if (Array.isArray(tree)) return `[${tree.map(goJson).join(',')}]`;
  if (isObject(tree)) {
    const keys = Object.keys(tree).sort(compareBytes);
    return `{${keys.map((key) => `${goJson(key)}:${goJson(tree[key]!)}`).join(',')}}`;
  }
  return JSON.stringify(tree).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
