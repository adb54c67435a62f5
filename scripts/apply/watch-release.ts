import type { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { VALUE_PATHS } from '../diagnosis/value-paths.ts';
import { workloadsOf } from './rendered-objects.ts';
import { findingLines, rolloutLines } from './rollout-lines.ts';
import type { RolloutView } from './rollout-state.ts';
import type { Tell } from './step.ts';
import { type RolloutResult, type WatchOptions, watchRollout } from './watch-rollout.ts';

export interface WatchReleaseOptions
  extends Pick<WatchOptions, 'namespace' | 'release' | 'deadlineSeconds' | 'signal' | 'context' | 'images'> {
  /** YAML documents of the release. */
  readonly manifest: string;
  readonly tell: Tell;
}

const WIDTH = 76;

/** Pods do not get ready: the first cause, and all that is known of it. */
export class NotReady extends CommandError {
  readonly findings: readonly Finding[];

  constructor({ outcome, findings, view }: RolloutResult, deadlineSeconds: number) {
    const [first, ...others] = findings;
    const cause = first === undefined ? readiness(view) : `${first.subject}: ${first.cause}`;
    super(outcome === 'timeout' ? `${cause} (after ${deadlineSeconds} s)` : cause, {
      details: [
        ...(first === undefined ? [] : shownBy(first)),
        ...others.flatMap((finding) => findingLines(finding, WIDTH)),
      ],
    });
    this.findings = findings;
  }
}

/**
 * Waits until the pods of a release are ready, and shows how they get so.
 *
 * @throws NotReady as soon as it is certain that waiting does not help, or when the time is over
 */
export async function watchRelease(
  cluster: Cluster,
  { manifest, tell, ...options }: WatchReleaseOptions,
): Promise<RolloutResult> {
  const result = await watchRollout(cluster, {
    ...options,
    workloads: workloadsOf(manifest),
    valuePaths: VALUE_PATHS,
    replaceStuckPods: true,
    onView: (view) => tell([readiness(view), ...rolloutLines(view, WIDTH)].join('\n')),
  });
  if (result.outcome !== 'ready') throw new NotReady(result, options.deadlineSeconds);
  return result;
}

/** As `all 4 pods are ready`, `2 of 4 pods are ready`. Pods of an older template do not count. */
export function readiness({ workloads, pods, away }: RolloutView): string {
  if (away !== undefined) return away;
  const wanted = workloads.reduce((sum, workload) => sum + workload.wanted, 0);
  if (workloads.every((workload) => workload.done)) return `all ${wanted} pods are ready`;
  return `${Math.min(pods.filter(({ ready }) => ready).length, wanted)} of ${wanted} pods are ready`;
}

function shownBy({ evidence, consequences, fix, check }: Finding): string[] {
  return [
    ...evidence.map((line) => `> ${line}`),
    ...consequences.map((line) => `so: ${line}`),
    ...fix.map((line) => `fix: ${line}`),
    `check: ${check}`,
  ];
}
