import { isObject, type Json } from '../../chart/json.ts';
import type { KubernetesObject } from '../cluster.ts';

/**
 * A dry run of the API server does not remove what Helm 3 has set: that compares manifests by itself, and so does this.
 *
 * @returns `result` without what is in `before` and not in `after`
 */
export function withoutRemoved(
  result: KubernetesObject,
  before: KubernetesObject,
  after: KubernetesObject,
): KubernetesObject {
  return cleared(
    result as unknown as Json,
    before as unknown as Json,
    after as unknown as Json,
  ) as unknown as KubernetesObject;
}

function cleared(result: Json, before: Json, after: Json): Json {
  if (isObject(result) && isObject(before) && isObject(after)) {
    const kept = Object.entries(result).filter(([key]) => !Object.hasOwn(before, key) || Object.hasOwn(after, key));
    return Object.fromEntries(
      kept.map(([key, value]) => [
        key,
        Object.hasOwn(before, key) && Object.hasOwn(after, key) ? cleared(value, before[key]!, after[key]!) : value,
      ]),
    );
  }
  if (Array.isArray(result) && Array.isArray(before) && Array.isArray(after)) return clearedList(result, before, after);
  return result;
}

/** Lists of what has names are merged by names; all others are replaced as a whole. */
function clearedList(result: readonly Json[], before: readonly Json[], after: readonly Json[]): Json[] {
  const [old, now] = [byName(before), byName(after)];
  if (old === undefined || now === undefined) return [...result];
  return result.flatMap((item) => {
    const name = isObject(item) ? item.name : undefined;
    const [was, is] = [old.get(name), now.get(name)];
    if (was !== undefined && is === undefined) return [];
    return [was === undefined || is === undefined ? item : cleared(item, was, is)];
  });
}

function byName(list: readonly Json[]): Map<unknown, Json> | undefined {
  const entries = list.map((item) => [isObject(item) ? item.name : undefined, item] as const);
  return entries.every(([name]) => typeof name === 'string') ? new Map(entries) : undefined;
}
