import { isObject, type Json, sameJson } from '../json.ts';

/** One step into values: to a key by name, to every element of a list, or to what every key of a map has. */
export type Step = { readonly key: string } | 'element' | 'entry';
export type Path = readonly Step[];

/** `imagePullSecrets[].name`, `config.data.*`. */
export function pathText(path: Path): string {
  const text = path.map((step) => (step === 'element' ? '[]' : step === 'entry' ? '.*' : `.${step.key}`)).join('');
  return text === '' ? 'the values' : text.replace(/^\./, '');
}

/** Whether a path is another one, or goes on from it. */
export function startsWith(path: Path, start: Path): boolean {
  return sameJson(path.slice(0, start.length), start);
}

/** Everything that stands at a path. */
export function valuesAt(value: Json | undefined, path: Path): Json[] {
  const [step, ...rest] = path;
  if (value === undefined) return [];
  if (step === undefined) return [value];
  if (step === 'element') return Array.isArray(value) ? value.flatMap((each) => valuesAt(each, rest)) : [];
  if (!isObject(value)) return [];
  if (step === 'entry') return Object.values(value).flatMap((each) => valuesAt(each, rest));
  return valuesAt(keyOf(value, step.key), rest);
}

/** Whether values say nothing about a path of keys, so that the default stands. */
export function leavesOut(value: Json | undefined, path: Path): boolean {
  const [step, ...rest] = path;
  if (value === undefined) return true;
  if (step === undefined || typeof step === 'string' || !isObject(value)) return false;
  return leavesOut(keyOf(value, step.key), rest);
}

/** What a map has at a key of its own. */
export function keyOf(map: Json | undefined, key: string): Json | undefined {
  return isObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
}
