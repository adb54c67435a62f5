import { type ContainerFacts, type Facts, isReady, isReplaced, workloadIdOf } from './facts.ts';
import type { Container } from './objects.ts';

/** What a container was while it worked. */
export interface Former extends Pick<Container, 'image' | 'resources'> {
  /** Who says so: `its pods that are ready`, `revision 3`. */
  readonly told: string;
}

/** Pods of the template before that are ready are the best proof; else Helm's record of an earlier revision. */
export function formerOf({ pod, name }: ContainerFacts, { snapshot }: Facts): Former | undefined {
  const alive = snapshot.pods.find(
    (each) => workloadIdOf(each, snapshot) === pod.workload && isReady(each) && isReplaced(each, snapshot),
  );
  const spec = alive?.spec.containers.find((container) => container.name === name);
  if (spec !== undefined) return { image: spec.image, resources: spec.resources, told: 'its pods that are ready' };
  const before = snapshot.helm?.before;
  const recorded = before?.containers[`${pod.workload} ${name}`];
  return recorded === undefined ? undefined : { ...recorded, told: `revision ${before!.revision}` };
}
