import type { Cluster } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import type { Pod } from './objects.ts';
import type { ContainerLog } from './snapshot.ts';

/** Lines of a log that a diagnosis reads. */
const LINES = 20;
const DATABASE = /(^|\/)(postgres|postgresql|pgvector|timescaledb)[^/]*$/;

/** Which logs of a pod say more than its state. */
export interface WantedLog {
  readonly pod: string;
  readonly container: string;
  readonly current: boolean;
  readonly previous: boolean;
}

/**
 * The logs that tell why pods do not get ready: of what has ended, of what runs and is not ready, and of the database
 * that those may wait for.
 */
export function wantedLogs(pods: readonly Pod[]): WantedLog[] {
  const isWaiting = pods.some(({ status }) => status.containerStatuses?.some(({ ready }) => !ready));
  return pods.flatMap(({ metadata, spec, status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap((container) => {
      const { name, state, lastState, ready } = container;
      const image = spec.containers.find((each) => each.name === name)?.image ?? '';
      const ended = lastState.terminated !== undefined;
      const running = state.running !== undefined;
      const failed = state.terminated !== undefined && state.terminated.exitCode !== 0;
      // Until the next one starts, the log is that of the one that has ended.
      const current = running ? !ready || (isWaiting && DATABASE.test(image)) : failed || ended;
      const previous = running && ended;
      return current || previous ? { pod: metadata.name, container: name, current, previous } : [];
    }),
  );
}

/** The last lines of a container's log, without what cannot be had any more. */
export async function readLog(
  cluster: Cluster,
  namespace: string,
  { pod, container, current, previous }: WantedLog,
): Promise<ContainerLog> {
  const read = async (previous: boolean): Promise<string[] | undefined> => {
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
      const text = await cluster.text(path, { container, tailLines: LINES, ...(previous ? { previous } : {}) });
      // The runtime says so with a good status where it has thrown the log away.
      if (/^unable to retrieve container logs/.test(text)) return undefined;
      return text.split('\n').filter((line) => line.trim() !== '');
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  };
  const [now, before] = await Promise.all([current ? read(false) : undefined, previous ? read(true) : undefined]);
  return { ...(now === undefined ? {} : { current: now }), ...(before === undefined ? {} : { previous: before }) };
}
