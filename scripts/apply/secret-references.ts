import type { Manifest } from '../../chart/manifests.ts';

/** That pods of a workload need a Secret, or a key of one. */
export interface SecretReference {
  readonly secret: string;
  /** undefined: the Secret as a whole. */
  readonly key: string | undefined;
  /** Pods start without an optional one. */
  readonly optional: boolean;
  /** As `Deployment/todo-backend`. */
  readonly by: string;
  /** How it is used. Without one for pulling images, pods start all the same. */
  readonly use: 'environment' | 'volume' | 'imagePull';
}

/** Which Secrets the workloads among rendered objects refer to: whole ones, and single keys. */
export function secretReferences(objects: readonly Manifest[]): SecretReference[] {
  return objects.flatMap((object) => {
    const by = `${object.kind}/${object.metadata.name}`;
    return podSpecs(object).flatMap((pod) => [
      ...[...(pod.initContainers ?? []), ...(pod.containers ?? [])].flatMap((container) => ofContainer(container, by)),
      ...(pod.volumes ?? []).flatMap((volume) => ofVolume(volume, by)),
      ...(pod.imagePullSecrets ?? []).map(({ name }) => reference(by, 'imagePull', name, undefined, true)),
    ]);
  });
}

/** A Pod's own, or that of its template, however deep it is. */
function podSpecs({ kind, spec }: Manifest): PodSpec[] {
  const own = (spec ?? {}) as PodSpec & { template?: { spec?: PodSpec }; jobTemplate?: { spec?: unknown } };
  if (kind === 'Pod') return [own];
  if (kind === 'CronJob') return podSpecs({ kind: 'Job', ...own.jobTemplate } as unknown as Manifest);
  return own.template?.spec === undefined ? [] : [own.template.spec];
}

function ofContainer({ env = [], envFrom = [] }: Container, by: string): SecretReference[] {
  return [
    ...envFrom.flatMap(({ secretRef }) =>
      secretRef === undefined ? [] : reference(by, 'environment', secretRef.name, undefined, secretRef.optional),
    ),
    ...env.flatMap(({ valueFrom }) => {
      const ref = valueFrom?.secretKeyRef;
      return ref === undefined ? [] : reference(by, 'environment', ref.name, ref.key, ref.optional);
    }),
  ];
}

function ofVolume({ secret, projected }: Volume, by: string): SecretReference[] {
  const whole = secret === undefined ? [] : ofItems(by, { ...secret, name: secret.secretName });
  return [
    ...whole,
    ...(projected?.sources ?? []).flatMap((source) => (source.secret ? ofItems(by, source.secret) : [])),
  ];
}

function ofItems(by: string, { name, items, optional }: SecretItems & { readonly name: string }): SecretReference[] {
  if (items === undefined) return [reference(by, 'volume', name, undefined, optional)];
  return items.map(({ key }) => reference(by, 'volume', name, key, optional));
}

function reference(
  by: string,
  use: SecretReference['use'],
  secret: string,
  key: string | undefined,
  optional = false,
): SecretReference {
  return { secret, key, optional, by, use };
}

interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

interface Container {
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: SecretKey } }[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name: string; readonly optional?: boolean } }[];
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

interface Volume {
  readonly secret?: SecretItems & { readonly secretName: string };
  readonly projected?: { readonly sources?: readonly { readonly secret?: SecretItems & { readonly name: string } }[] };
}

interface SecretItems {
  readonly items?: readonly { readonly key: string }[];
  readonly optional?: boolean;
}
