import { isEach } from './each.ts';
import { isObject, type Json } from './json.ts';
import { placesOf, supersequence } from './supersequence.ts';

/**
 * How lists that stand at the same place in different runs line up: by position, by a naming field, by their first
 * field, or by all of their content. Items that are alike and never together share a place between those of all lists.
 */
export interface ListLayout {
  readonly keys: readonly string[];
  /** The key of each item of a list. */
  readonly keysOf: (list: readonly Json[]) => string[];
}

/** Two lists of which the second comes of another answer of an element of some list. */
export type Variants = readonly [readonly Json[], readonly Json[]];

/** Tells of which lists' elements a text is made. */
type ElementsOf = (text: string) => string;

export function alignLists(
  lists: readonly (readonly Json[])[],
  elementsOf: ElementsOf,
  variants: readonly Variants[],
): ListLayout {
  const filled = lists.filter((list) => list.length > 0);
  const [first = []] = filled;
  const sameLength = filled.every((list) => list.length === first.length);
  const named = identityWith(nameOf, filled, variants);
  if (
    sameLength &&
    first.every((_, i) =>
      alike(
        filled.map((list) => list[i]!),
        elementsOf,
        named,
      ),
    )
  ) {
    const numbers = (list: readonly Json[]) => list.map((_, i) => String(i));
    return { keys: numbers(first), keysOf: numbers };
  }
  for (const by of ['name', 'field', 'content'] as const) {
    const identify = identityWith(IDENTITY[by], filled, variants);
    const told = filled.every((list) => new Set(list.map(identify)).size === list.length);
    if (!told && by !== 'content') continue;
    const keysOf = withSharedPlaces(filled, identify, elementsOf);
    const keys = layoutOf(filled.map(keysOf));
    if (keys !== undefined) return { keys, keysOf };
  }
  return inOrder(filled, identityWith(IDENTITY.content, filled, variants), elementsOf);
}

/** Where items change places between branches, or equal ones stand beside each other, their order alone tells them apart. */
function inOrder(
  lists: readonly (readonly Json[])[],
  identify: (item: Json) => string,
  elementsOf: ElementsOf,
): ListLayout {
  const kinship = { identify, name: nameOf, elementsOf: (item: Json) => elementsOf(JSON.stringify(item)) };
  const columns = supersequence(lists, kinship);
  const names = identities(
    columns.map(([item]) => item!),
    nameOf,
  );
  const known = new WeakMap<readonly Json[], string[]>();
  const keysOf = (list: readonly Json[]) => {
    const places = () => placesOf(columns, list, kinship);
    const keys = known.get(list) ?? places().map((place, i) => (place === undefined ? `new ${i}` : names[place]!));
    known.set(list, keys);
    return keys;
  };
  return { keys: names, keysOf };
}

/**
 * Items that take each other's place under another answer of an element are what one `.map` makes of it: they are told
 * apart from the rest alone, or each would get a loop of its own, and the order of the elements would be lost. What are
 * loops already stay two.
 */
function identityWith(
  identify: (item: Json) => string,
  lists: readonly (readonly Json[])[],
  variants: readonly Variants[],
): (item: Json) => string {
  const same = new Map<string, string>();
  const find = (identity: string): string => {
    const other = same.get(identity);
    return other === undefined ? identity : find(other);
  };
  for (const [before, after] of variants) {
    if (before.length !== after.length) continue;
    before.forEach((item, i) => {
      if (isEach(item) || isEach(after[i])) return;
      const [one, two] = [find(identify(item)), find(identify(after[i]!))];
      if (!lists.some((list) => areBothIn(list, one, two))) same.set(two, one);
    });
  }
  return (item) => find(identify(item));

  function areBothIn(list: readonly Json[], one: string, two: string): boolean {
    const there = list.map((item) => find(identify(item)));
    return there.includes(one) && there.includes(two);
  }
}

/**
 * Tells items apart by what identifies them. Those that are alike and never together share a place between the items of
 * every list.
 */
function withSharedPlaces(
  lists: readonly (readonly Json[])[],
  identify: (item: Json) => string,
  elementsOf: ElementsOf,
): ListLayout['keysOf'] {
  const keys = lists.map((list) => identities(list, identify));
  const anchors = keys[0]!.filter((key) => keys.every((each) => each.includes(key)));
  const shared = new Set<number>();
  for (let place = 0; place <= anchors.length; place++) {
    const segments = lists.map((list, i) => list.filter((_, j) => placeOf(keys[i]!, j, anchors) === place));
    const single = segments.every((items) => items.length <= 1);
    if (single && sameKind(segments.flat(), elementsOf)) shared.add(place);
  }
  return (list) => {
    const own = identities(list, identify);
    return own.map((key, i) => {
      const place = placeOf(own, i, anchors);
      return shared.has(place) ? `place ${place}` : key;
    });
  };
}

/** The number of the place that an item is in: how many anchors come before it; -1 for an anchor. */
function placeOf(keys: readonly string[], index: number, anchors: readonly string[]): number {
  return anchors.includes(keys[index]!) ? -1 : keys.slice(0, index).filter((key) => anchors.includes(key)).length;
}

/** Scalars of the same elements, or maps with the same keys. */
function sameKind(items: readonly Json[], elementsOf: ElementsOf): boolean {
  const kinds = items.map((item) => {
    if (isObject(item)) return `map ${Object.keys(item).join()}`;
    return Array.isArray(item) ? `list ${JSON.stringify(item)}` : `scalar ${elementsOf(String(item))}`;
  });
  return new Set(kinds).size === 1;
}

function alike(items: readonly Json[], elementsOf: ElementsOf, named: (item: Json) => string): boolean {
  if (items.every((item) => typeof item !== 'object')) {
    return new Set(items.map((item) => elementsOf(String(item)))).size === 1;
  }
  return new Set(items.map(named)).size === 1;
}

/** The second of two equal items is told apart by its number. */
function identities(list: readonly Json[], identify: (item: Json) => string): string[] {
  const times = new Map<string, number>();
  return list.map((item) => {
    const identity = identify(item);
    const before = times.get(identity) ?? 0;
    times.set(identity, before + 1);
    return before === 0 ? identity : `${identity}#${before}`;
  });
}

/** The fields that Kubernetes merges lists by, and a few that do as well. */
const NAMING = ['name', 'mountPath', 'containerPort', 'port', 'ip', 'key', 'topologyKey', 'host', 'type', 'kind'];

function fieldOf(item: Json): string {
  if (!isObject(item)) return JSON.stringify(item);
  const [first] = Object.entries(item);
  return first === undefined ? '{}' : `${first[0]}=${JSON.stringify(first[1])}`;
}

function nameOf(item: Json): string {
  if (Array.isArray(item)) return 'list';
  if (!isObject(item)) return JSON.stringify(item);
  const field = NAMING.find((name) => Object.hasOwn(item, name) && typeof item[name] !== 'object');
  return field === undefined ? `{${Object.keys(item)[0] ?? ''}}` : `${field}=${String(item[field])}`;
}

const IDENTITY = { name: nameOf, field: fieldOf, content: (item: Json) => JSON.stringify(item) };

/** One order that contains every sequence, the first seen first; undefined where they contradict each other. */
export function layoutOf(sequences: readonly (readonly string[])[]): string[] | undefined {
  const before = new Map<string, Set<string>>();
  for (const sequence of sequences) {
    sequence.forEach((key, i) => {
      const known = before.get(key) ?? before.set(key, new Set()).get(key)!;
      if (i > 0) known.add(sequence[i - 1]!);
    });
  }
  const order: string[] = [];
  const left = new Set(before.keys());
  while (left.size > 0) {
    const next = [...left].find((key) => [...before.get(key)!].every((other) => !left.has(other)));
    if (next === undefined) return undefined;
    left.delete(next);
    order.push(next);
  }
  return order;
}
