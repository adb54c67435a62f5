import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles, mergeOverDefaults } from '../../chart/merge-values.ts';
import type { Values } from '../../values/schema.ts';
import { repairRelease } from '../apply/pending-release.ts';
import {
  installRelease,
  type PreparedUpgrade,
  prepareRollback,
  prepareUpgrade,
  rollbackRelease,
  type Wanted,
} from '../apply/release.ts';
import { watchRelease } from '../apply/watch-release.ts';
import { Cluster, type KubernetesObject } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import type { Deployment, Pod, ReplicaSet } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import { Helm } from '../helm.ts';
import { encodeRecord, type Revision, readRevisions, revisionPath } from '../helm-release.ts';
import type { Installation } from '../installation.ts';
import { Lease } from '../lease.ts';
import { releaseSelector } from '../release-labels.ts';
import { todoValues } from '../todo-values.ts';
import { writeRecordedChart } from './recorded-chart.ts';

export interface LiveReleaseOptions {
  readonly cluster: Cluster;
  readonly installation: Installation;
  readonly signal: AbortSignal;
}

/** A change of the release that has come to its end. */
export interface Change {
  readonly revision: number;
  /** From the command until all pods are ready. */
  readonly seconds: number;
}

/** A Deployment or StatefulSet, as far as it says how many pods are wanted, and are there. */
export interface Workload extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

/** Seconds. */
const READY_WITHIN = 180;
const GONE_WITHIN = 120;

/**
 * A release that runs, and that gates change for a while. What they change is taken from the release's own record, its
 * chart included, so that it does not matter who has installed it, or from which version.
 */
export class LiveRelease {
  /** As it was found. */
  readonly original: Revision;
  readonly values: Values;
  readonly cluster: Cluster;
  readonly installation: Installation;
  readonly #signal: AbortSignal;
  #chart: string | undefined;
  #lease: Lease | undefined;
  #isChanged = false;

  /** @throws CommandError where there is no such release, it is not deployed, or it is another preset's */
  static async open(options: LiveReleaseOptions): Promise<LiveRelease> {
    const { cluster, installation } = options;
    const { release, namespace } = installation;
    const last = (await readRevisions(cluster, namespace, release)).at(-1);
    if (last === undefined)
      throw new CommandError(
        `there is no release ${release} in namespace ${namespace}; install it with: npm run apply`,
      );
    if (last.status !== 'deployed')
      throw new CommandError(
        `revision ${last.revision} of release ${release} is ${last.status}; expected one that is deployed: run npm run apply`,
      );
    if (last.chart.name !== installation.preset.name)
      throw new CommandError(
        `release ${release} in namespace ${namespace} is of chart ${last.chart.name}, expected ${installation.preset.name}; choose it with --preset`,
      );
    return new LiveRelease(options, last);
  }

  private constructor({ cluster, installation, signal }: LiveReleaseOptions, original: Revision) {
    this.cluster = cluster;
    this.installation = installation;
    this.#signal = signal;
    this.original = original;
    // What the chart had for defaults when it was installed counts, not what it has now.
    const defaults = original.record.chart.values ?? {};
    this.values = todoValues(installation.preset, mergeOverDefaults(defaults, original.values));
  }

  get namespace(): string {
    return this.installation.namespace;
  }

  get name(): string {
    return this.installation.release;
  }

  /** Whether it is not as it was found. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** The pods of a component that are not on their way out, or of all. */
  async pods(component?: string): Promise<Pod[]> {
    const labelSelector = this.#selector(component);
    const pods = await this.cluster.list<Pod>(pathOfList('pods', this.namespace), { labelSelector });
    return pods.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined && metadata.annotations?.['helm.sh/hook'] === undefined,
    );
  }

  /** The Deployments and StatefulSets of a component, or all. */
  async workloads(component?: string): Promise<Workload[]> {
    const labelSelector = this.#selector(component);
    const lists = await Promise.all(
      (['deployments', 'statefulSets'] as const).map((kind) =>
        this.cluster.list<Workload>(pathOfList(kind, this.namespace), { labelSelector }),
      ),
    );
    return lists.flat();
  }

  #selector(component?: string): string {
    const role = component === undefined ? '' : `,app.kubernetes.io/component=${component}`;
    return `${releaseSelector(this.name)}${role}`;
  }

  /** The hash of each Deployment's present pods, by the Deployment's name: a rollout changes it. */
  async templateHashes(): Promise<Map<string, string>> {
    const labelSelector = releaseSelector(this.name);
    const [deployments, sets] = await Promise.all([
      this.cluster.list<Deployment>(pathOfList('deployments', this.namespace), { labelSelector }),
      this.cluster.list<ReplicaSet>(pathOfList('replicaSets', this.namespace), { labelSelector }),
    ]);
    const revision = ({ metadata }: Deployment | ReplicaSet) =>
      metadata.annotations?.['deployment.kubernetes.io/revision'];
    return new Map(
      deployments.map((deployment) => {
        const { name, uid } = deployment.metadata;
        const current = sets.find(
          (set) =>
            set.metadata.ownerReferences?.some((owner) => owner.uid === uid) && revision(set) === revision(deployment),
        );
        return [name, current?.metadata.labels?.['pod-template-hash'] ?? ''];
      }),
    );
  }

  /** Upgrades to the values that were found, with these over them, and waits until all pods are ready. */
  async change(overrides: JsonObject, description: string): Promise<Change> {
    const started = performance.now();
    const wanted = await this.#wanted(mergeFiles(this.original.values, overrides), this.#signal);
    const lease = await this.#begin();
    const prepared = await prepareUpgrade(wanted);
    this.#isChanged = true;
    const revision = await installRelease(prepared, wanted, lease, `validate: ${description}`);
    await this.#ready(prepared.plan.manifest);
    return { revision, seconds: (performance.now() - started) / 1000 };
  }

  /** Rolls back to a revision, as a new one, and waits until all pods are ready. */
  async rollBack(to: number): Promise<Change> {
    const started = performance.now();
    const lease = await this.#begin();
    const where = {
      cluster: this.cluster,
      helm: this.#helm(this.#signal),
      release: this.name,
      namespace: this.namespace,
    };
    const prepared = await prepareRollback(where, { to });
    this.#isChanged = true;
    const revision = await rollbackRelease(prepared, where, lease);
    await this.#ready(prepared.target.manifest);
    return { revision, seconds: (performance.now() - started) / 1000 };
  }

  /** Waits until no pod is on its way out any more: until then requests may still get to it. */
  async oldPodsGone(): Promise<void> {
    const labelSelector = releaseSelector(this.name);
    for (const end = Date.now() + GONE_WITHIN * 1000; ; ) {
      const pods = await this.cluster.list<Pod>(pathOfList('pods', this.namespace), { labelSelector });
      const [leaving] = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
      if (leaving === undefined) return;
      if (Date.now() > end)
        throw new CommandError(`pod ${leaving.metadata.name} was to end, and is still there after ${GONE_WITHIN} s`);
      await sleep(500, undefined, { signal: this.#signal });
    }
  }

  /**
   * Brings back what was found, where it was changed; also after the signal was aborted, before or meanwhile, but then
   * without waiting for the pods. Helm's record is then what it was.
   */
  async restore(): Promise<void> {
    if (!this.#isChanged) return;
    if (!this.#signal.aborted) {
      try {
        return await this.#restore();
      } catch (error) {
        if (!this.#signal.aborted) throw error;
      }
    }
    await this.#restoreAtOnce();
  }

  async #restore(): Promise<void> {
    const wanted = await this.#wanted(this.original.values, this.#signal);
    const prepared = await this.#bringBack(wanted, this.#lease!);
    await this.#ready(prepared.plan.manifest);
    await this.oldPodsGone();
    this.#isChanged = false;
  }

  /** After Ctrl-C the release's own connection sends nothing any more, and its Lease neither. */
  async #restoreAtOnce(): Promise<void> {
    const wanted = await this.#wanted(this.original.values, undefined);
    const cluster = await Cluster.connect({ context: this.cluster.context });
    await this.#bringBack({ ...wanted, cluster }, { rememberBegun: async () => undefined });
    this.#isChanged = false;
  }

  async #bringBack(target: Wanted, lease: Pick<Lease, 'rememberBegun'>): Promise<PreparedUpgrade> {
    let prepared = await prepareUpgrade(target);
    if (prepared.pending !== undefined) {
      // Helm was cut off.
      const { pending } = prepared;
      await repairRelease(target, lease, { pending, lastGood: this.original.revision, yes: true });
      prepared = await prepareUpgrade(target);
    }
    if (!prepared.nothingToDo) await installRelease(prepared, target, lease, 'validate: as it was found');
    await this.#forgetChanges(target.cluster);
    return prepared;
  }

  /** Makes the revision that was found the last one again: `helm rollback` would go to one of the changes. */
  async #forgetChanges(cluster: Cluster): Promise<void> {
    const { namespace, name, original } = this;
    const { record, revision } = original;
    const later = (await readRevisions(cluster, namespace, name)).filter((each) => each.revision > revision);
    const last = later.at(-1);
    if (last?.status !== 'deployed') return;
    // Two that are deployed do no harm where this breaks off: Helm takes the last one.
    const info = { ...record.info, last_deployed: last.record.info.last_deployed };
    const release = await encodeRecord({ ...record, info });
    const patch = { metadata: { labels: { status: 'deployed' } }, data: { release } };
    await cluster.patch(revisionPath(namespace, name, revision), patch, 'merge');
    for (const each of later) await cluster.delete(revisionPath(namespace, name, each.revision));
  }

  /** @throws CommandError where the release was changed since it was read */
  async #requireUnchanged(): Promise<void> {
    const { cluster, namespace, name, original } = this;
    const last = (await readRevisions(cluster, namespace, name)).at(-1);
    if (last?.revision === original.revision && last.status === original.status) return;
    const now = last === undefined ? 'is gone' : `is at revision ${last.revision} (${last.status})`;
    throw new CommandError(
      `release ${name} was changed meanwhile: it ${now}, and was at revision ${original.revision}; validate it again`,
    );
  }

  /** Gives up what is held. */
  async close(): Promise<void> {
    await this.#lease?.release();
    if (this.#chart !== undefined) await rm(this.#chart, { recursive: true, force: true });
  }

  async #wanted(values: JsonObject, signal: AbortSignal | undefined) {
    if (this.#chart === undefined) {
      this.#chart = await mkdtemp(join(tmpdir(), 'todo-infra-'));
      await writeRecordedChart(this.original.record, this.#chart);
    }
    const helm = this.#helm(signal);
    return { cluster: this.cluster, helm, release: this.name, namespace: this.namespace, chart: this.#chart, values };
  }

  /** What is changed here must not push the user's own revisions out of Helm's record. */
  #helm(signal: AbortSignal | undefined): Helm {
    return new Helm({ keepsAll: true, ...(signal === undefined ? {} : { signal }) });
  }

  async #begin(): Promise<Lease> {
    const { namespace, name: release } = this;
    this.#lease ??= await Lease.acquire(this.cluster, {
      namespace,
      release,
      command: 'validate',
      signal: this.#signal,
    });
    this.#lease.lost.throwIfAborted();
    if (!this.#isChanged) await this.#requireUnchanged();
    return this.#lease;
  }

  async #ready(manifest: string): Promise<void> {
    const { cluster, namespace, name: release } = this;
    const signal = this.#signal;
    const deadlineSeconds = READY_WITHIN;
    await watchRelease(cluster, { namespace, release, manifest, deadlineSeconds, signal, tell: () => undefined });
  }
}
