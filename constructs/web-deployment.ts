import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { EnvVar } from './environment.ts';
import { environment } from './environment.ts';
import { filledList, filledMap } from './filled.ts';
import { type ImageProps, imageReference } from './image.ts';
import { type AppLabels, type Component, objectLabels, selectorLabels } from './labels.ts';
import { httpProbe, type ProbeProps } from './probe.ts';
import { containerResources, type ResourcesProps, SMALL_RESOURCES } from './resources.ts';
import { type SchedulingProps, type SpreadProps, scheduling, spread } from './scheduling.ts';
import { type ScratchDirectory, scratchMounts, scratchVolumes } from './scratch-directory.ts';
import { CONTAINER_SECURITY_CONTEXT, type PodSecurityProps, podSecurityContext } from './security.ts';

/** What a user can set on the pods of a web tier and on how they are rolled out. Times are in seconds. */
export interface WebDeploymentOptions extends SchedulingProps, SpreadProps {
  readonly image: ImageProps;
  /** @default - requests 100m and 128Mi, limits 500m and 512Mi */
  readonly resources?: ResourcesProps;
  readonly strategy?: {
    /** Pods above the wanted number during a rollout: a number or a percentage. @default 1 */
    readonly maxSurge?: number | string;
    /** Pods below the wanted number during a rollout: a number or a percentage. @default 0 */
    readonly maxUnavailable?: number | string;
  };
  /** Time that a new pod must be ready before it counts. @default 3 */
  readonly minReadySeconds?: number;
  /** Time without progress after which a rollout has failed. @default 120 */
  readonly progressDeadlineSeconds?: number;
  /** Old ReplicaSets that are kept. @default 5 */
  readonly revisionHistoryLimit?: number;
  /** Time that a stopping pod goes on serving, until every node has stopped sending to it; null for none. @default 5 */
  readonly preStopSleepSeconds?: number | null;
  /** Time after which a stopping pod is killed. @default 45 */
  readonly terminationGracePeriodSeconds?: number;
  /** @default - none */
  readonly extraEnv?: readonly EnvVar[];
  /** EnvFromSources, as Kubernetes writes them. @default - none */
  readonly extraEnvFrom?: readonly unknown[];
  /** @default - 10001 for user and groups */
  readonly podSecurityContext?: PodSecurityProps;
  /** @default - none */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Secrets with credentials for the registry. @default - none */
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

export interface WebDeploymentProps extends WebDeploymentOptions {
  readonly app: AppLabels;
  readonly component: Component;
  /** Port that the container listens on. */
  readonly port: number;
  /** Pods. @default - left to an autoscaler */
  readonly replicas?: number;
  readonly serviceAccountName: string;
  readonly livenessProbe: ProbeProps;
  readonly readinessProbe: ProbeProps;
  readonly startupProbe: ProbeProps;
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly unknown[];
  readonly directories: readonly ScratchDirectory[];
  /** Hash of the configuration: a new one restarts the pods. @default - the pods read none */
  readonly configHash?: string;
}

/**
 * A Deployment that loses no request while it is rolled out, and whose pods have no more rights than they need.
 *
 * A plain ApiObject, because the typed class is of Kubernetes 1.28 and would drop `preStop.sleep`.
 */
export class WebDeployment extends ApiObject {
  constructor(scope: Construct, id: string, props: WebDeploymentProps) {
    const pods = selectorLabels(props.app, props.component);
    super(scope, id, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: props.component.name, labels: objectLabels(props.app, props.component) },
      spec: {
        replicas: props.replicas,
        revisionHistoryLimit: props.revisionHistoryLimit ?? 5,
        minReadySeconds: props.minReadySeconds ?? 3,
        progressDeadlineSeconds: props.progressDeadlineSeconds ?? 120,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: props.strategy?.maxSurge ?? 1,
            maxUnavailable: props.strategy?.maxUnavailable ?? 0,
          },
        },
        selector: { matchLabels: pods },
        template: {
          metadata: {
            labels: objectLabels(props.app, props.component, props.podLabels),
            annotations: podAnnotations(props),
          },
          spec: {
            serviceAccountName: props.serviceAccountName,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            imagePullSecrets: filledList(props.imagePullSecrets),
            securityContext: podSecurityContext(props.podSecurityContext),
            terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 45,
            containers: [container(props)],
            volumes: scratchVolumes(props.directories),
            ...scheduling(props),
            ...spread(props, pods),
          },
        },
      },
    });
  }
}

function podAnnotations({ podAnnotations, configHash }: WebDeploymentProps) {
  return configHash === undefined ? filledMap(podAnnotations) : { ...podAnnotations, 'checksum/config': configHash };
}

function container(props: WebDeploymentProps) {
  const { preStopSleepSeconds = 5 } = props;
  return {
    name: props.component.component,
    image: imageReference(props.image),
    imagePullPolicy: props.image.pullPolicy ?? 'IfNotPresent',
    ports: [{ name: 'http', containerPort: props.port }],
    env: [...props.env, ...environment(props.extraEnv ?? [])],
    envFrom: [...props.envFrom, ...(props.extraEnvFrom ?? [])],
    resources: containerResources(props.resources ?? SMALL_RESOURCES),
    livenessProbe: httpProbe(props.livenessProbe),
    readinessProbe: httpProbe(props.readinessProbe),
    startupProbe: httpProbe(props.startupProbe),
    // Endpoints are removed while the process is told to stop: without the sleep, late requests would be refused.
    lifecycle: preStopSleepSeconds === null ? undefined : { preStop: { sleep: { seconds: preStopSleepSeconds } } },
    securityContext: CONTAINER_SECURITY_CONTEXT,
    volumeMounts: scratchMounts(props.directories),
  };
}
