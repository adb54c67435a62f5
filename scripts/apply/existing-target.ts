import type { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import { findTarget, type Target, type TargetOptions } from './target.ts';

/** A cluster that a command works on and does not start. */
export interface ExistingTarget extends Target {
  readonly cluster: Cluster;
}

/** @throws CommandError where there is no such cluster, or it does not run */
export async function existingTarget(options: TargetOptions): Promise<ExistingTarget> {
  const target = await findTarget(options);
  const { cluster, context, minikube } = target;
  if (cluster === undefined)
    throw new CommandError(`there is no cluster '${context}' yet; make one with: npm run apply`);
  if (minikube !== undefined && minikube.status?.host !== 'Running')
    throw new CommandError(
      `Minikube '${context}' is ${minikube.status?.host ?? 'not there'}; start it with: minikube start -p ${context}`,
    );
  return { ...target, cluster };
}
