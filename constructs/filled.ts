/** The map, or undefined where there is nothing in it: manifests do without empty fields. */
export function filledMap<V>(map: Readonly<Record<string, V>> | undefined): Record<string, V> | undefined {
  return map !== undefined && Object.keys(map).length > 0 ? map : undefined;
}

/** The list, or undefined where there is nothing in it. */
export function filledList<E>(list: readonly E[] | undefined): E[] | undefined {
  return list !== undefined && list.length > 0 ? [...list] : undefined;
}
