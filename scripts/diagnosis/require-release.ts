import type { Cluster } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Snapshot } from './snapshot.ts';

/** What Helm's Secrets say of whom they are. */
const OWNER = 'owner=helm';

/**
 * That there is something to diagnose. Without it, no finding would mean that nothing is wrong.
 *
 * @throws CommandError where the namespace or the release does not exist
 */
export async function requireRelease(cluster: Cluster, snapshot: Snapshot, release: string): Promise<void> {
  const { namespace, helm, deployments, statefulSets, pods } = snapshot;
  const isThere = [...deployments, ...statefulSets, ...pods].some(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/instance'] === release,
  );
  if (helm !== undefined || isThere) return;
  if (!(await hasNamespace(cluster, namespace)))
    throw new CommandError(
      `there is no namespace '${namespace}' in context '${cluster.context}'; see: npm run diagnose -- --help`,
    );
  const others = await releasesIn(cluster, namespace);
  const there = others.length === 0 ? 'nor any other' : `there is ${others.join(', ')}`;
  throw new CommandError(
    `there is no release '${release}' in namespace '${namespace}' of context '${cluster.context}', ${there}; choose with --release, or install it with: npm run apply`,
  );
}

/** Who may not ask is believed. */
async function hasNamespace(cluster: Cluster, namespace: string): Promise<boolean> {
  try {
    return (await cluster.tryGet(`/api/v1/namespaces/${namespace}`)) !== undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return true;
    throw error;
  }
}

async function releasesIn(cluster: Cluster, namespace: string): Promise<string[]> {
  try {
    const secrets = await cluster.list(`/api/v1/namespaces/${namespace}/secrets`, { labelSelector: OWNER });
    return [...new Set(secrets.flatMap(({ metadata }) => metadata.labels?.name ?? []))].sort();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}
