import { crdObjects } from './crds.ts';
import { interpreting, sha256Json } from './intrinsics.ts';
import { compareBytes, type Json, valueAt } from './json.ts';
import { withRealKeys } from './marks.ts';
import { checkApis, optionalApiOf } from './optional-apis.ts';
import type { Program, Release } from './program.ts';
import { type Documents, OpaqueValues, runBuild } from './run.ts';
import type { ObjectShape } from './shape.ts';
import { type Installed, installedPrograms } from './subcharts.ts';
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
  /**
   * What the cluster has of the program's optional APIs, as `helm template --api-versions`: exactly these texts count,
   * so that `group/version/Kind` does not stand for `group/version`. @default - none
   */
  readonly apiVersions?: readonly string[];
  /** Whether CustomResourceDefinitions come along, as `helm template --include-crds`. @default false */
  readonly includeCrds?: boolean;
}

/**
 * The objects that `kubectl apply` takes: what the program's chart installs for these values, hooks aside, and what
 * the programs install that it depends on and that are switched on. Subcharts from elsewhere are not among them. Sorted
 * in the order in which Helm installs them.
 *
 * @throws ChartError with one line for each value that is wrong, and for API versions that are none.
 */
export function manifests(program: Program, options: ManifestsOptions): Manifest[] {
  return sortObjects(withHooks(program, options).filter((object) => !isHook(object))) as unknown as Manifest[];
}

/** The same with hooks, in no order. */
export function withHooks(program: Program, options: ManifestsOptions): Json[] {
  const { values = {}, release, apiVersions = [], includeCrds = false } = options;
  checkApis(apiVersions, 'apiVersions');
  const installed = installedPrograms(program, values);
  const crds = includeCrds ? installed.flatMap((each) => crdObjects(each.program.crds ?? {})) : [];
  return [...withoutTwins(crds), ...installed.flatMap((each) => objectsOf(each, release, apiVersions))];
}

function objectsOf({ program, shape, values }: Installed, release: Release, apiVersions: readonly string[]): Json[] {
  const objects = [...concreteDocuments(program, shape, values, release).values()];
  return objects.filter((object) => {
    const [apiVersion, kind] = [valueAt(object, ['apiVersion']), valueAt(object, ['kind'])];
    const needed = optionalApiOf(program.optionalApis ?? [], apiVersion, kind);
    return needed === undefined || apiVersions.includes(needed);
  });
}

/** A program that is there twice brings its definitions once. */
function withoutTwins(crds: readonly Json[]): Json[] {
  return [...new Map(crds.map((crd) => [JSON.stringify(crd), crd])).values()];
}

/** One run of `build` with real values. */
export function concreteDocuments(program: Program, shape: ObjectShape, values: Json, release: Release): Documents {
  const opaque = new OpaqueValues();
  const concrete = concreteValues(shape, values, (name, value) => opaque.wrap(name, value));
  const documents = interpreting({ hash: (tree) => sha256Json(opaque.putBack(tree)) }, () =>
    withRealKeys(() => runBuild(program, concrete, release)),
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
