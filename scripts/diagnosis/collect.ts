import type { Query } from '../api-connection.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { Redactor } from '../redactor.ts';
import { readLog, wantedLogs } from './logs.ts';
import type { Condition, Container, Node, Pod } from './objects.ts';
import { pathOfList, type Resource } from './resources.ts';
import type { ContainerLog, ExternalSecret, KeysOf, Snapshot } from './snapshot.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface CollectOptions extends Pick<Snapshot, 'context' | 'release' | 'images' | 'valuePaths'> {
  readonly namespace: string;
}

/**
 * All that a diagnosis of a namespace needs, read once. What may not be read is left out and named.
 *
 * @throws ClusterUnreachable; ApiError where not even the pods may be read
 */
export async function collectSnapshot(cluster: Cluster, options: CollectOptions): Promise<Snapshot> {
  const { namespace } = options;
  const unreadable: string[] = [];
  const readable = async <T>(name: string, path: string): Promise<T[] | undefined> => {
    const objects = await tryList<T>(cluster, path);
    if (objects === undefined) unreadable.push(name);
    return objects;
  };
  const list = async <R extends Resource>(resource: R): Promise<Snapshot[R]> =>
    ((await readable(resource, pathOfList(resource, namespace))) ?? []) as unknown as Snapshot[R];

  const pods = cluster.list<Pod>(pathOfList('pods', namespace));
  const [objects, nodes, otherPods, secrets, configMaps, externalSecrets, logs] = await Promise.all([
    Promise.all([
      list('events'),
      list('deployments'),
      list('replicaSets'),
      list('statefulSets'),
      list('services'),
      list('endpointSlices'),
      list('persistentVolumeClaims'),
      list('horizontalPodAutoscalers'),
      list('resourceQuotas'),
    ]),
    readable<Node>('nodes', '/api/v1/nodes'),
    pods.then((own) => (own.some(isUnschedulable) ? readOtherPods(cluster, namespace) : undefined)),
    readable<KubernetesObject>('secrets', `/api/v1/namespaces/${namespace}/secrets`),
    readable<KubernetesObject>('configMaps', `/api/v1/namespaces/${namespace}/configmaps`),
    readExternalSecrets(cluster, namespace),
    pods.then((own) => readLogs(cluster, namespace, own)),
  ]);
  const [events, deployments, replicaSets, statefulSets, services, endpointSlices, claims, autoscalers, quotas] =
    objects;
  const snapshot = {
    ...options,
    now: new Date().toISOString(),
    pods: await pods,
    events,
    deployments,
    replicaSets,
    statefulSets,
    services,
    endpointSlices,
    persistentVolumeClaims: claims,
    horizontalPodAutoscalers: autoscalers,
    resourceQuotas: quotas,
    nodes,
    otherPods,
    secrets: secrets?.map(keysOf),
    configMaps: configMaps?.map(keysOf),
    externalSecrets,
    logs,
    unreadable: unreadable.sort(),
  };
  return withoutSecrets(snapshot, redactorOf(secrets ?? []).redact);
}

/** Knows all that is in Secrets, but for what Helm keeps there. */
function redactorOf(secrets: readonly KubernetesObject[]): Redactor {
  const own = secrets.filter(({ type }) => type !== 'helm.sh/release.v1');
  const values = own.flatMap(({ data }) => Object.values((data as Record<string, string> | undefined) ?? {}));
  return new Redactor(values.map((value) => Buffer.from(value, 'base64').toString()));
}

/** What the nodes have to give is asked for by the pods of other namespaces too. */
export async function readOtherPods(cluster: Cluster, namespace: string): Promise<Pod[] | undefined> {
  const running = 'status.phase!=Succeeded,status.phase!=Failed';
  const others = await tryList<Pod>(cluster, '/api/v1/pods', {
    fieldSelector: `${running},metadata.namespace!=${namespace}`,
  });
  return others?.map(onlyRequests);
}

/** What the scheduler counts of a pod. Nothing else of another namespace is anybody's business here. */
function onlyRequests({ apiVersion, kind, metadata, spec, status }: Pod): Pod {
  const { name, deletionTimestamp } = metadata;
  const { nodeName, containers, initContainers } = spec;
  const { phase } = status;
  const requests = (all: readonly Container[]) =>
    all.map(({ name, image, restartPolicy, resources }) => defined({ name, image, restartPolicy, resources }));
  return {
    ...{ apiVersion, kind },
    metadata: defined({ name, deletionTimestamp }),
    spec: defined({
      nodeName,
      containers: requests(containers),
      initContainers: initContainers && requests(initContainers),
    }),
    status: defined({ phase }),
  } as Pod;
}

function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export function isUnschedulable({ status }: Pod): boolean {
  return status.conditions?.some(({ reason }) => reason === 'Unschedulable') === true;
}

/** Drops what is under the names at once. */
export function keysOf({ metadata, data }: KubernetesObject): KeysOf {
  return { name: metadata.name, keys: Object.keys((data as object | undefined) ?? {}) };
}

/** The Secrets that are made from an external store; none where the cluster has no operator for it. */
export async function readExternalSecrets(cluster: Cluster, namespace: string): Promise<ExternalSecret[]> {
  const path = `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets`;
  const objects = (await tryList<ExternalSecretObject>(cluster, path)) ?? [];
  return objects.map(({ metadata, spec, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return {
      name: metadata.name,
      secret: spec.target?.name ?? metadata.name,
      trouble: ready?.status === 'False' ? ready.message : undefined,
    };
  });
}

interface ExternalSecretObject extends KubernetesObject {
  readonly spec: { readonly target?: { readonly name?: string } };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** @returns undefined where they may not be read */
export async function tryList<T>(cluster: Cluster, path: string, query?: Query): Promise<T[] | undefined> {
  try {
    return await cluster.list<T>(path, query);
  } catch (error) {
    if (error instanceof ApiError && [401, 403].includes(error.status)) return undefined;
    // An API that the server does not have holds nothing.
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

async function readLogs(cluster: Cluster, namespace: string, pods: readonly Pod[]) {
  const logs: Record<string, ContainerLog> = {};
  await Promise.all(
    wantedLogs(pods).map(async (wanted) => {
      logs[`${wanted.pod}/${wanted.container}`] = await readLog(cluster, namespace, wanted);
    }),
  );
  return logs;
}
