import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { type AppLabels, type Component, objectLabels } from './labels.ts';

/** How the number of pods follows the load. */
export interface AutoscalingOptions {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Average CPU use that is aimed at, in percent of the request. @default 70 */
  readonly targetCPUUtilizationPercentage?: number;
  /** Average memory use that is aimed at, in percent of the request. @default - memory does not count */
  readonly targetMemoryUtilizationPercentage?: number | null;
  /** Seconds that a higher load must last. @default 0 */
  readonly scaleUpStabilizationSeconds?: number;
  /** Seconds that a lower load must last. @default 300 */
  readonly scaleDownStabilizationSeconds?: number;
}

export interface AutoscalerProps extends AutoscalingOptions {
  readonly app: AppLabels;
  readonly component: Component;
  /** The Deployment that is scaled. It must not set `replicas` itself. @default - the component's name */
  readonly deploymentName?: string;
}

/**
 * Scales a Deployment up quickly and down slowly.
 *
 * @throws when `minReplicas` exceeds `maxReplicas`
 */
export class Autoscaler extends k8s.KubeHorizontalPodAutoscalerV2 {
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    checkReplicas(props);
    const { name } = props.component;
    super(scope, id, {
      metadata: { name, labels: objectLabels(props.app, props.component) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: props.deploymentName ?? name },
        minReplicas: props.minReplicas,
        maxReplicas: props.maxReplicas,
        metrics: metrics(props),
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: props.scaleUpStabilizationSeconds ?? 0,
            selectPolicy: 'Max',
            policies: [
              { type: 'Percent', value: 100, periodSeconds: 15 },
              { type: 'Pods', value: 4, periodSeconds: 15 },
            ],
          },
          scaleDown: {
            stabilizationWindowSeconds: props.scaleDownStabilizationSeconds ?? 300,
            policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
          },
        },
      },
    });
  }
}

/** @throws when `minReplicas` exceeds `maxReplicas` */
export function checkReplicas({ minReplicas, maxReplicas }: AutoscalingOptions): void {
  if (typeof minReplicas === 'number' && typeof maxReplicas === 'number' && minReplicas > maxReplicas) {
    throw new Error(`'minReplicas' (${minReplicas}) must be less than or equal to 'maxReplicas' (${maxReplicas})`);
  }
}

function metrics(options: AutoscalingOptions): k8s.MetricSpecV2[] {
  const cpu = utilization('cpu', options.targetCPUUtilizationPercentage ?? 70);
  const memory = options.targetMemoryUtilizationPercentage ?? null;
  return memory === null ? [cpu] : [cpu, utilization('memory', memory)];
}

function utilization(name: string, averageUtilization: number): k8s.MetricSpecV2 {
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}
