import { ApiObject } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { Construct } from 'constructs';
import { DisruptionBudget } from './disruption-budget.ts';
import { filledList, filledMap } from './filled.ts';
import { type ImageProps, imageReference } from './image.ts';
import { type AppLabels, DATABASE, DATABASE_PORT, objectLabels, selectorLabels } from './labels.ts';
import { containerResources, type ResourcesProps, SMALL_RESOURCES } from './resources.ts';
import { type SchedulingProps, scheduling } from './scheduling.ts';
import { scratchMounts, scratchVolumes } from './scratch-directory.ts';
import type { SecretRef } from './secret-ref.ts';
import { CONTAINER_SECURITY_CONTEXT, type PodSecurityProps, podSecurityContext } from './security.ts';
import { ServiceAccount, type ServiceAccountOptions, serviceAccountName } from './service-account.ts';

export interface DatabaseProps extends SchedulingProps {
  /** @default - an installation named 'todo' */
  readonly app?: AppLabels;
  /** Secret with POSTGRES_PASSWORD. */
  readonly secret: SecretRef;
  /** @default - postgres:17 */
  readonly image?: ImageProps;
  /** Name of the database. Only the first start reads it. @default 'todo' */
  readonly name?: string;
  /** Name of its owner. Only the first start reads it. @default 'todo' */
  readonly user?: string;
  /** Size of the volume. @default '1Gi' */
  readonly storage?: string;
  /** @default - the cluster's */
  readonly storageClassName?: string | null;
  /** @default - requests 100m and 128Mi, limits 500m and 512Mi */
  readonly resources?: ResourcesProps;
  /** Affinity, as Kubernetes writes it. @default - none */
  readonly affinity?: unknown;
  /** Limit for evictions. @default - there is one, and it lets the pod be evicted */
  readonly podDisruptionBudget?: { readonly enabled?: boolean };
  /** Seconds after which a stopping database is killed. @default 60 */
  readonly terminationGracePeriodSeconds?: number;
  /** @default - one of its own */
  readonly serviceAccount?: ServiceAccountOptions;
  /** @default - 10001 for user and groups */
  readonly podSecurityContext?: PodSecurityProps;
  /** @default - none */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Secrets with credentials for the registry. @default - none */
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

/** Not the socket: while a new volume is being set up, Postgres already listens there. */
const LOOPBACK = '127.0.0.1';
const DATA_DIRECTORY = '/var/lib/postgresql/data';
const SCRATCH = [
  { name: 'tmp', path: '/tmp', sizeLimit: '64Mi' },
  { name: 'run', path: '/var/run/postgresql', sizeLimit: '16Mi' },
];

/** One Postgres with a volume that outlives it: for a laptop, not for data that nobody may lose. */
export class Database extends Construct {
  readonly statefulSet: ApiObject;
  readonly service: k8s.KubeService;
  readonly serviceAccount?: ServiceAccount;
  readonly disruptionBudget?: DisruptionBudget;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const app = props.app ?? { instance: 'todo' };
    const { serviceAccount = {}, podDisruptionBudget } = props;

    this.service = new k8s.KubeService(this, 'service', service(app));
    const pods = new k8s.KubeService(this, 'pods-service', podsService(app));
    this.statefulSet = new ApiObject(this, 'statefulset', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: DATABASE.name, labels: objectLabels(app, DATABASE) },
      spec: {
        replicas: 1,
        serviceName: pods.name,
        updateStrategy: { type: 'RollingUpdate' },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        selector: { matchLabels: selectorLabels(app, DATABASE) },
        template: pod(app, props),
        volumeClaimTemplates: [volumeClaim(app, props)],
      },
    });
    if (serviceAccount.create ?? true) {
      this.serviceAccount = new ServiceAccount(this, 'service-account', {
        ...serviceAccount,
        app,
        component: DATABASE,
      });
    }
    if (podDisruptionBudget?.enabled ?? true) {
      this.disruptionBudget = new DisruptionBudget(this, 'pdb', { app, component: DATABASE });
    }
  }
}

/** What clients connect to. */
function service(app: AppLabels): k8s.KubeServiceProps {
  return {
    metadata: { name: DATABASE.name, labels: objectLabels(app, DATABASE) },
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(app, DATABASE),
      ports: [{ name: 'postgres', port: DATABASE_PORT, targetPort: k8s.IntOrString.fromString('postgres') }],
    },
  };
}

/** What a StatefulSet needs to give its pods names in DNS. */
function podsService(app: AppLabels): k8s.KubeServiceProps {
  const { metadata, spec } = service(app);
  return {
    metadata: { ...metadata, name: `${DATABASE.name}-pods` },
    spec: { ...spec, clusterIp: 'None', publishNotReadyAddresses: true },
  };
}

function pod(app: AppLabels, props: DatabaseProps) {
  return {
    metadata: {
      labels: objectLabels(app, DATABASE, props.podLabels),
      annotations: filledMap(props.podAnnotations),
    },
    spec: {
      serviceAccountName: serviceAccountName(props.serviceAccount ?? {}, DATABASE),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets: filledList(props.imagePullSecrets),
      securityContext: podSecurityContext(props.podSecurityContext),
      terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 60,
      containers: [container(props)],
      volumes: scratchVolumes(SCRATCH),
      affinity: props.affinity ?? undefined,
      ...scheduling(props),
    },
  };
}

function container(props: DatabaseProps) {
  const user = props.user ?? 'todo';
  const name = props.name ?? 'todo';
  const image = props.image ?? { repository: 'postgres', tag: '17' };
  const accepts = ['pg_isready', '--quiet', '--host', LOOPBACK, '--username', user, '--dbname', name];
  return {
    name: 'postgres',
    image: imageReference(image),
    imagePullPolicy: image.pullPolicy ?? 'IfNotPresent',
    ports: [{ name: 'postgres', containerPort: DATABASE_PORT }],
    env: [
      { name: 'POSTGRES_DB', value: name },
      { name: 'POSTGRES_USER', value: user },
      { name: 'POSTGRES_PASSWORD', valueFrom: props.secret.key('POSTGRES_PASSWORD') },
      // Below the mount, which may hold a lost+found.
      { name: 'PGDATA', value: `${DATA_DIRECTORY}/pgdata` },
    ],
    resources: containerResources(props.resources ?? SMALL_RESOURCES),
    startupProbe: { exec: { command: accepts }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 120 },
    readinessProbe: { exec: { command: accepts }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: {
      // 1 is "starting up or recovering", which a restart would only begin anew; 2 is "no answer".
      exec: { command: ['sh', '-c', '"$@"; test $? -lt 2', 'sh', ...accepts] },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    securityContext: CONTAINER_SECURITY_CONTEXT,
    volumeMounts: [{ name: 'data', mountPath: DATA_DIRECTORY }, ...scratchMounts(SCRATCH)],
  };
}

/** With the selector's labels alone: a StatefulSet's claims cannot change. */
function volumeClaim(app: AppLabels, props: DatabaseProps) {
  return {
    metadata: { name: 'data', labels: selectorLabels(app, DATABASE) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: props.storageClassName ?? undefined,
      resources: { requests: { storage: props.storage ?? '1Gi' } },
    },
  };
}
