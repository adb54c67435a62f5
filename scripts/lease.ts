import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KubernetesObject } from './cluster.ts';
import { ApiError, clusterFailure } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { ourLabels } from './release-labels.ts';

export interface LeaseOptions {
  readonly namespace: string;
  readonly release: string;
  /** What holds it, for people who meet it: `apply`. */
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once where another command holds it, before it is known whether that one is alive. */
  readonly onWait?: (line: string) => void;
  /** Seconds without renewal after which its holder is dead. @default 15 */
  readonly seconds?: number;
}

const LAST_GOOD = 'todo-infra/last-good-revision';
const BEGUN = 'todo-infra/begun-revision';
/** Milliseconds for each request by which a Lease is given up. */
const LAST_WORDS = 3000;

/** The Lease of a release, which keeps two commands from changing it at once. It also remembers what was good. */
export function leaseName(release: string): string {
  return `todo-infra-${release}`;
}

/** @returns undefined where nothing was ever proved to be good */
export async function lastGoodRevision(
  cluster: Cluster,
  namespace: string,
  release: string,
): Promise<number | undefined> {
  return remembered(cluster, namespace, release, LAST_GOOD);
}

/** Remembers a revision whose pods were all seen to be ready, unless a command holds the Lease or there is none. */
export async function rememberGoodRevision(
  cluster: Cluster,
  namespace: string,
  release: string,
  revision: number,
): Promise<void> {
  const path = leasePath(namespace, release);
  const lease = await cluster.tryGet<LeaseObject>(path);
  const annotations = { [LAST_GOOD]: String(revision) };
  if (lease === undefined || isHeld(lease) || lease.metadata.annotations?.[LAST_GOOD] === annotations[LAST_GOOD])
    return;
  await cluster.patch(path, { metadata: { annotations } }, 'merge');
}

/** @returns the revision that a command of ours has begun last, whether or not it came to an end */
export async function begunRevision(cluster: Cluster, namespace: string, release: string): Promise<number | undefined> {
  return remembered(cluster, namespace, release, BEGUN);
}

async function remembered(
  cluster: Cluster,
  namespace: string,
  release: string,
  annotation: string,
): Promise<number | undefined> {
  const lease = await cluster.tryGet(leasePath(namespace, release));
  const revision = Number(lease?.metadata.annotations?.[annotation]);
  return Number.isInteger(revision) && revision > 0 ? revision : undefined;
}

/**
 * Held from `acquire` to `release`, and renewed in between. When another command takes it over, because this one was
 * silent for too long, `lost` is aborted.
 */
export class Lease {
  /** Aborted with the reason when the Lease is not ours any more. */
  readonly lost: AbortSignal;
  readonly #losing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #ending = new AbortController();
  readonly #cluster: Cluster;
  /** Writes go one after the other, each with the version that the one before has made. */
  #writing: Promise<void> = Promise.resolve();

  /**
   * @throws CommandError when another command holds it and is alive, which takes up to `seconds` to find out
   */
  static async acquire(cluster: Cluster, options: LeaseOptions): Promise<Lease> {
    try {
      return await acquire(cluster, options);
    } catch (error) {
      throw clusterFailure('take the Lease of the release', error);
    }
  }

  constructor(
    private readonly cluster: Cluster,
    private readonly path: string,
    private held: LeaseObject,
    signal?: AbortSignal,
  ) {
    this.lost = this.#losing.signal;
    const ending = this.#ending.signal;
    this.#cluster = cluster.withLimits({ signal: signal === undefined ? ending : AbortSignal.any([signal, ending]) });
    const { leaseDurationSeconds: seconds } = held.spec;
    this.#timer = setInterval(() => this.#renew(), (seconds * 1000) / 3);
    this.#timer.unref();
  }

  /** Remembers a revision whose pods were all seen to be ready. */
  async rememberGood(revision: number): Promise<void> {
    await this.#write({}, { [LAST_GOOD]: String(revision) });
  }

  /** Remembers a revision that is about to be made: if it stays pending, it is ours and nobody works on it. */
  async rememberBegun(revision: number): Promise<void> {
    await this.#write({}, { [BEGUN]: String(revision) });
  }

  /** Gives it up, also where the cluster's signal is aborted. What was remembered stays. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#writing.catch(() => undefined);
    await giveUp(this.cluster, this.path, this.held.spec.holderIdentity);
  }

  /** Gives it up with all that was remembered: there is nothing left that it could be about. */
  async remove(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing.catch(() => undefined);
    if (this.lost.aborted) return;
    await this.cluster.delete(this.path, {}, { preconditions: { uid: this.held.metadata.uid } });
  }

  async #renew(): Promise<void> {
    try {
      await this.#write({ renewTime: now() });
    } catch (error) {
      // It stays ours while the server is away: nobody else can take it then.
      if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 404)) return;
      clearInterval(this.#timer);
      this.#losing.abort(new CommandError('another command has taken this release over, because this one was silent'));
    }
  }

  #write(spec: Partial<LeaseObject['spec']>, annotations: Record<string, string> = {}): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#put(spec, annotations));
    return this.#writing;
  }

  async #put(spec: Partial<LeaseObject['spec']>, annotations: Record<string, string>): Promise<void> {
    const { metadata } = this.held;
    this.held = await this.#cluster.put(this.path, {
      ...this.held,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
      spec: { ...this.held.spec, ...spec },
    });
  }
}

interface LeaseObject extends KubernetesObject {
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly acquireTime: string;
    readonly renewTime: string;
  };
}

async function acquire(cluster: Cluster, { seconds = 15, ...options }: LeaseOptions): Promise<Lease> {
  const { namespace, release, command, signal } = options;
  const path = leasePath(namespace, release);
  const spec = {
    holderIdentity: `${command} of ${userInfo().username} on ${hostname()} (${process.pid}-${randomBytes(3).toString('hex')})`,
    leaseDurationSeconds: seconds,
    acquireTime: now(),
    renewTime: now(),
  };
  const fresh = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: leaseName(release), labels: ourLabels(release) },
    spec,
  };
  let seen: LeaseObject | undefined;
  let since = performance.now();
  while (true) {
    const there = await cluster.tryGet<LeaseObject>(path);
    if (there !== undefined && isHeld(there)) {
      if (seen === undefined) options.onWait?.(`waiting to see whether this still runs: ${there.spec.holderIdentity}`);
      else if (seen.spec.holderIdentity === there.spec.holderIdentity && seen.spec.renewTime !== there.spec.renewTime)
        throw taken(release, there);
      // By this machine's clock alone: the other one's may be wrong.
      if (seen?.spec.renewTime !== there.spec.renewTime) since = performance.now();
      seen = there;
      if (performance.now() - since < there.spec.leaseDurationSeconds * 1000) {
        await sleep(500, undefined, { signal }).catch(() => undefined);
        signal?.throwIfAborted();
        continue;
      }
    }
    try {
      const held: LeaseObject =
        there === undefined
          ? await cluster.post(path.slice(0, path.lastIndexOf('/')), fresh)
          : await cluster.put(path, { ...there, spec });
      return new Lease(cluster, path, held, signal);
    } catch (error) {
      // Somebody else was faster: it is looked at again.
      if (error instanceof ApiError && error.status === 409) continue;
      // Whoever does not hear the answer may have been given it all the same.
      await giveUp(cluster, path, spec.holderIdentity);
      throw error;
    }
  }
}

/** By what is there now: which of this holder's writes have come through is not known after Ctrl-C. */
async function giveUp(cluster: Cluster, path: string, holder: string): Promise<void> {
  const last = cluster.withLimits({ timeout: LAST_WORDS });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const lease = await last.tryGet<LeaseObject>(path);
      if (lease?.spec.holderIdentity !== holder) return;
      await last.put(path, { ...lease, spec: { ...lease.spec, holderIdentity: '', renewTime: now() } });
    } catch (error) {
      // Nobody is kept out by a Lease that could not be given up for longer than it lasts.
      if (!(error instanceof ApiError && error.status === 409)) return;
    }
  }
}

function isHeld({ spec }: LeaseObject): boolean {
  return spec.holderIdentity !== undefined && spec.holderIdentity !== '';
}

function taken(release: string, { spec }: LeaseObject): CommandError {
  const since = new Date(spec.acquireTime).toISOString().slice(11, 19);
  return new CommandError(
    `release '${release}' is being changed by another command: ${spec.holderIdentity}, since ${since} UTC; wait until it has ended`,
  );
}

function leasePath(namespace: string, release: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${leaseName(release)}`;
}

/** With the microseconds that the API wants. */
function now(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
