import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { type AppLabels, type Component, objectLabels, selectorLabels } from './labels.ts';

export interface DisruptionBudgetProps {
  readonly app: AppLabels;
  readonly component: Component;
  /** Pods that may be evicted at the same time: a number, or a percentage such as '25%'. @default 1 */
  readonly maxUnavailable?: number | string;
}

/** Limits evictions. It never blocks a node's drain for good: not at one replica, and not by pods that are unhealthy. */
export class DisruptionBudget extends k8s.KubePodDisruptionBudget {
  constructor(scope: Construct, id: string, props: DisruptionBudgetProps) {
    super(scope, id, {
      metadata: { name: props.component.name, labels: objectLabels(props.app, props.component) },
      spec: {
        maxUnavailable: intOrString(props.maxUnavailable ?? 1),
        selector: { matchLabels: selectorLabels(props.app, props.component) },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

/** The class has two constructors that do the same, and only the caller of a concrete value could choose. */
function intOrString(value: number | string): k8s.IntOrString {
  return k8s.IntOrString.fromNumber(value as number);
}
