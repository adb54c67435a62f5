import { isObject, type Json } from './json.ts';

/**
 * In a list, what a loop makes of each element: a map of one key, which says what the loop goes over, to the items for
 * one element.
 */
export interface Each {
  readonly [loop: string]: readonly Json[];
}

const EACH = '\uE007';

/** `loop` is the mark of the loop's element. */
export function eachOf(loop: string, items: readonly Json[]): Json {
  return { [EACH + loop]: [...items] };
}

/** Whether a key says what a loop goes over. */
export function isLoop(key: string): boolean {
  return key.startsWith(EACH);
}

export function isEach(json: Json | undefined): boolean {
  if (!isObject(json)) return false;
  const [key, ...more] = Object.keys(json);
  return more.length === 0 && key !== undefined && isLoop(key);
}

/** The mark of the element of a loop. */
export function loopOf(each: Json): string {
  return Object.keys(each as object)[0]!.slice(EACH.length);
}

/** The items of a list, or those that a loop makes of one element. */
export function itemsOf(json: Json): Json[] {
  return (isEach(json) ? Object.values(json as object)[0] : json) as Json[];
}
