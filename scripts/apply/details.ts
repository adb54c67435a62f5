import type { Cluster, KubernetesObject } from '../cluster.ts';
import { isUnschedulable, keysOf, readExternalSecrets, readOtherPods, tryList } from '../diagnosis/collect.ts';
import { readLog, wantedLogs } from '../diagnosis/logs.ts';
import type { ContainerStatus, Pod } from '../diagnosis/objects.ts';
import type { ContainerLog, Snapshot } from '../diagnosis/snapshot.ts';

/** Milliseconds after which the log of what still runs, or a list, is read again. */
const FRESH = 3000;

type Extra = Pick<Snapshot, 'logs' | 'secrets' | 'configMaps' | 'externalSecrets' | 'otherPods'>;

/** What no watch tells and only some faults need: logs, names of keys, other pods on the nodes. Read once it is needed. */
export class Details {
  readonly #logs = new Map<string, { readonly state: string; readonly at: number; readonly log: ContainerLog }>();
  readonly #reading = new Set<string>();
  readonly #lists = new Map<string, { readonly at: number; readonly items: unknown }>();

  constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
    private readonly onRead: () => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** What has been read of it so far; the rest is on its way. */
  for(pods: readonly Pod[]): { readonly extra: Extra; readonly isComplete: boolean } {
    const logs: Record<string, ContainerLog> = {};
    let isComplete = true;
    for (const wanted of wantedLogs(pods)) {
      const id = `${wanted.pod}/${wanted.container}`;
      const pod = pods.find(({ metadata }) => metadata.name === wanted.pod)!;
      const state = stateOf(pod, wanted.container);
      const known = this.#logs.get(id);
      if (known?.state === state) logs[id] = known.log;
      else isComplete = false;
      if (known?.state === state && (!state.endsWith('running') || Date.now() - known.at < FRESH)) continue;
      this.#read(id, async () => {
        const log = await readLog(this.cluster, this.namespace, wanted);
        this.#logs.set(id, { state, at: Date.now(), log });
      });
    }
    const list = <T>(name: string, isNeeded: boolean, read: () => Promise<T | undefined>): T | undefined => {
      const known = this.#lists.get(name);
      if (isNeeded && (known === undefined || Date.now() - known.at > FRESH)) {
        this.#read(name, async () => {
          this.#lists.set(name, { at: Date.now(), items: await read() });
        });
        isComplete &&= known !== undefined;
      }
      return known?.items as T | undefined;
    };
    const lacksConfiguration = pods.some(mayLackConfiguration);
    const keys = (resource: string) => async () => {
      const path = `/api/v1/namespaces/${this.namespace}/${resource}`;
      return (await tryList<KubernetesObject>(this.cluster, path))?.map(keysOf);
    };
    const secrets = list('secrets', lacksConfiguration, keys('secrets'));
    const configMaps = list('configmaps', lacksConfiguration, keys('configmaps'));
    const externalSecrets = list('externalsecrets', lacksConfiguration, () =>
      readExternalSecrets(this.cluster, this.namespace),
    );
    const otherPods = list('pods', pods.some(isUnschedulable), () => readOtherPods(this.cluster, this.namespace));
    return { extra: { logs, secrets, configMaps, externalSecrets, otherPods }, isComplete };
  }

  #read(name: string, read: () => Promise<void>): void {
    if (this.#reading.has(name)) return;
    this.#reading.add(name);
    read()
      .then(this.onRead, this.onError)
      .finally(() => this.#reading.delete(name));
  }
}

/** Changes whenever there is another log to read. */
function stateOf({ metadata, status }: Pod, container: string): string {
  const all: readonly ContainerStatus[] = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  const own = all.find(({ name }) => name === container);
  return `${metadata.uid} ${own?.restartCount} ${own?.state.running === undefined ? 'ended' : 'running'}`;
}

function mayLackConfiguration({ status }: Pod): boolean {
  const isNotMounted = status.conditions?.some(
    ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'False',
  );
  const lacks = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(
    ({ state }) => state.waiting?.reason === 'CreateContainerConfigError',
  );
  return lacks || isNotMounted === true;
}
