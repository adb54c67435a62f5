import type { Cluster } from '../cluster.ts';
import { Lease, type LeaseOptions } from '../lease.ts';

export interface HoldingOptions extends LeaseOptions {
  readonly signal: AbortSignal;
}

/**
 * Does `work` while it holds the release's Lease, and gives it up afterwards, whatever comes of it.
 *
 * @param work gets a signal that is aborted as well when another command has taken the Lease over
 */
export async function holdingLease<T>(
  cluster: Cluster,
  options: HoldingOptions,
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = await Lease.acquire(cluster, options);
  try {
    return await work(lease, AbortSignal.any([options.signal, lease.lost]));
  } finally {
    await lease.release();
  }
}
