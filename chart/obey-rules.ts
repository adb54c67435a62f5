import { completeValues } from './check-values.ts';
import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { mergeOverDefaults } from './merge-values.ts';
import type { Rule } from './program.ts';
import { isBroken, pathsIn, rulesInForce } from './rules.ts';
import { defaultsOf, type ObjectShape, type Shape } from './shape.ts';

/** Overrides with what breaks a rule set back to its default; undefined where that does not help. */
export function obeyRules(rules: readonly Rule[], shape: ObjectShape, overrides: JsonObject): JsonObject | undefined {
  const { values, broken } = withFewerBroken(rules, shape, overrides, () => false);
  return broken.length === 0 ? values : undefined;
}

/** Overrides with what breaks a rule set back to its default, but for what is kept; and the rules that are broken still. */
export function withFewerBroken(
  rules: readonly Rule[],
  shape: ObjectShape,
  overrides: JsonObject,
  isKept: (path: string) => boolean,
): { values: JsonObject; broken: Rule[] } {
  let values = overrides;
  for (let i = 0; ; i++) {
    const merged = mergeOverDefaults(defaultsOf(shape) as JsonObject, values);
    const complete = completeValues(shape, merged);
    const broken = rulesInForce(rules, complete).filter((rule) => isBrokenOrUnreadable(rule, complete));
    const paths = broken.flatMap(pathsOf).filter((path) => !isKept(path));
    if (paths.length === 0 || i === 20) return { values, broken };
    for (const path of paths) values = withDefault(values, shape, path.split('.')) as JsonObject;
  }
}

/** The values with the default at one place. */
export function withDefault(values: Json | undefined, shape: Shape, path: readonly string[]): Json {
  const [key, ...rest] = path;
  const field = key !== undefined && shape.kind === 'object' ? shape.fields[key] : undefined;
  if (key === undefined || field === undefined) return defaultsOf(shape);
  const copy: JsonObject = isObject(values) ? { ...values } : {};
  setKey(copy, key, withDefault(copy[key], field, rest));
  return copy;
}

function isBrokenOrUnreadable(rule: Rule, values: Json): boolean {
  try {
    return isBroken(rule, values);
  } catch {
    return true;
  }
}

function pathsOf(rule: Rule): string[] {
  return [...pathsIn(rule.left), ...pathsIn(rule.right), ...(rule.when ?? []).map(({ path }) => path)];
}
