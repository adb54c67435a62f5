import type { ContainerFacts, Facts } from './facts.ts';

/** Options of `npm run apply` and of Helm where the container is the chart's, else what kubectl does. */
export function setFix(
  facts: Facts,
  container: ContainerFacts,
  values: Record<string, string>,
  kubectl: string,
): string {
  const paths = Object.entries(values).map(([path, value]) => [facts.valuePath(container.name, path), value]);
  if (paths.some(([path]) => path === undefined)) return facts.kubectl(kubectl);
  return `apply with ${paths.map(([path, value]) => `${flagFor(path!, value!)} ${path}=${value}`).join(' ')}`;
}

/** A tag is a text, also where it looks like a number. */
function flagFor(path: string, value: string): string {
  return path.endsWith('.image.tag') && /^(\d+|true|false|null)$/.test(value) ? '--set-string' : '--set';
}

/** As kubectl names the workload of a container: `deployment/todo-backend`. */
export function workloadArgument({ pod }: ContainerFacts): string {
  return workloadName(pod.workload);
}

/** As kubectl names a workload: `deployment/todo-backend`. */
export function workloadName(workload: string): string {
  const [kind = '', name] = workload.split('/');
  return `${kind.toLowerCase()}/${name}`;
}

/** What a finding at a container has in common with others. */
export function seenAt({ pod, name }: ContainerFacts) {
  return { workload: pod.workload, blocking: !pod.ready, pod: pod.name, container: name };
}
