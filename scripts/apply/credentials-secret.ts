import type { Manifest } from '../../chart/manifests.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { INSTANCE, MANAGED_BY, OURS, ourLabels } from '../release-labels.ts';

/** What is needed of a cluster here. */
export type SecretApi = Pick<Cluster, 'tryGet' | 'post' | 'put'>;

/** A Secret as the API has it. */
export interface SecretObject extends KubernetesObject {
  readonly type?: string;
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** Whose a Secret is: `apply`'s own for this release, free to be taken over, or somebody's who would write it again. */
export type Ownership =
  | { readonly kind: 'ours' }
  | { readonly kind: 'free'; readonly from: 'the chart' | 'another release' | 'somebody' }
  | { readonly kind: 'other'; readonly owner: string };

/** Labels and annotations of tools that write a Secret again after somebody has changed it. */
const TOOLS: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/instance': 'Argo CD',
  'argocd.argoproj.io/tracking-id': 'Argo CD',
  'kustomize.toolkit.fluxcd.io/name': 'Flux',
  'helm.toolkit.fluxcd.io/name': 'Flux',
  'reconcile.external-secrets.io/managed': 'the External Secrets Operator',
};

/** Who writes a Secret, as far as it says so. */
export function ownershipOf({ metadata }: SecretObject, release: string): Ownership {
  const { labels = {}, annotations = {}, ownerReferences = [] } = metadata;
  const manager = labels[MANAGED_BY];
  const [owner] = ownerReferences;
  if (owner !== undefined) return { kind: 'other', owner: `${owner.kind} ${owner.name}` };
  const tool = Object.entries(TOOLS).find(([name]) => name in labels || name in annotations);
  if (tool !== undefined) return { kind: 'other', owner: tool[1] };
  // A hook is in no release, so that Helm never writes it again.
  if ('helm.sh/hook' in annotations && manager !== OURS) return { kind: 'free', from: 'the chart' };
  const helmRelease = annotations['meta.helm.sh/release-name'];
  if (helmRelease !== undefined) return { kind: 'other', owner: `Helm release ${helmRelease}` };
  if (manager === OURS)
    return labels[INSTANCE] === release ? { kind: 'ours' } : { kind: 'free', from: 'another release' };
  return manager === undefined ? { kind: 'free', from: 'somebody' } : { kind: 'other', owner: manager };
}

/**
 * The Secret with other content, and the labels by which `apply` knows it again.
 *
 * @param data base64
 */
export function ourSecret(
  existing: SecretObject | undefined,
  { name, namespace, release }: { readonly name: string; readonly namespace: string; readonly release: string },
  data: Readonly<Record<string, string>>,
): SecretObject {
  const { managedFields, ...metadata } = existing?.metadata ?? { name, namespace };
  return {
    ...existing,
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, labels: { ...metadata.labels, ...ourLabels(release) } },
    type: existing?.type ?? 'Opaque',
    data,
  };
}

export function encoded(value: string): string {
  return Buffer.from(value).toString('base64');
}

export function decoded({ data = {} }: SecretObject): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** @returns undefined where there is none */
export function readSecret(cluster: SecretApi, namespace: string, name: string): Promise<SecretObject | undefined> {
  return cluster.tryGet<SecretObject>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
}

/** Name of the volume claim that a StatefulSet among the objects has filled already, if there is one. */
export async function readVolume(
  cluster: SecretApi,
  namespace: string,
  objects: readonly Manifest[],
): Promise<string | undefined> {
  for (const name of objects.flatMap(claimsOf)) {
    const claim = await cluster.tryGet(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`);
    if (claim !== undefined) return name;
  }
  return undefined;
}

function claimsOf({ kind, metadata, spec }: Manifest): string[] {
  if (kind !== 'StatefulSet') return [];
  const { volumeClaimTemplates = [] } = spec as { volumeClaimTemplates?: readonly { metadata: { name: string } }[] };
  return volumeClaimTemplates.map((claim) => `${claim.metadata.name}-${metadata.name}-0`);
}
