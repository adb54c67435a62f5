import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../cluster.ts';
import { ApiError, ClusterUnreachable, clusterFailure } from '../../cluster-failure.ts';
import { CommandError } from '../../command-error.ts';
import type { PodObject } from './follow-load.ts';
import { type LoadPodOptions, loadPodManifest, loadPolicies, type NetworkPolicy } from './load-objects.ts';

export interface MakeOptions extends Omit<LoadPodOptions, 'name' | 'script'> {
  readonly namespace: string;
}

/** Milliseconds until the pod runs. */
const START = 60_000;
/** Milliseconds for which an unreachable server is asked again to delete what was made. */
const CLEAN_UP = 20_000;
const LOOK_AGAIN = 200;
/** Of a container that will not start by waiting. */
const HOPELESS =
  /^(ErrImageNeverPull|ImagePullBackOff|InvalidImageName|CreateContainer(Config)?Error|RunContainerError)$/;

/** The generator's pod in the cluster, with the policies that it needs. */
export class LoadPod {
  /** Where the API has it. */
  readonly path: string;
  readonly #name = `todo-load-${randomBytes(4).toString('hex')}`;
  readonly #cluster: Cluster;
  readonly #options: MakeOptions;
  readonly #policies: string;
  readonly #policyNames: string[] = [];
  #making: Promise<void> | undefined;

  /** @param cluster one that no signal ends: what was begun is also ended */
  constructor(cluster: Cluster, options: MakeOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.path = `/api/v1/namespaces/${options.namespace}/pods/${this.#name}`;
    this.#policies = `/apis/networking.k8s.io/v1/namespaces/${options.namespace}/networkpolicies`;
  }

  /** Makes it. */
  make(): Promise<void> {
    this.#making = this.#make();
    return this.#making;
  }

  async #make(): Promise<void> {
    const script = await readFile(new URL('generator.mjs', import.meta.url), 'utf8');
    const manifest = loadPodManifest({ ...this.#options, name: this.#name, script });
    const pod = await this.#cluster.post(this.path.slice(0, this.path.lastIndexOf('/')), manifest);
    for (const policy of loadPolicies(pod, await this.#cluster.list<NetworkPolicy>(this.#policies))) {
      this.#policyNames.push(policy.metadata.name);
      await this.#cluster.post(this.#policies, policy);
    }
  }

  /** @throws CommandError where it does not start; the signal's reason */
  async untilRunning(signal: AbortSignal | undefined): Promise<void> {
    const end = Date.now() + START;
    while (true) {
      signal?.throwIfAborted();
      const pod = await this.#cluster.tryGet<PodObject>(this.path);
      if (pod === undefined) throw new CommandError("the load's pod was deleted before it has started");
      const { phase, conditions = [], containerStatuses: [container] = [] } = pod.status;
      if (phase !== undefined && phase !== 'Pending') return;
      const { reason = '', message = '' } = container?.state?.waiting ?? {};
      const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
      const why = [reason, message].filter((text) => text !== '').join(': ') || unscheduled?.message;
      if (HOPELESS.test(reason) || Date.now() > end)
        throw new CommandError(`the load's pod does not start: ${why ?? 'no node has taken it'}`);
      await sleep(LOOK_AGAIN);
    }
  }

  /** Lets Kubernetes ask the generator to end: unlike with a deletion, its log can still be read then. */
  async end(): Promise<void> {
    await this.#cluster.patch(this.path, { spec: { activeDeadlineSeconds: 1 } }, 'merge');
  }

  /** Deletes all that was made. @throws CommandError where that cannot be */
  async delete(): Promise<void> {
    // What is being made at this moment would stay.
    await this.#making?.catch(() => undefined);
    for (const path of [this.path, ...this.#policyNames.map((name) => `${this.#policies}/${name}`)])
      await this.#deleteOne(path);
  }

  async #deleteOne(path: string): Promise<void> {
    const end = Date.now() + CLEAN_UP;
    while (true) {
      try {
        await this.#cluster.delete(path, { gracePeriodSeconds: 1 });
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return;
        if (!(error instanceof ClusterUnreachable) || Date.now() > end) throw clusterFailure(`delete ${path}`, error);
      }
      await sleep(LOOK_AGAIN);
    }
  }
}
