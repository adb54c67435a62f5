import type { Cluster } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { type CollectOptions, collectSnapshot } from './collect.ts';
import { diagnose } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { readHelmState } from './helm-state.ts';
import type { HelmState, Snapshot } from './snapshot.ts';
import { VALUE_PATHS } from './value-paths.ts';

export interface ReleaseOptions extends Pick<CollectOptions, 'namespace' | 'context' | 'images'> {
  readonly release: string;
}

/**
 * Reads the cluster once and says what is wrong with a release.
 *
 * @returns the most severe first; none: nothing is wrong
 * @throws ClusterUnreachable; ApiError where not even the pods may be read
 */
export async function diagnoseRelease(cluster: Cluster, options: ReleaseOptions): Promise<Finding[]> {
  return diagnose(await collectRelease(cluster, options));
}

/** All that a diagnosis of a release needs. Holds no secret. */
export async function collectRelease(cluster: Cluster, options: ReleaseOptions): Promise<Snapshot> {
  const { namespace, release } = options;
  const [snapshot, helm] = await Promise.all([
    collectSnapshot(cluster, { ...options, valuePaths: VALUE_PATHS }),
    tryHelmState(cluster, namespace, release),
  ]);
  if (helm instanceof Error) return { ...snapshot, unreadable: [...(snapshot.unreadable ?? []), 'helm'] };
  return { ...snapshot, helm };
}

/** @returns the error where the record may not be read */
async function tryHelmState(
  cluster: Cluster,
  namespace: string,
  release: string,
): Promise<HelmState | undefined | Error> {
  try {
    return await readHelmState(cluster, namespace, release);
  } catch (error) {
    const isRefused = error instanceof ApiError && [401, 403].includes(error.status);
    const isElsewhere = error instanceof CommandError && /HELM_DRIVER/.test(error.message);
    if (isRefused || isElsewhere) return error as Error;
    throw error;
  }
}
