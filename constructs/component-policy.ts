import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { type AppLabels, type Component, objectLabels, selectorLabels } from './labels.ts';

export interface ComponentPolicyProps {
  readonly app: AppLabels;
  readonly component: Component;
  /** Connections to the component's pods. */
  readonly ingress: k8s.NetworkPolicyIngressRule[];
  /** Connections from the component's pods. */
  readonly egress: k8s.NetworkPolicyEgressRule[];
  /** @default - none */
  readonly annotations?: Record<string, string>;
}

/** Lets through what one component's pods need, in both directions, and nothing else. */
export class ComponentPolicy extends k8s.KubeNetworkPolicy {
  constructor(scope: Construct, id: string, props: ComponentPolicyProps) {
    super(scope, id, {
      metadata: {
        name: props.component.name,
        labels: objectLabels(props.app, props.component),
        annotations: props.annotations,
      },
      spec: {
        podSelector: { matchLabels: selectorLabels(props.app, props.component) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: props.ingress,
        egress: props.egress,
      },
    });
  }
}

/** The pods of a component, as the other side of a connection. */
export function podsOf(app: AppLabels, component: Component): k8s.NetworkPolicyPeer {
  return { podSelector: { matchLabels: selectorLabels(app, component) } };
}

/** A TCP port, as the pod has it and not its Service. */
export function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) };
}

/** Without it, no name resolves. */
export function toDns(port: number): k8s.NetworkPolicyEgressRule {
  return { ports: [{ protocol: 'UDP', port: k8s.IntOrString.fromNumber(port) }, tcp(port)] };
}
