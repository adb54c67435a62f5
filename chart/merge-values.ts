import { isObject, type Json, type JsonObject, setKey } from './json.ts';

/**
 * A values file over an earlier one, as `helm -f base -f over`: maps are merged deep, everything else is replaced,
 * lists too. A null replaces like any other value.
 */
export function mergeFiles(base: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = own(base, key);
    setKey(merged, key, isObject(below) && isObject(value) ? mergeFiles(below, value) : value);
  }
  return merged;
}

/**
 * The user's values over the chart's values.yaml: maps are merged deep, lists replaced; a map replaces a scalar, and a
 * scalar a map. A null deletes the key where the default is not null; elsewhere it stays, as in a map that is new.
 *
 * Helm 4 drops the nulls of values.yaml, as is done here; Helm 3 keeps them. To a program it is the same, because every
 * nullable value is optional too.
 *
 * @see https://github.com/helm/helm/blob/v4.3.1/pkg/chart/common/util/coalesce.go
 */
export function mergeOverDefaults(defaults: JsonObject, overrides: JsonObject): JsonObject {
  const merged = overlay(withoutNulls(defaults), overrides);
  for (const key of Object.keys(defaults)) {
    // Only at the top, Helm also deletes a null over a null.
    if (own(merged, key) === null) delete merged[key];
  }
  return merged;
}

/** `defaults` has no nulls. */
function overlay(defaults: JsonObject, overrides: JsonObject): JsonObject {
  const merged = { ...overrides };
  for (const [key, fallback] of Object.entries(defaults)) {
    const value = own(overrides, key);
    if (value === undefined) setKey(merged, key, fallback);
    else if (value === null) delete merged[key];
    else if (isObject(value) && isObject(fallback)) setKey(merged, key, overlay(fallback, value));
  }
  return merged;
}

function withoutNulls(map: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(map)) {
    if (value !== null) setKey(kept, key, isObject(value) ? withoutNulls(value) : value);
  }
  return kept;
}

function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
