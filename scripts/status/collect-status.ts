import { X509Certificate } from 'node:crypto';
import type { Manifest } from '../../chart/manifests.ts';
import type { Access } from '../apply/access.ts';
import { type ObjectChange, planRelease } from '../apply/release-plan.ts';
import { renderedObjects } from '../apply/rendered-objects.ts';
import { secretReferences } from '../apply/secret-references.ts';
import { planBuild } from '../build/plan.ts';
import type { Cluster, KubernetesObject, ObjectMetadata } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { collectSnapshot } from '../diagnosis/collect.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { currentRevision, type Revision, readRevisions } from '../helm-release.ts';
import type { Installation } from '../installation.ts';
import { releaseSelector } from '../release-labels.ts';

/** How a release is, all of it as data. Times are ISO 8601. */
export interface Status {
  readonly context: string;
  readonly namespace: string;
  readonly release: string;
  /** Undefined where there is no such release. */
  readonly revision?: Pick<Revision, 'revision' | 'status' | 'description'> & {
    readonly chart: string;
    readonly updated: string;
  };
  readonly pods: readonly PodStatus[];
  readonly autoscalers: readonly AutoscalerStatus[];
  readonly addresses: Access['tried'];
  readonly images: readonly ImageStatus[];
  /** Objects that are not as the release has them. */
  readonly drift: readonly ObjectChange[];
  readonly secrets: readonly SecretStatus[];
  /** Why pods are not ready, and what else does not work. */
  readonly findings: readonly Finding[];
  /** What could not be found out, and why. */
  readonly unknown: readonly string[];
}

export interface PodStatus {
  readonly name: string;
  readonly component: string;
  readonly ready: boolean;
  /** As `kubectl get pods` has it: Running, CrashLoopBackOff, Terminating. */
  readonly state: string;
  readonly restarts: number;
  readonly created: string;
}

export interface AutoscalerStatus {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly replicas: number;
  /** CPU in percent of the request; undefined until it was measured. */
  readonly cpu?: number;
  readonly target?: number;
}

export interface ImageStatus {
  readonly component: string;
  /** What the pods run. */
  readonly running: readonly string[];
  /** What this directory's source is built to; undefined where that cannot be told. */
  readonly built?: string;
}

export interface SecretStatus {
  readonly name: string;
  readonly keys: readonly string[];
  readonly created: string;
  /** When its content, or anything else of it, was last written. */
  readonly written?: string;
  /** Of the certificate in it. */
  readonly expires?: string;
}

export interface StatusOptions {
  readonly cluster: Cluster;
  readonly installation: Installation;
  readonly addresses: () => Promise<Access['tried']>;
  readonly signal: AbortSignal;
}

/**
 * Looks at a release without changing anything.
 *
 * @throws ApiError, ClusterUnreachable
 */
export async function collectStatus({ cluster, installation, addresses, signal }: StatusOptions): Promise<Status> {
  const { namespace, release } = installation;
  const unknown: string[] = [];
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof CommandError)) throw error;
      unknown.push(`${what}: ${error.message}`);
      return otherwise;
    }
  };
  const selector = { labelSelector: releaseSelector(release) };
  const revisions = await readRevisions(cluster, namespace, release);
  const last = revisions.at(-1);
  const [pods, autoscalers, secrets, drift, tried, built, findings] = await Promise.all([
    cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`, selector),
    cluster.list<Autoscaler>(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, selector),
    attempt('Secrets', [], () => secretsOf(cluster, namespace, last)),
    attempt('drift', [], () => driftOf(cluster, installation, revisions)),
    last === undefined ? [] : attempt('addresses', [], addresses),
    last === undefined ? {} : attempt('built images', {}, () => builtImages(installation, signal)),
    last === undefined
      ? []
      : attempt('findings', [], async () => diagnose(await collectSnapshot(cluster, installation))),
  ]);
  // The pods of `helm test` are no part of the application.
  const own = pods.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
  return {
    context: cluster.context,
    namespace,
    release,
    ...(last === undefined ? {} : { revision: revisionOf(last) }),
    pods: own.map(podStatus),
    autoscalers: autoscalers.map(autoscalerStatus),
    addresses: tried,
    images: imagesOf(own, built),
    drift,
    secrets,
    findings,
    unknown,
  };
}

function revisionOf({ revision, status, description, chart, updated }: Revision): NonNullable<Status['revision']> {
  return {
    revision,
    status,
    description,
    chart: `${chart.name} ${chart.version}`,
    updated: updated.toISOString(),
  };
}

/** What an upgrade to the same would change. */
async function driftOf(
  cluster: Cluster,
  { release, namespace }: Installation,
  revisions: readonly Revision[],
): Promise<ObjectChange[]> {
  const current = currentRevision(revisions);
  if (current === undefined) return [];
  const { manifest } = current;
  const { objects, rejected } = await planRelease({ cluster, release, namespace, manifest, previous: current });
  const [first] = rejected;
  if (first !== undefined) throw new CommandError(`${first.object}: ${first.message}`);
  return objects.filter(({ action }) => action !== 'none');
}

async function builtImages({ preset }: Installation, signal: AbortSignal): Promise<Record<string, string>> {
  const { images } = await planBuild([preset], { preset: preset.name, signal });
  return Object.fromEntries(
    images.map(({ name, targets, contentTag }) => [name, `${targets[0]!.repository}:${contentTag}`]),
  );
}

function imagesOf(pods: readonly Pod[], built: Readonly<Record<string, string>>): ImageStatus[] {
  const components = [...new Set(pods.map(componentOf))].sort();
  return components.map((component) => {
    const containers = pods.filter((pod) => componentOf(pod) === component).flatMap(({ spec }) => spec.containers);
    return {
      component,
      running: [...new Set(containers.map(({ image }) => image))].sort(),
      ...(built[component] === undefined ? {} : { built: built[component] }),
    };
  });
}

function componentOf({ metadata }: Pod): string {
  return metadata.labels?.['app.kubernetes.io/component'] ?? '';
}

function podStatus(pod: Pod): PodStatus {
  const { metadata, status } = pod;
  const containers = status.containerStatuses ?? [];
  const waiting = containers.map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason);
  const state = waiting.find((reason) => reason !== undefined) ?? status.phase;
  return {
    name: metadata.name,
    component: componentOf(pod),
    ready: (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    state: metadata.deletionTimestamp === undefined ? state : 'Terminating',
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    created: metadata.creationTimestamp ?? '',
  };
}

function autoscalerStatus({ metadata, spec, status }: Autoscaler): AutoscalerStatus {
  const isCpu = ({ resource }: Metric) => resource?.name === 'cpu';
  const cpu = status?.currentMetrics?.find(isCpu)?.resource?.current?.averageUtilization;
  const target = spec.metrics?.find(isCpu)?.resource?.target?.averageUtilization;
  return {
    name: metadata.name,
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas,
    replicas: status?.currentReplicas ?? 0,
    ...(cpu === undefined ? {} : { cpu }),
    ...(target === undefined ? {} : { target }),
  };
}

/** Those that the release's pods and Ingresses name. */
async function secretsOf(cluster: Cluster, namespace: string, revision: Revision | undefined): Promise<SecretStatus[]> {
  const objects = renderedObjects(revision?.manifest ?? '');
  const names = new Set([
    ...secretReferences(objects as unknown as Manifest[]).map(({ secret }) => secret),
    ...objects.flatMap(certificateNames),
  ]);
  const found = await Promise.all(
    [...names].map((name) => cluster.tryGet<Secret>(`/api/v1/namespaces/${namespace}/secrets/${name}`)),
  );
  return found.flatMap((secret) => (secret === undefined ? [] : secretStatus(secret)));
}

function certificateNames({ kind, spec }: KubernetesObject): string[] {
  if (kind !== 'Ingress') return [];
  const { tls = [] } = spec as { tls?: readonly { secretName?: string }[] };
  return tls.flatMap(({ secretName }) => secretName ?? []);
}

function secretStatus({ metadata, data = {} }: Secret): SecretStatus {
  const times = (metadata.managedFields ?? []).flatMap(({ time }) => time ?? []).sort();
  const certificate = data['tls.crt'];
  const expires = certificate === undefined ? undefined : expiry(certificate);
  return {
    name: metadata.name,
    keys: Object.keys(data).sort(),
    created: metadata.creationTimestamp ?? '',
    ...(times.length === 0 ? {} : { written: times.at(-1)! }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function expiry(base64: string): string | undefined {
  try {
    return new Date(new X509Certificate(Buffer.from(base64, 'base64')).validTo).toISOString();
  } catch {
    return undefined;
  }
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state?: {
        readonly waiting?: { readonly reason?: string };
        readonly terminated?: { readonly reason?: string };
      };
    }[];
  };
}

interface Metric {
  readonly resource?: {
    readonly name: string;
    readonly current?: { readonly averageUtilization?: number };
    readonly target?: { readonly averageUtilization?: number };
  };
}

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly minReplicas?: number; readonly maxReplicas: number; readonly metrics?: readonly Metric[] };
  readonly status?: { readonly currentReplicas?: number; readonly currentMetrics?: readonly Metric[] };
}

interface Secret extends KubernetesObject {
  readonly metadata: ObjectMetadata & { readonly managedFields?: readonly { readonly time?: string }[] };
  readonly data?: Readonly<Record<string, string>>;
}
