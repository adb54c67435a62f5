import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KubernetesObject } from '../../cluster.ts';
import { ApiError, ClusterUnreachable, clusterFailure } from '../../cluster-failure.ts';
import { CommandError } from '../../command-error.ts';
import { parseLogLine } from '../../logs/log-line.ts';
import { type GeneratorLine, parseGeneratorLine } from './generator-lines.ts';

export interface FollowLoadOptions {
  readonly cluster: Pick<Cluster, 'lines' | 'tryGet'>;
  /** Where the API has the pod. It has one container. */
  readonly path: string;
  /** Called once with each line, in order. */
  readonly onLine: (line: GeneratorLine) => void;
  /** Milliseconds without a line after which the connection is dead. */
  readonly silence: number;
  readonly signal: AbortSignal;
}

/** A Pod, as far as it says how it is. */
export interface PodObject extends KubernetesObject {
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly { readonly state?: ContainerState }[];
  };
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode: number };
}

const AGAIN_AFTER = 500;
/** What Node.js says when it ends badly. */
const LAST_WORDS = 5;

/**
 * Reads what the generator prints until it has ended. Goes on from the last line when the connection breaks.
 *
 * @throws CommandError where the pod ends before the generator does, or lines are lost; the signal's reason
 */
export async function followLoad({ cluster, path, onLine, silence, signal }: FollowLoadOptions): Promise<void> {
  let next = 0;
  let since: string | undefined;
  let isOver = false;
  let words: string[] = [];
  const read = (text: string) => {
    const log = parseLogLine(SOURCE, text);
    const line = parseGeneratorLine(log.text);
    if (line === undefined) {
      words = [...words, log.text].slice(-LAST_WORDS);
      return;
    }
    // The server knows whole seconds alone: some lines come again.
    if (line.number < next) return;
    if (line.number > next) throw new CommandError(`lines ${next} to ${line.number - 1} of the load's log are lost`);
    next++;
    since = log.time === '' ? since : `${log.time.slice(0, 19)}Z`;
    isOver = line.type === 'end' || line.type === 'error';
    onLine(line);
  };
  let hasEnded = false;
  while (true) {
    words = [];
    await readOnce(cluster, path, since, silence, signal, read);
    if (isOver) return;
    // What was printed after the connection broke is read even so.
    if (hasEnded) throw await endedEarly(cluster, path, words);
    hasEnded = await isEnded(cluster, path);
    if (!hasEnded) await sleep(AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

const SOURCE = { key: '', pod: '', container: '', component: '', prefix: '', previous: false };

/** Reads until the connection ends or is silent for too long. */
async function readOnce(
  cluster: FollowLoadOptions['cluster'],
  path: string,
  sinceTime: string | undefined,
  silence: number,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silence);
  try {
    await cluster.lines(
      `${path}/log`,
      { follow: true, timestamps: true, sinceTime },
      (line) => {
        timer.refresh();
        onLine(line);
      },
      AbortSignal.any([signal, silent.signal]),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!silent.signal.aborted && !isPassing(error)) throw clusterFailure('follow the log of the load', error);
  } finally {
    clearTimeout(timer);
  }
}

async function isEnded(cluster: FollowLoadOptions['cluster'], path: string): Promise<boolean> {
  try {
    const pod = await cluster.tryGet<PodObject>(path);
    return pod === undefined || pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  } catch (error) {
    if (isPassing(error)) return false;
    throw clusterFailure('look at the pod of the load', error);
  }
}

/** The server, or the node's, may be away for a moment; and there is no log at first. */
function isPassing(error: unknown): boolean {
  if (error instanceof ClusterUnreachable) return true;
  return error instanceof ApiError && (error.status >= 500 || [400, 404, 429].includes(error.status));
}

async function endedEarly(
  cluster: FollowLoadOptions['cluster'],
  path: string,
  details: readonly string[],
): Promise<CommandError> {
  const pod = await cluster.tryGet<PodObject>(path);
  if (pod === undefined) return new CommandError("the load's pod was deleted while it was at work", { details });
  const { reason, message, containerStatuses: [container] = [] } = pod.status;
  const { terminated } = container?.state ?? {};
  const why = [reason ?? terminated?.reason, message].filter((text) => text !== undefined).join(': ');
  const exit = terminated === undefined ? '' : ` with exit code ${terminated.exitCode}`;
  return new CommandError(`the load's pod has ended early${exit}${why === '' ? '' : ` (${why})`}`, { details });
}
