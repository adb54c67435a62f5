import type { Json, JsonObject } from '../json.ts';
import { isHook, withHooks } from '../manifests.ts';
import type { Program, Release } from '../program.ts';
import type { ObjectShape } from '../shape.ts';
import { validValues } from '../valid-values.ts';
import { type Difference, differenceBetween, nameOf } from './difference.ts';
import type { Rendering } from './many-cases.ts';

/** What a program makes of one case, without Helm. */
export interface Expected {
  readonly objects: readonly Json[];
  /** Objects that Helm alone installs. */
  readonly hooks: readonly Json[];
  readonly notes?: string;
}

/**
 * What it makes where the cluster has these of its optional APIs.
 *
 * @throws what manifests() throws
 */
export function expectedOf(
  program: Program,
  shape: ObjectShape,
  values: JsonObject,
  release: Release,
  apiVersions: readonly string[],
): Expected {
  const objects = withHooks(program, { values, release, apiVersions });
  const notes = program.notes?.(validValues(program, shape, values) as never, release);
  return { objects: objects.filter((object) => !isHook(object)), hooks: objects.filter(isHook), notes };
}

/**
 * Where Helm renders something else. Hooks of templates that are written by hand are nobody else's concern, and notes
 * are compared as Helm prints them: without the white space around them.
 */
export function differenceFrom({ objects, hooks, notes }: Expected, rendering: Rendering): Difference | undefined {
  const ours = new Set(hooks.map(nameOf));
  const rendered = rendering.objects.filter((object) => !isHook(object) || ours.has(nameOf(object)));
  const found = differenceBetween(rendered, [...objects, ...hooks]);
  if (found !== undefined || rendering.notes?.trim() === notes?.trim()) return found;
  return { object: 'NOTES.txt', field: '', helm: rendering.notes, ours: notes, others: 0 };
}
