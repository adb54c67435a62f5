import { z } from 'zod';
import * as formats from './formats.ts';
import { type ImageDefaults, image } from './image.ts';
import { podShape, serviceAccount } from './pod.ts';
import { type ProbeDefaults, probe } from './probe.ts';
import { type ResourceDefaults, resources } from './resources.ts';

/** Where the presets differ in one of the two web tiers. */
export interface WebDefaults {
  readonly image: ImageDefaults;
  readonly port: number;
  readonly service: { readonly type: 'ClusterIP' | 'NodePort'; readonly nodePort: number | null };
  readonly autoscaling: boolean;
  readonly requests: ResourceDefaults;
  readonly limits: ResourceDefaults;
  readonly livenessProbe: ProbeDefaults;
  readonly readinessProbe: ProbeDefaults;
  readonly startupProbe: ProbeDefaults;
}

/** The values that the backend and the frontend have in common. */
export function webShape(defaults: WebDefaults) {
  return {
    replicaCount: z
      .int()
      .min(0)
      .max(1000)
      .default(2)
      .describe('Pods. With autoscaling on, the least number of pods unless autoscaling.minReplicas is set.'),
    image: image(defaults.image).describe('The container image.'),
    containerPort: formats
      .containerPort()
      .default(defaults.port)
      .describe('Port that the process listens on; it gets it as PORT.'),
    service: service(defaults).describe('How the pods are reached.'),
    autoscaling: autoscaling(defaults.autoscaling).describe('HorizontalPodAutoscaler.'),
    resources: resources(defaults.requests, defaults.limits).describe('Requests and limits of the container.'),
    livenessProbe: probe(defaults.livenessProbe).describe('Restarts a container that hangs.'),
    readinessProbe: probe(defaults.readinessProbe).describe('Keeps traffic from a pod that cannot serve.'),
    startupProbe: probe(defaults.startupProbe).describe('Holds the other probes back until the process is up.'),
    podDisruptionBudget: z
      .object({
        enabled: z.boolean().default(true).describe('Whether evictions of pods are limited.'),
        maxUnavailable: formats
          .podsOrPercentage(1)
          .default(1)
          .describe('Pods that may be evicted at the same time: a number or a percentage.'),
      })
      .prefault({})
      .describe('Limit for evictions, as when a node is drained.'),
    strategy: z
      .object({
        maxSurge: formats
          .podsOrPercentage(1)
          .default(1)
          .describe('Pods above the wanted number during a rollout: a number or a percentage.'),
        maxUnavailable: formats
          .podsOrPercentage(0)
          .default(0)
          .describe('Pods below the wanted number during a rollout: a number or a percentage.'),
      })
      .prefault({})
      .describe('Rolling update.'),
    minReadySeconds: formats.seconds(0).default(3).describe('Time a new pod must be ready before it counts.'),
    progressDeadlineSeconds: formats
      .seconds(1)
      .default(120)
      .describe("Time without progress after which a rollout has failed. Keep it below Helm's --timeout."),
    revisionHistoryLimit: z.int().min(0).max(100).default(5).describe('Old ReplicaSets that are kept.'),
    preStopSleepSeconds: formats
      .seconds(1)
      .nullable()
      .default(5)
      .describe('Time a stopping pod goes on serving, until every node has stopped sending to it. null: none.'),
    drainSeconds: formats.seconds(0).default(20).describe('Time the process then has to finish open requests.'),
    terminationGracePeriodSeconds: formats
      .seconds(1)
      .default(45)
      .describe('Time after which a stopping pod is killed. Longer than preStopSleepSeconds + drainSeconds.'),
    extraEnv: z
      .array(
        z.object({
          name: formats.envName().describe("The variable's name."),
          value: z.string().nullable().default(null).describe('Its value.'),
          valueFrom: z.unknown().nullable().default(null).describe('Or where it comes from: an EnvVarSource.'),
        }),
      )
      .default([])
      .describe('More environment variables, under names that are not taken: {name, value} or {name, valueFrom}.'),
    extraEnvFrom: z
      .array(z.unknown())
      .default([])
      .describe('More sources of environment variables: {configMapRef: {name}} or {secretRef: {name}}.'),
    serviceAccount: serviceAccount().describe('The identity of the pods. No token is mounted.'),
    tmpSizeLimit: formats.size().default('64Mi').describe('Size limit of /tmp.'),
    ...podShape(),
    affinity: z.unknown().nullable().default(null).describe('Affinity. null: the pods prefer different nodes.'),
    topologySpreadConstraints: z
      .array(z.unknown())
      .nullable()
      .default(null)
      .describe('Spread over nodes and zones. null: as even as possible over both.'),
  };
}

function service(defaults: WebDefaults) {
  return z
    .object({
      type: z
        .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
        .default(defaults.service.type)
        .describe('ClusterIP: inside the cluster. NodePort: on every node. LoadBalancer: as the cloud gives it.'),
      port: formats.port().default(defaults.port).describe('Port of the Service.'),
      nodePort: formats
        .nodePort()
        .nullable()
        .default(defaults.service.nodePort)
        .describe('Port on the nodes, for the type NodePort. null: one that is free.'),
      annotations: formats.annotations().default({}).describe("The Service's annotations."),
    })
    .prefault({});
}

function autoscaling(enabled: boolean) {
  return z
    .object({
      enabled: z.boolean().default(enabled).describe('Whether the number of pods follows the load.'),
      minReplicas: z.int().min(1).max(1000).nullable().default(null).describe('Least pods. null: replicaCount.'),
      maxReplicas: z.int().min(1).max(1000).default(5).describe('Most pods.'),
      targetCPUUtilizationPercentage: percentage()
        .default(70)
        .describe('Average CPU use that is aimed at, in percent of the request.'),
      targetMemoryUtilizationPercentage: percentage()
        .nullable()
        .default(null)
        .describe('Average memory use that is aimed at, in percent of the request. null: memory does not count.'),
      scaleUpStabilizationSeconds: formats.seconds(0).default(0).describe('Time a higher load must last.'),
      scaleDownStabilizationSeconds: formats.seconds(0).default(300).describe('Time a lower load must last.'),
    })
    .prefault({});
}

function percentage() {
  return z.int().min(1).max(1000);
}
