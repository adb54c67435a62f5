import type { Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { servicesBehind } from './services.ts';

/** Candidates that are alike, as one. */
export interface Group {
  readonly first: Candidate;
  readonly pods: number;
  readonly workloads: readonly string[];
  readonly blocks: readonly string[];
  readonly consequences: readonly string[];
}

/** Takes out what follows from something else, and notes it there. */
export function findConsequences(groups: readonly Group[], facts: Facts): Group[] {
  const roots = new Map(groups.map((group) => [group, rootOf(group, groups)]));
  const kept = groups.filter((group) => roots.get(group) === undefined);
  const services = new Set<string>();
  return kept.map((group) => {
    const following = groups.filter((each) => lastRoot(each, roots) === group && each !== group);
    const blocks = [...group.blocks, ...following.flatMap((each) => each.blocks)];
    const behind = servicesBehind(blocks, facts).filter((name) => !services.has(name));
    for (const name of behind) services.add(name);
    const consequences = [
      ...following.map(
        ({ first }) => `${first.pod === undefined ? first.workload : `Pod/${first.pod}`}: ${first.cause}`,
      ),
      ...behind.map((name) => `Service/${name} has no endpoint that is ready`),
    ];
    return { ...group, blocks, consequences };
  });
}

function lastRoot(group: Group, roots: ReadonlyMap<Group, Group | undefined>): Group {
  const root = roots.get(group);
  return root === undefined ? group : lastRoot(root, roots);
}

/** What a group follows from, if anything. */
function rootOf({ first }: Group, groups: readonly Group[]): Group | undefined {
  const find = (isRoot: (candidate: Candidate) => boolean) =>
    groups.find((other) => other.first !== first && isRoot(other.first));
  const { code, workload, container, pod } = first;
  // The old template's pod is replaced once it is deleted, whatever is wrong with it.
  const stuck = find((other) => other.code === 'StatefulSetStuck' && other.pod === pod && other.workload === workload);
  if (stuck !== undefined) return stuck;
  if (code === 'Unschedulable' && /volume/.test(first.cause))
    return find((other) => other.workload === workload && /^(Provisioning|FailedBinding)/.test(other.code));
  if (code.endsWith('ProbeFailed'))
    return find(
      (other) => other.workload === workload && other.container === container && !isProbe(other) && other.blocking,
    );
  if (code === 'ProgressDeadlineExceeded') return find((other) => other.workload === workload && other.blocking);
  if (first.mayFollow) return find((other) => other.workload !== workload && other.blocking && !other.mayFollow);
  return undefined;
}

function isProbe({ code }: Candidate): boolean {
  return code.endsWith('ProbeFailed') || code === 'ProgressDeadlineExceeded';
}
