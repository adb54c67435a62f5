import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, type JsonObject } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';
import { mergeFiles, mergeOverDefaults } from '../../chart/merge-values.ts';
import { renderedObjects, workloadsOf } from '../apply/rendered-objects.ts';
import { secretReferences } from '../apply/secret-references.ts';
import { watchRollout } from '../apply/watch-rollout.ts';
import { Cluster, type KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { VALUE_PATHS } from '../diagnosis/value-paths.ts';
import { Helm } from '../helm.ts';
import { currentRevision, type Revision, readRevisions } from '../helm-release.ts';
import { MANAGED_BY, OURS } from '../release-labels.ts';
import { writeRecordedChart } from './recorded-chart.ts';

export interface CopyOptions {
  /** Of the release that is copied. */
  readonly namespace: string;
  readonly release: string;
  /** Seconds for its pods to become ready. @default 120 */
  readonly deadlineSeconds?: number;
  readonly signal: AbortSignal;
  /** @default - the one on PATH */
  readonly helm?: Helm;
}

/** Milliseconds that a namespace may take to go. */
const GONE = 60_000;
/** Helm adds its own parts to names, and a namespace has 63 characters. */
const LONGEST_NAME = 40;

/** A release installed once more, in a namespace of its own, from what Helm has recorded of it. */
export class ReleaseCopy {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    readonly release: string,
    /** All values of the original, but for how it is reached from outside. */
    readonly values: JsonObject,
    /** What differs from the chart's own values. */
    private readonly overrides: JsonObject,
    private readonly helm: Helm,
    private readonly directory: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Installs the copy and waits until its pods are ready.
   *
   * @throws CommandError where there is no such release, its chart cannot be copied, or the copy does not get ready
   */
  static async open(cluster: Cluster, options: CopyOptions): Promise<ReleaseCopy> {
    const { namespace, release, deadlineSeconds = 120, signal, helm = new Helm({ signal }) } = options;
    const source = currentRevision(await readRevisions(cluster, namespace, release));
    if (source === undefined)
      throw new CommandError(`there is no release ${release} in namespace ${namespace} to copy`);
    const values = mergeOverDefaults(source.record.chart.values ?? {}, source.values);
    requireApplication(values, source);
    const over = mergeFiles(source.values, unreachable(values));

    const directory = await mkdtemp(join(tmpdir(), 'todo-infra-'));
    const name = `${release.slice(0, LONGEST_NAME)}-copy-${randomBytes(4).toString('hex')}`;
    const copy = new ReleaseCopy(cluster, name, release, values, over, helm, directory, signal);
    try {
      await cluster.post('/api/v1/namespaces', { metadata: { name, labels: { [MANAGED_BY]: OURS } } });
    } catch (error) {
      // What is refused is not made; what is cut off may be.
      await (error instanceof ApiError ? copy.#removeChart() : copy.close());
      throw error;
    }
    try {
      await writeRecordedChart(source.record, directory);
      await copyReferences(cluster, source, namespace, name);
      await copy.upgrade({});
      await copy.requireReady(deadlineSeconds);
      return copy;
    } catch (error) {
      await copy.close();
      throw error;
    }
  }

  /** Brings the copy to the original's values with these over them. Waits for no pod. */
  async upgrade(values: JsonObject): Promise<void> {
    const { cluster, release, namespace, directory, overrides } = this;
    const { context } = cluster;
    await this.helm.upgradeInstall({
      ...{ chart: directory, release, namespace, context },
      values: mergeFiles(overrides, values),
      forceConflicts: true,
    });
  }

  /** Deletes the namespace, also after Ctrl-C. @throws CommandError where it cannot */
  async close(): Promise<void> {
    await this.#removeChart();
    const path = `/api/v1/namespaces/${this.namespace}`;
    try {
      const cluster = await Cluster.connect({ context: this.cluster.context });
      if ((await cluster.tryGet(path)) === undefined) return;
      await cluster.delete(path);
      // Nobody asks these pods any more, so that there is nothing to finish.
      await cluster.delete(`${path}/pods`, undefined, { gracePeriodSeconds: 0 });
      const end = Date.now() + GONE;
      while (!this.signal.aborted && Date.now() < end && (await cluster.tryGet(path)) !== undefined) await sleep(500);
    } catch (cause) {
      throw new CommandError(
        `namespace ${this.namespace} is not deleted: ${(cause as Error).message}; do it with: kubectl --context ${this.cluster.context} delete namespace ${this.namespace}`,
        { cause },
      );
    }
  }

  async #removeChart(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async requireReady(deadlineSeconds: number): Promise<void> {
    const { cluster, namespace, release, signal } = this;
    const [revision] = await readRevisions(cluster, namespace, release);
    const { outcome, findings } = await watchRollout(cluster, {
      ...{ namespace, release, deadlineSeconds, signal, valuePaths: VALUE_PATHS },
      workloads: workloadsOf(revision!.manifest),
    });
    if (outcome === 'ready') return;
    const [first] = findings;
    const why = first === undefined ? `its pods are not ready after ${deadlineSeconds} s` : first.cause;
    throw new CommandError(`the copy of ${release} in namespace ${namespace} does not get ready: ${why}`);
  }
}

/** @throws CommandError for a chart of something else */
function requireApplication({ backend, frontend }: JsonObject, { chart }: Revision): void {
  if (isObject(backend) && isObject(frontend)) return;
  throw new CommandError(`chart ${chart.name} ${chart.version} has no backend and frontend; expected one of ours`);
}

/**
 * ClusterIP Services: a node port belongs to one Service of the cluster. And no route, where there is one: it would lead
 * the original's users to the copy.
 */
function unreachable({ routing }: JsonObject): JsonObject {
  const service = { service: { type: 'ClusterIP', nodePort: null } };
  const isRouted = isObject(routing) && routing.type !== undefined && routing.type !== 'none';
  return { backend: service, frontend: service, ...(isRouted ? { routing: { type: 'none' } } : {}) };
}

/** Secrets and ConfigMaps that the pods refer to and that the chart does not make. What is in them is shown nowhere. */
async function copyReferences(cluster: Cluster, { manifest }: Revision, from: string, to: string): Promise<void> {
  const objects = renderedObjects(manifest);
  const wanted = {
    secrets: secretReferences(objects as unknown as Manifest[]).map(({ secret }) => secret),
    configmaps: configMapNames(objects as unknown as Json[]),
  };
  const own = new Set(objects.map(({ kind, metadata }) => `${kind.toLowerCase()}s/${metadata.name}`));
  for (const [resource, names] of Object.entries(wanted)) {
    for (const name of new Set(names)) {
      if (own.has(`${resource}/${name}`)) continue;
      const path = `/api/v1/namespaces/${from}/${resource}/${name}`;
      const found = await cluster.tryGet<KubernetesObject & Content>(path);
      if (found === undefined) continue;
      const { type, data, binaryData } = found;
      await cluster.post(`/api/v1/namespaces/${to}/${resource}`, { metadata: { name }, type, data, binaryData });
    }
  }
}

interface Content {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The field that names one is called so wherever it is. */
function configMapNames(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(configMapNames);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const isReference = ['configMapRef', 'configMapKeyRef', 'configMap'].includes(field) && isObject(inner);
    return isReference && typeof inner.name === 'string' ? [inner.name] : configMapNames(inner);
  });
}
