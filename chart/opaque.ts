import { ChartError } from './errors.ts';

/** A place inside an opaque value: the generated `KubeX` classes copy objects field by field while they print them. */
interface Place {
  readonly name: string;
  readonly mark: string;
  readonly path: readonly string[];
}

const places = new WeakMap<object, Place>();
let printing = false;

/**
 * What `build` gets for a value that passes through whole. While `build` runs, nothing may look into it; while its
 * objects are printed, each read gives a place in it, and `collapse` puts complete copies together again.
 */
export function opaqueValue(name: string, mark: string): object {
  return proxyFor({ name, mark, path: [] });
}

/** Runs `print` with opaque values readable. */
export function whilePrinting<T>(print: () => T): T {
  printing = true;
  try {
    return print();
  } finally {
    printing = false;
  }
}

/** Whether objects are being printed: their classes may look into values then. */
export function isPrinting(): boolean {
  return printing;
}

/** The mark of the opaque value that `tree` is, or is a complete copy of. */
export function collapse(tree: unknown): string | undefined {
  const found = placeOf(tree);
  if (found === undefined) return undefined;
  if (found.path.length > 0) throw lookedInto(found.name);
  return found.mark;
}

function proxyFor(place: Place): object {
  const proxy: object = new Proxy([] as unknown[], {
    get(target, key) {
      if (key === 'constructor') return Array;
      if (!printing) throw lookedInto(place.name);
      // Not a token of cdk8s, and nothing that prints itself.
      if (typeof key === 'symbol' || key === 'resolve' || key === 'toJSON') return undefined;
      if (key === 'length') return target.length;
      // How the generated classes copy lists, dates and quantities.
      if (key === 'map' || key === 'toISOString') return () => proxy;
      if (key === 'value') return proxy;
      return proxyFor({ ...place, path: [...place.path, key] });
    },
    ownKeys() {
      if (!printing) throw lookedInto(place.name);
      return ['length', '*'];
    },
    getOwnPropertyDescriptor(target, key) {
      if (key === 'length') return Reflect.getOwnPropertyDescriptor(target, key);
      return { enumerable: true, configurable: true, writable: true, value: undefined };
    },
    set() {
      throw lookedInto(place.name);
    },
  });
  places.set(proxy, place);
  return proxy;
}

function lookedInto(name: string): ChartError {
  return new ChartError(
    `${name} passes through whole: it cannot be read, spread or changed; give it a shape in the values schema to look into it`,
  );
}

function placeOf(tree: unknown): Place | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined;
  const direct = places.get(tree);
  if (direct !== undefined || Array.isArray(tree)) return direct;
  const fields = Object.entries(tree).map(([key, value]) => ({ key, place: placeOf(value) }));
  const known = fields.find(({ key, place }) => place !== undefined && endsWith(place, key))?.place;
  if (known === undefined) return undefined;
  const path = known.path.slice(0, -1);
  const complete = fields.every(
    ({ key, place }) =>
      place !== undefined &&
      place.mark === known.mark &&
      (samePath(place.path, path) || (endsWith(place, key) && samePath(place.path.slice(0, -1), path))),
  );
  return complete ? { ...known, path } : undefined;
}

/** The generated classes spell some keys differently: `clusterIp` is printed as `clusterIP`. */
function endsWith(place: Place, key: string): boolean {
  return place.path.at(-1)?.toLowerCase() === key.toLowerCase();
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}
