import type { Cluster } from '../cluster.ts';
import { ApiError, ClusterUnreachable, clusterFailure } from '../cluster-failure.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { releaseSelector } from '../release-labels.ts';
import { Details } from './details.ts';
import { LiveObjects } from './live-objects.ts';
import { deadlineFindings } from './rollout-deadline.ts';
import { type ExpectedWorkload, type RolloutView, rolloutView } from './rollout-state.ts';

export interface WatchOptions extends Pick<Snapshot, 'context' | 'images' | 'valuePaths'> {
  readonly namespace: string;
  /** Its objects, which have the label `app.kubernetes.io/instance` with it, are watched. */
  readonly release: string;
  /** A label selector, for objects without that label. @default - the release's label */
  readonly selector?: string | undefined;
  readonly workloads: readonly ExpectedWorkload[];
  readonly deadlineSeconds: number;
  /**
   * Whether to delete a pod of an old template that cannot get ready and that its StatefulSet waits for all the same. It
   * has never worked, and its volume stays. @default false
   */
  readonly replaceStuckPods?: boolean | undefined;
  /** Ends the watch with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each change, at most ten times a second, and once a second without one. */
  readonly onView?: ((view: RolloutView) => void) | undefined;
}

export interface RolloutResult {
  /** failed: waiting would not have helped. timeout: it might have. */
  readonly outcome: 'ready' | 'failed' | 'timeout';
  readonly seconds: number;
  /** What is wrong, the cause first. With `ready`: what may yet go wrong. */
  readonly findings: readonly Finding[];
  readonly view: RolloutView;
}

/** Milliseconds between two looks, at least and at most. */
const PAUSE = 100;
const TICK = 1000;
/** Milliseconds that others may take to show the same fault, or one of their own. */
const GATHER = 1000;
/** Milliseconds that logs and lists may take before a fault is called without them. */
const DETAILS_TAKE = 2000;

/**
 * Waits until all workloads have been rolled out, or it is certain that waiting does not help.
 *
 * @throws CommandError where the cluster does not let it see; the signal's reason
 */
export async function watchRollout(cluster: Cluster, options: WatchOptions): Promise<RolloutResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const watch = new RolloutWatch(cluster, options);
  const abort = () => watch.fail(signal!.reason);
  signal?.addEventListener('abort', abort);
  try {
    return await watch.result;
  } catch (error) {
    signal?.throwIfAborted();
    throw clusterFailure('watch the rollout', error);
  } finally {
    signal?.removeEventListener('abort', abort);
    watch.end();
  }
}

class RolloutWatch {
  readonly result: Promise<RolloutResult>;
  fail!: (error: unknown) => void;
  #succeed!: (result: RolloutResult) => void;
  readonly #begun = Date.now();
  readonly #ending = new AbortController();
  readonly #objects: LiveObjects;
  readonly #details: Details;
  readonly #ticks: NodeJS.Timeout;
  readonly #ids: readonly string[];
  #next: NodeJS.Timeout | undefined;
  #looked = 0;
  #away: string | undefined;
  /** Ids of pods that were deleted for others to come. */
  readonly #replaced = new Set<string>();
  /** When something fatal was seen first. */
  #fatal: number | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: WatchOptions,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.fail = reject;
    });
    const { namespace, release, selector = releaseSelector(release), workloads } = options;
    this.#ids = workloads.map(({ kind, name }) => `${kind}/${name}`);
    this.#objects = new LiveObjects(cluster, {
      namespace,
      selector,
      onChange: (away) => {
        this.#away = away;
        this.#lookSoon();
      },
    });
    this.#details = new Details(
      cluster,
      namespace,
      () => this.#lookSoon(),
      (error) => this.#onError(error),
    );
    this.#ticks = setInterval(() => this.#lookSoon(), TICK);
    this.#objects.follow(this.#ending.signal).catch((error: unknown) => this.fail(error));
  }

  end(): void {
    clearInterval(this.#ticks);
    clearTimeout(this.#next);
    this.#ending.abort();
  }

  #lookSoon(): void {
    this.#next ??= setTimeout(
      () => {
        this.#next = undefined;
        try {
          this.#look();
        } catch (error) {
          this.fail(error);
        }
      },
      Math.max(this.#looked + PAUSE - Date.now(), 0),
    );
  }

  #look(): void {
    const { workloads, deadlineSeconds, context, images, valuePaths, onView } = this.options;
    this.#looked = Date.now();
    const time = { seconds: Math.round((this.#looked - this.#begun) / 100) / 10, away: this.#away };
    const isLate = time.seconds >= deadlineSeconds;
    if (!this.#objects.isComplete && !isLate) {
      if (this.#away !== undefined) onView?.({ ...time, workloads: [], pods: [], findings: [] });
      return;
    }
    const bare = this.#objects.snapshot();
    const { extra, isComplete } = this.#details.for(bare.pods);
    const snapshot: Snapshot = { ...bare, ...extra, context, images, valuePaths };
    const findings = diagnose(snapshot).filter(({ blocks }) => blocks.length === 0 || this.#isExpected(blocks));
    const view = rolloutView(snapshot, workloads, findings, time);
    onView?.(view);

    const isFatal = findings.some(
      (finding) => finding.severity === 'fatal' && finding.blocks.length > 0 && !this.#replaces(finding, snapshot),
    );
    this.#fatal = isFatal ? (this.#fatal ?? this.#looked) : undefined;
    const sure =
      this.#fatal === undefined ? Number.POSITIVE_INFINITY : this.#fatal + (isComplete ? GATHER : DETAILS_TAKE);
    const end = (outcome: RolloutResult['outcome'], found = findings) =>
      this.#succeed({ outcome, seconds: time.seconds, findings: found, view });
    if (this.#looked >= sure) end('failed');
    else if (!isFatal && this.#away === undefined && view.workloads.every(({ done }) => done)) end('ready');
    else if (isLate) end('timeout', deadlineFindings(view, findings, this.options));
  }

  /** Deletes the pod that a StatefulSet is stuck with, once. */
  #replaces({ code, subject }: Finding, { pods }: Snapshot): boolean {
    if (code !== 'StatefulSetStuck' || this.options.replaceStuckPods !== true) return false;
    const pod = pods.find(({ metadata }) => subject === `Pod/${metadata.name}`);
    const { name, uid } = pod?.metadata ?? {};
    if (uid === undefined || this.#replaced.has(uid)) return uid !== undefined;
    this.#replaced.add(uid);
    const path = `${pathOfList('pods', this.options.namespace)}/${name}`;
    this.cluster.delete(path, undefined, { preconditions: { uid } }).catch((error: unknown) => {
      // Somebody was faster.
      if (!(error instanceof ApiError) || ![404, 409].includes(error.status)) this.#onError(error);
    });
    return true;
  }

  /** That the server is away, the watches notice too, and they go on. */
  #onError(error: unknown): void {
    if (!(error instanceof ClusterUnreachable)) this.fail(error);
  }

  #isExpected(ids: readonly string[]): boolean {
    return ids.some((id) => this.#ids.includes(id));
  }
}
