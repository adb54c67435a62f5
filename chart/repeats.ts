import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { isBareMark, type Marks, orderOf, type Part, withOrder } from './marks.ts';
import { type Reference, type Scope, scopeChain, scopeOf, withTurns } from './reference.ts';

/** The turns of the two elements that lists have while their loops are looked for. */
export const FIRST = '\uE005';
export const SECOND = '\uE006';

/** Compares what two elements of a list were made into. */
export class Repeats {
  constructor(private readonly marks: Marks) {}

  /** The loops whose first element is in a tree. */
  loopsIn(tree: Json): Scope[] {
    const found = new Map<string, Scope>();
    this.visit(tree, (reference) => {
      for (const scope of scopeChain(scopeOf(reference))) if (scope.turn === FIRST) found.set(scope.id, scope);
    });
    return [...found.values()];
  }

  /**
   * The tree of the first element, with `turn` where the two have elements of the loop; undefined where they differ in
   * anything else, or in nothing.
   */
  unify(first: Json, second: Json, loop: Scope, turn: string): Json | undefined {
    const context: Context = { loop, turn, found: false };
    const tree = this.#tree(first, second, context);
    return context.found ? tree : undefined;
  }

  /** Calls back for each reference in a tree. */
  visit(tree: Json, see: (reference: Reference) => void): void {
    if (typeof tree === 'string') {
      for (const part of this.marks.parts(tree)) {
        if (typeof part === 'string') continue;
        if (part.kind === 'hash') this.visit(part.argument as Json, see);
        else see(part.reference);
      }
    } else if (Array.isArray(tree)) for (const item of tree) this.visit(item, see);
    else if (isObject(tree)) {
      for (const [key, value] of Object.entries(tree)) {
        this.visit(orderOf(key).key, see);
        this.visit(value, see);
      }
    }
  }

  #tree(first: Json, second: Json, context: Context): Json | undefined {
    if (typeof first === 'string' && typeof second === 'string') return this.#text(first, second, context);
    if (Array.isArray(first) && Array.isArray(second)) {
      if (first.length !== second.length) return undefined;
      const items = first.map((item, i) => this.#tree(item, second[i]!, context));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    if (isObject(first) && isObject(second)) return this.#map(first, second, context);
    return first === second ? first : undefined;
  }

  #map(first: JsonObject, second: JsonObject, context: Context): Json | undefined {
    const [keys, others] = [Object.keys(first), Object.keys(second)];
    if (keys.length !== others.length) return undefined;
    const map: JsonObject = {};
    for (const [i, key] of keys.entries()) {
      const unified = this.#key(key, others[i]!, context);
      const value = this.#tree(first[key]!, second[others[i]!]!, context);
      if (unified === undefined || value === undefined) return undefined;
      setKey(map, unified, value);
    }
    return map;
  }

  #key(first: string, second: string, context: Context): string | undefined {
    const [one, two] = [orderOf(first), orderOf(second)];
    const key = this.#text(one.key, two.key, context);
    if (key === undefined || one.later.length !== two.later.length) return undefined;
    const later = one.later.map((each, i) => this.#text(each, two.later[i]!, context));
    return later.every((each) => each !== undefined) ? (isBareMark(key) ? withOrder(key, later) : key) : undefined;
  }

  #text(first: string, second: string, context: Context): string | undefined {
    if (first === second) return first;
    const [parts, others] = [this.marks.parts(first), this.marks.parts(second)];
    if (parts.length !== others.length) return undefined;
    let text = '';
    for (const [i, part] of parts.entries()) {
      const unified = this.#part(part, others[i]!, context);
      if (unified === undefined) return undefined;
      text += unified;
    }
    return text;
  }

  #part(first: Part, second: Part, context: Context): string | undefined {
    if (typeof first === 'string') return first === second ? first : undefined;
    if (typeof second === 'string') return undefined;
    if (first === second) return this.marks.text(first);
    if (first.kind === 'hash' || second.kind === 'hash' || first.kind !== second.kind) return undefined;
    const { loop, turn } = context;
    const turned = (to: string) => withTurns(first.reference, (scope) => (scope.id === loop.id ? to : scope.turn));
    if (turned(SECOND).id !== second.reference.id) return undefined;
    context.found = true;
    return this.marks.text({ kind: first.kind, reference: turned(turn) } as typeof first);
  }
}

interface Context {
  readonly loop: Scope;
  readonly turn: string;
  /** Whether the two have different elements somewhere. */
  found: boolean;
}
