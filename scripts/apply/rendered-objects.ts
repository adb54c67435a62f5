import type { JsonObject } from '../../chart/json.ts';
import { parseValuesFile } from '../../chart/values-file.ts';
import type { KubernetesObject } from '../cluster.ts';
import { MANAGED_BY } from '../release-labels.ts';
import { rememberLast } from '../remember-last.ts';

/** What says to Helm that an object is of one of its releases. */
export const RELEASE_NAME = 'meta.helm.sh/release-name';
export const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';

/** The objects of a manifest, in its order. Several steps ask for the same one, and reading takes its time. */
export const renderedObjects: (manifest: string) => readonly KubernetesObject[] = rememberLast((manifest) =>
  manifest
    .split(/^---.*$/m)
    .map((text) => parseValuesFile(text, 'manifest') as unknown as KubernetesObject)
    .filter((object) => object.kind !== undefined)
    .flatMap((object) => (object.kind === 'List' ? (object.items as KubernetesObject[]) : [object])),
);

/** An object as Helm sends it, with the marks that it adds. */
export function withHelmMarks(object: KubernetesObject, release: string, namespace: string): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [MANAGED_BY]: 'Helm' },
      annotations: { ...metadata.annotations, [RELEASE_NAME]: release, [RELEASE_NAMESPACE]: namespace },
    },
  };
}

/** The same for what is one object in the cluster, in whichever version of its API. */
export function objectKey({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [group, kind, metadata.namespace ?? '', metadata.name].join('/');
}

/** As `Deployment todo-backend`. */
export function objectName({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind} ${metadata.name}`;
}

/** The number of pods that a rendered workload asks for; undefined where it leaves that to others. */
export function replicasOf(object: KubernetesObject): number | undefined {
  const { replicas } = (object.spec ?? {}) as JsonObject;
  return typeof replicas === 'number' ? replicas : undefined;
}

/** What of a manifest has pods that stay. */
export function workloadsOf(manifest: string): { kind: 'Deployment' | 'StatefulSet'; name: string }[] {
  return renderedObjects(manifest).flatMap(({ kind, metadata }) =>
    kind === 'Deployment' || kind === 'StatefulSet' ? { kind, name: metadata.name } : [],
  );
}
