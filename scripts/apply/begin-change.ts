import type { Cluster } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { isPending, readRevisions } from '../helm-release.ts';
import { Lease, lastGoodRevision } from '../lease.ts';
import { ourLabels } from '../release-labels.ts';
import { repairRelease } from './pending-release.ts';
import type { ReleaseTarget } from './release.ts';
import type { Tell } from './step.ts';

export interface BeginOptions {
  /** Whether the user has said that no other Helm is at work. */
  readonly yes: boolean;
  readonly signal: AbortSignal;
  readonly tell: Tell;
  /** Called with what was wrong with the release and was mended. */
  readonly onNote: (line: string) => void;
}

/**
 * Everything that has to be there before a release is changed: the namespace, the Lease, and a release that nobody has
 * left in the middle.
 *
 * @throws CommandError where another command is at work
 */
export async function beginChange(target: ReleaseTarget, { yes, signal, tell, onNote }: BeginOptions): Promise<Lease> {
  const { cluster, namespace, release } = target;
  await makeNamespace(cluster, namespace, release);
  const lease = await Lease.acquire(cluster, { namespace, release, command: 'apply', signal, onWait: tell });
  try {
    const last = (await readRevisions(cluster, namespace, release)).at(-1);
    if (last !== undefined && isPending(last)) {
      const lastGood = await lastGoodRevision(cluster, namespace, release);
      await repairRelease(target, lease, { pending: last, lastGood, yes, onNote });
    }
    return lease;
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function makeNamespace(cluster: Cluster, name: string, release: string): Promise<void> {
  const there = await cluster.tryGet(`/api/v1/namespaces/${name}`);
  if (there?.metadata.deletionTimestamp !== undefined)
    throw new CommandError(`namespace '${name}' is being deleted; wait until it is gone, and run it again`);
  if (there !== undefined) return;
  await cluster
    .post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: ourLabels(release) } })
    .catch((error: unknown) => {
      // Somebody else has just made it.
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    });
}
