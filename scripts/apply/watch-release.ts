import type { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import { workloadsOf } from './rendered-objects.ts';
import { findingLines, rolloutLines } from './rollout-lines.ts';
import type { RolloutView } from './rollout-state.ts';
import { done, type StepResult, type Tell } from './step.ts';
import { type RolloutResult, type WatchOptions, watchRollout } from './watch-rollout.ts';

export interface WatchReleaseOptions extends Omit<WatchOptions, 'workloads' | 'onView' | 'selector'> {
  /** YAML documents of the release. */
  readonly manifest: string;
  readonly tell: Tell;
}

const WIDTH = 80;

/**
 * Waits until the pods of a release are ready, and shows how they get so.
 *
 * @throws CommandError with what is wrong, as soon as it is known that waiting does not help, or when the time is over
 */
export async function watchRelease(cluster: Cluster, options: WatchReleaseOptions): Promise<StepResult> {
  const { manifest, tell, ...rest } = options;
  const workloads = workloadsOf(manifest);
  const result = await watchRollout(cluster, {
    ...rest,
    workloads,
    onView: (view) => tell([readiness(view), ...rolloutLines(view, WIDTH - 4)].join('\n')),
  });
  if (result.outcome === 'ready') return done(readiness(result.view));
  throw notReady(result, options);
}

/** Pods of an older template do not count. */
function readiness({ workloads, pods }: RolloutView): string {
  const wanted = workloads.reduce((sum, workload) => sum + workload.wanted, 0);
  if (workloads.every((workload) => workload.done)) return `all ${wanted} pods are ready`;
  return `${Math.min(pods.filter(({ ready }) => ready).length, wanted)} of ${wanted} pods are ready`;
}

function notReady(
  { outcome, findings, view }: RolloutResult,
  { release, deadlineSeconds }: WatchReleaseOptions,
): CommandError {
  const [first] = findings;
  const why = first === undefined ? readiness(view) : `${first.code} at ${first.subject}`;
  return new CommandError(
    outcome === 'timeout'
      ? `${release} is not ready after ${deadlineSeconds} s: ${why}`
      : `${release} cannot get ready: ${why}`,
    { details: findings.flatMap((finding) => findingLines(finding, WIDTH - 2)) },
  );
}
