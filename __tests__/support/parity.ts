import type { Manifest } from '../../chart/index.ts';
import type { Json } from '../../chart/json.ts';

/** The objects by kind and name, for a comparison that does not depend on their order. */
export function byName(objects: readonly (Json | Manifest)[]): Record<string, unknown> {
  return Object.fromEntries(
    objects.map((object) => {
      const { kind, metadata } = object as unknown as Manifest;
      return [`${kind} ${metadata.name}`, object];
    }),
  );
}
