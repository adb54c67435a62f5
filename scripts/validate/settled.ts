import { setTimeout as sleep } from 'node:timers/promises';
import { isReady } from '../diagnosis/facts.ts';
import type { HorizontalPodAutoscaler, Pod } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { LiveRelease, Workload } from './live-release.ts';

/** Seconds in which a pod has to be ready. */
export const READY_WITHIN = 120;

/**
 * Waits for pods that have only just been asked for: an autoscaler makes its minimum some seconds after a release is ready
 * with fewer, and more under load. Pods that are not ready for longer than they may be are not waited for.
 */
export async function untilSettled(release: LiveRelease, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + READY_WITHIN * 1000; Date.now() < end; ) {
    if (!(await isComing(release))) return;
    await sleep(1000, undefined, { signal });
  }
}

async function isComing(release: LiveRelease): Promise<boolean> {
  const [pods, workloads] = await Promise.all([release.pods(), release.workloads()]);
  const unready = pods.filter((pod) => !isReady(pod));
  if (unready.some((pod) => secondsOf(pod) > READY_WITHIN)) return false;
  return unready.length > 0 || workloads.some(isChanging) || (await isBelowMinimum(release, workloads));
}

function secondsOf({ metadata }: Pod): number {
  return (Date.now() - Date.parse(metadata.creationTimestamp ?? '')) / 1000;
}

function isChanging({ metadata, spec, status }: Workload): boolean {
  const { observedGeneration = 0, readyReplicas = 0 } = status ?? {};
  return observedGeneration < (metadata.generation ?? 0) || readyReplicas !== (spec.replicas ?? 1);
}

/** Whether an autoscaler has not made its minimum yet. With no pods wanted it is off. */
async function isBelowMinimum(release: LiveRelease, workloads: readonly Workload[]): Promise<boolean> {
  const autoscalers = await release.cluster.list<HorizontalPodAutoscaler>(
    pathOfList('horizontalPodAutoscalers', release.namespace),
  );
  return autoscalers.some(({ spec: { scaleTargetRef, minReplicas = 1 } }) =>
    workloads.some(({ metadata, spec: { replicas = 1 } }) => {
      return metadata.name === scaleTargetRef.name && replicas > 0 && replicas < minReplicas;
    }),
  );
}
