import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import type { Values } from '../../values/schema.ts';
import { repairRelease } from '../apply/pending-release.ts';
import { installRelease, prepareRollback, prepareUpgrade, rollbackRelease } from '../apply/release.ts';
import { watchRelease } from '../apply/watch-release.ts';
import { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import type { Deployment, Pod, ReplicaSet } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import { Helm } from '../helm.ts';
import { type Revision, readRevisions } from '../helm-release.ts';
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
    this.values = todoValues(installation.preset, original.values);
  }

  get namespace(): string {
    return this.installation.namespace;
  }

  get name(): string {
    return this.installation.release;
  }

  /** The pods of a component that are not on their way out, or of all. */
  async pods(component?: string): Promise<Pod[]> {
    const role = component === undefined ? '' : `,app.kubernetes.io/component=${component}`;
    const labelSelector = `${releaseSelector(this.name)}${role}`;
    const pods = await this.cluster.list<Pod>(pathOfList('pods', this.namespace), { labelSelector });
    return pods.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined && metadata.annotations?.['helm.sh/hook'] === undefined,
    );
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
      helm: new Helm({ signal: this.#signal }),
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
   * Brings back what was found, where it was changed; also after the signal was aborted, but then without waiting for
   * the pods.
   */
  async restore(): Promise<void> {
    if (!this.#isChanged) return;
    const isAborted = this.#signal.aborted;
    const wanted = await this.#wanted(this.original.values, isAborted ? undefined : this.#signal);
    // After Ctrl-C the release's own connection sends nothing any more, and its Lease neither.
    const target = isAborted
      ? { ...wanted, cluster: await Cluster.connect({ context: this.cluster.context }) }
      : wanted;
    const lease = isAborted ? { rememberBegun: async () => undefined } : this.#lease!;
    let prepared = await prepareUpgrade(target);
    if (prepared.pending !== undefined) {
      // Helm was cut off.
      const { pending } = prepared;
      await repairRelease(target, lease, { pending, lastGood: this.original.revision, yes: true });
      prepared = await prepareUpgrade(target);
    }
    const description = `validate: as in revision ${this.original.revision}`;
    if (!prepared.nothingToDo) await installRelease(prepared, target, lease, description);
    if (!isAborted) {
      await this.#ready(prepared.plan.manifest);
      await this.oldPodsGone();
    }
    this.#isChanged = false;
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
    const helm = new Helm(signal === undefined ? {} : { signal });
    return { cluster: this.cluster, helm, release: this.name, namespace: this.namespace, chart: this.#chart, values };
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
    return this.#lease;
  }

  async #ready(manifest: string): Promise<void> {
    const { cluster, namespace, name: release } = this;
    const signal = this.#signal;
    const deadlineSeconds = READY_WITHIN;
    await watchRelease(cluster, { namespace, release, manifest, deadlineSeconds, signal, tell: () => undefined });
  }
}
