import { distance } from '../check-values.ts';
import { isObject, type Json, sameJson } from '../json.ts';
import type { Place } from './compare-schemas.ts';
import { keyOf, type Path, startsWith, valuesAt } from './path.ts';

export interface Rename {
  readonly from: Place;
  readonly to: Place;
}

export interface Renames {
  readonly renamed: readonly Rename[];
  /** What is left of the removed values. */
  readonly removed: readonly Place[];
  /** What is left of the added values. */
  readonly added: readonly Place[];
}

/**
 * Removed values that have probably got another name or place: one was added with the same schema and default, and
 * with a similar name, the same name elsewhere, or as the only one of its kind beside it. Of a map that is gone, the
 * values in it are looked for as well.
 */
export function findRenames(
  removed: readonly Place[],
  added: readonly Place[],
  defaults: { readonly was: Json; readonly is: Json },
): Renames {
  const [olds, news] = [removed.flatMap(withParts), added.flatMap(withParts)];
  const pairs = olds.flatMap((from) => {
    const isAlike = (to: Place) => sameJson(from.schema, to.schema) && sameDefault(from, to, defaults);
    const alike = news.filter(isAlike);
    const twins = olds.filter((old) => sameJson(old.schema, from.schema) && isBeside(old, from));
    return alike.map((to) => {
      const alone = twins.length === 1 && alike.filter((each) => isBeside(each, to)).length === 1;
      return { from, to, likeness: likeness(from, to, alone) };
    });
  });
  const ranked = pairs
    .filter(({ likeness }) => likeness > 0)
    // What is nearer to the top comes first: a map takes what is in it along.
    .sort((a, b) => a.from.path.length - b.from.path.length || b.likeness - a.likeness);
  const renamed: Rename[] = [];
  for (const { from, to } of ranked) {
    const taken = renamed.some((known) => overlap(known.from.path, from.path) || overlap(known.to.path, to.path));
    if (!taken) renamed.push({ from, to });
  }
  const [gone, come] = [renamed.map((rename) => rename.from.path), renamed.map((rename) => rename.to.path)];
  return {
    renamed,
    removed: removed.flatMap((place) => withoutThose(place, gone)),
    added: added.flatMap((place) => withoutThose(place, come)),
  };
}

function withParts(place: Place): Place[] {
  return [place, ...partsOf(place).flatMap(withParts)];
}

function partsOf({ path, schema }: Place): Place[] {
  const properties = keyOf(schema, 'properties');
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([key, part]) => ({ path: [...path, { key }], schema: part }));
}

/** The place, or those of its parts that are left without some of them. */
function withoutThose(place: Place, those: readonly Path[]): Place[] {
  if (!those.some((path) => startsWith(path, place.path))) return [place];
  if (those.some((path) => startsWith(place.path, path))) return [];
  return partsOf(place).flatMap((part) => withoutThose(part, those));
}

function sameDefault(from: Place, to: Place, { was, is }: { readonly was: Json; readonly is: Json }): boolean {
  return sameJson(valuesAt(was, from.path)[0] ?? null, valuesAt(is, to.path)[0] ?? null);
}

/** More than 0 where one name may have become the other; `alone`: nothing else of its kind went or came beside them. */
function likeness(from: Place, to: Place, alone: boolean): number {
  const far = distance(nameOf(from).toLowerCase(), nameOf(to).toLowerCase());
  if (isBeside(from, to)) return far <= 0.5 ? 2 - far : alone ? 0.5 : 0;
  return far === 0 && isNear(from.path, to.path) ? 1 : 0;
}

function nameOf({ path }: Place): string {
  const last = path.at(-1)!;
  return typeof last === 'string' ? last : last.key;
}

function isBeside(one: Place, other: Place): boolean {
  return sameJson(one.path.slice(0, -1), other.path.slice(0, -1));
}

/** Whether two places are in the same group at the top, or one of them is just above the other's group. */
function isNear(one: Path, other: Path): boolean {
  const [a, b] = [one.slice(0, -1), other.slice(0, -1)];
  return sameJson(one[0], other[0]) || startsWith(a, b) || startsWith(b, a);
}

function overlap(one: Path, other: Path): boolean {
  return startsWith(one, other) || startsWith(other, one);
}
