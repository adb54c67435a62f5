import { ChartError } from './errors.ts';
import { noteLook, refuseChange } from './looks.ts';
import type { Reference } from './reference.ts';

/** A place inside an opaque value: the generated `KubeX` classes copy objects field by field while they print them. */
interface Place {
  readonly name: string;
  readonly mark: string;
  readonly path: readonly string[];
  /** Of a value that is not known yet. */
  readonly reference?: Reference;
}

const places = new WeakMap<object, Place>();
let printing = false;

/**
 * What `build` gets for a value that passes through whole. While `build` runs, nothing may look into it: that is noted
 * where the value is not known yet, and refused where it is. While its objects are printed, each read gives a place in
 * it, and `collapse` puts complete copies together again.
 */
export function opaqueValue(name: string, mark: string, reference?: Reference): object {
  return proxyFor({ name, mark, path: [], reference });
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

/** Which parts of a tree are copies of opaque values. */
export type SeenTrees = Map<object, Place | undefined>;

/**
 * The mark of the opaque value that `tree` is, or is a complete copy of. A part of it, of which a template could say
 * nothing, gives a longer text.
 */
export function collapse(tree: unknown, seen: SeenTrees): string | undefined {
  const found = placeOf(tree, seen);
  if (found === undefined) return undefined;
  if (found.path.length === 0) return found.mark;
  if (found.reference === undefined) throw lookedInto(found);
  return [found.mark, ...found.path].join('.');
}

/** What to do instead of looking into an opaque value. */
export const WAY_AROUND_OPAQUE = 'it passes through whole: give it a shape in the values schema to look into it';

function proxyFor(place: Place): object {
  const look = (operation: string, by: (...args: never[]) => unknown) => {
    if (printing) return;
    if (place.reference === undefined) throw lookedInto(place);
    noteLook({ reference: place.reference, operation, always: true, clues: [] }, by);
  };
  const handler: ProxyHandler<unknown[]> = {
    get(target, key) {
      if (key === 'constructor') return Array;
      look(operationOf(key), handler.get!);
      // Not a token of cdk8s, and nothing that prints itself.
      if (key === Symbol.toPrimitive) return () => place.mark;
      if (typeof key === 'symbol' || key === 'resolve' || key === 'toJSON') return undefined;
      if (key === 'length') return target.length;
      // How the generated classes copy lists, dates and quantities.
      if (key === 'map' || key === 'toISOString') return () => proxy;
      if (key === 'value') return proxy;
      return proxyFor({ ...place, path: [...place.path, key] });
    },
    ownKeys() {
      look('its keys', handler.ownKeys!);
      return ['length', '*'];
    },
    getOwnPropertyDescriptor(target, key) {
      if (key === 'length') return Reflect.getOwnPropertyDescriptor(target, key);
      return { enumerable: true, configurable: true, writable: true, value: undefined };
    },
    set() {
      if (place.reference !== undefined) refuseChange(place.reference, handler.set!);
      throw lookedInto(place);
    },
  };
  const proxy: object = new Proxy([] as unknown[], handler);
  places.set(proxy, place);
  return proxy;
}

function lookedInto({ name }: Place): ChartError {
  return new ChartError(`build looks into ${name}; ${WAY_AROUND_OPAQUE}`);
}

/** What reading a key is for. */
function operationOf(key: string | symbol): string {
  if (key === Symbol.iterator) return 'its items';
  return typeof key === 'symbol' || ['toString', 'toJSON', 'valueOf'].includes(key) ? 'as text' : `.${key}`;
}

function placeOf(tree: unknown, seen: SeenTrees): Place | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined;
  const direct = places.get(tree);
  if (direct !== undefined || Array.isArray(tree)) return direct;
  if (!seen.has(tree)) seen.set(tree, placeOfCopy(tree, seen));
  return seen.get(tree);
}

function placeOfCopy(tree: object, seen: SeenTrees): Place | undefined {
  const fields = Object.entries(tree).map(([key, value]) => ({ key, place: placeOf(value, seen) }));
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
