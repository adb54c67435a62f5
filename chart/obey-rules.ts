import { completeValues } from './check-values.ts';
import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { mergeOverDefaults } from './merge-values.ts';
import type { Rule } from './program.ts';
import { pathsIn, rulesBroken } from './rules.ts';
import { defaultsOf, type ObjectShape, type Shape } from './shape.ts';

/** Overrides with what breaks a rule set back to its default; undefined where that does not help. */
export function obeyRules(rules: readonly Rule[], shape: ObjectShape, overrides: JsonObject): JsonObject | undefined {
  let current = overrides;
  for (let i = 0; i < 20; i++) {
    const broken = rulesBroken(
      rules,
      completeValues(shape, mergeOverDefaults(defaultsOf(shape) as JsonObject, current)),
    );
    if (broken.length === 0) return current;
    for (const path of broken.flatMap(pathsOf)) current = withDefault(current, shape, path.split('.')) as JsonObject;
  }
  return undefined;
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

function pathsOf(rule: Rule): string[] {
  return [...pathsIn(rule.left), ...pathsIn(rule.right), ...(rule.when ?? []).map(({ path }) => path)];
}
