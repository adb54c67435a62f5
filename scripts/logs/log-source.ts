import type { KubernetesObject } from '../cluster.ts';

/** A Pod, as far as its logs need it. */
export interface PodObject extends KubernetesObject {
  readonly status: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number };
}

/** One run of a container, which has a log of its own. */
export interface LogSource {
  /** The same for one run, and for no other. */
  readonly key: string;
  readonly pod: string;
  readonly container: string;
  /** As `backend`. */
  readonly component: string;
  /** What its lines begin with, such as `backend-x7k2p`. */
  readonly prefix: string;
  /** Whether it is the run before the last restart. */
  readonly previous: boolean;
}

/** A container without a log. */
export interface SilentContainer {
  readonly prefix: string;
  /** As `ImagePullBackOff`. */
  readonly reason: string;
}

export const COMPONENT = 'app.kubernetes.io/component';

/** The logs that a pod has: of what runs or has run, or of the last runs that have ended. */
export function logSources(pod: PodObject, previous: boolean): LogSource[] {
  return statuses(pod).flatMap((status) => {
    const { name, restartCount, state, lastState } = status;
    const source = (before: boolean): LogSource => ({
      key: `${pod.metadata.uid}/${name}/${before ? restartCount - 1 : restartCount}`,
      pod: pod.metadata.name,
      container: name,
      component: pod.metadata.labels?.[COMPONENT] ?? '',
      prefix: prefixOf(pod, name),
      previous: before,
    });
    const hasRun = state?.running !== undefined || state?.terminated !== undefined;
    if (!previous) return hasRun ? source(false) : [];
    // The node removes the run before one that has just failed.
    if ((state?.terminated?.exitCode ?? 0) !== 0) return source(false);
    return lastState?.terminated === undefined ? [] : source(true);
  });
}

/** The containers of a pod that have no log yet, and why. */
export function silentContainers(pod: PodObject): SilentContainer[] {
  const all = statuses(pod);
  if (all.length === 0) return [{ prefix: shortName(pod), reason: 'no node has taken the pod yet' }];
  return all.flatMap(({ name, state }) =>
    state?.waiting === undefined
      ? []
      : { prefix: prefixOf(pod, name), reason: state.waiting.reason ?? 'it has not started' },
  );
}

function statuses({ status }: PodObject): readonly ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

/** Where a pod has several containers, with the container. */
function prefixOf(pod: PodObject, container: string): string {
  return statuses(pod).length > 1 ? `${shortName(pod)}/${container}` : shortName(pod);
}

/** A pod's component and the end of its name, where that is enough to tell it from the others. */
function shortName({ metadata: { name, labels = {} } }: PodObject): string {
  const component = labels[COMPONENT];
  const isNumbered = 'pod-template-hash' in labels || 'statefulset.kubernetes.io/pod-name' in labels;
  return component !== undefined && isNumbered ? `${component}-${name.split('-').at(-1)}` : name;
}
