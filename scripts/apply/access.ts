import { setTimeout as sleep } from 'node:timers/promises';
import { FRONTEND } from '../../constructs/labels.ts';
import type { Values } from '../../values/schema.ts';
import { clusterFailure } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Minikube } from '../minikube.ts';
import type { StayingProcess } from '../staying-process.ts';
import { type AddressSource, candidates, type ServiceObject } from './addresses.ts';
import { type TriedAddress, type TryOptions, tryCandidate } from './try-address.ts';
import { tryTunnel, tunnelsTo } from './tunnels.ts';

export interface AccessOptions extends TryOptions {
  readonly cluster: AddressSource & { readonly context: string };
  readonly namespace: string;
  /** Where the cluster is one of Minikube. @default - it is not */
  readonly minikube?: Pick<Minikube, 'profile' | 'tryIp'> | undefined;
  /** Whether a tunnel may stay open until `close`. @default false */
  readonly open?: boolean;
  /** Whether tunnels are tried where nothing else answers. @default true */
  readonly tunnels?: boolean;
  /** Milliseconds for all of it. @default 30000 */
  readonly timeout?: number;
  /**
   * Milliseconds in which what has just been made may still come up: kube-proxy, a controller of Ingresses.
   *
   * @default 4000
   */
  readonly settling?: number;
}

const AGAIN_AFTER = 500;

/** How the application is reached. */
export class Access {
  /** In the order of preference. */
  readonly tried: readonly TriedAddress[];
  /** A good address, which a browser on this machine can open now. */
  readonly address: TriedAddress | undefined;
  /** Opens an address for as long as it runs; it was tried and works. undefined where none is needed, or none works. */
  readonly command: string | undefined;
  readonly #tunnel: StayingProcess | undefined;

  constructor(tried: readonly TriedAddress[], command?: string, tunnel?: StayingProcess) {
    this.tried = tried;
    this.address = tried.find(({ isGood, stays }) => isGood && (stays === 'release' || tunnel !== undefined));
    this.command = command;
    this.#tunnel = tunnel;
  }

  /** Whether the address goes with this process. */
  get isTunnel(): boolean {
    return this.#tunnel !== undefined;
  }

  /**
   * Waits until a tunnel ends, or the signal is aborted; then all of it is closed. Returns at once where there is none.
   *
   * @throws CommandError where the tunnel ends by itself, as when its pod goes away
   */
  async stay(signal: AbortSignal): Promise<void> {
    if (this.#tunnel === undefined) return;
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([aborted, this.#tunnel.ended]);
    await this.close();
    if (signal.aborted) return;
    throw new CommandError(
      `${this.address?.url} is gone: its pod has ended, or the cluster is away; run the command again`,
    );
  }

  async close(): Promise<void> {
    await this.#tunnel?.stop();
  }
}

/**
 * Finds an address that a browser on this machine can open, by trying: the page must answer with HTML and 200, and the
 * backend's health through it. What the release itself offers comes first, tunnels last.
 *
 * @throws CommandError where there is no frontend to reach
 */
export async function findAddress(options: AccessOptions): Promise<Access> {
  const { cluster, namespace, minikube, open = false, timeout = 30_000, settling = 4000, signal } = options;
  const end = Date.now() + timeout;
  const service = await readService(options);
  let tried: TriedAddress[] = [];
  let minikubeIp: string | undefined;
  let hasAskedMinikube = minikube === undefined || service.spec.type !== 'NodePort';
  for (const settled = Date.now() + Math.min(settling, timeout / 3); ; ) {
    const all = await asked(cluster, namespace, () => candidates(cluster, namespace, service, minikubeIp));
    tried = await Promise.all(all.map((candidate) => tryCandidate(candidate, options, end)));
    if (tried.some(({ isGood }) => isGood)) return new Access(tried);
    if (tried.length === 0) break;
    if (!hasAskedMinikube) {
      // Most often its answer is the node's own address, and it takes its time: so it is not asked first.
      minikubeIp = await minikube!.tryIp();
      hasAskedMinikube = true;
    } else if (Date.now() + AGAIN_AFTER >= settled) break;
    await sleep(AGAIN_AFTER, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  }
  if (options.tunnels === false) return new Access(tried);
  const { context } = cluster;
  const tunnels = await tunnelsTo(service, { context, namespace, profile: minikube?.profile });
  for (const [i, tunnel] of tunnels.entries()) {
    if (Date.now() >= end) break;
    // The one that hangs leaves time for the next.
    const share = Math.ceil((end - Date.now()) / (tunnels.length - i));
    const { result, command, child } = await tryTunnel(tunnel, open, options, Date.now() + share);
    tried.push(result);
    if (result.isGood) return new Access(tried, command, child);
  }
  return new Access(tried);
}

/** A path of the backend's health that the frontend passes on, whatever the probes ask. */
export function healthPath({ backend }: Pick<Values, 'backend'>): string {
  const { path } = backend.readinessProbe;
  return path.startsWith('/api/') ? path : '/api/health';
}

async function readService({ cluster, namespace }: AccessOptions): Promise<ServiceObject> {
  const path = `/api/v1/namespaces/${namespace}/services/${FRONTEND.name}`;
  const service = await asked(cluster, namespace, () => cluster.tryGet<ServiceObject>(path));
  if (service !== undefined) return service;
  throw new CommandError(
    `there is no Service '${FRONTEND.name}' in namespace '${namespace}': nothing is deployed there`,
  );
}

async function asked<T>(
  { context }: AccessOptions['cluster'],
  namespace: string,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw clusterFailure(`look for addresses in namespace '${namespace}' of context '${context}'`, error);
  }
}
