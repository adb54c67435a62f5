import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../../cluster.ts';
import { ApiError, ClusterUnreachable, clusterFailure } from '../../cluster-failure.ts';
import { CommandError } from '../../command-error.ts';
import { followLoad, type LoadPod } from './follow-load.ts';
import type { GeneratorLine, StreamConfiguration } from './generator-lines.ts';
import { loadPod, loadPolicies, type NetworkPolicy } from './load-objects.ts';
import { type LoadReport, loadReport } from './load-report.ts';

export interface LoadOptions {
  /** For the report: `upgrade`. */
  readonly name: string;
  readonly namespace: string;
  /** One with Node.js, which is on the node already: that of the release's frontend. */
  readonly image: string;
  /** Names of Secrets in the namespace. @default - none */
  readonly imagePullSecrets?: readonly string[];
  readonly streams: readonly LoadStream[];
  /** What goes on when it starts. @default 'base line' */
  readonly phase?: string;
  /** It ends by itself after so many. @default 1800 */
  readonly maximumSeconds?: number;
  /** Takes the load away when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

export interface LoadStream extends Omit<StreamConfiguration, 'timeoutMs'> {
  /** @default 5000 */
  readonly timeoutMs?: number;
}

export interface SettledOptions {
  /** Seconds that it may take beyond those that are wanted. @default 60 */
  readonly within?: number;
}

const TIMEOUT = 5000;
/** Milliseconds until the pod runs; from then, until all targets have answered; and until that is known here. */
const START = 60_000;
const PATIENCE = 30_000;
const ANSWERS = PATIENCE + 15_000;
/** Milliseconds that the generator's last lines may take, beyond the answers that it waits for. */
const END = 30_000;
/** Milliseconds for which an unreachable server is asked again to delete what was made. */
const CLEAN_UP = 20_000;
/** Milliseconds by which a line may be late although both clocks are the same. */
const LATE = 1000;
const LOOK_AGAIN = 200;
/** Of a container that will not start by waiting. */
const HOPELESS =
  /^(ErrImageNeverPull|ImagePullBackOff|InvalidImageName|CreateContainer(Config)?Error|RunContainerError)$/;

/**
 * Starts requests at a constant rate from a pod inside the cluster, and returns when the first one is due. All that is made
 * goes with `stop` or `close`, one of which is always needed; and as soon as the signal is aborted.
 *
 * @throws CommandError where the pod does not start or a target does not answer; the signal's reason
 */
export async function startLoad(cluster: Cluster, options: LoadOptions): Promise<Load> {
  options.signal?.throwIfAborted();
  // Without the signal, so that what was begun is also ended.
  const own = await Cluster.connect({ context: cluster.context });
  const load = new Load(own, options);
  try {
    await load.begin();
    return load;
  } catch (error) {
    await load.close();
    options.signal?.throwIfAborted();
    throw clusterFailure('start the load', error);
  }
}

/** Requests that are being sent. See `startLoad`. */
export class Load {
  readonly #cluster: Cluster;
  readonly #options: LoadOptions;
  readonly #streams: readonly StreamConfiguration[];
  readonly #name = `todo-load-${randomBytes(4).toString('hex')}`;
  readonly #lines: GeneratorLine[] = [];
  readonly #phases: { label: string; at: number }[] = [];
  readonly #closing = new AbortController();
  readonly #policies: string[] = [];
  readonly #onAbort = () => void this.close().catch(() => undefined);
  /** The smallest time that a line took to come here, by both clocks. */
  #delay = Number.POSITIVE_INFINITY;
  #epoch = 0;
  #failure: unknown;
  #making: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #isOver = false;

  /** @param cluster ours alone, and not ended by the signal */
  constructor(cluster: Cluster, options: LoadOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#streams = options.streams.map((stream) => ({ timeoutMs: TIMEOUT, ...stream }));
    this.#phases.push({ label: options.phase ?? 'base line', at: Number.NEGATIVE_INFINITY });
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  /** For `startLoad`. */
  async begin(): Promise<void> {
    this.#making = this.#make();
    await this.#making;
    await this.#untilRunning();
    const silence = Math.max(...this.#streams.map(({ timeoutMs }) => timeoutMs)) + 10_000;
    this.#following = followLoad({
      cluster: this.#cluster,
      path: this.#path,
      onLine: (line) => this.#read(line),
      silence: Math.max(silence, ANSWERS),
      signal: this.#closing.signal,
    }).then(
      () => {
        this.#isOver = true;
      },
      (error) => {
        this.#failure = error;
      },
    );
    await this.#until(
      () => this.#lines.length > 0,
      ANSWERS,
      () => 'its targets have not answered',
    );
  }

  async #make(): Promise<void> {
    const { namespace, image, imagePullSecrets, maximumSeconds = 1800 } = this.#options;
    const script = await readFile(new URL('generator.mjs', import.meta.url), 'utf8');
    const configuration = { seconds: maximumSeconds, patienceMs: PATIENCE, streams: this.#streams };
    const object = loadPod({ name: this.#name, image, imagePullSecrets, script, configuration });
    const pod = await this.#cluster.post(`/api/v1/namespaces/${namespace}/pods`, object);
    const path = policiesPath(namespace);
    for (const policy of loadPolicies(pod, await this.#cluster.list<NetworkPolicy>(path))) {
      this.#policies.push(policy.metadata.name);
      await this.#cluster.post(path, policy);
    }
  }

  /** Marks that something begins now. */
  phase(label: string): void {
    this.#phases.push({ label, at: Date.now() });
  }

  /**
   * Waits until no request that was due from now on has failed for so many seconds on end.
   *
   * @throws CommandError where that does not come about, or the load has ended; the signal's reason
   */
  async settled(seconds: number, { within = 60 }: SettledOptions = {}): Promise<void> {
    const first = Math.ceil((Date.now() - this.#started()) / 1000);
    const isSettled = () => this.#streams.every((_, stream) => this.#cleanSeconds(stream, first) >= seconds);
    await this.#until(isSettled, (seconds + within) * 1000, () => {
      const failure = this.#lines.findLast((line) => line.type === 'failure');
      const last =
        failure === undefined ? '' : `; the last to fail: ${this.#streams[failure.stream]!.target}, ${failure.message}`;
      return `requests fail again and again: ${seconds} s without a failure were wanted${last}`;
    });
  }

  /**
   * Sends no more, waits for the answers that are open, takes everything away and tells what was seen.
   *
   * @throws CommandError where the load ended before its time; the signal's reason
   */
  async stop(): Promise<LoadReport> {
    try {
      this.#throwIfLost();
      // Kubernetes asks the generator to end, and keeps the pod with its log.
      if (!this.#isOver) await this.#cluster.patch(this.#path, { spec: { activeDeadlineSeconds: 1 } }, 'merge');
      const patience = Math.max(...this.#streams.map(({ timeoutMs }) => timeoutMs)) + END;
      await this.#until(
        () => this.#isOver,
        patience,
        () => 'it does not end',
      );
    } catch (error) {
      await this.close();
      this.#options.signal?.throwIfAborted();
      throw clusterFailure('stop the load', error);
    }
    await this.close();
    const { name } = this.#options;
    const started = this.#started();
    return loadReport({ name, streams: this.#streams, lines: this.#lines, started, phases: this.#phases });
  }

  /** Takes everything away, whatever was seen. Does nothing the second time. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { namespace, signal } = this.#options;
    signal?.removeEventListener('abort', this.#onAbort);
    this.#closing.abort();
    // What is being made at this moment would stay.
    await this.#making?.catch(() => undefined);
    await this.#following;
    const policies = this.#policies.map((name) => `${policiesPath(namespace)}/${name}`);
    for (const path of [this.#path, ...policies]) await this.#delete(path);
  }

  async #delete(path: string): Promise<void> {
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

  get #path(): string {
    return `/api/v1/namespaces/${this.#options.namespace}/pods/${this.#name}`;
  }

  async #untilRunning(): Promise<void> {
    let pod: LoadPod | undefined;
    const end = Date.now() + START;
    while (true) {
      this.#throwIfLost();
      pod = await this.#cluster.tryGet<LoadPod>(this.#path);
      if (pod === undefined) throw new CommandError("the load's pod was deleted before it has started");
      const { phase, conditions = [], containerStatuses: [container] = [] } = pod.status;
      if (phase !== undefined && phase !== 'Pending') return;
      const { reason = '', message = '' } = container?.state?.waiting ?? {};
      const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
      const why =
        `${reason}${message === '' ? '' : `: ${message}`}` || (unscheduled?.message ?? 'no node has taken it');
      if (HOPELESS.test(reason) || Date.now() > end) throw new CommandError(`the load's pod does not start: ${why}`);
      await sleep(LOOK_AGAIN);
    }
  }

  /** @param otherwise what to say when the time is over */
  async #until(isSo: () => boolean, milliseconds: number, otherwise: () => string): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!isSo()) {
      this.#throwIfLost();
      if (this.#isOver) throw new CommandError(`load '${this.#options.name}' has ended by itself: its time is over`);
      if (Date.now() > end) throw new CommandError(`load '${this.#options.name}': ${otherwise()}`);
      await sleep(LOOK_AGAIN);
    }
  }

  #throwIfLost(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed !== undefined) throw new CommandError(`load '${this.#options.name}' was taken away already`);
  }

  #read(line: GeneratorLine): void {
    if (line.type === 'error') throw new CommandError(`load '${this.#options.name}' cannot begin: ${line.message}`);
    if (line.type === 'start') this.#epoch = line.epoch;
    this.#delay = Math.min(this.#delay, Date.now() - (this.#epoch + line.now));
    this.#lines.push(line);
  }

  /**
   * When the first request was due, by this machine's clock. Where a line seems to have come before it was printed, or much
   * later, the pod's clock is another one; that the fastest line took no time is then off by as much as it did.
   */
  #started(): number {
    return this.#epoch + (this.#delay >= 0 && this.#delay < LATE ? 0 : this.#delay);
  }

  /** How many seconds on end were without failure in a stream, up to the last one of which all is known. */
  #cleanSeconds(stream: number, first: number): number {
    const failed = new Map<number, number>();
    for (const line of this.#lines)
      if (line.type === 'bucket' && line.stream === stream) failed.set(line.second, line.failed);
    let clean = 0;
    // A second may be told after the next one.
    for (let second = first; failed.has(second); second++) clean = failed.get(second) === 0 ? clean + 1 : 0;
    return clean;
  }
}

function policiesPath(namespace: string): string {
  return `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
}
