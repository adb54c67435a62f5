import type * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { Construct } from 'constructs';
import { ComponentPolicy, podsOf, tcp, toDns } from './component-policy.ts';
import { type AppLabels, BACKEND, type Component, DATABASE, DATABASE_PORT, FRONTEND } from './labels.ts';

/** Connections to somewhere outside. */
export interface OutsideOptions {
  readonly port: number;
  /** Address ranges. @default - every address */
  readonly cidrs?: readonly string[];
}

export interface NetworkPoliciesProps {
  /** @default - an installation named 'todo' */
  readonly app?: AppLabels;
  /** Port of the frontend's container. */
  readonly frontendPort: number;
  /** Port of the backend's container. */
  readonly backendPort: number;
  /** Whether the backend is reached from everywhere, and not by the frontend alone. @default false */
  readonly backendExposed?: boolean;
  /** More pods of the application that reach the backend, such as tests. @default - none */
  readonly backendClients?: readonly Component[];
  /** Namespace of the Prometheus that reads the backend's metrics. @default - none does */
  readonly metricsNamespace?: string;
  /** HTTPS that the backend opens, as to the OpenAI API. @default - none */
  readonly https?: OutsideOptions;
  /** The database elsewhere. @default - it runs in the cluster */
  readonly externalDatabase?: OutsideOptions;
  /** Port of the DNS pods. @default 53 */
  readonly dnsPort?: number;
}

/** Lets through what the application needs, in both directions, and nothing else. */
export class NetworkPolicies extends Construct {
  constructor(scope: Construct, id: string, props: NetworkPoliciesProps) {
    super(scope, id);
    const app = props.app ?? { instance: 'todo' };
    const dns = toDns(props.dnsPort ?? 53);
    const { frontendPort, backendPort, https, externalDatabase } = props;

    new ComponentPolicy(this, 'frontend', {
      app,
      component: FRONTEND,
      ingress: [{ ports: [tcp(frontendPort)] }],
      egress: [dns, { to: [podsOf(app, BACKEND)], ports: [tcp(backendPort)] }],
    });
    new ComponentPolicy(this, 'backend', {
      app,
      component: BACKEND,
      ingress: [{ from: props.backendExposed ? undefined : backendPeers(app, props), ports: [tcp(backendPort)] }],
      egress: [
        dns,
        ...(https === undefined ? [] : [toOutside(https)]),
        externalDatabase === undefined
          ? { to: [podsOf(app, DATABASE)], ports: [tcp(DATABASE_PORT)] }
          : toOutside(externalDatabase),
      ],
    });
    if (externalDatabase === undefined) {
      new ComponentPolicy(this, 'database', {
        app,
        component: DATABASE,
        ingress: [{ from: [podsOf(app, BACKEND)], ports: [tcp(DATABASE_PORT)] }],
        egress: [],
      });
    }
  }
}

function backendPeers(app: AppLabels, { backendClients = [], metricsNamespace }: NetworkPoliciesProps) {
  return [
    ...[FRONTEND, ...backendClients].map((client) => podsOf(app, client)),
    ...(metricsNamespace === undefined ? [] : [namespace(metricsNamespace)]),
  ];
}

function namespace(name: string): k8s.NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function toOutside({ port, cidrs = [] }: OutsideOptions): k8s.NetworkPolicyEgressRule {
  return { to: cidrs.length > 0 ? cidrs.map((cidr) => ({ ipBlock: { cidr } })) : undefined, ports: [tcp(port)] };
}
