import type { Container, ContainerStatus, Pod } from '../../scripts/diagnosis/objects.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';

/** What is not as in a release with which nothing is wrong. */
export interface Changes {
  readonly container?: Partial<Container>;
  readonly status?: Partial<ContainerStatus>;
  readonly pod?: Partial<Pod['metadata']>;
  /** Seconds from the container's start until it was ready. @default 2 */
  readonly startSeconds?: number;
  readonly ready?: boolean;
  readonly snapshot?: Partial<Snapshot>;
}

/** When it was read: an hour after its pod was started. */
export const NOW = '2026-11-21T11:00:00Z';
const STARTED = '2026-11-21T10:00:00Z';
const LABELS = { app: 'web', 'app.kubernetes.io/instance': 'shop' };
/** The image's id. */
export const ID = 'a'.repeat(64);

/** A release of one Deployment with one pod and a Service, as plain as it can be. */
export function healthySnapshot(changes: Changes = {}): Snapshot {
  const { startSeconds = 2, ready = true } = changes;
  const container: Container = {
    name: 'backend',
    image: 'shop:latest',
    ports: [{ name: 'http', containerPort: 8000 }],
    ...changes.container,
  };
  const owner = (kind: string, name: string) => [{ apiVersion: 'apps/v1', kind, name, uid: '', controller: true }];
  const revision = { 'deployment.kubernetes.io/revision': '1' };
  return {
    namespace: 'demo',
    release: 'shop',
    now: NOW,
    valuePaths: { backend: 'backend' },
    pods: [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web-1-x', labels: LABELS, ownerReferences: owner('ReplicaSet', 'web-1'), ...changes.pod },
        spec: { nodeName: 'minikube', containers: [container] },
        status: {
          phase: 'Running',
          conditions: [
            {
              type: 'Ready',
              status: ready ? 'True' : 'False',
              lastTransitionTime: new Date(Date.parse(STARTED) + startSeconds * 1000).toISOString(),
            },
          ],
          containerStatuses: [
            {
              ...{ name: 'backend', ready, restartCount: 0, imageID: `sha256:${ID}` },
              state: { running: { startedAt: STARTED } },
              lastState: {},
              ...changes.status,
            },
          ],
        },
      },
    ],
    events: [],
    deployments: [
      {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
        metadata: { name: 'web', generation: 1, labels: LABELS, annotations: revision },
        spec: { replicas: 1, template: { metadata: { labels: LABELS }, spec: { containers: [container] } } },
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
      },
    ],
    replicaSets: [
      {
        ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
        metadata: { name: 'web-1', annotations: revision, ownerReferences: owner('Deployment', 'web') },
        spec: { replicas: 1 },
      },
    ],
    statefulSets: [],
    services: [
      {
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
      },
    ],
    endpointSlices: [],
    persistentVolumeClaims: [],
    horizontalPodAutoscalers: [],
    resourceQuotas: [],
    nodes: [
      {
        ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'minikube' } },
        status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { architecture: 'arm64' } },
      },
    ],
    secrets: [{ name: 'keys', keys: ['DATABASE_URL', 'BETTER_AUTH_SECRET'] }],
    configMaps: [],
    logs: {},
    helm: { revision: 4, status: 'deployed', description: 'Upgrade complete', updated: STARTED },
    ...changes.snapshot,
  };
}
