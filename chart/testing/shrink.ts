import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** How a case was generated. */
export interface Origin {
  readonly arbitrary: fc.Arbitrary<JsonObject>;
  readonly seed: number;
  /** Its number among those of this seed. */
  readonly index: number;
}

/** Values with what is wrong for them, and how to look for it in others. */
export interface Failing<Fault> {
  readonly values: JsonObject;
  readonly fault: Fault;
  readonly origin?: Origin;
  /** Makes values to try of generated ones; undefined where it cannot. */
  readonly usable: (values: JsonObject) => JsonObject | undefined;
  readonly find: (values: JsonObject) => Promise<Fault | undefined>;
}

const MOST_TRIES = 400;

/**
 * The smallest values found for which something is wrong: first as fast-check shrinks what it generated, then without
 * each key and element that is not needed, and with plain texts.
 */
export async function shrink<Fault>({
  origin,
  usable,
  find,
  ...start
}: Failing<Fault>): Promise<Pick<Failing<Fault>, 'values' | 'fault'>> {
  let smallest = start;
  let tries = 0;
  const stillFails = async (generated: Json): Promise<boolean> => {
    if (tries++ >= MOST_TRIES) return false;
    const values = usable(generated as JsonObject);
    const fault = values === undefined ? undefined : await find(values);
    if (values !== undefined && fault !== undefined) smallest = { values, fault };
    return fault !== undefined;
  };
  if (origin !== undefined) {
    const { arbitrary, seed, index } = origin;
    const property = fc.asyncProperty(arbitrary, async (each) => !(await stillFails(each)));
    await fc.check(property, { seed, path: String(index), numRuns: 1 });
  }
  while (await someFails(simpler(smallest.values), stillFails));
  return smallest;
}

async function someFails(candidates: Iterable<Json>, fails: (candidate: Json) => Promise<boolean>): Promise<boolean> {
  for (const candidate of candidates) if (await fails(candidate)) return true;
  return false;
}

/** The value without one of its keys or elements, the large ones first, or with a text that is easier to read. */
function* simpler(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const i of value.keys()) yield value.toSpliced(i, 1);
    for (const [i, each] of value.entries()) for (const smaller of simpler(each)) yield value.with(i, smaller);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) yield without(value, key);
    for (const key of Object.keys(value))
      for (const smaller of simpler(value[key]!)) yield { ...value, [key]: smaller };
  } else if (typeof value === 'string' && value !== READABLE) yield READABLE;
}

const READABLE = 'a';

function without(map: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([each]) => each !== key));
}
