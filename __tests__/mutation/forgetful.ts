const all: { forget(): void }[] = [];

class ForgetfulMap<K, V> extends Map<K, V> {
  constructor() {
    super();
    all.push({ forget: () => this.clear() });
  }
}

/** As a WeakMap, as far as it is used. */
class ForgetfulWeakMap<K extends object, V> {
  #map = new WeakMap<K, V>();

  constructor() {
    all.push(this);
  }

  forget(): void {
    this.#map = new WeakMap();
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): this {
    this.#map.set(key, value);
    return this;
  }
}

/** What the compiler keeps things in, in the copy that has mutants. */
export const forgetfulMaps = { ForgetfulMap, ForgetfulWeakMap };

/** Empties them. */
export function forgetAll(): void {
  for (const map of all) map.forget();
}
