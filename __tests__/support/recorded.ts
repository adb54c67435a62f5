import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Condition } from '../../scripts/diagnosis/objects.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';

/** What is kept of recorded objects: `true` for all that is below. */
type Shape = true | { readonly [field: string]: Shape };

const OWNER: Shape = {
  metadata: { name: true, labels: true, ownerReferences: { kind: true, name: true, controller: true } },
};
const PROBE: Shape = true;
const CONTAINER: Shape = {
  name: true,
  image: true,
  imagePullPolicy: true,
  command: true,
  restartPolicy: true,
  ports: { name: true, containerPort: true },
  env: { name: true, valueFrom: true },
  envFrom: true,
  resources: true,
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
};
const POD_SPEC: Shape = {
  nodeName: true,
  nodeSelector: true,
  containers: CONTAINER,
  initContainers: CONTAINER,
  volumes: { name: true, secret: { secretName: true }, configMap: { name: true }, persistentVolumeClaim: true },
};
const TERMINATED: Shape = { exitCode: true, reason: true, message: true, startedAt: true, finishedAt: true };
const STATE: Shape = { waiting: true, running: true, terminated: TERMINATED };
const STATUS: Shape = {
  name: true,
  ready: true,
  restartCount: true,
  state: STATE,
  lastState: STATE,
};
const CONDITION: Shape = { type: true, status: true, reason: true, message: true, lastTransitionTime: true };
const TEMPLATE: Shape = {
  metadata: { labels: true },
  spec: { containers: { name: true, ports: { name: true, containerPort: true } } },
};
const COUNTS: Shape = {
  observedGeneration: true,
  replicas: true,
  updatedReplicas: true,
  readyReplicas: true,
  availableReplicas: true,
};

const SHAPES: { readonly [K in keyof Snapshot]?: Shape } = {
  pods: {
    ...OWNER,
    spec: POD_SPEC,
    status: {
      phase: true,
      conditions: CONDITION,
      containerStatuses: STATUS,
      initContainerStatuses: STATUS,
    },
  },
  events: {
    type: true,
    reason: true,
    message: true,
    count: true,
    firstTimestamp: true,
    lastTimestamp: true,
    eventTime: true,
    involvedObject: { kind: true, name: true, fieldPath: true },
  },
  deployments: {
    kind: true,
    metadata: {
      name: true,
      labels: true,
      generation: true,
      annotations: { 'deployment.kubernetes.io/revision': true },
    },
    spec: { replicas: true, progressDeadlineSeconds: true, template: TEMPLATE },
    status: { ...COUNTS, conditions: { type: true, status: true, reason: true, message: true } },
  },
  replicaSets: {
    metadata: {
      name: true,
      annotations: { 'deployment.kubernetes.io/revision': true },
      ownerReferences: { kind: true, name: true, controller: true },
    },
    spec: { replicas: true },
    status: { conditions: { type: true, status: true, reason: true } },
  },
  statefulSets: {
    kind: true,
    metadata: { name: true, labels: true, generation: true },
    spec: { replicas: true, podManagementPolicy: true, updateStrategy: true, template: TEMPLATE },
    status: { ...COUNTS, currentRevision: true, updateRevision: true },
  },
  services: { metadata: { name: true, labels: true }, spec: { type: true, selector: true, ports: true } },
  persistentVolumeClaims: {
    metadata: { name: true },
    spec: { storageClassName: true, resources: true },
    status: { phase: true },
  },
  horizontalPodAutoscalers: {
    metadata: { name: true, labels: true },
    spec: { scaleTargetRef: true, minReplicas: true, maxReplicas: true },
    status: { conditions: CONDITION },
  },
  resourceQuotas: { metadata: { name: true }, status: true },
  nodes: { metadata: { name: true }, status: { allocatable: { cpu: true, memory: true }, images: { names: true } } },
  otherPods: {
    metadata: { name: true },
    spec: { nodeName: true, containers: { resources: true } },
    status: { phase: true },
  },
};

/** A snapshot as a small file: the fields that a diagnosis reads, and nothing of the machine that it was taken on. */
export function recordedText(snapshot: Snapshot): string {
  const images = new Set(snapshot.pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image)));
  const kept = {
    ...snapshot,
    pods: snapshot.pods.map((pod) => ({
      ...pod,
      spec: { ...pod.spec, volumes: pod.spec.volumes?.filter(({ name }) => !name.startsWith('kube-api-access')) },
      status: { ...pod.status, conditions: pod.status.conditions?.filter(isTelling) },
    })),
    deployments: snapshot.deployments.map((deployment) => ({
      ...deployment,
      status: { ...deployment.status, conditions: deployment.status.conditions?.filter(isTelling) },
    })),
    events: snapshot.events.filter(
      ({ type, reason }) => type === 'Warning' || ['BackOff', 'Killing', 'FailedBinding'].includes(reason),
    ),
    endpointSlices: [],
    configMaps: snapshot.configMaps?.filter(({ name }) => name !== 'kube-root-ca.crt'),
    nodes: snapshot.nodes?.map((node) => ({
      ...node,
      status: {
        ...node.status,
        images: node.status.images?.flatMap(({ names }) => {
          const used = names?.filter((name) => images.has(name.replace('docker.io/library/', '')));
          return used?.length ? [{ names: used }] : [];
        }),
      },
    })),
    otherPods: snapshot.otherPods?.map((pod, i) => ({ ...pod, metadata: { name: `other-${i}` } })),
  };
  const small = Object.fromEntries(
    Object.entries(kept)
      .map(([name, value]) => [name, shaped(value, SHAPES[name as keyof Snapshot] ?? true)])
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
  return withoutMachine(stringify(small, { lineWidth: 0, aliasDuplicateObjects: false }), snapshot.namespace);
}

/**
 * A recorded snapshot, as a diagnosis takes it.
 *
 * @param later seconds after it was taken, with nothing changed
 */
export async function recorded(name: string, later = 0): Promise<Snapshot> {
  const path = fileURLToPath(new URL(`../diagnosis/recorded/${name}.yaml`, import.meta.url));
  const snapshot = parse(await readFile(path, 'utf8')) as Snapshot;
  const now = new Date(Date.parse(snapshot.now) + later * 1000).toISOString();
  return { ...EMPTY, ...snapshot, now };
}

const EMPTY = Object.fromEntries(
  [
    ...['pods', 'events', 'deployments', 'replicaSets', 'statefulSets', 'services', 'endpointSlices'],
    ...['persistentVolumeClaims', 'horizontalPodAutoscalers', 'resourceQuotas', 'secrets', 'configMaps'],
  ].map((list) => [list, []]),
);

function shaped(value: unknown, shape: Shape): unknown {
  if (shape === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shaped(item, shape));
  const fields = Object.entries(value)
    .filter(([field]) => field in shape)
    .map(([field, inner]) => [field, shaped(inner, shape[field]!)] as const);
  return Object.fromEntries(fields.filter(([field, inner]) => !isNothing(inner) || field === 'lastState'));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function isTelling({ type, status }: Condition): boolean {
  return ['Ready', 'Progressing'].includes(type) || (type === 'PodScheduled' && status !== 'True');
}

function withoutMachine(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, 'demo')
    .replace(/\b10\.244\.\d+\.\d+\b/g, '10.244.0.7')
    .replace(/\b10\.96\.\d+\.\d+\b/g, '10.96.0.7')
    .replace(/lookup (\S+) on \S+:53/g, 'lookup $1 on 10.96.0.10:53')
    .replace(/\/\S*\/kubelet\/pods/g, '/var/lib/kubelet/pods')
    .replace(/\/run\/[\w-]*containerd/g, '/run/containerd')
    .replace(
      /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
      '0f0e0d0c-0000-4000-8000-000000000000',
    );
}
