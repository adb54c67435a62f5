import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../../cluster.ts';
import { clusterFailure } from '../../cluster-failure.ts';
import { CommandError } from '../../command-error.ts';
import { followLoad } from './follow-load.ts';
import type { EndLine, FailureLine, GeneratorLine, StreamConfiguration } from './generator-lines.ts';
import { LoadPod } from './load-pod.ts';
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
  /** It ends by itself after so many, and has failed then. @default 1800 */
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
/** Milliseconds until all targets have answered for the first time, and until that is known here. */
const PATIENCE = 30_000;
const ANSWERS = PATIENCE + 15_000;
/** Milliseconds without a word from the generator, beyond the longest wait for an answer, that a connection may live. */
const SILENCE = 10_000;
/** Milliseconds that the generator's last lines may take, beyond the answers that it waits for. */
const END = 30_000;
/** Milliseconds by which a line may be late although both clocks are the same. */
const LATE = 1000;
const LOOK_AGAIN = 200;

/**
 * Starts requests at a constant rate from a pod inside the cluster, and returns when the first one is due. All that is made
 * goes with `stop` or `close`, one of which is always needed; and as soon as the signal is aborted.
 *
 * @throws CommandError where the pod does not start or a target does not answer; the signal's reason
 */
export async function startLoad(cluster: Cluster, options: LoadOptions): Promise<Load> {
  options.signal?.throwIfAborted();
  const load = new Load(await Cluster.connect({ context: cluster.context }), options);
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
  readonly #pod: LoadPod;
  readonly #longestWait: number;
  readonly #lines: GeneratorLine[] = [];
  readonly #phases: { label: string; at: number }[] = [];
  readonly #closing = new AbortController();
  readonly #onAbort = () => void this.close().catch(() => undefined);
  /** The smallest time that a line took to come here, by both clocks. */
  #delay = Number.POSITIVE_INFINITY;
  #epoch = 0;
  #failure: unknown;
  #following: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #isStopping = false;
  #isOver = false;

  /** @param cluster ours alone, and not ended by the signal */
  constructor(cluster: Cluster, options: LoadOptions) {
    const { streams, maximumSeconds = 1800, phase = 'base line', signal } = options;
    this.#cluster = cluster;
    this.#options = options;
    this.#streams = streams.map((stream) => ({ timeoutMs: TIMEOUT, ...stream }));
    this.#longestWait = Math.max(...this.#streams.map(({ timeoutMs }) => timeoutMs));
    const configuration = { seconds: maximumSeconds, patienceMs: PATIENCE, streams: this.#streams };
    this.#pod = new LoadPod(cluster, { ...options, configuration });
    this.#phases.push({ label: phase, at: Number.NEGATIVE_INFINITY });
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** For `startLoad`. */
  async begin(): Promise<void> {
    await this.#pod.make();
    await this.#pod.untilRunning(this.#options.signal);
    this.#following = this.#follow();
    const isStarted = () => this.#lines.length > 0;
    await this.#until(isStarted, ANSWERS, () => 'its targets have not answered');
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
      if (!this.#lines.some((line) => line.type === 'bucket' && line.second >= first)) return 'nothing is heard of it';
      const failure = this.#lines.findLast((line) => line.type === 'failure');
      const last = failure === undefined ? '' : `; ${this.#textOf(failure)}`;
      return `requests fail again and again, where ${seconds} s without a failure were wanted${last}`;
    });
  }

  /**
   * Sends no more, waits for the answers that are open, takes everything away and tells what was seen.
   *
   * @throws CommandError where the load has ended before; the signal's reason
   */
  async stop(): Promise<LoadReport> {
    try {
      this.#throwIfLost();
      this.#isStopping = true;
      await this.#pod.end();
      const isOver = () => this.#isOver;
      await this.#until(isOver, this.#longestWait + END, () => 'it does not end');
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

  /** Whether it was told to end. */
  get isStopped(): boolean {
    return this.#isStopping;
  }

  /** Takes everything away, whatever was seen. Does nothing the second time. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#closing.abort();
    await this.#following;
    await this.#pod.delete();
  }

  async #follow(): Promise<void> {
    try {
      await followLoad({
        cluster: this.#cluster,
        path: this.#pod.path,
        onLine: (line) => this.#read(line),
        silence: this.#longestWait + SILENCE,
        signal: this.#closing.signal,
      });
      this.#isOver = true;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failure = error;
    }
  }

  #read(line: GeneratorLine): void {
    if (line.type === 'error') throw new CommandError(`load '${this.#options.name}' cannot begin: ${line.message}`);
    // What was not seen to the end proves nothing.
    if (line.type === 'end' && !this.#isStopping) throw this.#endedEarly(line);
    if (line.type === 'start') this.#epoch = line.epoch;
    this.#delay = Math.min(this.#delay, Date.now() - (this.#epoch + line.now));
    this.#lines.push(line);
  }

  #endedEarly({ reason, now }: EndLine): CommandError {
    const why = reason === 'time' ? 'its time was over' : 'its pod was deleted or evicted';
    return new CommandError(`load '${this.#options.name}' has ended after ${Math.round(now / 1000)} s: ${why}`);
  }

  #textOf({ stream, at, message, pod }: FailureLine): string {
    return `${this.#streams[stream]!.target} after ${(at / 1000).toFixed(1)} s: ${message}, pod ${pod}`;
  }

  /** @param otherwise what to say when the time is over */
  async #until(isSo: () => boolean, milliseconds: number, otherwise: () => string): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!isSo()) {
      this.#throwIfLost();
      if (Date.now() > end) throw new CommandError(`load '${this.#options.name}': ${otherwise()}`);
      await sleep(LOOK_AGAIN);
    }
  }

  #throwIfLost(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed !== undefined) throw new CommandError(`load '${this.#options.name}' was taken away already`);
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
