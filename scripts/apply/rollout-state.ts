import { isObserved, isReplaced, workloadIdOf } from '../diagnosis/facts.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { Deployment, Pod, StatefulSet } from '../diagnosis/objects.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';

/** A Deployment or StatefulSet that has to get ready. */
export interface ExpectedWorkload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
}

/** How far a rollout is, for people and for programs. */
export interface RolloutView {
  /** Since the watch has begun. */
  readonly seconds: number;
  readonly workloads: readonly WorkloadView[];
  readonly pods: readonly PodView[];
  readonly findings: readonly Finding[];
  /** Why nothing is heard of the cluster at present; undefined while it is. */
  readonly away?: string | undefined;
}

export interface WorkloadView extends ExpectedWorkload {
  /** As `Deployment/todo-backend`. */
  readonly id: string;
  readonly exists: boolean;
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Pods of an older template that are not gone. */
  readonly old: number;
  readonly done: boolean;
}

export interface PodView {
  /** As `Deployment/todo-backend`. */
  readonly workload: string;
  readonly name: string;
  readonly state: string;
  readonly ready: boolean;
  /** Seconds since it is ready, or since it was made. */
  readonly seconds: number;
  readonly restarts: number;
  /** Why it is not ready, where that is known. */
  readonly cause: string | undefined;
}

/** Seconds that a pod has to live where nothing asks it whether it is well: it is ready as soon as it begins. */
const UNASKED = 3;

export function rolloutView(
  snapshot: Snapshot,
  expected: readonly ExpectedWorkload[],
  findings: readonly Finding[],
  since: { seconds: number; away?: string | undefined },
): RolloutView {
  const now = Date.parse(snapshot.now);
  const pods = snapshot.pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const workloads = expected.map((workload) => workloadView(workload, snapshot, pods, now));
  const ids = workloads.map(({ id }) => id);
  return {
    ...since,
    workloads,
    pods: pods
      .filter((pod) => ids.includes(workloadIdOf(pod, snapshot)) && !isReplaced(pod, snapshot))
      .map((pod) => podView(pod, snapshot, findings, now))
      .sort((a, b) => ids.indexOf(a.workload) - ids.indexOf(b.workload) || (a.name < b.name ? -1 : 1)),
    findings,
  };
}

function workloadView(
  { kind, name }: ExpectedWorkload,
  snapshot: Snapshot,
  pods: readonly Pod[],
  now: number,
): WorkloadView {
  const id = `${kind}/${name}`;
  const all: readonly (Deployment | StatefulSet)[] =
    kind === 'Deployment' ? snapshot.deployments : snapshot.statefulSets;
  const object = all.find(({ metadata }) => metadata.name === name);
  if (object === undefined)
    return { kind, name, id, exists: false, wanted: 0, updated: 0, available: 0, old: 0, done: false };
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = object.status;
  const wanted = object.spec.replicas ?? 1;
  const own = pods.filter((pod) => workloadIdOf(pod, snapshot) === id);
  const numbers = { wanted, updated: updatedReplicas, available: availableReplicas };
  const isWhole =
    isObserved(object) &&
    updatedReplicas === updatedWanted(object, wanted) &&
    replicas === wanted &&
    availableReplicas === wanted;
  return {
    kind,
    name,
    id,
    exists: true,
    ...numbers,
    old: isObserved(object) ? own.filter((pod) => isReplaced(pod, snapshot)).length : 0,
    done: isWhole && own.every((pod) => isSettled(object, pod, now)),
  };
}

/** A partition keeps the pods below it as they are. */
function updatedWanted(object: Deployment | StatefulSet, wanted: number): number {
  const partition = 'updateStrategy' in object.spec ? (object.spec.updateStrategy?.rollingUpdate?.partition ?? 0) : 0;
  return Math.max(wanted - partition, 0);
}

function isSettled({ spec }: Deployment | StatefulSet, pod: Pod, now: number): boolean {
  const isAsked = 'minReadySeconds' in spec || spec.template.spec.containers.some((each) => each.readinessProbe);
  return isAsked || now - readySince(pod) >= UNASKED * 1000;
}

function readySince({ status }: Pod): number {
  const ready = status.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  return ready?.lastTransitionTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(ready.lastTransitionTime);
}

function podView(pod: Pod, snapshot: Snapshot, findings: readonly Finding[], now: number): PodView {
  const workload = workloadIdOf(pod, snapshot);
  const { name, creationTimestamp } = pod.metadata;
  const since = readySince(pod);
  const ready = Number.isFinite(since);
  const begun = ready ? since : Date.parse(creationTimestamp ?? snapshot.now);
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return {
    workload,
    name,
    state: stateOf(pod, snapshot),
    ready,
    seconds: Math.max(Math.round((now - begun) / 1000), 0),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    cause: ready ? undefined : causeOf(name, workload, findings),
  };
}

function causeOf(pod: string, workload: string, findings: readonly Finding[]): string | undefined {
  const own = findings.find(({ subject }) => subject.startsWith(`Pod/${pod} `) || subject === `Pod/${pod}`);
  return (own ?? findings.find(({ subject, blocks }) => blocks.includes(workload) && !subject.startsWith('Pod/')))
    ?.cause;
}

/** Reasons of the kubelet, shorter than they are. */
const WAITING: Readonly<Record<string, string>> = {
  ErrImageNeverPull: 'image missing',
  ErrImagePull: 'image not pulled',
  ImagePullBackOff: 'image not pulled',
  InvalidImageName: 'image misnamed',
  ImageInspectError: 'image unreadable',
  CreateContainerConfigError: 'not configured',
  CreateContainerError: 'cannot be made',
  RunContainerError: 'cannot start',
  CrashLoopBackOff: 'crashing',
};

/** In words what kubectl calls a pod's status. */
function stateOf(pod: Pod, snapshot: Snapshot): string {
  const { conditions = [], initContainerStatuses = [], containerStatuses = [], phase, reason } = pod.status;
  if (conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'False')) return 'finds no node';
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const waiting = statuses
    .map(({ state }) => state.waiting?.reason)
    .find((each) => each !== undefined && !isUsual(each));
  if (waiting !== undefined) return WAITING[waiting] ?? waiting;
  const crashed = containerStatuses.find(({ state }) => state.terminated !== undefined)?.state.terminated;
  if (crashed !== undefined) return crashed.reason === 'OOMKilled' ? 'OOMKilled' : `ended (${crashed.exitCode})`;
  if (phase === 'Failed') return reason ?? 'failed';
  if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return 'ready';
  const initialised = initContainerStatuses.filter(({ state }) => state.terminated?.exitCode === 0).length;
  if (initialised < initContainerStatuses.length) return `init ${initialised} of ${initContainerStatuses.length}`;
  if (containerStatuses.length > 0 && containerStatuses.every(({ state }) => state.running !== undefined))
    return containerStatuses.some(({ started }) => started === false) ? 'starting' : 'running, not ready';
  const events = snapshot.events.filter(({ involvedObject }) => involvedObject.uid === pod.metadata.uid);
  const isPulling =
    events.some((event) => event.reason === 'Pulling') && !events.some((event) => event.reason === 'Pulled');
  return isPulling ? 'pulling its image' : 'being made';
}

function isUsual(reason: string): boolean {
  return reason === 'ContainerCreating' || reason === 'PodInitializing';
}
