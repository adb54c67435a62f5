import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { HttpRoute, HttpRouteSpecRulesMatchesPathType } from '../imports/gateway.networking.k8s.io.ts';
import { filledMap } from './filled.ts';
import { type AppLabels, FRONTEND, objectLabels } from './labels.ts';

/** A route from the outside to a Service. */
export interface RouteProps {
  readonly app: AppLabels;
  readonly host: string;
  /** The Service. @default 'todo-frontend' */
  readonly serviceName?: string;
  readonly servicePort: number;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface IngressRouteProps extends RouteProps {
  /** @default - the cluster's default class */
  readonly className?: string | null;
  /** Where TLS ends. @default - plain HTTP */
  readonly tls?: { readonly enabled?: boolean; readonly secretName: string };
}

/** A Gateway, or one of its listeners. */
export interface ParentRef {
  readonly name: string;
  /** @default - the route's own */
  readonly namespace?: string | null;
  /** @default - every listener */
  readonly sectionName?: string | null;
}

export interface GatewayRouteProps extends RouteProps {
  readonly parentRefs: readonly ParentRef[];
}

/** A route by an Ingress, which needs no CRD. */
export class IngressRoute extends k8s.KubeIngress {
  constructor(scope: Construct, id: string, props: IngressRouteProps) {
    const { tls, host } = props;
    const backend = { service: { name: props.serviceName ?? FRONTEND.name, port: { number: props.servicePort } } };
    super(scope, id, {
      metadata: routeMetadata(props),
      spec: {
        ingressClassName: props.className ?? undefined,
        tls: tls !== undefined && (tls.enabled ?? true) ? [{ hosts: [host], secretName: tls.secretName }] : undefined,
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    });
  }
}

/** A route by the Gateway API. TLS ends at the Gateway. */
export class GatewayRoute extends HttpRoute {
  constructor(scope: Construct, id: string, props: GatewayRouteProps) {
    super(scope, id, {
      metadata: routeMetadata(props),
      spec: {
        parentRefs: props.parentRefs.map(({ name, namespace, sectionName }) => ({
          name,
          namespace: namespace ?? undefined,
          sectionName: sectionName ?? undefined,
        })),
        hostnames: [props.host],
        rules: [
          {
            matches: [{ path: { type: HttpRouteSpecRulesMatchesPathType.PATH_PREFIX, value: '/' } }],
            backendRefs: [{ name: props.serviceName ?? FRONTEND.name, port: props.servicePort }],
          },
        ],
      },
    });
  }
}

function routeMetadata({ app, annotations }: RouteProps) {
  return {
    name: 'todo',
    labels: objectLabels(app, { name: 'todo', component: 'routing' }),
    annotations: filledMap(annotations),
  };
}
