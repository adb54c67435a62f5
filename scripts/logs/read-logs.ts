import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../api-connection.ts';
import type { Cluster } from '../cluster.ts';
import { ApiError, ClusterUnreachable } from '../cluster-failure.ts';
import { releaseSelector } from '../release-labels.ts';
import { compareTimes, inOrder, type LogLine, parseLogLine } from './log-line.ts';
import { COMPONENT, type LogSource, logSources, type PodObject } from './log-source.ts';

export interface LogsOptions {
  readonly cluster: Pick<Cluster, 'list' | 'lines' | 'follow'>;
  readonly namespace: string;
  readonly release: string;
  /** @default - all */
  readonly component?: string | undefined;
  /** The runs before the last restarts. @default false */
  readonly previous?: boolean | undefined;
  /** Only lines of the last so many seconds. @default - all */
  readonly since?: number | undefined;
  readonly signal: AbortSignal;
}

/** How long a line waits for an earlier one of another pod. */
const WINDOW = 300;
const AGAIN_AFTER = 500;
/** What the kubelet says in the place of a log. */
const REMOVED = 'unable to retrieve container logs for ';

/** The pods of a release. */
export function readPods({ cluster, namespace, release, component }: LogsOptions): Promise<PodObject[]> {
  return cluster.list<PodObject>(podsPath(namespace), { labelSelector: selector(release, component) });
}

/** What the pods have logged, in the order of time. */
export async function readLogs(pods: readonly PodObject[], options: LogsOptions): Promise<LogLine[]> {
  const sources = pods.flatMap((pod) => logSources(pod, options.previous ?? false));
  const all = await Promise.all(sources.map((source) => readLog(source, options)));
  return inOrder(all.flat());
}

async function readLog(source: LogSource, options: LogsOptions): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  try {
    await eachLine(source, sinceSeconds(options.since), options, (line) => {
      if (line.time !== '' || !line.text.startsWith(REMOVED)) lines.push(line);
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return lines;
}

/**
 * Tells each line, also of pods and containers that start later, until the signal is aborted; then it returns. Lines of
 * different pods are put in order as far as they come at about the same time.
 */
export async function followLogs(options: LogsOptions, onLine: (line: LogLine) => void): Promise<void> {
  const { cluster, namespace, release, component, since, signal } = options;
  const window = new Window(onLine);
  const pods = new Map<string, PodObject>();
  const followed = new Set<string>();
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);

  const follow = async (source: LogSource) => {
    let last: string | undefined;
    let query = sinceSeconds(since);
    for (;;) {
      try {
        await eachLine(source, { ...query, follow: true }, { ...options, signal: both }, (line) => {
          // The server knows whole seconds alone.
          if (last !== undefined && compareTimes(line.time, last) <= 0) return;
          last = line.time === '' ? last : line.time;
          window.add(line);
        });
        // It ends with its container, or with the connection.
        if (!isRunning(source, pods)) return;
      } catch (error) {
        if (both.aborted || isGone(error)) return;
        if (!(error instanceof ClusterUnreachable)) throw error;
      }
      if (last !== undefined) query = { sinceTime: `${last.slice(0, 19)}Z` };
      await sleep(AGAIN_AFTER, undefined, { signal: both }).catch(() => undefined);
      if (both.aborted) return;
    }
  };
  const see = (pod: PodObject) => {
    pods.set(pod.metadata.name, pod);
    for (const source of logSources(pod, false)) {
      if (followed.has(source.key)) continue;
      followed.add(source.key);
      follow(source).catch((error) => failed.abort(error));
    }
  };
  const query = { labelSelector: selector(release, component) };
  try {
    await cluster.follow<PodObject>(
      podsPath(namespace),
      query,
      {
        onList: (list) => {
          pods.clear();
          for (const pod of list) see(pod);
        },
        onChange: see,
        onDelete: ({ metadata }) => pods.delete(metadata.name),
      },
      both,
    );
  } finally {
    window.close();
  }
  if (failed.signal.aborted && !signal.aborted) throw failed.signal.reason;
}

function isRunning(source: LogSource, pods: ReadonlyMap<string, PodObject>): boolean {
  const pod = pods.get(source.pod);
  return pod !== undefined && logSources(pod, false).some(({ key }) => key === source.key) && !hasEnded(source, pod);
}

function hasEnded({ container }: LogSource, { status }: PodObject): boolean {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return all.find(({ name }) => name === container)?.state?.terminated !== undefined;
}

async function eachLine(
  { pod, container, previous, ...source }: LogSource,
  query: Query,
  { cluster, namespace, signal }: LogsOptions,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const all = { ...query, container, timestamps: true, ...(previous ? { previous } : {}) };
  const whole = { pod, container, previous, ...source };
  const path = `${podsPath(namespace)}/${pod}/log`;
  await cluster.lines(path, all, (line) => onLine(parseLogLine(whole, line)), signal);
}

/** The pod or its container has gone since it was seen, or has not started after all. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400);
}

function sinceSeconds(since: number | undefined): Query {
  return since === undefined ? {} : { sinceSeconds: since };
}

function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

function selector(release: string, component: string | undefined): string {
  const ofRelease = releaseSelector(release);
  return component === undefined ? ofRelease : `${ofRelease},${COMPONENT}=${component}`;
}

/** Holds lines for a moment, so that those of other pods may still get in front of them. */
class Window {
  #lines: LogLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #onLine: (line: LogLine) => void;

  constructor(onLine: (line: LogLine) => void) {
    this.#onLine = onLine;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.close(), WINDOW);
  }

  /** Gives out what it holds. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = inOrder(this.#lines);
    this.#lines = [];
    for (const line of lines) this.#onLine(line);
  }
}
