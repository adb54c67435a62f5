import { isObject, type Json } from '../../chart/json.ts';

/**
 * Where a live object is not what was written, as `spec.replicas is 2, not 3`. What the API server adds is no
 * difference, nor is 0, "", false, [] or {} that it leaves out. Quantities count as written: `1000m` is not `1`.
 */
export function changedFields(written: Json, live: Json | undefined, path = ''): string[] {
  if (live === undefined && isEmpty(written)) return [];
  if (Array.isArray(written) && Array.isArray(live) && written.length === live.length) {
    return written.flatMap((item, i) => changedFields(item, live[i], `${path}[${i}]`));
  }
  if (isObject(written) && isObject(live)) {
    return Object.entries(written).flatMap(([key, value]) =>
      changedFields(value, live[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return written === live ? [] : [`${path} is ${JSON.stringify(live)}, not ${JSON.stringify(written)}`];
}

function isEmpty(value: Json): boolean {
  return value !== null && (typeof value === 'object' ? Object.keys(value).length === 0 : !value);
}
