import { INSTANCE } from '../release-labels.ts';
import type { Container, ContainerStatus, Event, Pod, PodSpec } from './objects.ts';
import type { ContainerLog, Snapshot } from './snapshot.ts';

/** A snapshot, put in order. */
export interface Facts {
  readonly snapshot: Snapshot;
  /** Milliseconds. */
  readonly now: number;
  /** The pods that count: not those that end, nor those of what a rollout replaces. */
  readonly pods: readonly PodFacts[];
  readonly workloads: readonly Workload[];
  /** Newest last. */
  eventsOf(kind: string, name: string): readonly Event[];
  /** Where a container's values are, followed by a path in them; undefined where it is no chart of ours. */
  valuePath(container: string, path: string): string | undefined;
  /** `kubectl --namespace NAMESPACE` and what follows. */
  kubectl(command: string): string;
}

export interface Workload {
  /** As `Deployment/todo-backend`. */
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly wanted: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export interface PodFacts {
  readonly pod: Pod;
  readonly name: string;
  /** As `Deployment/todo-backend`; a pod without an owner is its own. */
  readonly workload: string;
  readonly ready: boolean;
  /** Those that have been told of, first the ones that initialise. */
  readonly containers: readonly ContainerFacts[];
  readonly events: readonly Event[];
}

export interface ContainerFacts {
  readonly pod: PodFacts;
  readonly name: string;
  readonly spec: Container;
  readonly status: ContainerStatus;
  readonly initialises: boolean;
  readonly log: ContainerLog;
  /** Events of this container alone, newest last. */
  readonly events: readonly Event[];
}

export function factsOf(unsorted: Snapshot): Facts {
  const snapshot = inOrder(unsorted);
  const ofRelease = (object: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
    snapshot.release === undefined || object.metadata.labels?.[INSTANCE] === snapshot.release;
  const events = eventsByObject(snapshot.events);
  const eventsOf = (kind: string, name: string) => events.get(`${kind}/${name}`) ?? [];
  const workloads = [...snapshot.deployments, ...snapshot.statefulSets].filter(ofRelease).map(workloadOf);
  const pods = snapshot.pods
    .filter((pod) => ofRelease(pod) && isWanted(pod) && !isReplaced(pod, snapshot))
    .map((pod) => podFacts(pod, snapshot, eventsOf('Pod', pod.metadata.name)));
  return {
    snapshot,
    now: Date.parse(snapshot.now),
    pods,
    workloads,
    eventsOf,
    valuePath: (container, path) => {
      const root = snapshot.valuePaths?.[container];
      return root === undefined ? undefined : `${root}.${path}`;
    },
    kubectl: (command) => `kubectl --namespace ${snapshot.namespace} ${command}`,
  };
}

/** The workload that a pod belongs to, as `Deployment/todo-backend`. */
export function workloadIdOf(pod: Pod, { replicaSets }: Pick<Snapshot, 'replicaSets'>): string {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return `Pod/${pod.metadata.name}`;
  if (owner.kind !== 'ReplicaSet') return `${owner.kind}/${owner.name}`;
  const set = replicaSets.find(({ metadata }) => metadata.name === owner.name);
  const deployment = set?.metadata.ownerReferences?.find(({ controller }) => controller);
  if (deployment !== undefined) return `${deployment.kind}/${deployment.name}`;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  return hash === undefined ? `ReplicaSet/${owner.name}` : `Deployment/${owner.name.slice(0, -hash.length - 1)}`;
}

/**
 * Whether a rollout replaces the pod by one of a newer template, or it is not yet known. Not so for a StatefulSet's pod
 * that is not ready: it stays until it is.
 */
export function isReplaced(
  pod: Pod,
  snapshot: Pick<Snapshot, 'deployments' | 'replicaSets' | 'statefulSets'>,
): boolean {
  const [kind, name] = workloadIdOf(pod, snapshot).split('/');
  if (kind === 'StatefulSet') {
    const set = snapshot.statefulSets.find(({ metadata }) => metadata.name === name);
    if (set === undefined) return false;
    const revision = pod.metadata.labels?.['controller-revision-hash'];
    return !isObserved(set) || (isReady(pod) && revision !== set.status.updateRevision);
  }
  if (kind !== 'Deployment') return false;
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  return owner?.name !== currentReplicaSet(name!, snapshot);
}

/** The name of the ReplicaSet with a Deployment's present template; undefined until its controller has made it. */
export function currentReplicaSet(
  deployment: string,
  { deployments, replicaSets }: Pick<Snapshot, 'deployments' | 'replicaSets'>,
): string | undefined {
  const own = replicaSets
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind, name }) => kind === 'Deployment' && name === deployment),
    )
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const object = deployments.find(({ metadata }) => metadata.name === deployment);
  if (object === undefined) return own[0]?.metadata.name;
  if (!isObserved(object)) return undefined;
  return own.find((set) => revisionOf(set) === revisionOf(object))?.metadata.name;
}

/** Whether the controller has seen what the object wants now. */
export function isObserved(object: Snapshot['deployments'][number] | Snapshot['statefulSets'][number]): boolean {
  return (object.status.observedGeneration ?? 0) >= (object.metadata.generation ?? 0);
}

/** Not what ends, has done its work or is replaced already, nor what `helm test` runs. */
function isWanted({ metadata, status }: Pod): boolean {
  const isTest = /\btest\b/.test(metadata.annotations?.['helm.sh/hook'] ?? '');
  const isOver = status.phase === 'Succeeded' || (status.phase === 'Failed' && status.reason !== undefined);
  return metadata.deletionTimestamp === undefined && !isTest && !isOver;
}

function revisionOf({ metadata }: { metadata: { annotations?: Readonly<Record<string, string>> } }): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

/** When an event was seen last, in milliseconds. */
export function timeOf(event: Event): number {
  const time =
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp;
  return time === undefined || time === null ? 0 : Date.parse(time);
}

/** How often an event was seen. */
export function countOf(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

function workloadOf(object: Snapshot['deployments'][number] | Snapshot['statefulSets'][number]): Workload {
  const { kind } = object;
  const { name } = object.metadata;
  return {
    id: `${kind}/${name}`,
    kind,
    name,
    wanted: object.spec.replicas ?? 1,
    labels: object.spec.template.metadata?.labels ?? {},
    spec: object.spec.template.spec,
  };
}

function podFacts(pod: Pod, snapshot: Snapshot, ofName: readonly Event[]): PodFacts {
  // A StatefulSet's pod has the name of the one before it.
  const events = ofName.filter(({ involvedObject: { uid } }) => [undefined, pod.metadata.uid].includes(uid));
  const { initContainers = [], containers } = pod.spec;
  const specs = new Map([...initContainers, ...containers].map((spec) => [spec.name, spec]));
  const facts = {
    pod,
    name: pod.metadata.name,
    workload: workloadIdOf(pod, snapshot),
    ready: isReady(pod),
    events,
    containers: [] as ContainerFacts[],
  };
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const spec = specs.get(status.name);
    if (spec === undefined) continue;
    facts.containers.push({
      pod: facts,
      name: status.name,
      spec,
      status,
      initialises: initContainerStatuses.includes(status) && spec.restartPolicy !== 'Always',
      log: snapshot.logs[`${facts.name}/${status.name}`] ?? {},
      events: events.filter(({ involvedObject }) => involvedObject.fieldPath?.endsWith(`{${status.name}}`)),
    });
  }
  return facts;
}

function eventsByObject(events: readonly Event[]): Map<string, Event[]> {
  const byObject = new Map<string, Event[]>();
  for (const event of events) {
    const id = `${event.involvedObject.kind}/${event.involvedObject.name}`;
    byObject.set(id, [...(byObject.get(id) ?? []), event]);
  }
  return byObject;
}

/** Watches and lists give objects in any order; a diagnosis is always the same. */
function inOrder(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    pods: byName(snapshot.pods),
    events: [...snapshot.events].sort((a, b) => timeOf(a) - timeOf(b) || (a.message < b.message ? -1 : 1)),
    deployments: byName(snapshot.deployments),
    replicaSets: byName(snapshot.replicaSets),
    statefulSets: byName(snapshot.statefulSets),
    services: byName(snapshot.services),
    persistentVolumeClaims: byName(snapshot.persistentVolumeClaims),
    horizontalPodAutoscalers: byName(snapshot.horizontalPodAutoscalers),
    nodes: snapshot.nodes && byName(snapshot.nodes),
  };
}

function byName<T extends { readonly metadata: { readonly name: string } }>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
