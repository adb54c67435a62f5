import { isObject, type Json } from '../../chart/json.ts';

/**
 * Whether a live object is as it was written, with whatever the cluster has added to it. Where it says false it may
 * still be so: an amount can be written in two ways, and what is empty is left out.
 */
export function contains(live: Json | undefined, written: Json): boolean {
  if (Array.isArray(written))
    return Array.isArray(live) && live.length === written.length && written.every((item, i) => contains(live[i], item));
  if (isObject(written))
    return isObject(live) && Object.entries(written).every(([key, value]) => contains(live[key], value));
  return live === written;
}
