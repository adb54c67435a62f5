import type { KubernetesObject } from '../../cluster.ts';
import { MANAGED_BY, OURS } from '../../release-labels.ts';
import type { GeneratorConfiguration } from './generator-lines.ts';

export interface LoadPodOptions {
  /** Of the pod, and what the names of its policies begin with. */
  readonly name: string;
  /** One with Node.js, which is on the node already: that of the release's frontend. */
  readonly image: string;
  /** Names of Secrets. @default - none */
  readonly imagePullSecrets?: readonly string[] | undefined;
  /** The generator's source. */
  readonly script: string;
  readonly configuration: GeneratorConfiguration;
}

/** A NetworkPolicy, as far as it says whom it is about. */
export interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes?: readonly string[];
  };
}

/** By this alone a load's objects are found. They belong to no release, so that nobody takes the pod for one of its pods. */
export const LOAD_LABELS = {
  [MANAGED_BY]: OURS,
  'app.kubernetes.io/component': 'validation',
};
/** Its value is the pod's name. */
const LOAD = 'todo-infra/load';
/** Seconds that the generator may take beyond its time, before Kubernetes ends it. */
const SPARE = 120;

/** A pod that needs nothing but the network, and ends by itself where nobody ends it. */
export function loadPodManifest({ name, image, imagePullSecrets = [], script, configuration }: LoadPodOptions) {
  const timeout = Math.max(...configuration.streams.map(({ timeoutMs }) => timeoutMs)) / 1000;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { ...LOAD_LABELS, [LOAD]: name } },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: Math.ceil(configuration.seconds + SPARE),
      // Told to stop, it waits for the answers that it may still get.
      terminationGracePeriodSeconds: Math.ceil(timeout + 5),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'load',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node'],
          args: ['--input-type=module', '--eval', escaped(script)],
          env: [{ name: 'LOAD', value: escaped(JSON.stringify(configuration)) }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

/**
 * What the pod needs where policies are enforced. They only add: each names the pods of a policy that is there already, so that
 * none is closed to anybody by it; and the load's own pod, which nobody talks to.
 *
 * @param pod the pod that was made; they go with it
 * @param existing all policies of the namespace
 */
export function loadPolicies(pod: KubernetesObject, existing: readonly NetworkPolicy[]) {
  const { name, uid } = pod.metadata;
  const podSelector = { matchLabels: { [LOAD]: name } };
  const policy = (suffix: string, spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: `${name}-${suffix}`,
      labels: { ...LOAD_LABELS, [LOAD]: name },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    spec,
  });
  const closed = existing.filter(
    ({ metadata, spec }) =>
      metadata.labels?.[LOAD] === undefined &&
      // Where they are not named, Ingress is meant.
      (spec.policyTypes ?? ['Ingress']).includes('Ingress') &&
      spec.podSelector.matchLabels?.['app.kubernetes.io/component'] !== 'database',
  );
  const ways = closed.map(({ spec }, i) =>
    policy(`in-${i}`, {
      podSelector: spec.podSelector,
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector }] }],
    }),
  );
  return existing.length === 0 ? [] : [...ways, policy('out', { podSelector, policyTypes: ['Egress'], egress: [{}] })];
}

/** Kubernetes would put variables in the place of `$(NAME)`. */
function escaped(text: string): string {
  return text.replaceAll('$(', '$$$$(');
}
