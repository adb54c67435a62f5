import { ChartError } from './errors.ts';
import { isObject, type Json } from './json.ts';
import { layoutOf } from './skeleton.ts';

/**
 * How lists that stand at the same place in different runs line up: by position, by a naming field, by their first
 * field, or by all of their content.
 */
export interface ListLayout {
  readonly by: 'position' | 'name' | 'field' | 'content';
  readonly keys: readonly string[];
}

export function alignLists(lists: readonly (readonly Json[])[]): ListLayout {
  const [first = []] = lists;
  if (
    lists.every((list) => list.length === first.length) &&
    first.every((_, i) => alike(lists.map((list) => list[i]!)))
  ) {
    return { by: 'position', keys: first.map((_, i) => String(i)) };
  }
  for (const by of ['name', 'field', 'content'] as const) {
    const told = lists.every((list) => new Set(list.map((item) => IDENTITY[by](item))).size === list.length);
    if (!told && by !== 'content') continue;
    const keys = layoutOf(lists.map((list) => identities(list, IDENTITY[by])));
    if (keys !== undefined) return { by, keys };
  }
  throw new ChartError(
    `the items of a list change places between branches (${first.map(nameOf).join(', ')}); keep them in one order`,
  );
}

/** The key of each item of a list. */
export function layoutKeys(layout: ListLayout, list: readonly Json[]): string[] {
  return layout.by === 'position' ? list.map((_, i) => String(i)) : identities(list, IDENTITY[layout.by]);
}

function fieldOf(item: Json): string {
  const [first] = isObject(item) ? Object.entries(item) : [];
  return first === undefined ? JSON.stringify(item) : `${first[0]}=${JSON.stringify(first[1])}`;
}

function alike(items: readonly Json[]): boolean {
  if (items.every((item) => typeof item !== 'object' || item === null)) return true;
  return new Set(items.map(nameOf)).size === 1;
}

/** The second of two equal items is told apart by its number. */
function identities(list: readonly Json[], identify: (item: Json) => string): string[] {
  const times = new Map<string, number>();
  return list.map((item) => {
    const identity = identify(item);
    const before = times.get(identity) ?? 0;
    times.set(identity, before + 1);
    return before === 0 ? identity : `${identity}#${before}`;
  });
}

/** The fields that Kubernetes merges lists by, and a few that do as well. */
const NAMING = ['name', 'mountPath', 'containerPort', 'port', 'ip', 'key', 'topologyKey', 'host', 'type', 'kind'];

function nameOf(item: Json): string {
  if (Array.isArray(item)) return 'list';
  if (!isObject(item)) return JSON.stringify(item);
  const field = NAMING.find(
    (name) => Object.hasOwn(item, name) && (typeof item[name] !== 'object' || item[name] === null),
  );
  return field === undefined ? `{${Object.keys(item)[0] ?? ''}}` : `${field}=${String(item[field])}`;
}

const IDENTITY = { name: nameOf, field: fieldOf, content: (item: Json) => JSON.stringify(item) };
