import type { JsonObject } from '../../chart/json.ts';
import type { Preset } from '../../values/presets.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { isPending, type Revision, readRevisions } from '../helm-release.ts';
import { leaseName } from '../lease.ts';
import { fullReference, type Minikube } from '../minikube.ts';
import { INSTANCE, MANAGED_BY, OURS, ourSelector, releaseSelector } from '../release-labels.ts';
import { objectName, renderedObjects } from './rendered-objects.ts';

/** What there is of a release in a cluster. */
export interface Remains {
  /** Helm's newest revision; undefined where there is no release. */
  readonly revision: Revision | undefined;
  /** What an uninstallation leaves: objects of `helm test`. */
  readonly leftovers: readonly KubernetesObject[];
  readonly hasLease: boolean;
  /** Secrets that `apply` has made, and claims of the release's volumes. */
  readonly data: readonly KubernetesObject[];
  /** Images that `apply` has loaded into the nodes and that no pod of others uses, by their full references. */
  readonly images: readonly string[];
  /** Whether the namespace is there, and `apply` has made it. */
  readonly namespace: 'ours' | 'of others' | 'none';
}

export interface RemainsOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly release: string;
  readonly preset: Preset;
  /** @default - images are not looked for */
  readonly minikube?: Minikube | undefined;
}

/** Looks for all that `apply` has made, and what has come of it. */
export async function findRemains({ cluster, namespace, release, preset, minikube }: RemainsOptions): Promise<Remains> {
  const owner = await namespaceOwner(cluster, namespace);
  const images = minikube === undefined ? [] : await unusedImages(cluster, minikube, preset, namespace);
  if (owner === 'none')
    return { revision: undefined, leftovers: [], hasLease: false, data: [], images, namespace: 'none' };
  const core = `/api/v1/namespaces/${namespace}`;
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const ours = { labelSelector: ourSelector(release) };
  const revisions = await readRevisions(cluster, namespace, release);
  const ofRelease = { labelSelector: releaseSelector(release) };
  const [pods, policies, secrets, claims, lease] = await Promise.all([
    cluster.list(`${core}/pods`, ofRelease),
    cluster.list(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, ofRelease),
    cluster.list(`${core}/secrets`, ours),
    cluster.list(`${core}/persistentvolumeclaims`),
    cluster.tryGet(`${leases}/${leaseName(release)}`),
  ]);
  const names = claimNames(revisions.at(-1)?.manifest ?? '');
  return {
    revision: revisions.at(-1),
    leftovers: [...pods, ...policies].filter((object) => isTest(object) && !isGoing(object)),
    hasLease: lease !== undefined,
    data: [
      ...secrets,
      ...claims.filter(
        ({ metadata }) => metadata.labels?.[INSTANCE] === release || names.some((name) => name.test(metadata.name)),
      ),
    ].filter((object) => !isGoing(object)),
    images,
    namespace: owner,
  };
}

/** As `release todo-app (revision 3)`, for people; without data. */
export function remainNames({ revision, leftovers, hasLease }: Remains, release: string): string[] {
  return [
    ...(revision === undefined
      ? []
      : [`release ${release} (revision ${revision.revision}${isPending(revision) ? `, ${revision.status}` : ''})`]),
    ...leftovers.map(objectName),
    ...(hasLease ? [`Lease ${leaseName(release)}`] : []),
  ];
}

async function namespaceOwner(cluster: Cluster, namespace: string): Promise<Remains['namespace']> {
  try {
    const there = await cluster.tryGet(`/api/v1/namespaces/${namespace}`);
    if (there === undefined) return 'none';
    return there.metadata.labels?.[MANAGED_BY] === OURS ? 'ours' : 'of others';
  } catch (error) {
    // Who may work in a namespace need not be allowed to look at it.
    if (error instanceof ApiError && error.status === 403) return 'of others';
    throw error;
  }
}

function isGoing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isTest({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/hook']?.split(',').some((event) => event.trim() === 'test') === true;
}

/** What a StatefulSet calls the claims of its pods. */
function claimNames(manifest: string): RegExp[] {
  return renderedObjects(manifest)
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ metadata, spec }) => {
      const { volumeClaimTemplates = [] } = spec as { volumeClaimTemplates?: readonly JsonObject[] };
      return volumeClaimTemplates.map((template) => {
        const { name } = template.metadata as { name: string };
        return new RegExp(`^${name}-${metadata.name}-\\d+$`);
      });
    });
}

async function unusedImages(
  cluster: Cluster,
  minikube: Minikube,
  preset: Preset,
  namespace: string,
): Promise<string[]> {
  const { backend, frontend } = preset.defaults;
  const names = [backend, frontend].map(({ image }) => `${fullReference(image.repository).replace(/:latest$/, '')}:c-`);
  const isOurs = (tag: string) => names.some((name) => tag.startsWith(name));
  const loaded = (await minikube.images()).filter(({ tags }) => tags.some(isOurs));
  if (loaded.length === 0) return [];
  const used = await imagesOfOthers(cluster, namespace);
  // A node removes an image with all of its names.
  const unused = loaded.filter(({ tags }) => !tags.some((tag) => used.has(tag)));
  return [...new Set(unused.flatMap(({ tags }) => tags.filter(isOurs)))];
}

async function imagesOfOthers(cluster: Cluster, namespace: string): Promise<Set<string>> {
  const pods = await cluster.list('/api/v1/pods');
  const others = pods.filter(({ metadata }) => metadata.namespace !== namespace);
  const containers = others.flatMap(({ spec }) => (spec as { containers: readonly { image: string }[] }).containers);
  return new Set(containers.map(({ image }) => fullReference(image)));
}

/** What every namespace has, and what the cluster makes by itself. */
const OF_THE_CLUSTER = [/^ConfigMap kube-root-ca\.crt$/, /^ServiceAccount default$/, /^(Event|Endpoints|PodMetrics) /];

/**
 * What else is in a namespace, as `ConfigMap notes`: not what is being deleted, nor what belongs to other objects.
 *
 * @throws ApiError where something cannot be listed
 */
export async function othersIn(cluster: Cluster, namespace: string): Promise<string[]> {
  const { groups } = await cluster.get<{ groups: readonly { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const roots = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = await Promise.all(roots.map((root) => listAll(cluster, root, namespace)));
  return found
    .flat()
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && (metadata.ownerReferences ?? []).length === 0)
    .map(objectName)
    .filter((name) => !OF_THE_CLUSTER.some((pattern) => pattern.test(name)));
}

async function listAll(cluster: Cluster, root: string, namespace: string): Promise<KubernetesObject[]> {
  const { resources } = await cluster.get<{ resources: readonly ApiResource[] }>(root);
  const listed = resources.filter(
    ({ name, namespaced, verbs }) => namespaced && !name.includes('/') && verbs.includes('list'),
  );
  const objects = await Promise.all(
    listed.map(({ name }) =>
      cluster.list(`${root}/namespaces/${namespace}/${name}`).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }),
    ),
  );
  return objects.flat();
}

interface ApiResource {
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}
