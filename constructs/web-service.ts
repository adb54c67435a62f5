import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { filledMap } from './filled.ts';
import { type AppLabels, type Component, objectLabels, selectorLabels } from './labels.ts';

/** How pods are reached. */
export interface ServiceOptions {
  /** @default 'ClusterIP' */
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  /** Port of the Service. @default - the container's port */
  readonly port?: number;
  /** Port on the nodes, for the type NodePort. @default - one that is free */
  readonly nodePort?: number | null;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface WebServiceProps extends ServiceOptions {
  readonly app: AppLabels;
  readonly component: Component;
  readonly port: number;
}

/** A Service in front of the container port named `http`. */
export class WebService extends k8s.KubeService {
  constructor(scope: Construct, id: string, props: WebServiceProps) {
    const type = props.type ?? 'ClusterIP';
    super(scope, id, {
      metadata: {
        name: props.component.name,
        labels: objectLabels(props.app, props.component),
        annotations: filledMap(props.annotations),
      },
      spec: {
        type,
        selector: selectorLabels(props.app, props.component),
        ports: [
          {
            name: 'http',
            port: props.port,
            targetPort: k8s.IntOrString.fromString('http'),
            nodePort: type === 'NodePort' ? (props.nodePort ?? undefined) : undefined,
          },
        ],
      },
    });
  }
}
