import type { ContainerStatus, Event, Pod } from '../../scripts/diagnosis/objects.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';

/** The snapshot with other statuses of its containers. */
export function withStatuses(
  snapshot: Snapshot,
  change: (status: ContainerStatus) => Partial<ContainerStatus>,
): Snapshot {
  const changed = (statuses: readonly ContainerStatus[] = []) => statuses.map((each) => ({ ...each, ...change(each) }));
  return withPods(snapshot, (pod) => ({
    ...pod,
    status: { ...pod.status, containerStatuses: changed(pod.status.containerStatuses) },
  }));
}

/** The snapshot with containers that wait for this reason. */
export function withWaiting(snapshot: Snapshot, reason: string, message: string): Snapshot {
  return withEvents(
    withStatuses(snapshot, () => ({ state: { waiting: { reason, message } } })),
    () => [],
  );
}

/** The snapshot with pods that the scheduler says this of. */
export function withSchedulerMessage(snapshot: Snapshot, message: string): Snapshot {
  return withPods(snapshot, (pod) => ({
    ...pod,
    status: {
      ...pod.status,
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    },
  }));
}

export function withPods(snapshot: Snapshot, change: (pod: Pod) => Pod): Snapshot {
  return { ...snapshot, pods: snapshot.pods.map(change) };
}

export function withEvents(snapshot: Snapshot, change: (event: Event) => Event | readonly Event[]): Snapshot {
  return { ...snapshot, events: snapshot.events.flatMap(change) };
}
