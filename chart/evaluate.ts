import type { Choice } from './choice.ts';
import { ChartError } from './errors.ts';
import { type Explorer, NOTES } from './explore.ts';
import { sha256Json } from './intrinsics.ts';
import { compareBytes, isObject, type Json, type JsonObject, setKey, valueAt } from './json.ts';
import { type Loops, place } from './loops.ts';
import { type Mark, REMOVED } from './marks.ts';
import type { Release } from './program.ts';
import type { Reference, Scope } from './reference.ts';
import { concerns } from './refine.ts';
import { hashArgument, type Row, rowWhere, type Slot } from './skeleton.ts';

/** Sees which parts of the templates an evaluation comes by. */
export interface Observer {
  /** What stands at a slot. */
  row(slot: Slot, row: Row): void;
  /** How many elements a loop has. */
  loop(scope: Scope, turns: number): void;
  /** Two children of a map that give the same key. */
  meeting(map: Slot, one: Slot, other: Slot): void;
  /** A map or list that is there with nothing in it. */
  empty(slot: Slot): void;
}

/** What the templates will print for given values, computed without Helm. */
export class Evaluation {
  readonly #answers = new Map<Choice, number>();

  constructor(
    private readonly explorer: Explorer,
    private readonly loops: Loops,
    private readonly values: Json,
    private readonly release: Release,
    private readonly observer?: Observer,
  ) {}

  /** The objects of one document slot: none, one, or one for each element. */
  objects(slot: Slot): Json[] {
    return this.#expand(slot, new Map()).map(({ json }) => json);
  }

  /** What stands at the end of a way down the tree, for each turn of the loops on the way; a key in a map with its name. */
  along(path: readonly Slot[]): { readonly key: string; readonly json: Json }[] {
    const last = path.at(-1)!;
    const turns = path.reduce<Turns[]>(
      (all, slot, i) =>
        all
          .flatMap((outer) => this.#turnsOf(this.loops.get(slot) ?? [], outer))
          .filter((inner) => path[i + 1] === undefined || concerns(path[i + 1]!, this.#row(slot, inner).value)),
      [new Map()],
    );
    return turns.flatMap((inner) => {
      const json = this.#at(last, inner);
      return json === undefined ? [] : [{ key: last.kind === 'key' ? this.#text(last.key, inner) : last.key, json }];
    });
  }

  notes(slots: readonly Slot[]): string | undefined {
    const slot = slots.find((each) => each.key === NOTES);
    const lines = slot === undefined ? undefined : this.objects(slot)[0];
    return lines === undefined ? undefined : (lines as string[]).join('\n');
  }

  #expand(slot: Slot, turns: Turns): Entry[] {
    const entries: Entry[] = [];
    for (const inner of this.#turnsOf(this.loops.get(slot) ?? NO_SCOPES, turns)) {
      const json = this.#at(slot, inner);
      if (json !== undefined)
        entries.push({ key: slot.kind === 'key' ? this.#text(slot.key, inner) : slot.key, json, slot });
    }
    return entries;
  }

  #turnsOf(scopes: readonly Scope[], turns: Turns): Turns[] {
    if (scopes.length === 0) return [turns];
    return scopes.reduce<Turns[]>(
      (all, scope) =>
        all.flatMap((outer) => {
          const elements = elementsOf(this.#resolve(scope.over, outer));
          this.observer?.loop(scope, elements.length);
          return elements.map((turn) => new Map(outer).set(scope.id, turn));
        }),
      [turns],
    );
  }

  #row(slot: Slot, turns: Turns): Row {
    return rowWhere(slot, this.explorer, (choice) => this.#answer(choice, turns));
  }

  #at(slot: Slot, turns: Turns): Json | undefined {
    const row = this.#row(slot, turns);
    this.observer?.row(slot, row);
    const { value } = row;
    if (value.kind === 'absent' || value.kind === 'unreachable') return undefined;
    const children = slot.children.filter((child) => concerns(child, value));
    switch (value.kind) {
      case 'leaf':
        return this.#leaf(value.json, children[0], turns);
      case 'each':
        return this.#items(children, turns);
      case 'list': {
        const list = this.#items(children, turns);
        if (list.length === 0) this.observer?.empty(slot);
        return unlessVanished(slot, list);
      }
      case 'map':
        return unlessVanished(slot, this.#map(slot, children, turns));
    }
  }

  #items(children: readonly Slot[], turns: Turns): Json[] {
    return children.flatMap((child) => {
      const made = this.#expand(child, turns).map(({ json }) => json);
      return child.rows.some(({ value }) => value.kind === 'each') ? (made as Json[][]).flat() : made;
    });
  }

  #map(slot: Slot, children: readonly Slot[], turns: Turns): JsonObject {
    const entries = children.flatMap((child) => this.#expand(child, turns));
    const map: JsonObject = {};
    const meet = new Set(entries.map(({ key }) => key)).size < entries.length;
    for (const entry of entries) {
      const rivals = meet ? entries.filter((other) => other !== entry && other.key === entry.key) : [];
      for (const rival of rivals) this.observer?.meeting(slot, entry.slot, rival.slot);
      if (rivals.some((rival) => rival.slot === entry.slot)) {
        throw new ChartError(
          `${place(slot)} gets the key '${entry.key}' from two elements of one list; make the list a map in the values`,
        );
      }
      if (entry.json !== REMOVED && rivals.every((rival) => !this.#wins(slot, rival.slot.entry, entry.slot.entry)))
        setKey(map, entry.key, entry.json);
    }
    if (Object.keys(map).length === 0) this.observer?.empty(slot);
    return map;
  }

  #wins(slot: Slot, key: string, over: string): boolean {
    const fixed = slot.winners?.get(over);
    if (fixed !== undefined) return fixed.has(key);
    return !slot.winners?.get(key)?.has(over);
  }

  #leaf(json: Json, argument: Slot | undefined, turns: Turns): Json {
    if (typeof json !== 'string') return json;
    if (hashArgument(json, this.explorer) !== undefined) return sha256Json(this.#at(argument!, turns)!);
    const parts = this.explorer.marks.parts(json);
    if (parts.length === 1 && typeof parts[0] !== 'string') return this.#mark(parts[0]!, turns);
    return this.#text(json, turns);
  }

  #mark(mark: Mark, turns: Turns): Json {
    if (mark.kind === 'hash') throw new Error('a hash inside text is refused before');
    // Rows in which a value is null print something else, or nothing: this one is missing, and must not pass for null.
    const value = this.#resolve(mark.reference, turns) ?? NO_VALUE;
    return mark.kind === 'digits' || mark.kind === 'quantity text' ? String(value) : value;
  }

  #text(text: string, turns: Turns): string {
    const parts = this.explorer.marks.parts(text);
    return parts.map((part) => (typeof part === 'string' ? part : String(this.#mark(part, turns)))).join('');
  }

  /** What is outside of loops is asked once. */
  #answer(choice: Choice, turns: Turns): number {
    if (choice.scope !== undefined) return this.#ask(choice, turns);
    const answer = this.#answers.get(choice) ?? this.#ask(choice, turns);
    this.#answers.set(choice, answer);
    return answer;
  }

  #ask(choice: Choice, turns: Turns): number {
    const value = this.#resolve(choice.reference, turns);
    const filled = value !== null && Object.keys(value as object).length > 0;
    const answer = choice.kind === 'set' ? value !== null : choice.kind === 'filled' ? filled : value;
    return Math.max(0, choice.options.indexOf(answer as boolean | string));
  }

  #resolve(reference: Reference, turns: Turns): Json {
    if (reference.root === 'Release') return reference.path[0] === 'Name' ? this.release.name : this.release.namespace;
    if (reference.root === 'key') return turns.get(reference.scope.id)!.key;
    const start = reference.root === 'Values' ? this.values : turns.get(reference.scope.id)?.element;
    return valueAt(start ?? null, reference.path);
  }
}

function unlessVanished(slot: Slot, json: Json[] | JsonObject): Json | undefined {
  return slot.vanishes && Object.keys(json).length === 0 ? undefined : json;
}

/** What Go prints for null. */
const NO_VALUE = '<no value>';

const NO_SCOPES: readonly Scope[] = [];

interface Entry {
  readonly key: string;
  readonly json: Json;
  readonly slot: Slot;
}

/** The current element of each loop, by the loop's id. */
type Turns = ReadonlyMap<string, { readonly key: string; readonly element: Json }>;

function elementsOf(value: Json): { key: string; element: Json }[] {
  if (Array.isArray(value)) return value.map((element, i) => ({ key: String(i), element }));
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort(compareBytes)
    .map((key) => ({ key, element: value[key]! }));
}
