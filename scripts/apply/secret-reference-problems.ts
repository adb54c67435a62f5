import type { Manifest } from '../../chart/manifests.ts';
import { clusterFailure } from '../cluster-failure.ts';
import { readSecret, type SecretApi } from './credentials-secret.ts';
import { type SecretReference, secretReferences } from './secret-references.ts';

export interface SecretReferenceOptions {
  readonly cluster: SecretApi;
  readonly namespace: string;
  readonly objects: readonly Manifest[];
}

/**
 * What pods would wait for: Secrets that rendered workloads refer to and that are not there, or lack a key. Those that
 * the objects bring themselves, and the application's own, are not looked at.
 */
export async function secretReferenceProblems(
  { cluster, namespace, objects }: SecretReferenceOptions,
  ownSecret: string,
): Promise<{ problems: string[]; warnings: string[] }> {
  const brought = objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
  const references = secretReferences(objects).filter(
    ({ secret, optional, use }) =>
      secret !== ownSecret && !brought.includes(secret) && (!optional || use === 'imagePull'),
  );
  const names = [...new Set(references.map(({ secret }) => secret))];
  const keys = new Map(
    await Promise.all(names.map(async (name) => [name, await keysOf(cluster, namespace, name)] as const)),
  );
  const missing = (wanted: (use: SecretReference['use']) => boolean) => [
    ...new Set(
      references
        .filter(({ use }) => wanted(use))
        .flatMap((reference) => problemOf(reference, keys.get(reference.secret), namespace)),
    ),
  ];
  return {
    problems: missing((use) => use !== 'imagePull'),
    // Pods start without it where the image is there or needs none.
    warnings: missing((use) => use === 'imagePull'),
  };
}

async function keysOf(cluster: SecretApi, namespace: string, name: string): Promise<readonly string[] | undefined> {
  try {
    const secret = await readSecret(cluster, namespace, name);
    return secret && Object.keys(secret.data ?? {});
  } catch (error) {
    throw clusterFailure(`read Secret '${name}' in namespace '${namespace}'`, error);
  }
}

function problemOf(
  { secret, key, by }: SecretReference,
  keys: readonly string[] | undefined,
  namespace: string,
): string[] {
  if (keys === undefined) return [`${by} needs Secret '${secret}', and there is none in namespace '${namespace}'`];
  if (key === undefined || keys.includes(key)) return [];
  return [`${by} needs key ${key} of Secret '${secret}' in namespace '${namespace}', which lacks it`];
}
