import { checkValues, completeValues } from './check-values.ts';
import { ChartError } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { mergeOverDefaults } from './merge-values.ts';
import type { Program } from './program.ts';
import { brokenRules } from './rules.ts';
import { defaultsOf, type ObjectShape } from './shape.ts';

/** Overrides merged over the defaults, checked, with every key there. */
export function validValues(program: Program, shape: ObjectShape, overrides: unknown): Json {
  if (!isObject(overrides)) throw new ChartError(`the values are ${JSON.stringify(overrides)}; expected a map`);
  const merged = mergeOverDefaults(defaultsOf(shape) as JsonObject, overrides) as JsonObject;
  const problems = checkValues(shape, merged);
  if (problems.length > 0) throw new ChartError(problems.join('\n'));
  const complete = completeValues(shape, merged);
  const broken = brokenRules(program.rules ?? [], complete);
  if (broken.length > 0) throw new ChartError(broken.join('\n'));
  return complete;
}
