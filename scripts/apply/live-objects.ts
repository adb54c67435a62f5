import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ClusterUnreachable } from '../cluster-failure.ts';
import { tryList } from '../diagnosis/collect.ts';
import type { Node } from '../diagnosis/objects.ts';
import { pathOfList, type Resource } from '../diagnosis/resources.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';

/** What changes during a rollout, and is told by watches. */
const FOLLOWED = [
  'pods',
  'events',
  'deployments',
  'replicaSets',
  'statefulSets',
  'persistentVolumeClaims',
] as const satisfies readonly Resource[];
/** Of these only what has the labels. The others carry none of a release. */
const LABELLED: readonly Resource[] = ['pods', 'deployments', 'replicaSets', 'statefulSets'];

/** Milliseconds. */
const AGAIN_AFTER = 500;

export interface LiveObjectsOptions {
  readonly namespace: string;
  readonly selector?: string | undefined;
  /** Called with each change; undefined: nothing is known to be wrong with the connection. */
  readonly onChange: (away: string | undefined) => void;
}

/** The objects of a rollout, kept up to date by watches. */
export class LiveObjects {
  readonly #objects: Readonly<Record<(typeof FOLLOWED)[number], Map<string, KubernetesObject>>>;
  readonly #listed = new Set<Resource>();
  readonly #away = new Map<Resource, string>();
  #services: Snapshot['services'] = [];
  #nodes: readonly Node[] | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: LiveObjectsOptions,
  ) {
    this.#objects = Object.fromEntries(FOLLOWED.map((resource) => [resource, new Map()])) as never;
  }

  /** Whether all has been listed once. */
  get isComplete(): boolean {
    return FOLLOWED.every((resource) => this.#listed.has(resource));
  }

  /**
   * Goes on until the signal is aborted.
   *
   * @throws ApiError for what may not be seen
   */
  async follow(signal: AbortSignal): Promise<void> {
    const { namespace } = this.options;
    await Promise.all([
      this.#listOnce<Snapshot['services'][number]>(pathOfList('services', namespace), signal).then((services = []) => {
        this.#services = services;
      }),
      this.#listOnce<Node>('/api/v1/nodes', signal).then((nodes) => {
        this.#nodes = nodes;
      }),
      ...FOLLOWED.map((resource) => this.#followOne(resource, signal)),
    ]);
  }

  /** Tries again as long as the server is away; that is told by the watches. */
  async #listOnce<T>(path: string, signal: AbortSignal): Promise<T[] | undefined> {
    while (!signal.aborted) {
      try {
        return await tryList<T>(this.cluster, path);
      } catch (error) {
        if (!(error instanceof ClusterUnreachable)) throw error;
        await sleep(AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** What is known now. Logs and what else is asked for at need is not in it. */
  snapshot(): Snapshot {
    const list = (resource: (typeof FOLLOWED)[number]) => [...this.#objects[resource].values()];
    return {
      namespace: this.options.namespace,
      now: new Date().toISOString(),
      ...(Object.fromEntries(FOLLOWED.map((resource) => [resource, list(resource)])) as unknown as Pick<
        Snapshot,
        (typeof FOLLOWED)[number]
      >),
      services: this.#services,
      endpointSlices: [],
      horizontalPodAutoscalers: [],
      resourceQuotas: [],
      nodes: this.#nodes,
      logs: {},
    };
  }

  async #followOne(resource: (typeof FOLLOWED)[number], signal: AbortSignal): Promise<void> {
    const { namespace, selector } = this.options;
    const objects = this.#objects[resource];
    const changed = () => {
      this.#away.delete(resource);
      this.options.onChange([...this.#away.values()][0]);
    };
    const query = LABELLED.includes(resource) ? { labelSelector: selector } : {};
    await this.cluster.follow(
      pathOfList(resource, namespace),
      query,
      {
        onList: (items) => {
          objects.clear();
          for (const item of items) objects.set(item.metadata.name, item);
          this.#listed.add(resource);
          changed();
        },
        onChange: (object) => {
          objects.set(object.metadata.name, object);
          changed();
        },
        onDelete: (object) => {
          objects.delete(object.metadata.name);
          changed();
        },
        onAway: (error) => {
          this.#away.set(resource, error.message);
          this.options.onChange(error.message);
        },
      },
      signal,
    );
  }
}
