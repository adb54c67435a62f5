import { isObject, type Json, type JsonObject, sameJson } from '../json.ts';
import { accepts } from './accepts.ts';
import type { Change } from './change.ts';
import { compareLimits } from './compare-limits.ts';
import { compareOptions, compareTypes, isRetyped } from './compare-types.ts';
import type { Finding } from './finding.ts';
import { keyOf, type Path, pathText, valuesAt } from './path.ts';
import { takenBy, takenInWords, withoutTexts } from './taken.ts';

export interface SchemaComparison {
  readonly changes: readonly Change[];
  /** Values that only the old schema has. Of a map that is gone, the map alone. */
  readonly removed: readonly Place[];
  /** Values that only the new schema has. */
  readonly added: readonly Place[];
}

/** A value of one schema. */
export interface Place {
  readonly path: Path;
  readonly schema: Json;
}

/** The values of a chart. */
export interface ValuesData {
  /** values.schema.json */
  readonly schema: Json;
  /** values.yaml: what it has need not be in a values file. */
  readonly defaults: JsonObject;
}

/** What the schemas of two charts' values take otherwise. Texts do not count. */
export function compareSchemas(was: ValuesData, is: ValuesData): SchemaComparison {
  const comparer = new SchemaComparer(was.defaults, is.defaults);
  comparer.compare(withoutTexts(was.schema), withoutTexts(is.schema), []);
  return comparer;
}

class SchemaComparer implements SchemaComparison {
  readonly changes: Change[] = [];
  readonly removed: Place[] = [];
  readonly added: Place[] = [];
  readonly #oldDefaults: Json;
  readonly #newDefaults: Json;

  constructor(oldDefaults: Json, newDefaults: Json) {
    this.#oldDefaults = oldDefaults;
    this.#newDefaults = newDefaults;
  }

  compare(was: Json, is: Json, path: Path): void {
    if (sameJson(was, is) && sameJson(held(this.#oldDefaults, path), held(this.#newDefaults, path))) return;
    const [old, now] = [takenBy(was), takenBy(is)];
    if (isRetyped(old, now)) {
      const but = old.has('null') && now.has('null') ? ' to anything but null' : '';
      this.changes.push({
        kind: 'retyped',
        breaking: true,
        subject: pathText(path),
        what: `${takenInWords(now)} (was ${takenInWords(old)})`,
        effect: `a file that sets it${but} is refused`,
        reach: { files: 'that set', path, must: { type: [...now.keys()] } },
      });
      return;
    }
    for (const found of compareTypes(old, now)) this.#add(found, path);
    for (const [type, limits] of now) {
      const before = old.get(type);
      if (before === undefined) continue;
      const found = compareOptions(type, before, limits) ?? compareLimits(type, before, limits);
      for (const each of found) this.#add(each, path);
      if (type === 'array') this.compare(before.items ?? true, limits.items ?? true, [...path, 'element']);
      if (type === 'object') this.#compareMaps(keysOf(before), keysOf(limits), path);
    }
  }

  #add({ narrower, what, effect, must }: Finding, path: Path): void {
    this.changes.push({
      kind: narrower ? 'narrowed' : 'widened',
      breaking: narrower,
      subject: pathText(path),
      what,
      effect,
      ...(must === undefined ? {} : { reach: { files: 'that set', path, must } }),
    });
  }

  #compareMaps(was: Keys, is: Keys, path: Path): void {
    this.#compareFreeKeys(was, is, path);
    for (const key of new Set([...Object.keys(was.declared), ...Object.keys(is.declared)])) {
      const at = [...path, { key }];
      const [before, after] = [schemaAt(was, key), schemaAt(is, key)];
      if (after === undefined) this.removed.push({ path: at, schema: before! });
      else if (before === undefined) this.added.push({ path: at, schema: after });
      // That everything was taken is told once, about the map.
      else if (before !== true || is.free !== false) this.compare(before, after, at);
      if (after !== undefined) this.#compareNeed(was, is, path, key);
    }
  }

  #compareFreeKeys(was: Keys, is: Keys, path: Path): void {
    if (was.free === false && is.free === false) return;
    if (is.free === false) {
      const keys = Object.keys(is.declared);
      this.#add(
        {
          narrower: true,
          what: `only ${keys.join(', ') || 'no key'} (was any key)`,
          effect: 'a file with another key there is refused',
          must: { properties: was.free === true ? is.declared : anything(keys), additionalProperties: false },
        },
        path,
      );
    } else if (was.free === false) {
      this.#add({ narrower: false, what: 'any key', effect: 'other keys are taken, too' }, path);
    } else {
      for (const { must, ...found } of compareLimits('key', nameLimits(was), nameLimits(is)))
        this.#add({ ...found, ...(must === undefined ? {} : { must: { propertyNames: must } }) }, path);
      this.compare(was.free, is.free, [...path, 'entry']);
    }
  }

  /** Where the defaults have a value, no file needs to set it. */
  #compareNeed(was: Keys, is: Keys, path: Path, key: string): void {
    const at = [...path, { key }];
    const needed = was.required.includes(key) && held(this.#oldDefaults, at) === null;
    const needs = is.required.includes(key) && held(this.#newDefaults, at) === null;
    const subject = pathText(at);
    if (needed && !needs)
      this.changes.push({ kind: 'widened', breaking: false, subject, effect: 'it may be left out now' });
    if (needs && !needed) {
      this.changes.push({
        kind: 'required',
        breaking: true,
        subject,
        effect: 'a file that leaves it out is refused',
        reach: { files: 'that end up with', path, must: { required: [key] } },
      });
    }
  }
}

/** What the defaults have at a path, null for nothing. What stands in lists is replaced with them. */
function held(defaults: Json, path: Path): Json {
  return path.every((step) => typeof step === 'object') ? (valuesAt(defaults, path)[0] ?? null) : null;
}

/** What the keys of a map may be. */
interface Keys {
  readonly declared: JsonObject;
  readonly required: readonly string[];
  /** What all other keys may have; true for anything, false where there may be none. */
  readonly free: Json;
  /** What keys may be called. */
  readonly names: Json;
}

function keysOf({ properties = {}, required = [], additionalProperties = true, propertyNames = {} }: JsonObject): Keys {
  return {
    declared: properties as JsonObject,
    required: required as string[],
    free: sameJson(additionalProperties, {}) ? true : additionalProperties,
    names: propertyNames,
  };
}

function nameLimits({ names }: Keys): JsonObject {
  return takenBy(isObject(names) ? { ...names, type: 'string' } : names).get('string') ?? {};
}

/** What a key may have; undefined where it is no key. */
function schemaAt({ declared, free, names }: Keys, key: string): Json | undefined {
  const own = keyOf(declared, key);
  if (own !== undefined) return own;
  return free === false || !accepts(names, key) ? undefined : free;
}

function anything(keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, true]));
}
