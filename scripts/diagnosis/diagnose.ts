import { autoscalerProblems } from './autoscalers.ts';
import { configurationProblems } from './configuration.ts';
import { crashes } from './crashes.ts';
import { creationProblems } from './creation.ts';
import { databaseProblems } from './database.ts';
import { endings } from './endings.ts';
import { factsOf } from './facts.ts';
import type { Candidate, Finding } from './finding.ts';
import { imageCopies } from './image-copies.ts';
import { imageProblems } from './images.ts';
import { nodeProblems } from './nodes.ts';
import { probeProblems } from './probes.ts';
import { referenceProblems } from './references.ts';
import { releaseProblems } from './releases.ts';
import { rolloutProblems } from './rollouts.ts';
import { findConsequences, type Group } from './root-causes.ts';
import { schedulingProblems } from './scheduling.ts';
import { serviceProblems } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { startTimes } from './start-times.ts';
import { volumeProblems } from './volumes.ts';

/** In the order in which a pod gets through them: what comes first is the cause of what comes later. */
const SUBJECTS = [
  creationProblems,
  volumeProblems,
  schedulingProblems,
  nodeProblems,
  imageProblems,
  configurationProblems,
  crashes,
  databaseProblems,
  probeProblems,
];

/** Why pods do not get ready, and what else will not work: one finding for each cause, the most severe ones first. */
export function diagnose(snapshot: Snapshot): Finding[] {
  const facts = factsOf(snapshot);
  const ofPods = SUBJECTS.flatMap((subject) => subject(facts));
  const told = new Set(ofPods.map(({ shared }) => shared));
  const others = [
    ...rolloutProblems(facts, ofPods),
    ...serviceProblems(facts),
    ...autoscalerProblems(facts),
    ...referenceProblems(facts).filter(({ shared }) => !told.has(shared)),
    ...imageCopies(facts),
    ...startTimes(facts),
    ...endings(facts),
    ...releaseProblems(facts),
  ];
  const groups = findConsequences(merged([...ofPods, ...others]), facts);
  const findings = groups.map((group) => inContext(findingOf(group), snapshot.context));
  // The sort is stable, so that the order of the subjects stays.
  return findings.sort((a, b) => rank(a) - rank(b));
}

/** Pods of one workload with one fault are one finding, and so are all that lack the same object. */
function merged(candidates: readonly Candidate[]): Group[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { workload, container = '', likeness, cause, shared } = candidate;
    const key = shared ?? [workload, container, likeness ?? cause].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  return [...groups.values()].map((alike) => ({
    // Where one is further on than the others, it says more.
    first: alike.find(({ severity }) => severity === 'fatal') ?? alike[0]!,
    pods: new Set(alike.map(({ pod }) => pod)).size,
    workloads: [...new Set(alike.map(({ workload }) => workload))],
    blocks: [...new Set(alike.flatMap(({ blocking, workload }) => (blocking ? [workload] : [])))],
    consequences: [],
  }));
}

function findingOf({ first, pods, workloads, blocks, consequences }: Group): Finding {
  const { code, severity, cause, evidence, fix, check, confidence } = first;
  return {
    code,
    subject: subjectOf(first, pods, workloads),
    severity,
    cause,
    evidence,
    fix,
    check,
    confidence,
    consequences,
    blocks: [...new Set(blocks)],
  };
}

/** With commands that ask the cluster of a context, whatever the current one is. */
export function inContext(finding: Finding, context: string | undefined): Finding {
  if (context === undefined) return finding;
  const named = (line: string) =>
    line
      .replaceAll('kubectl ', `kubectl --context ${context} `)
      .replaceAll(/\bhelm (?=rollback|uninstall|history)/g, `helm --kube-context ${context} `)
      .replaceAll(/\bminikube (?=image|addons)/g, `minikube --profile ${context} `);
  return { ...finding, fix: finding.fix.map(named), check: named(finding.check) };
}

function subjectOf(
  { workload, pod, container, object }: Candidate,
  pods: number,
  workloads: readonly string[],
): string {
  if (object !== undefined) return object;
  if (workloads.length > 1) return `${workloads.join(', ')}, ${pods} pods`;
  const inside = container === undefined ? '' : ` container ${container}`;
  if (pod === undefined) return workload;
  return pods === 1 ? `Pod/${pod}${inside}` : `${workload}${inside}, ${pods} pods`;
}

/** What blocks a workload comes before what does not. */
function rank({ severity, blocks }: Finding): number {
  return (severity === 'fatal' ? 0 : 1) + (blocks.length > 0 ? 0 : 2);
}
