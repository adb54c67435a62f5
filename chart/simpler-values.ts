import { isText } from './check-values.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { placesIn, valueAtPlace, withPlace } from './places.ts';
import { smallNumbersOf, stringsOf } from './samples.ts';
import { defaultsOf, type ListShape, type ObjectShape, type Shape, type StringShape } from './shape.ts';

/** Values as near to the defaults, and otherwise as simple, as `keeps` allows: what is left in them is what matters. */
export function simplerValues(
  shape: ObjectShape,
  values: JsonObject,
  keeps: (values: JsonObject) => boolean,
): JsonObject {
  // What a rule keeps from changing may change once others have.
  for (let before = values; ; ) {
    const after = simplifiedOnce(shape, before, keeps);
    if (sameJson(after, before)) return after;
    before = after;
  }
}

function simplifiedOnce(shape: ObjectShape, values: JsonObject, keeps: (values: JsonObject) => boolean): JsonObject {
  let current = values;
  const visited = new Set<string>();
  for (;;) {
    const next = placesIn(shape, current).find(({ name }) => !visited.has(name));
    if (next === undefined) return current;
    visited.add(next.name);
    const value = valueAtPlace(current, next)!;
    if (isDefault(next.shape, value))
      for (const { name } of placesIn(next.shape, value, next.path, next.name)) visited.add(name);
    for (;;) {
      const better = simplerThan(next.shape, valueAtPlace(current, next)!)
        .map((candidate) => withPlace(current, next, candidate) as JsonObject)
        .find((candidate) => keeps(candidate));
      if (better === undefined) break;
      current = better;
    }
  }
}

/** Whether a value is what values.yaml has. */
export function isDefault(shape: Shape, value: Json): boolean {
  return shape.fixed && sameJson(value, defaultsOf(shape));
}

/** Values of a shape that are simpler than one of it, the simplest first. */
export function simplerThan(shape: Shape, value: Json): Json[] {
  const candidates = simple(shape, value);
  const index = candidates.findIndex((candidate) => sameJson(candidate, value));
  return index === -1 ? candidates : candidates.slice(0, index);
}

function simple(shape: Shape, value: Json): Json[] {
  const given = shape.fixed ? [defaultsOf(shape)] : shape.fallback === undefined ? [] : [shape.fallback];
  const least = shape.nullable ? [...given, null] : given;
  switch (shape.kind) {
    case 'string':
      return [...least, ...simpleTexts(shape)];
    case 'number':
      return [...least, ...smallNumbersOf(shape)];
    case 'quantity':
      return [...least, ...(typeof value === 'number' ? smallNumbersOf(shape.number) : simpleTexts(shape.text))];
    case 'boolean':
      return [...least, true];
    case 'enum':
      return [...least, ...shape.options];
    case 'list':
      return [...least, ...(Array.isArray(value) ? [...shorter(value, shape.minItems), ...alike(value, shape)] : [])];
    case 'map':
      return [...least, ...(isObject(value) ? smaller(value, shape.key) : [])];
    case 'object':
      return least;
    case 'opaque':
      return [...least, {}];
  }
}

function simpleTexts(shape: StringShape): string[] {
  const byLength = [...stringsOf(shape)].sort((a, b) => a.length - b.length);
  return [...new Set([...SIMPLE, ...byLength])].filter((text) => isText(shape, text));
}

const SIMPLE = ['abc', 'xyz', '', 'ABC', ' abc ', 'a-b', 'a.b', 'a/b', 'a:b', 'a,b', 'a b', 'a\n', '"a"'];

function shorter(list: readonly Json[], least: number): Json[][] {
  if (list.length <= least) return [];
  return [...(least === 0 ? [[]] : []), ...list.map((_, i) => list.filter((_, j) => j !== i))];
}

/** Elements that are equal may have to be: they get simpler together. */
function alike(list: readonly Json[], { element }: ListShape): Json[][] {
  const [first, ...others] = list;
  if (others.length === 0 || !others.every((other) => sameJson(other, first))) return [];
  return simplerThan(element, first!).map((simpler) => list.map(() => simpler));
}

/** Without an entry, or with a simpler key. */
function smaller(map: JsonObject, keyShape: StringShape): JsonObject[] {
  const entries = Object.entries(map);
  const keys = simpleTexts(keyShape);
  const renamed = entries.flatMap(([key], i) =>
    keys
      .slice(0, Math.max(0, keys.indexOf(key)))
      .filter((other) => !Object.hasOwn(map, other))
      .map((other) => entries.map(([own, value], j) => [i === j ? other : own, value])),
  );
  return [
    ...(entries.length > 0 ? [{}] : []),
    ...entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key))),
    ...renamed.map((each) => Object.fromEntries(each) as JsonObject),
  ];
}
