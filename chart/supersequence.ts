import { isObject, type Json } from './json.ts';

/** How items of lists are told apart where they stand in no one order: see `supersequence`. */
export interface Kinship {
  /** Equal for items that are the same one. */
  readonly identify: (item: Json) => string;
  /** Equal for items of the same name. */
  readonly name: (item: Json) => string;
  /** The loops whose elements an item has. */
  readonly elementsOf: (item: Json) => string;
}

/** A place of the supersequence, and the items that stood there in some list. */
type Column = Json[];

/**
 * The shortest row of places, as far as that is easy to find, in which every list has its items in order. Equal items
 * may have several places, and one place different items: what stands there then depends on a branch.
 */
export function supersequence(lists: readonly (readonly Json[])[], kinship: Kinship): readonly (readonly Json[])[] {
  let columns: Column[] = [];
  for (const list of [...lists].sort((a, b) => b.length - a.length)) {
    const places = placesIn(columns, list, kinship, 0);
    const grown: Column[] = [];
    let next = 0;
    for (const [i, item] of list.entries()) {
      const place = places[i];
      if (place === undefined) {
        grown.push([item]);
        continue;
      }
      grown.push(...columns.slice(next, place), [...columns[place]!, item]);
      next = place + 1;
    }
    columns = [...grown, ...columns.slice(next)];
  }
  return columns;
}

/** The place of each item of a list; undefined for one that has none. All have one in a list that was taken in. */
export function placesOf(
  columns: readonly (readonly Json[])[],
  list: readonly Json[],
  kinship: Kinship,
): (number | undefined)[] {
  return placesIn(columns, list, kinship, 1000);
}

/** The places, in order, that fit best; `each` is what it is worth that an item has a place at all. */
function placesIn(
  columns: readonly (readonly Json[])[],
  list: readonly Json[],
  kinship: Kinship,
  each: number,
): (number | undefined)[] {
  const fits = list.map((item) => columns.map((column) => fitOf(item, column, kinship)));
  const worth = (i: number, j: number) => (fits[i]![j]! > 0 ? each + fits[i]![j]! : Number.NEGATIVE_INFINITY);
  // best[i][j]: of the items from i on in the columns from j on.
  const best = Array.from({ length: list.length + 1 }, () => new Array<number>(columns.length + 1).fill(0));
  for (let i = list.length - 1; i >= 0; i--)
    for (let j = columns.length - 1; j >= 0; j--)
      best[i]![j] = Math.max(worth(i, j) + best[i + 1]![j + 1]!, best[i + 1]![j]!, best[i]![j + 1]!);
  const places: (number | undefined)[] = [];
  for (let [i, j] = [0, 0]; i < list.length; ) {
    if (j < columns.length && best[i]![j] === worth(i, j) + best[i + 1]![j + 1]!) {
      places[i++] = j++;
    } else if (j < columns.length && best[i]![j] === best[i]![j + 1]) j++;
    else places[i++] = undefined;
  }
  return places;
}

function fitOf(item: Json, column: readonly Json[], kinship: Kinship): number {
  return Math.max(...column.map((other) => likeness(item, other, kinship)));
}

/** How likely it is that one item takes the other's place in another branch; 0 where it must not. */
function likeness(item: Json, other: Json, { identify, name, elementsOf }: Kinship): number {
  if (item === other) return 100;
  // A loop is at one place, and nothing else.
  const elements = elementsOf(item);
  if (elements !== elementsOf(other)) return 0;
  if (identify(item) === identify(other)) return 90;
  if (elements !== '') return 30;
  if (isObject(item) && isObject(other)) {
    if (name(item) === name(other)) return 60;
    return Object.keys(item).sort().join() === Object.keys(other).sort().join() ? 2 : 0;
  }
  return Array.isArray(item) === Array.isArray(other) && isObject(item) === isObject(other) ? 1 : 0;
}
