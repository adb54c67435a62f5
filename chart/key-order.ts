import { isText } from './check-values.ts';
import { isObject, type Json, type JsonObject, sameJson, setKey } from './json.ts';
import { hasMark, isBareMark, losing, type Marks, orderOf, withOrder } from './marks.ts';
import { type ValueReference, withTurns } from './reference.ts';
import type { Documents } from './run.ts';
import type { MapShape } from './shape.ts';

/** What `build` makes where a map has these keys as well. */
export type WithKeys = (map: string, keys: readonly string[]) => Documents;

/**
 * The documents with the order of keys that stand beside spread maps as it is. Objects of JavaScript do not tell it in
 * all cases: a key that is set again stays where it was, and those that are integers come first. So build runs again
 * with each map having the keys that could meet: what stands there then won. Keys that lose are renamed, so that they
 * are others than those that win in another branch.
 */
export function withKeyOrder(documents: Documents, marks: Marks, withKeys: WithKeys): Documents {
  const order = new KeyOrder(marks);
  for (const document of documents.values()) order.collect(document);
  const probes = new Map([...order.meeting].map(([map, keys]) => [map, withKeys(map, [...keys])]));
  return new Map(
    [...documents].map(([path, document]) => {
      const others = new Map([...probes].map(([map, made]) => [map, made.get(path)]));
      return [path, order.ordered(document, others)];
    }),
  );
}

/** The same place where each map has keys that could meet; undefined where it is another one then. */
type Others = ReadonlyMap<string, Json | undefined>;

class KeyOrder {
  /** The fixed keys that stand beside each map somewhere, by the map's path. */
  readonly meeting = new Map<string, Set<string>>();

  constructor(private readonly marks: Marks) {}

  collect(tree: Json): void {
    if (Array.isArray(tree)) for (const item of tree) this.collect(item);
    if (!isObject(tree)) return;
    const keys = Object.keys(tree);
    for (const map of keys.map((key) => this.#spreadAt(key)).filter((each) => each !== undefined)) {
      const known = this.meeting.get(map.id) ?? new Set();
      const allowed = keys.filter((key) => !hasMark(key) && isText((map.shape as MapShape).key, key));
      if (allowed.length > 0) this.meeting.set(map.id, known);
      for (const key of allowed) known.add(key);
    }
    for (const value of Object.values(tree)) this.collect(value);
  }

  ordered(tree: Json, others: Others): Json {
    if (Array.isArray(tree)) {
      return tree.map((item, i) => {
        const same = (other: Json | undefined) =>
          Array.isArray(other) && other.length === tree.length ? other[i] : undefined;
        return this.ordered(item, mapValues(others, same));
      });
    }
    return isObject(tree) ? this.#map(tree, others) : tree;
  }

  #map(map: JsonObject, others: Others): Json {
    const keys = Object.keys(map);
    const spreads = keys.flatMap((key) => {
      const reference = this.#spreadAt(key);
      return reference === undefined ? [] : [{ ...orderOf(key), reference }];
    });
    const losses = new Map<string, string[]>();
    for (const key of keys.filter((each) => !hasMark(each))) {
      const lost = spreads.filter((spread) => !this.#wins(key, map, spread.later, others.get(spread.reference.id)));
      losses.set(key, [...new Set(lost.map(({ reference }) => reference.id))]);
    }
    const renamed = (key: string) => losing(key, losses.get(key) ?? []);
    const result: JsonObject = {};
    for (const key of keys) {
      const { key: plain, later } = orderOf(key);
      const reference = this.#spreadAt(key);
      const winners = [...losses].filter(([, maps]) => reference !== undefined && !maps.includes(reference.id));
      const kept = [...later.filter(hasMark), ...winners.map(([each]) => renamed(each))];
      const value = this.ordered(
        map[key]!,
        mapValues(others, (other) => (isObject(other) ? entryOf(other, plain) : undefined)),
      );
      setKey(result, isBareMark(plain) ? withOrder(plain, kept) : renamed(key), value);
    }
    return result;
  }

  /** Whether a fixed key wins over a map: by what stands there where the map has it, or else by the order of keys. */
  #wins(key: string, map: JsonObject, later: readonly string[], other: Json | undefined): boolean {
    if (!isObject(other)) return later.includes(key);
    return isSame(map[key]!, other[key]);
  }

  /** The map whose key stands here. */
  #spreadAt(key: string): ValueReference | undefined {
    const { key: plain } = orderOf(key);
    const mark = isBareMark(plain) ? this.marks.whole(plain) : undefined;
    if (mark?.kind !== 'key' || mark.reference.root !== 'key') return undefined;
    return withTurns(mark.reference.scope.over, () => '');
  }
}

/** Whether a tree is the same one, but for keys that maps have more; there are none of them in what is empty. */
function isSame(tree: Json, other: Json | undefined): boolean {
  if (typeof tree !== 'object') return tree === other;
  const parts = Object.entries(tree ?? {});
  if (parts.length === 0) return sameJson(tree, other);
  return parts.every(([key, part]) => isSame(part, entryOf(other, orderOf(key).key)));
}

function entryOf(tree: Json | undefined, key: string): Json | undefined {
  return Object.entries(tree ?? {}).find(([each]) => orderOf(each).key === key)?.[1];
}

function mapValues<K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): Map<K, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
