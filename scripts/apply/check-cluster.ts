import type { Values } from '../../values/schema.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { INSTANCE } from '../release-labels.ts';
import { type Capacity, capacity, capacityText, demands } from './capacity.ts';
import { isAtLeast } from './tools.ts';

export interface ClusterCheckOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly release: string;
  readonly values: Values;
  /** What is going to be there. */
  readonly objects: readonly KubernetesObject[];
}

export interface ClusterCheck {
  /** What the cluster is, in a few words. */
  readonly facts: readonly string[];
  /** What keeps the release from getting well: one line each. */
  readonly problems: readonly string[];
  /** What the user should know. */
  readonly notes: readonly string[];
}

/** As the chart's kubeVersion has it. */
const KUBERNETES = '1.30';

/** What the user has to be allowed, as the API names it. */
const NEEDED: readonly (readonly [verb: string, group: string, resource: string])[] = [
  ['create', 'apps', 'deployments'],
  ['patch', 'apps', 'deployments'],
  ['create', '', 'services'],
  ['create', '', 'secrets'],
  ['list', '', 'secrets'],
  ['create', '', 'configmaps'],
  ['create', 'coordination.k8s.io', 'leases'],
  ['list', '', 'pods'],
  ['watch', '', 'pods'],
  ['list', '', 'events'],
];

/** Looks at everything that a release needs of its cluster, without changing anything, and tells all problems at once. */
export async function checkCluster(options: ClusterCheckOptions): Promise<ClusterCheck> {
  const parts = await Promise.all([
    checkVersion(options),
    checkPermissions(options),
    checkNodes(options),
    checkNodePorts(options),
    checkMetrics(options),
    checkNetworkPolicies(options),
  ]);
  return {
    facts: parts.flatMap(({ facts = [] }) => facts),
    problems: parts.flatMap(({ problems = [] }) => problems),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}

type Part = Partial<ClusterCheck>;

async function checkVersion({ cluster }: ClusterCheckOptions): Promise<Part> {
  const { gitVersion } = await cluster.get<{ gitVersion: string }>('/version');
  const facts = [`Kubernetes ${gitVersion.replace(/^v/, '')}`];
  if (isAtLeast(gitVersion, KUBERNETES)) return { facts };
  return { facts, problems: [`the cluster runs Kubernetes ${gitVersion}; the chart needs ${KUBERNETES} or newer`] };
}

async function checkPermissions({ cluster, namespace }: ClusterCheckOptions): Promise<Part> {
  const denied = await Promise.all(
    NEEDED.map(async ([verb, group, resource]) => {
      const { status } = await cluster.post<{ status: { allowed: boolean } }>(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { namespace, verb, group, resource } },
        },
      );
      return status.allowed ? [] : [`${verb} ${resource}`];
    }),
  );
  const missing = denied.flat();
  if (missing.length === 0) return {};
  return {
    problems: [`no permission in namespace '${namespace}' to ${missing.join(', ')}; ask for the role 'admin' there`],
  };
}

async function checkNodes({ cluster, namespace, release, objects }: ClusterCheckOptions): Promise<Part> {
  const [nodes, pods] = await Promise.all([
    allowed(cluster.list('/api/v1/nodes')),
    allowed(cluster.list('/api/v1/pods')),
  ]);
  if (nodes === undefined || pods === undefined)
    return { notes: ['whether the pods find room is not known: this user may not look at nodes and pods of others'] };
  const isOurs = ({ metadata }: KubernetesObject) =>
    metadata.namespace === namespace && metadata.labels?.[INSTANCE] === release;
  const others = pods.filter((pod) => !isOurs(pod));
  const room = capacity(demands(objects), nodes, others);
  const facts = [capacityText(room)];
  const { nodeInfo } = nodes[0]!.status as { nodeInfo: { containerRuntimeVersion: string } };
  const runtime = nodeInfo.containerRuntimeVersion.replace('://', ' ');
  const problems = [...pressures(nodes)];
  const notes: string[] = [];
  if (room.unplaced.size > 0) {
    const least = capacity(demands(withoutAutoscalers(objects)), nodes, others);
    if (least.unplaced.size > 0)
      problems.push(
        `${roomText(least)}; lower replicaCount or resources.requests, or give the cluster more (Minikube: a new one with --cpus, --memory)`,
      );
    else notes.push(`${roomText(room)} when there are as many pods as there may be`);
  }
  return {
    facts: [`${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`} on ${runtime}`, ...facts],
    problems,
    notes,
  };
}

/** As `1 CPU and 2 GiB asked at most, 0.5 CPU and 1 GiB free: no room for 2 of todo-backend`. */
function roomText(room: Capacity): string {
  const which = [...room.unplaced].map(([name, count]) => `${count} of ${name}`).join(', ');
  return `${capacityText(room)}: no room for ${which}`;
}

/** The same objects without autoscalers: as many pods as there are at the beginning. */
function withoutAutoscalers(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const least = new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => {
        const { scaleTargetRef, minReplicas } = spec as { scaleTargetRef: { name: string }; minReplicas?: number };
        return [scaleTargetRef.name, minReplicas ?? 1];
      }),
  );
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map((object) => {
      const spec = object.spec as { replicas?: number };
      return { ...object, spec: { ...spec, replicas: spec.replicas ?? least.get(object.metadata.name) ?? 1 } };
    });
}

function pressures(nodes: readonly KubernetesObject[]): string[] {
  return nodes.flatMap(({ metadata, status }) => {
    const { conditions = [] } = status as { conditions?: readonly { type: string; status: string; message: string }[] };
    return conditions.flatMap(({ type, status: state, message }) => {
      if (type === 'Ready' && state !== 'True') return [`node ${metadata.name} is not ready: ${message}`];
      if (/Pressure$/.test(type) && state === 'True') return [`node ${metadata.name} has ${type}: ${message}`];
      return [];
    });
  });
}

async function checkNodePorts({ cluster, namespace, objects }: ClusterCheckOptions): Promise<Part> {
  const wanted = objects.flatMap((object) => nodePorts(object).map((port) => ({ port, name: object.metadata.name })));
  if (wanted.length === 0) return {};
  const services = await allowed(cluster.list('/api/v1/services'));
  if (services === undefined) return {};
  const problems = wanted.flatMap(({ port, name }) => {
    const owner = services.find((service) => nodePorts(service).includes(port))?.metadata;
    if (owner === undefined || (owner.namespace === namespace && owner.name === name)) return [];
    return [
      `node port ${port} of ${name} belongs to Service '${owner.name}' in namespace '${owner.namespace}'; set another one, or null for one that is free: --set ${name.replace('todo-', '')}.service.nodePort=null`,
    ];
  });
  return { problems };
}

function nodePorts({ kind, spec }: KubernetesObject): number[] {
  if (kind !== 'Service') return [];
  const { ports = [] } = spec as { ports?: readonly { nodePort?: number }[] };
  return ports.flatMap(({ nodePort }) => nodePort ?? []);
}

async function checkMetrics({ cluster, values }: ClusterCheckOptions): Promise<Part> {
  if (!values.backend.autoscaling.enabled && !values.frontend.autoscaling.enabled) return {};
  const metrics = await metricsApi(cluster);
  if (metrics === 'answers') return { facts: ['metrics API'] };
  return {
    notes: [
      metrics === 'none'
        ? 'the cluster has no metrics API: autoscaling does nothing until metrics-server is installed'
        : 'the metrics API does not answer yet: autoscaling does nothing until it does',
    ],
  };
}

/** Whether there is the API that autoscalers read; what has just been started answers a minute later. */
export async function metricsApi(cluster: Cluster): Promise<'answers' | 'silent' | 'none'> {
  const service = await cluster.tryGet<KubernetesObject>(
    '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io',
  );
  if (service === undefined) return 'none';
  const { conditions = [] } = (service.status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Available' && status === 'True') ? 'answers' : 'silent';
}

/** DaemonSets of the network plug-ins that enforce policies. */
const ENFORCING = /calico|cilium|weave|antrea|kube-router|canal|ovn|aws-node|azure-npm|anetd/;

async function checkNetworkPolicies({ cluster, values }: ClusterCheckOptions): Promise<Part> {
  if (!values.networkPolicy.enabled) return {};
  const sets = await allowed(cluster.list('/apis/apps/v1/daemonsets'));
  if (sets === undefined || sets.some(({ metadata }) => ENFORCING.test(metadata.name))) return {};
  return { notes: ['no network plug-in was found that enforces network policies: they are there, and do nothing'] };
}

/** Undefined where the user may not see it. */
async function allowed<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}
