import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiConnection, eachLine, type Query, type RequestOptions } from './api-connection.ts';
import { ApiError, ClusterUnreachable } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { firstLine } from './first-line.ts';

/** What all objects of the API have. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** What names an object. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export type PatchType = 'merge' | 'json' | 'strategic' | 'apply';

export interface FollowHandlers<T> {
  /** All that is there, at first and again whenever the server cannot go on from where it was. */
  readonly onList: (objects: readonly T[]) => void;
  readonly onChange: (object: T) => void;
  readonly onDelete: (object: T) => void;
  /** The server does not answer; it is tried again until the signal is aborted. @default - nobody is told */
  readonly onAway?: ((error: ClusterUnreachable) => void) | undefined;
}

export interface ConnectOptions {
  /** Name of a context in the kubeconfig. @default - the current one */
  readonly context?: string | undefined;
  /** Ends all requests when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that a request may take. @default 30000, as long as kubectl tries to connect */
  readonly timeout?: number;
}

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const PAGE = 500;
/** Milliseconds after which a watch is begun anew; the server would end it by itself after some more. */
const WATCH_TIME = 240_000;
/** Milliseconds without a word after which a watch is dead: the server sends a bookmark every minute. */
const WATCH_SILENCE = 90_000;
const AGAIN_AFTER = 500;

/**
 * The API server of one context. Objects go in and out as JSON, with all fields that the server knows. Requests throw
 * ApiError for what the server refuses, ClusterUnreachable where none answers, and the signal's reason when it is aborted.
 */
export class Cluster {
  readonly context: string;
  /** As `https://127.0.0.1:6443`. */
  readonly server: string;
  /** Name of the kubeconfig's user. */
  readonly user: string;
  /** Namespace of the context, if it names one. */
  readonly defaultNamespace: string | undefined;
  readonly #config: KubeConfig;
  readonly #connection: ApiConnection;
  readonly #signal: AbortSignal | undefined;
  readonly #timeout: number;
  readonly #resources = new Map<string, Promise<readonly ApiResource[]>>();

  /**
   * Reads the kubeconfig; asks the server nothing.
   *
   * @throws CommandError where there is no such context
   */
  static async connect({ context, signal, timeout = 30_000 }: ConnectOptions = {}): Promise<Cluster> {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    try {
      config.loadFromDefault();
    } catch (cause) {
      // A file that is not there yet is as good as an empty one, as for kubectl.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new CommandError(`unable to read the kubeconfig: ${firstLine((cause as Error).message)}`, { cause });
    }
    // Where there is no kubeconfig, client-node makes one up.
    const names = config.getContexts().flatMap(({ name }) => (name === 'loaded-context' ? [] : name));
    const name = context ?? config.getCurrentContext();
    if (!names.includes(name)) {
      const there = names.length === 0 ? 'the kubeconfig has none' : `expected one of ${names.join(', ')}`;
      throw new CommandError(
        context === undefined
          ? `no Kubernetes context is chosen; ${there}: start Minikube, or run 'kubectl config use-context NAME'`
          : `'${context}' is no context; ${there}`,
      );
    }
    config.setCurrentContext(name);
    return new Cluster(config, signal, timeout);
  }

  private constructor(config: KubeConfig, signal: AbortSignal | undefined, timeout: number) {
    this.#config = config;
    this.#connection = new ApiConnection(config, signal);
    this.server = this.#connection.server;
    this.context = config.getCurrentContext();
    this.user = config.getCurrentUser()?.name ?? '';
    this.defaultNamespace = config.getContextObject(this.context)?.namespace;
    this.#signal = signal;
    this.#timeout = timeout;
  }

  /** The same server, for requests that end otherwise: with another signal or none, and after another time. */
  withLimits({ signal, timeout = this.#timeout }: Pick<ConnectOptions, 'signal' | 'timeout'>): Cluster {
    return new Cluster(this.#config, signal, timeout);
  }

  get<T = KubernetesObject>(path: string, query?: Query): Promise<T> {
    return this.#json('GET', path, { query });
  }

  /** @returns undefined where there is none, or the server does not know the kind */
  async tryGet<T = KubernetesObject>(path: string, query?: Query): Promise<T | undefined> {
    try {
      return await this.get<T>(path, query);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All objects, in as many requests as it takes, each with its apiVersion and kind. */
  async list<T = KubernetesObject>(path: string, query?: Query): Promise<T[]> {
    return (await this.#list<T>(path, query)).items;
  }

  post<T = KubernetesObject>(path: string, body: unknown, query?: Query): Promise<T> {
    return this.#json('POST', path, { query, body });
  }

  put<T = KubernetesObject>(path: string, body: unknown, query?: Query): Promise<T> {
    return this.#json('PUT', path, { query, body });
  }

  /** `apply` needs a `fieldManager` in the query. */
  patch<T = KubernetesObject>(path: string, body: unknown, type: PatchType, query?: Query): Promise<T> {
    return this.#json('PATCH', path, { query, body, contentType: PATCH_TYPES[type] });
  }

  /** @param body DeleteOptions */
  delete<T = KubernetesObject>(path: string, query?: Query, body?: unknown): Promise<T> {
    return this.#json('DELETE', path, { query, body });
  }

  /** What is no JSON, such as logs. */
  async text(path: string, query?: Query): Promise<string> {
    const timeout = this.#timeout;
    return this.#connection.read(await this.#connection.send('GET', path, { query, timeout }));
  }

  /** Calls back with each line of what does not end, such as followed logs, until it ends or the signal is aborted. */
  async lines(path: string, query: Query, onLine: (line: string) => void, signal?: AbortSignal): Promise<void> {
    const response = await this.#connection.send('GET', path, { query, signal });
    await eachLine(response, onLine);
  }

  /** Where an object is, whatever its kind. Asks the server once for each version of an API. */
  async pathOf({ apiVersion, kind, metadata }: ObjectIdentity, namespace: string): Promise<string> {
    return `${await this.collectionOf({ apiVersion, kind }, metadata.namespace ?? namespace)}/${metadata.name}`;
  }

  /** Where objects of a kind are listed and made. @throws ApiError with status 404 for a kind that the server does not know */
  async collectionOf(
    { apiVersion, kind }: Pick<ObjectIdentity, 'apiVersion' | 'kind'>,
    namespace: string,
  ): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known =
      this.#resources.get(root) ?? this.get<{ resources: ApiResource[] }>(root).then((list) => list.resources);
    this.#resources.set(root, known);
    // What could not be asked is asked again.
    known.catch(() => this.#resources.delete(root));
    const resource = (await known).find((each) => each.kind === kind && !each.name.includes('/'));
    if (resource === undefined)
      throw new ApiError(404, 'NotFound', `the server has no kind '${kind}' in '${apiVersion}'`);
    return resource.namespaced ? `${root}/namespaces/${namespace}/${resource.name}` : `${root}/${resource.name}`;
  }

  /**
   * Tells what is there and each change, until the signal is aborted; then it returns. It goes on by itself when the
   * server ends a watch or is away for a while.
   *
   * @throws ApiError for what it may not see
   */
  async follow<T = KubernetesObject>(
    path: string,
    query: Query,
    handlers: FollowHandlers<T>,
    signal: AbortSignal,
  ): Promise<void> {
    let version: string | undefined;
    const isOver = () => signal.aborted || this.#signal?.aborted === true;
    while (!isOver()) {
      try {
        if (version === undefined) {
          const { items, resourceVersion } = await this.#list<T>(path, query, signal);
          handlers.onList(items);
          version = resourceVersion;
        }
        version = await this.#watch(path, { ...query, resourceVersion: version }, handlers, signal);
      } catch (error) {
        if (isOver()) break;
        if (error instanceof ApiError && error.status !== 410 && error.status < 500 && error.status !== 429)
          throw error;
        // Too old to go on from, or nothing is certain any more: all is listed again.
        version = undefined;
        if (error instanceof ClusterUnreachable) handlers.onAway?.(error);
        else if (!(error instanceof ApiError)) throw error;
        await sleep(AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#signal?.throwIfAborted();
  }

  async #list<T>(path: string, query: Query = {}, signal?: AbortSignal) {
    const items: T[] = [];
    let next: string | undefined;
    let resourceVersion: string;
    do {
      const page: ObjectList = await this.#json('GET', path, {
        query: { limit: PAGE, ...query, continue: next },
        signal,
      });
      const kind = page.kind.replace(/List$/, '');
      for (const item of page.items) items.push({ apiVersion: page.apiVersion, kind, ...item } as T);
      next = page.metadata.continue;
      resourceVersion = page.metadata.resourceVersion;
    } while (next !== undefined && next !== '');
    return { items, resourceVersion };
  }

  /** @returns the version to go on from, undefined where that cannot be */
  async #watch<T>(path: string, query: Query, handlers: FollowHandlers<T>, signal: AbortSignal) {
    let version = query.resourceVersion as string | undefined;
    const timeoutSeconds = WATCH_TIME / 1000;
    const response = await this.#connection.send('GET', path, {
      query: { ...query, watch: true, allowWatchBookmarks: true, timeoutSeconds },
      timeout: WATCH_SILENCE,
      signal,
    });
    await eachLine(response, (line) => {
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') {
        version = undefined;
        return;
      }
      version = object.metadata.resourceVersion;
      if (type === 'DELETED') handlers.onDelete(object as T);
      else if (type !== 'BOOKMARK') handlers.onChange(object as T);
    });
    return version;
  }

  async #json<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const text = await this.#connection.read(
      await this.#connection.send(method, path, { timeout: this.#timeout, ...options }),
    );
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface ObjectList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly object[];
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}
