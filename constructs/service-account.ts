import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { filledMap } from './filled.ts';
import { type AppLabels, type Component, objectLabels } from './labels.ts';

/** Which identity a component's pods have. */
export interface ServiceAccountOptions {
  /** Whether the ServiceAccount is made. @default true */
  readonly create?: boolean;
  /** @default - the component's name, or 'default' where none is made */
  readonly name?: string | null;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ServiceAccountProps extends ServiceAccountOptions {
  readonly app: AppLabels;
  readonly component: Component;
}

/** An identity without a token: nothing in the application talks to the Kubernetes API. */
export class ServiceAccount extends k8s.KubeServiceAccount {
  constructor(scope: Construct, id: string, props: ServiceAccountProps) {
    super(scope, id, {
      metadata: {
        name: serviceAccountName(props, props.component),
        labels: objectLabels(props.app, props.component),
        annotations: filledMap(props.annotations),
      },
      automountServiceAccountToken: false,
    });
  }
}

/** The name that pods refer to. */
export function serviceAccountName(options: ServiceAccountOptions, component: Component): string {
  return options.name ?? ((options.create ?? true) ? component.name : 'default');
}
