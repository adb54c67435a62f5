import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { filledList } from './filled.ts';
import { type ImageProps, imageReference } from './image.ts';
import { type AppLabels, type Component, objectLabels } from './labels.ts';
import { containerResources } from './resources.ts';
import { CONTAINER_SECURITY_CONTEXT, podSecurityContext } from './security.ts';

export interface HttpCheckProps {
  readonly app: AppLabels;
  readonly component: Component;
  /** What is asked. */
  readonly url: string;
  /** An image with wget, such as busybox. */
  readonly image: ImageProps;
  /** @default - none */
  readonly annotations?: Record<string, string>;
  /** Secrets with credentials for the registry. @default - none */
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

const RESOURCES = {
  requests: { cpu: '10m', memory: '16Mi', 'ephemeral-storage': '1Mi' },
  limits: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
};

/** A pod that asks for a URL once, prints the answer, and fails unless it is a success. */
export class HttpCheck extends ApiObject {
  constructor(scope: Construct, id: string, props: HttpCheckProps) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: props.component.name,
        labels: objectLabels(props.app, props.component),
        annotations: props.annotations,
      },
      spec: {
        restartPolicy: 'Never',
        activeDeadlineSeconds: 60,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        imagePullSecrets: filledList(props.imagePullSecrets),
        securityContext: podSecurityContext(),
        containers: [
          {
            name: 'check',
            image: imageReference(props.image),
            imagePullPolicy: props.image.pullPolicy ?? 'IfNotPresent',
            command: ['wget', '-q', '-T', '10', '-O', '-', props.url],
            resources: containerResources(RESOURCES),
            securityContext: CONTAINER_SECURITY_CONTEXT,
          },
        ],
      },
    });
  }
}
