import { isObject, type Json, sameJson } from './json.ts';
import { keyIn } from './places.ts';

/** Where two trees are not equal, and what stands there. */
export interface Difference {
  readonly at: string;
  readonly built: Json | undefined;
  readonly printed: Json | undefined;
}

/** The first place where two trees differ, as deep as they are alike. `at` names their root. */
export function firstDifference(
  built: Json | undefined,
  printed: Json | undefined,
  at: string,
): Difference | undefined {
  if (sameJson(built, printed)) return undefined;
  if (isObject(built) && isObject(printed)) {
    for (const key of new Set([...Object.keys(built), ...Object.keys(printed)])) {
      const found = firstDifference(built[key], printed[key], `${at}${keyIn(key)}`);
      if (found !== undefined) return found;
    }
  }
  if (Array.isArray(built) && Array.isArray(printed) && built.length === printed.length) {
    for (const [i, item] of built.entries()) {
      const found = firstDifference(item, printed[i], `${at}[${i}]`);
      if (found !== undefined) return found;
    }
  }
  return { at, built, printed };
}

/** The first difference between the objects of two runs. */
export function firstDifferenceIn(
  one: ReadonlyMap<string, Json>,
  other: ReadonlyMap<string, Json>,
): Difference | undefined {
  for (const path of new Set([...one.keys(), ...other.keys()])) {
    const found = firstDifference(one.get(path), other.get(path), path);
    if (found !== undefined) return found;
  }
  return undefined;
}
