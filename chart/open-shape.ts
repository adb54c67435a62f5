import { type JsonObject, setKey } from './json.ts';
import type { Shape } from './shape.ts';

/**
 * The shape with objects that take other keys too, all the way down: what a chart above gives as `global`, and what is
 * passed on to a subchart. `rest` has the defaults of keys that are not declared.
 */
export function opened<S extends Shape>(shape: S, rest: JsonObject = {}): S {
  if (shape.kind !== 'object') return shape;
  const fields: Record<string, Shape> = {};
  const undeclared = { ...rest };
  for (const [key, field] of Object.entries(shape.fields)) {
    setKey(fields, key, opened(field, rest[key] as JsonObject | undefined));
    delete undeclared[key];
  }
  return { ...shape, fields, rest: undeclared };
}
