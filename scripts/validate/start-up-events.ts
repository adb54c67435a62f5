import { timeOf } from '../diagnosis/facts.ts';
import type { Event, Pod } from '../diagnosis/objects.ts';

export interface Situation {
  /** Those that are there. */
  readonly pods: readonly Pod[];
  /** When the present revision was made. */
  readonly deployed: Date;
}

/** Milliseconds by which times of the API, which are whole seconds, may be off. */
const CLOCK = 1000;

/** Warnings that belong to a start, and for how many seconds they do; `ofRevision`: to that of the revision alone. */
const OF_A_START: readonly {
  readonly kind: string;
  readonly reason: RegExp;
  readonly seconds: number;
  readonly message?: RegExp;
  readonly ofRevision?: true;
  readonly why: string;
}[] = [
  { kind: 'Pod', reason: /^Unhealthy$/, seconds: 60, why: 'probes fail until the process is up' },
  { kind: 'Pod', reason: /^FailedScheduling$/, seconds: 30, why: 'a volume is bound, or an old pod makes room, first' },
  { kind: 'Pod', reason: /^FailedMount$/, seconds: 30, why: 'the kubelet has not seen a new object yet' },
  {
    kind: 'Pod',
    reason: /^Failed$/,
    message: /failed to sync (secret|configmap) cache/,
    seconds: 30,
    why: 'the kubelet has not seen a new object yet',
  },
  {
    kind: 'HorizontalPodAutoscaler',
    reason: /^Failed(GetResourceMetric|ComputeMetricsReplicas|GetContainerResourceMetric)$/,
    seconds: 300,
    why: 'metrics come some minutes after the pods',
  },
  {
    kind: 'Service|Endpoints|EndpointSlice',
    reason: /^FailedToUpdateEndpoint/,
    seconds: 60,
    why: 'two controllers write at once, and one tries again',
  },
  {
    kind: 'ReplicaSet|StatefulSet',
    reason: /^FailedCreate$/,
    seconds: 15,
    ofRevision: true,
    why: 'a pod that the revision before wanted was still tried',
  },
  { kind: 'PersistentVolumeClaim', reason: /^Provisioning(Failed)?$/, seconds: 60, why: 'the provisioner starts' },
  {
    kind: 'PodDisruptionBudget',
    reason: /^(NoPods|CalculateExpectedPodCountFailed)$/,
    seconds: 60,
    why: 'its pods come after it',
  },
];

/**
 * Why a warning says nothing against a release.
 *
 * @returns undefined where nothing explains it
 */
export function isExplained(event: Event, { pods, deployed }: Situation): string | undefined {
  const at = timeOf(event);
  const { kind, name, uid } = event.involvedObject;
  if (at < deployed.getTime()) return 'before the present revision';
  const pod = pods.find(({ metadata }) => metadata.name === name && (uid === undefined || metadata.uid === uid));
  if (kind === 'Pod' && pod === undefined) return 'of a pod that is gone';
  const revision = [deployed.getTime()];
  const starts = [...revision, ...(kind === 'Pod' ? startsOf(pod!) : pods.flatMap(startsOf))];
  const known = OF_A_START.find(
    (each) =>
      each.kind.split('|').includes(kind) &&
      each.reason.test(event.reason) &&
      (each.message?.test(event.message) ?? true) &&
      (each.ofRevision ? revision : starts).some((start) => at >= start - CLOCK && at - start <= each.seconds * 1000),
  );
  return known?.why;
}

/** When a pod was made, and its containers have started. */
function startsOf({ metadata, status }: Pod): number[] {
  const starts = (status.containerStatuses ?? []).map(({ state }) => Date.parse(state?.running?.startedAt ?? ''));
  return [Date.parse(metadata.creationTimestamp ?? ''), ...starts].filter(Number.isFinite);
}
