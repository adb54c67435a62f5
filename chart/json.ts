/** What a values file can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of JSON values, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameJson(x, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && sameJson(a[k], b[k]));
}

/** Compares strings by their UTF-8 bytes, which is how Go orders map keys. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Sets a key as data, also where its name is `__proto__`. */
export function setKey<T>(target: Record<string, T>, key: string, value: T): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What stands at a path of keys; null where nothing does. */
export function valueAt(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((at, key) => (isObject(at) ? (at[key] ?? null) : null), value);
}

/** A copy with another value at a path of keys; maps on the way are made. */
export function withValueAt(value: Json | undefined, path: readonly string[], replacement: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy: JsonObject = isObject(value) ? { ...value } : {};
  setKey(copy, key, withValueAt(copy[key], rest, replacement));
  return copy;
}

/** Gives equal trees the same identity, so that they compare by `===`. */
export class UniqueTrees {
  readonly #whole = new Map<string, Json>();
  readonly #parts = new Map<string, { id: number; tree: Json }>();

  /** `check` sees each new text once, and keys whenever they are in a new map. */
  unique(tree: Json, check: (text: string, isKey: boolean) => void): Json {
    const text = JSON.stringify(tree);
    let known = this.#whole.get(text);
    if (known === undefined) {
      known = this.#part(tree, check).tree;
      this.#whole.set(text, known);
    }
    return known;
  }

  #part(tree: Json, check: (text: string, isKey: boolean) => void): { id: number; tree: Json } {
    let key: string;
    let copy = tree;
    if (Array.isArray(tree)) {
      const parts = tree.map((each) => this.#part(each, check));
      key = `[${parts.map(({ id }) => id).join()}`;
      copy = parts.map((part) => part.tree);
    } else if (isObject(tree)) {
      const parts = Object.keys(tree).map((name) => ({ name, part: this.#part(tree[name]!, check) }));
      key = `{${parts.map(({ name, part }) => `${JSON.stringify(name)}${part.id}`).join()}`;
      copy = {};
      for (const { name, part } of parts) setKey(copy, name, part.tree);
    } else key = JSON.stringify(tree);
    let known = this.#parts.get(key);
    if (known === undefined) {
      if (typeof tree === 'string') check(tree, false);
      else if (isObject(tree)) for (const name of Object.keys(tree)) check(name, true);
      known = { id: this.#parts.size, tree: copy };
      this.#parts.set(key, known);
    }
    return known;
  }
}
