import type { RevisionStatus } from '../helm-release.ts';
import type {
  Container,
  Deployment,
  EndpointSlice,
  Event,
  HorizontalPodAutoscaler,
  Node,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  ResourceQuota,
  Service,
  StatefulSet,
} from './objects.ts';

/** All that a diagnosis knows: the objects of one namespace at one time, as the API server gives them. */
export interface Snapshot {
  readonly namespace: string;
  /** The context that commands have to name. @default - none: it is the current one */
  readonly context?: string | undefined;
  /** When it was taken, as Kubernetes writes times. */
  readonly now: string;
  readonly pods: readonly Pod[];
  readonly events: readonly Event[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly statefulSets: readonly StatefulSet[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[];
  readonly horizontalPodAutoscalers: readonly HorizontalPodAutoscaler[];
  readonly resourceQuotas: readonly ResourceQuota[];
  /** undefined: they cannot be read. */
  readonly nodes?: readonly Node[] | undefined;
  /** Of other namespaces, for what they ask of the nodes. */
  readonly otherPods?: readonly Pod[] | undefined;
  /** undefined: they cannot be read. */
  readonly secrets?: readonly KeysOf[] | undefined;
  readonly configMaps?: readonly KeysOf[] | undefined;
  /** Secrets that the External Secrets Operator makes. @default - none */
  readonly externalSecrets?: readonly ExternalSecret[] | undefined;
  /** By `pod/container`. */
  readonly logs: Readonly<Record<string, ContainerLog>>;
  /** Images that the nodes hold, where somebody has asked the runtime. @default - what the nodes' status says */
  readonly images?: readonly NodeImages[] | undefined;
  /** Images that the Docker engine was asked for. @default - it was not, or is not there */
  readonly engine?: readonly EngineImage[] | undefined;
  /** Where the values of a container are in the chart, as `{ postgres: 'database' }`. @default - it is no chart of ours */
  readonly valuePaths?: Readonly<Record<string, string>> | undefined;
  /** What may not be read, as `nodes`. @default - nothing */
  readonly unreadable?: readonly string[] | undefined;
  /** Helm's record of the release. @default - it was not asked for, or may not be read */
  readonly helm?: HelmState | undefined;
  /** Only what has the label `app.kubernetes.io/instance` with it is looked at. @default - the whole namespace */
  readonly release?: string | undefined;
}

/** What Helm has recorded of a release. Neither values nor manifests: they may hold what nobody else should see. */
export interface HelmState {
  readonly revision: number;
  readonly status: RevisionStatus;
  readonly description: string;
  /** As Kubernetes writes times. */
  readonly updated: string;
  /** The newest revision before it that ended well, as far as Helm knows. */
  readonly before?: FormerRevision | undefined;
}

/** What the containers of an earlier revision were, by `Deployment/todo-backend backend`. */
export interface FormerRevision {
  readonly revision: number;
  readonly containers: Readonly<Record<string, Pick<Container, 'image' | 'resources'>>>;
}

/** The names that a Secret or ConfigMap holds, without what is under them. */
export interface KeysOf {
  readonly name: string;
  readonly keys: readonly string[];
}

/** An ExternalSecret, and the Secret that it fills. */
export interface ExternalSecret {
  readonly name: string;
  readonly secret: string;
  /** Why it cannot, where it says so. */
  readonly trouble: string | undefined;
}

/** The last lines of a container's log. */
export interface ContainerLog {
  readonly current?: readonly string[] | undefined;
  /** Of the container before its last restart. */
  readonly previous?: readonly string[] | undefined;
}

export interface NodeImages {
  readonly node: string;
  /** As `docker.io/library/busybox:1.37`. */
  readonly names: readonly string[];
  /** By those names: 64 hexadecimal digits. @default - they were not asked for */
  readonly ids?: Readonly<Record<string, string>> | undefined;
}

/** What the Docker engine has under a name. */
export interface EngineImage {
  /** As the pods name it. */
  readonly reference: string;
  /** Under which a node may have the same image; none: the engine has no such image. */
  readonly ids: readonly string[];
  /** As `linux/amd64`. */
  readonly platform?: string | undefined;
}
