import type { KubernetesObject } from '../cluster.ts';
import { cpuText, memoryText, quantity } from '../quantity.ts';

/** What a pod asks of its node. CPU in cores, memory in bytes. */
export interface Demand {
  readonly cpu: number;
  readonly memory: number;
}

/** What all pods of a release ask for when there are as many as there can be. */
export interface Demands {
  /** One entry for each pod, with what it is a pod of. */
  readonly pods: readonly (Demand & { readonly of: string })[];
}

export interface Capacity {
  readonly asked: Demand;
  /** What the nodes have left for this release. */
  readonly free: Demand;
  /** Pods that fit on no node, by what they are pods of. */
  readonly unplaced: ReadonlyMap<string, number>;
}

/** The pods of the rendered workloads at the most replicas of their autoscalers, and those that a rollout adds. */
export function demands(objects: readonly KubernetesObject[]): Demands {
  const most = new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map((object) => {
        const { scaleTargetRef, maxReplicas } = object.spec as AutoscalerSpec;
        return [`${scaleTargetRef.kind} ${scaleTargetRef.name}`, maxReplicas];
      }),
  );
  const pods = objects.flatMap((object) => {
    if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return [];
    const spec = object.spec as WorkloadSpec;
    const replicas = most.get(`${object.kind} ${object.metadata.name}`) ?? spec.replicas ?? 1;
    // A StatefulSet replaces its pods one by one.
    const surge = object.kind === 'Deployment' ? surgeOf(spec, replicas) : 0;
    return Array.from({ length: replicas + surge }, () => ({
      ...demandOf(spec.template.spec),
      of: object.metadata.name,
    }));
  });
  return { pods };
}

/**
 * Whether the pods find room: each node's allocatable, less what pods of others ask for, is filled with the largest first.
 *
 * @param others pods that stay, of all namespaces
 */
export function capacity(
  { pods }: Demands,
  nodes: readonly KubernetesObject[],
  others: readonly KubernetesObject[],
): Capacity {
  const rooms = nodes.filter(isUsable).map((node) => {
    const { allocatable } = node.status as NodeStatus;
    const taken = sum(others.filter((pod) => isOn(pod, node)).map((pod) => demandOf(pod.spec as PodSpec)));
    return { cpu: quantity(allocatable.cpu) - taken.cpu, memory: quantity(allocatable.memory) - taken.memory };
  });
  const free = sum(rooms);
  const unplaced = new Map<string, number>();
  for (const pod of [...pods].sort((a, b) => b.memory - a.memory || b.cpu - a.cpu)) {
    // The tolerance is for sums of decimal fractions.
    const room = rooms.find(({ cpu, memory }) => cpu - pod.cpu > -1e-9 && memory >= pod.memory);
    if (room === undefined) unplaced.set(pod.of, (unplaced.get(pod.of) ?? 0) + 1);
    else {
      room.cpu -= pod.cpu;
      room.memory -= pod.memory;
    }
  }
  return { asked: sum(pods), free, unplaced };
}

/** For people: `1.1 CPU and 1.4 GiB asked, 1.8 CPU and 22.9 GiB free`. */
export function capacityText({ asked, free }: Capacity): string {
  return `${demandText(asked)} asked at most, ${demandText(free)} free`;
}

function demandText({ cpu, memory }: Demand): string {
  return `${cpuText(cpu)} CPU and ${memoryText(memory)}`;
}

function surgeOf({ strategy }: WorkloadSpec, replicas: number): number {
  const surge = strategy?.rollingUpdate?.maxSurge ?? '25%';
  return typeof surge === 'number' ? surge : Math.ceil((Number.parseFloat(surge) / 100) * replicas);
}

function demandOf({ containers, initContainers = [] }: PodSpec): Demand {
  const running = sum(containers.map(requestOf));
  // They run one by one before the containers, and a pod has to have room for the largest of both.
  const starting = initContainers.map(requestOf);
  return {
    cpu: Math.max(running.cpu, ...starting.map(({ cpu }) => cpu)),
    memory: Math.max(running.memory, ...starting.map(({ memory }) => memory)),
  };
}

function requestOf({ resources }: Container): Demand {
  const { requests = {}, limits = {} } = resources ?? {};
  return { cpu: quantity(requests.cpu ?? limits.cpu), memory: quantity(requests.memory ?? limits.memory) };
}

function isUsable({ spec }: KubernetesObject): boolean {
  const { unschedulable = false, taints = [] } = (spec ?? {}) as NodeSpec;
  return !unschedulable && !taints.some(({ effect }) => effect !== 'PreferNoSchedule');
}

function isOn(pod: KubernetesObject, node: KubernetesObject): boolean {
  const { phase } = pod.status as { phase?: string };
  return (pod.spec as PodSpec).nodeName === node.metadata.name && phase !== 'Succeeded' && phase !== 'Failed';
}

function sum(all: readonly Demand[]): { cpu: number; memory: number } {
  return all.reduce((total, { cpu, memory }) => ({ cpu: total.cpu + cpu, memory: total.memory + memory }), {
    cpu: 0,
    memory: 0,
  });
}

interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  readonly maxReplicas: number;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly strategy?: { readonly rollingUpdate?: { readonly maxSurge?: number | string } };
  readonly template: { readonly spec: PodSpec };
}

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>;
    readonly limits?: Readonly<Record<string, string | number>>;
  };
}

interface NodeSpec {
  readonly unschedulable?: boolean;
  readonly taints?: readonly { readonly effect: string }[];
}

interface NodeStatus {
  readonly allocatable: Readonly<Record<string, string>>;
}
