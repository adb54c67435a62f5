import { eachOf, isEach, itemsOf, loopOf } from './each.ts';
import { isObject, type Json, type JsonObject, sameJson, setKey } from './json.ts';
import { isBareMark, type Marks, orderOf, printedKey, withOrder } from './marks.ts';
import {
  elementReference,
  type Reference,
  type Scope,
  scopeChain,
  scopeOf,
  scopeOver,
  scopeWithTurns,
  type ValueReference,
  withTurns,
} from './reference.ts';
import { Repeats } from './repeats.ts';
import type { Documents } from './run.ts';
import type { ListShape, MapShape } from './shape.ts';

/**
 * The documents that a run made with two elements in each list, with what it made of them said once, for each element:
 * in lists as `Each`, in maps and among documents as keys that have marks in them. Elements that are left over, because
 * they were used outside of a loop, keep their turns.
 */
export function foldDocuments(documents: Documents, marks: Marks, probe: RepeatProbe): Documents {
  return new Fold(marks, probe).documents(documents);
}

/** Tells items that a loop makes alike of all elements from equal ones that stand side by side. */
export interface RepeatProbe {
  /** Whether the list at a place has fewer items where lists have one element. */
  isLonger(place: string, length: number): boolean;
  /** The lists and maps of which the list at a place has more items where they have two elements. */
  listsBehind(place: string): readonly ValueReference[];
}

/** How many items the list at each place has; the most, where the place is there for several elements. */
export function listLengths(documents: Documents, marks: Marks): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  const visit = (tree: Json, place: string): void => {
    if (Array.isArray(tree)) {
      lengths.set(place, Math.max(lengths.get(place) ?? 0, tree.length));
      for (const item of tree) visit(item, `${place} []`);
    } else if (isObject(tree)) {
      for (const [key, value] of Object.entries(tree)) visit(value, placeIn(place, orderOf(key).key, marks));
    } else if (typeof tree === 'string') {
      const mark = marks.whole(tree);
      if (mark?.kind === 'hash') visit(mark.argument as Json, `${place} hash`);
    }
  };
  for (const [path, document] of documents) visit(document, placeIn('', path, marks));
  return lengths;
}

/** A place inside another, the same for all elements of a list, and however keys are ordered. */
function placeIn(around: string, key: string, marks: Marks): string {
  const parts = marks
    .parts(printedKey(key))
    .map((part) => (typeof part === 'string' || part.kind === 'hash' ? part : withTurns(part.reference, () => '').id));
  return `${around} ${parts.join('')}`;
}

/** A key with what stands there. Of a key that is a mark, the keys that come after it. */
interface Entry {
  readonly key: string;
  readonly later: readonly string[];
  readonly value: Json;
}

/** The turns of the loops around a place, by their scopes' ids. */
type Open = ReadonlyMap<string, { readonly turn: string; readonly list: string }>;

class Fold {
  readonly #repeats: Repeats;

  constructor(
    private readonly marks: Marks,
    private readonly probe: RepeatProbe,
  ) {
    this.#repeats = new Repeats(marks);
  }

  documents(documents: Documents): Documents {
    const entries = [...documents].map(
      ([key, value]): Entry => ({ key, later: [], value: this.#fold(value, placeIn('', key, this.marks)) }),
    );
    const folded = this.#entries(entries).map((entry) => this.#settleEntry(entry, new Map()));
    return new Map(folded.map(({ key, value }) => [key, value]));
  }

  #fold(tree: Json, place: string): Json {
    if (typeof tree === 'string') return this.#foldHash(tree, place);
    if (Array.isArray(tree)) {
      const items = tree.map((item) => this.#fold(item, `${place} []`));
      return this.#withUnseenLoops(this.#list(items), place);
    }
    if (!isObject(tree)) return tree;
    const entries = Object.keys(tree).map((key): Entry => {
      const { key: plain, later } = orderOf(key);
      return { key: plain, later, value: this.#fold(tree[key]!, placeIn(place, plain, this.marks)) };
    });
    return mapOf(this.#entries(entries));
  }

  #foldHash(text: string, place: string): Json {
    const mark = this.marks.whole(text);
    if (mark?.kind !== 'hash') return text;
    return this.marks.text({ kind: 'hash', argument: this.#fold(mark.argument as Json, `${place} hash`) });
  }

  // ---- lists

  /** Puts neighbours that are made of two elements into one, until there are none. */
  #list(items: readonly Json[]): Json[] {
    for (const start of this.#pairs(items)) {
      let current = start;
      for (let next = first(this.#pairs(current)); next !== undefined; next = first(this.#pairs(current)))
        current = next;
      // Where both elements of a list are left over, it was the wrong neighbours that were put into one.
      if (!this.#mixesElements(current)) return current;
    }
    return [...items];
  }

  /** The list with one pair of neighbours put into one, in each way that this can be done; the shortest first. */
  *#pairs(items: readonly Json[]): Generator<Json[]> {
    for (const { start, length } of neighbours(items)) {
      const one = items.slice(start, start + length);
      const two = items.slice(start + length, start + 2 * length);
      for (const loop of this.#repeats.loopsIn(one)) {
        const turn = this.#freeTurn(loop, one);
        const unified = this.#repeats.unify(one, two, loop, turn) as Json[] | undefined;
        if (unified === undefined) continue;
        const scope = scopeWithTurns(loop, (each) => (each.id === loop.id ? turn : each.turn));
        const each = eachOf(this.marks.text({ kind: 'opaque', reference: elementOf(scope) }), unified);
        yield [...items.slice(0, start), each, ...items.slice(start + 2 * length)];
      }
    }
  }

  /** Puts equal neighbours into one, where a loop makes the same of all elements. */
  #withUnseenLoops(items: Json[], place: string): Json[] {
    let current = items;
    while (hasEqualNeighbours(current) && this.probe.isLonger(place, sizeOf(current))) {
      const there = current.filter(isEach).map((item) => listOf(this.#loopIn(item)));
      const behind = this.probe.listsBehind(place);
      const over = behind.find((list) => !there.includes(withTurns(list, () => '').id)) ?? behind[0];
      if (over === undefined) return current;
      // Which element of lists around it this is in is not known here.
      const around = withTurns(over, () => ANY);
      const scope = scopeOver(around, this.#freeTurn(scopeOver(around), current));
      current = this.#withEqualNeighbours(current, scope) ?? current;
    }
    return current;
  }

  #withEqualNeighbours(items: readonly Json[], scope: Scope): Json[] | undefined {
    for (const { start, length } of neighbours(items)) {
      const one = items.slice(start, start + length);
      if (!sameJson(one, items.slice(start + length, start + 2 * length))) continue;
      const each = eachOf(this.marks.text({ kind: 'opaque', reference: elementOf(scope) }), one);
      return [...items.slice(0, start), each, ...items.slice(start + 2 * length)];
    }
    return undefined;
  }

  #loopIn(each: Json): Scope {
    return scopeOf((this.marks.whole(loopOf(each)) as { reference: Reference }).reference)!;
  }

  #mixesElements(items: readonly Json[]): boolean {
    const turns = new Map<string, Set<string>>();
    this.#repeats.visit([...items], (reference) => {
      for (const scope of scopeChain(scopeOf(reference))) {
        const list = `${scope.over.id}[]`;
        if (!scope.turn.startsWith('#')) turns.set(list, (turns.get(list) ?? new Set()).add(scope.turn));
      }
    });
    return [...turns.values()].some(({ size }) => size > 1);
  }

  /** Loops over the same list inside each other are numbered from the innermost. */
  #freeTurn(loop: Scope, tree: Json): string {
    let highest = 0;
    this.#repeats.visit(tree, (reference) => {
      for (const scope of scopeChain(scopeOf(reference)))
        if (scope.turn.startsWith('#') && listOf(scope) === listOf(loop))
          highest = Math.max(highest, Number(scope.turn.slice(1)));
    });
    return `#${highest + 1}`;
  }

  // ---- maps and documents

  #entries(entries: readonly Entry[]): Entry[] {
    for (const [i, one] of entries.entries()) {
      for (const two of entries.slice(i + 1)) {
        const merged = this.#mergedEntry(one, two);
        if (merged !== undefined) return this.#entries(withMerged(entries, one, two, merged));
      }
    }
    return [...entries];
  }

  #mergedEntry(one: Entry, two: Entry): Entry | undefined {
    for (const loop of this.#repeats.loopsIn(one.key)) {
      const turn = this.#freeTurn(loop, [one.key, one.value]);
      const key = this.#repeats.unify(one.key, two.key, loop, turn) as string | undefined;
      if (key === undefined) continue;
      const pair = this.#repeats.unify([one.key, one.value], [two.key, two.value], loop, turn) as Json[] | undefined;
      if (pair !== undefined) return { key, later: [...one.later, ...two.later], value: pair[1]! };
    }
    return undefined;
  }

  // ---- the turns of loops, from the outermost

  #settle(tree: Json, open: Open): Json {
    if (typeof tree === 'string') return this.#settleText(tree, open);
    if (Array.isArray(tree)) return tree.map((item) => this.#settle(item, open));
    if (!isObject(tree)) return tree;
    const entries = Object.keys(tree).map((key): Entry => ({ ...orderOf(key), value: tree[key]! }));
    return mapOf(entries.map((entry) => this.#settleEntry(entry, open)));
  }

  #settleEntry({ key, later, value }: Entry, open: Open): Entry {
    const inside = opened(open, this.#scopesOf(key));
    return {
      key: this.#settleText(key, inside) as string,
      later: later.map((each) => this.#settleText(each, opened(inside, this.#scopesOf(each))) as string),
      value: this.#settle(value, inside),
    };
  }

  #scopesOf(key: string): Scope[] {
    return this.marks
      .parts(key)
      .flatMap((part) => (typeof part === 'string' || part.kind === 'hash' ? [] : scopeChain(scopeOf(part.reference))))
      .filter(({ turn }) => turn.startsWith('#'));
  }

  #settleText(text: string, open: Open): string {
    const parts = this.marks.parts(text).map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'hash')
        return this.marks.text({ kind: 'hash', argument: this.#settle(part.argument as Json, open) });
      const reference = withTurns(part.reference, (scope) => turnIn(open, scope));
      return this.marks.text({ ...part, reference } as typeof part);
    });
    return parts.join('');
  }
}

/** Each way to take as many items of a list as follow them; the shortest first. */
function* neighbours(items: readonly Json[]): Generator<{ start: number; length: number }> {
  for (let length = 1; length <= items.length / 2; length++)
    for (let start = 0; start + 2 * length <= items.length; start++) yield { start, length };
}

function hasEqualNeighbours(items: readonly Json[]): boolean {
  for (const { start, length } of neighbours(items)) {
    if (sameJson(items.slice(start, start + length), items.slice(start + length, start + 2 * length))) return true;
  }
  return false;
}

/** How many items a list has, with those of one turn of its loops. */
function sizeOf(items: readonly Json[]): number {
  return items.reduce<number>((sum, item) => sum + (isEach(item) ? sizeOf(itemsOf(item)) : 1), 0);
}

function turnIn(open: Open, scope: Scope): string {
  if (scope.turn !== ANY) return open.get(scope.id)?.turn ?? scope.turn;
  const around = [...open.values()].filter(({ list }) => list === listOf(scope));
  return around.at(-1)?.turn ?? scope.turn;
}

/** The turn of a loop around a place, whichever there is. */
const ANY = '?';

/** With loops opened in which they are not open yet: the first over a list has no turn, the second is the second. */
function opened(open: Open, scopes: readonly Scope[]): Open {
  const inside = new Map(open);
  for (const scope of scopes) {
    if (inside.has(scope.id)) continue;
    const list = listOf(scope);
    const around = [...inside.values()].filter((each) => each.list === list).length;
    inside.set(scope.id, { turn: around === 0 ? '' : `@${around + 1}`, list });
  }
  return inside;
}

/** The list that a loop goes over, whatever loops are around it. */
function listOf(scope: Scope): string {
  return withTurns(scope.over, () => '').id;
}

function elementOf(scope: Scope): ValueReference {
  const shape = scope.over.shape as ListShape | MapShape;
  return elementReference(scope, shape.kind === 'list' ? shape.element : shape.value);
}

function withMerged(entries: readonly Entry[], one: Entry, two: Entry, merged: Entry): Entry[] {
  const renamed = (later: readonly string[]) => [
    ...new Set(later.map((key) => (key === one.key || key === two.key ? merged.key : key))),
  ];
  return entries
    .filter((entry) => entry !== two)
    .map((entry) => (entry === one ? merged : entry))
    .map((entry) => ({ ...entry, later: renamed(entry.later).filter((key) => key !== entry.key) }));
}

function mapOf(entries: readonly Entry[]): JsonObject {
  const map: JsonObject = {};
  for (const { key, later, value } of entries) setKey(map, isBareMark(key) ? withOrder(key, later) : key, value);
  return map;
}

function first<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
