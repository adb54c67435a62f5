import { isObject, type JsonObject, sameJson } from '../../chart/json.ts';
import type { KubernetesObject } from '../cluster.ts';
import type { Revision } from '../helm-release.ts';
import type { ValuedInstallation } from '../installation.ts';
import { sameRelease } from '../same-release.ts';
import { renderedObjects } from './rendered-objects.ts';

/** Keys of the values that `apply` finds out by itself. */
const FOUND_OUT = [
  ['backend', 'image'],
  ['frontend', 'image'],
  ['backend', 'podAnnotations', 'checksum/secret'],
] as const;

/**
 * The objects that there will be, but for images and the content of credentials: as the last revision has them where
 * that was installed with the same, else rendered.
 */
export async function expectedObjects(
  { preset, release, namespace, chart }: ValuedInstallation,
  values: JsonObject,
  last: Revision | undefined,
): Promise<readonly KubernetesObject[]> {
  const isSame =
    last !== undefined &&
    sameJson(withoutFoundOut(last.values), withoutFoundOut(values)) &&
    (await sameRelease(last, chart, last.values));
  if (isSame) return renderedObjects(last.manifest);
  // The constructs take their time to load.
  const [{ todoProgram }, { manifests }] = await Promise.all([
    import('../programs.ts'),
    import('../../chart/manifests.ts'),
  ]);
  const objects = manifests(todoProgram(preset), { values, release: { name: release, namespace } });
  return objects as unknown as KubernetesObject[];
}

function withoutFoundOut(values: JsonObject): JsonObject {
  return FOUND_OUT.reduce((rest: JsonObject, path) => without(rest, path), values);
}

/** Also without what holds nothing else. */
function without(values: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  const { [key!]: child, ...others } = values;
  if (rest.length === 0 || !isObject(child)) return others;
  const left = without(child, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key!]: left };
}
