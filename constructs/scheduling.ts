import { filledList, filledMap } from './filled.ts';

/** Where pods run. */
export interface SchedulingProps {
  /** Labels that a node must have. @default - none */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Tolerations, as Kubernetes writes them. @default - none */
  readonly tolerations?: readonly unknown[];
  /** @default - the cluster's */
  readonly priorityClassName?: string | null;
}

/** How pods of one kind keep apart. */
export interface SpreadProps {
  /** Affinity, as Kubernetes writes it. @default - the pods prefer different nodes */
  readonly affinity?: unknown;
  /** Constraints, as Kubernetes writes them. @default - as even as possible over nodes and zones */
  readonly topologySpreadConstraints?: readonly unknown[] | null;
}

/** The part of a pod's spec that says where it runs. */
export function scheduling(props: SchedulingProps) {
  return {
    nodeSelector: filledMap(props.nodeSelector),
    tolerations: filledList(props.tolerations),
    priorityClassName: props.priorityClassName ?? undefined,
  };
}

/** The part of a pod's spec that keeps it apart from the pods with these labels. */
export function spread(props: SpreadProps, pods: Record<string, string>) {
  return {
    affinity: props.affinity ?? { podAntiAffinity: preferDifferentNodes(pods) },
    topologySpreadConstraints: props.topologySpreadConstraints ?? [
      evenOver('kubernetes.io/hostname', pods),
      evenOver('topology.kubernetes.io/zone', pods),
    ],
  };
}

function preferDifferentNodes(pods: Record<string, string>) {
  return {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: pods } },
      },
    ],
  };
}

function evenOver(topologyKey: string, pods: Record<string, string>) {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: pods },
    // Counts the pods of one rollout only, so that the old ones do not push the new ones together.
    matchLabelKeys: ['pod-template-hash'],
  };
}
