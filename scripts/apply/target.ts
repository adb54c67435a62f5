import { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import { Minikube, type MinikubeStatus } from '../minikube.ts';

/** Where a command works: a cluster that is there, or a Minikube that has to be started or made. */
export interface Target {
  readonly context: string;
  /** Undefined where the kubeconfig has no such context yet. */
  readonly cluster: Cluster | undefined;
  /** Undefined where the context is not one of Minikube's. */
  readonly minikube: { readonly command: Minikube; readonly status: MinikubeStatus | undefined } | undefined;
}

export interface TargetOptions {
  /** @default - the kubeconfig's current one; where there is none, Minikube's */
  readonly context?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Minikube's own name for its first profile, and for its context. */
const MINIKUBE = 'minikube';

/**
 * Finds out which cluster is meant, and whether it is one of Minikube's: their contexts have the names of profiles.
 *
 * @throws CommandError where there is neither such a context nor such a profile
 */
export async function findTarget({ context, signal }: TargetOptions): Promise<Target> {
  const connecting = Cluster.connect({ context, signal }).then(
    (cluster) => ({ cluster, error: undefined }),
    (error: unknown) => ({ cluster: undefined, error }),
  );
  // Most often it is Minikube's first profile, so that it is asked at once and not after the kubeconfig was read.
  const guess = context ?? MINIKUBE;
  const guessed = new Minikube(guess, signal).tryStatus();
  guessed.catch(() => undefined);
  const { cluster, error } = await connecting;
  const name = cluster?.context ?? guess;
  const command = new Minikube(name, signal);
  const status = name === guess ? await guessed : await command.tryStatus();
  if (cluster !== undefined)
    return { context: name, cluster, minikube: status === undefined ? undefined : { command, status } };
  const mayStart = status !== undefined || context === undefined || context === MINIKUBE;
  if (!(error instanceof CommandError) || !mayStart || !(await command.isInstalled())) throw error;
  return { context: name, cluster: undefined, minikube: { command, status } };
}
