import { checkValues, completeValues } from './check-values.ts';
import { ChartError } from './errors.ts';
import { interpreting, sha256Json } from './intrinsics.ts';
import { compareBytes, isObject, type Json, type JsonObject, valueAt } from './json.ts';
import { mergeOverDefaults } from './merge-values.ts';
import type { Program, Release } from './program.ts';
import { brokenRules } from './rules.ts';
import { type Documents, OpaqueValues, runBuild } from './run.ts';
import { defaultsOf, type ObjectShape, shapeOf } from './shape.ts';
import { concreteValues } from './symbols.ts';

/** A Kubernetes object as plain data. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface ManifestsOptions {
  /** The user's overrides, merged over the defaults as Helm merges them. @default - the defaults alone */
  readonly values?: unknown;
  readonly release: Release;
}

/**
 * The objects that `kubectl apply` takes: what the program's chart installs for these values, hooks aside. Sorted in
 * the order in which Helm installs them.
 *
 * @throws ChartError with one line for each value that is wrong.
 */
export function manifests(program: Program, options: ManifestsOptions): Manifest[] {
  const shape = shapeOf(program.values);
  const values = validValues(program, shape, options.values ?? {});
  return manifestsOf(program, shape, values, options.release);
}

/** The objects for values that are complete and checked. */
export function manifestsOf(program: Program, shape: ObjectShape, values: Json, release: Release): Manifest[] {
  const objects = [...concreteDocuments(program, shape, values, release).values()];
  return sortObjects(objects.filter((object) => !isHook(object))) as unknown as Manifest[];
}

/** Overrides merged over the defaults, checked, with every key there. */
export function validValues(program: Program, shape: ObjectShape, overrides: unknown): Json {
  if (!isObject(overrides)) throw new ChartError(`the values are ${JSON.stringify(overrides)}; expected a map`);
  const merged = mergeOverDefaults(defaultsOf(shape) as JsonObject, overrides) as JsonObject;
  const problems = checkValues(shape, merged);
  if (problems.length > 0) throw new ChartError(problems.join('\n'));
  const complete = completeValues(shape, merged);
  const broken = brokenRules(program.rules ?? [], complete);
  if (broken.length > 0) throw new ChartError(broken.join('\n'));
  return complete;
}

/** One run of `build` with real values. */
export function concreteDocuments(program: Program, shape: ObjectShape, values: Json, release: Release): Documents {
  const opaque = new OpaqueValues();
  const concrete = concreteValues(shape, values, (name, value) => opaque.wrap(name, value));
  const documents = interpreting({ hash: (tree) => sha256Json(opaque.putBack(tree)) }, () =>
    runBuild(program, concrete, release),
  );
  return new Map([...documents].map(([path, document]) => [path, opaque.putBack(document)]));
}

/** When Helm runs an object as a hook, such as `test`; undefined for an object that it installs. */
export function hookOf(object: Json | undefined): Json | undefined {
  const annotation = valueAt(object ?? null, ['metadata', 'annotations', 'helm.sh/hook']);
  return annotation === null ? undefined : annotation;
}

/** Whether an object exists only in Helm's world. */
export function isHook(object: Json): boolean {
  return hookOf(object) !== undefined;
}

/** The order in which Helm installs kinds; others come last. */
const INSTALL_ORDER = [
  ...[
    'PriorityClass',
    'Namespace',
    'NetworkPolicy',
    'ResourceQuota',
    'LimitRange',
    'PodDisruptionBudget',
    'ServiceAccount',
  ],
  ...['Secret', 'ConfigMap', 'StorageClass', 'PersistentVolume', 'PersistentVolumeClaim', 'CustomResourceDefinition'],
  ...[
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
    'Service',
    'DaemonSet',
    'Pod',
    'ReplicaSet',
    'Deployment',
  ],
  ...['HorizontalPodAutoscaler', 'StatefulSet', 'Job', 'CronJob', 'IngressClass', 'Ingress', 'APIService'],
];

function sortObjects(objects: readonly Json[]): Json[] {
  const key = (object: Json) => {
    const { kind, apiVersion, metadata } = object as {
      kind?: string;
      apiVersion?: string;
      metadata?: { name?: string };
    };
    const order = INSTALL_ORDER.indexOf(kind ?? '');
    return { order: order === -1 ? INSTALL_ORDER.length : order, text: `${kind} ${apiVersion} ${metadata?.name}` };
  };
  return objects
    .map((object) => ({ object, ...key(object) }))
    .sort((a, b) => a.order - b.order || compareBytes(a.text, b.text))
    .map(({ object }) => object);
}
