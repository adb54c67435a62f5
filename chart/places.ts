import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import type { Shape } from './shape.ts';

/** A place in concrete values, inside lists and maps too. */
export interface Place {
  /** Keys of objects and maps, and numbers of list elements. */
  readonly path: readonly (string | number)[];
  /** As messages name it: `values.ports[0].name`. */
  readonly name: string;
  readonly shape: Shape;
}

/** Every place in values of a shape; what is inside of one comes after it. */
export function placesIn(shape: Shape, value: Json, path: Place['path'] = [], name = 'values'): Place[] {
  const here: Place = { path, name, shape };
  const inside = (key: string | number, part: Shape, json: Json) =>
    placesIn(part, json, [...path, key], `${name}${typeof key === 'number' ? `[${key}]` : keyIn(key)}`);
  if (value === null) return [here];
  switch (shape.kind) {
    case 'object':
      return [
        here,
        ...Object.entries(shape.fields).flatMap(([key, field]) =>
          inside(key, field, (value as JsonObject)[key] ?? null),
        ),
      ];
    case 'list':
      return [here, ...(value as Json[]).flatMap((element, i) => inside(i, shape.element, element))];
    case 'map':
      return [here, ...Object.entries(value).flatMap(([key, element]) => inside(key, shape.value, element))];
    default:
      return [here];
  }
}

/** The value at a place; undefined where there is none. */
export function valueAtPlace(values: Json, { path }: Pick<Place, 'path'>): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as JsonObject)[key] : undefined),
    values,
  );
}

/** A copy of the values with another value at a place. */
export function withPlace(values: Json, { path }: Pick<Place, 'path'>, replacement: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(values))
    return values.map((each, i) => (i === key ? withPlace(each, { path: rest }, replacement) : each));
  if (!isObject(values)) return values;
  const copy: JsonObject = { ...values };
  setKey(copy, String(key), withPlace(values[key]!, { path: rest }, replacement));
  return copy;
}

/** How messages append a key to a path. */
export function keyIn(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
