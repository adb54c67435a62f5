import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import type { Construct } from 'constructs';
import { sha256 } from '../chart/intrinsics.ts';
import { type AppLabels, objectLabels } from './labels.ts';

export interface TodoConfigProps {
  readonly app: AppLabels;
  /** @default 'todo-config' */
  readonly name?: string;
  /** The variables. */
  readonly data: Readonly<Record<string, string>>;
}

/** Configuration that is not secret, as environment variables. */
export class TodoConfig extends k8s.KubeConfigMap {
  /** Changes with the content: an annotation with it makes pods restart. */
  readonly hash: string;

  constructor(scope: Construct, id: string, props: TodoConfigProps) {
    super(scope, id, {
      metadata: {
        name: props.name ?? 'todo-config',
        labels: objectLabels(props.app, { name: 'todo-config', component: 'config' }),
      },
      data: props.data,
    });
    this.hash = sha256(props.data);
  }

  /** All variables, for a container's `envFrom`. */
  get envFrom() {
    return { configMapRef: { name: this.name } };
  }
}
