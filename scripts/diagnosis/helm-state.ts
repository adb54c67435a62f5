import { renderedObjects } from '../apply/rendered-objects.ts';
import type { Cluster } from '../cluster.ts';
import { type Revision, readRevisions } from '../helm-release.ts';
import { lastGoodRevision } from '../lease.ts';
import type { Container } from './objects.ts';
import type { FormerRevision, HelmState } from './snapshot.ts';

/**
 * How a release is, as Helm has it.
 *
 * @returns undefined where there is no such release
 * @throws ApiError where the record may not be read; CommandError where it is kept elsewhere
 */
export async function readHelmState(
  cluster: Cluster,
  namespace: string,
  release: string,
): Promise<HelmState | undefined> {
  const [revisions, good] = await Promise.all([
    readRevisions(cluster, namespace, release),
    lastGoodRevision(cluster, namespace, release),
  ]);
  return helmState(revisions, good);
}

/** @param good the revision that was last seen with all its pods ready, if that is known */
export function helmState(revisions: readonly Revision[], good: number | undefined): HelmState | undefined {
  const last = revisions.at(-1);
  if (last === undefined) return undefined;
  const { revision, status, description, updated } = last;
  const earlier = revisions.filter((each) => each !== last && ['deployed', 'superseded'].includes(each.status));
  const before = earlier.find((each) => each.revision === good) ?? earlier.at(-1);
  return {
    revision,
    status,
    description,
    updated: updated.toISOString(),
    ...(before === undefined ? {} : { before: formerRevision(before) }),
  };
}

function formerRevision({ revision, manifest }: Revision): FormerRevision {
  const containers = renderedObjects(manifest).flatMap(({ kind, metadata, spec }) => {
    const { template } = (spec ?? {}) as { template?: { spec?: { containers?: readonly Container[] } } };
    if (kind !== 'Deployment' && kind !== 'StatefulSet') return [];
    return (template?.spec?.containers ?? []).map(
      ({ name, image, resources }) =>
        [`${kind}/${metadata.name} ${name}`, { image, ...(resources === undefined ? {} : { resources }) }] as const,
    );
  });
  return { revision, containers: Object.fromEntries(containers) };
}
