import { countOf, type Facts, type PodFacts, timeOf, workloadIdOf } from './facts.ts';
import type { Candidate } from './finding.ts';
import { eventQuote, shortened, withoutNoise } from './quotes.ts';

/** What the runtime may yet get over becomes fatal after so many tries. */
const TRIES = 5;
/** Seconds that an eviction is news. */
const RECENT = 600;

/** Nodes that are away, that cannot begin a pod, or that have thrown pods out. */
export function nodeProblems(facts: Facts): Candidate[] {
  return [...facts.pods.flatMap((pod) => away(pod, facts) ?? sandbox(pod, facts) ?? []), ...evictions(facts)];
}

function away(pod: PodFacts, facts: Facts): Candidate | undefined {
  const name = pod.pod.spec.nodeName;
  const node = facts.snapshot.nodes?.find(({ metadata }) => metadata.name === name);
  const condition = node?.status.conditions?.find(({ type }) => type === 'Ready');
  if (condition === undefined || condition.status === 'True') return undefined;
  return {
    code: 'NodeNotReady',
    severity: 'waiting',
    cause: `node ${name} is not ready: ${shortened(condition.message ?? condition.reason ?? '', 140)}`,
    evidence: [`condition Ready of node ${name}: ${condition.status}, ${condition.reason}`],
    fix: [`kubectl describe node ${name}`],
    check: `kubectl get node ${name}`,
    confidence: 'certain',
    workload: pod.workload,
    blocking: !pod.ready,
    pod: pod.name,
    object: `Node/${name}`,
    shared: `Node/${name}`,
  };
}

/** The network or the first process of a pod: nothing of the pod itself. */
function sandbox(pod: PodFacts, facts: Facts): Candidate | undefined {
  const isMade = pod.containers.some(
    ({ status: { state, lastState } }) => (state.running ?? lastState.terminated) !== undefined,
  );
  const event = pod.events.findLast(({ reason }) => reason === 'FailedCreatePodSandBox');
  if (isMade || event === undefined) return undefined;
  return {
    code: event.reason,
    severity: countOf(event) >= TRIES ? 'fatal' : 'waiting',
    cause: `node ${pod.pod.spec.nodeName} cannot begin the pod: ${shortened(withoutNoise(event.message), 160)}`,
    evidence: [eventQuote(event)],
    fix: [`kubectl describe node ${pod.pod.spec.nodeName}`],
    check: facts.kubectl(`get pod ${pod.name}`),
    confidence: 'certain',
    workload: pod.workload,
    blocking: true,
    pod: pod.name,
    likeness: 'sandbox',
  };
}

/** Pods that are gone already, and have others in their place. */
function evictions(facts: Facts): Candidate[] {
  const { events, pods } = facts.snapshot;
  return pods
    .filter(({ status }) => status.phase === 'Failed' && status.reason === 'Evicted')
    .flatMap((pod) => {
      const { name } = pod.metadata;
      const event = events.findLast(
        ({ reason, involvedObject }) => reason === 'Evicted' && involvedObject.name === name,
      );
      if (event !== undefined && facts.now - timeOf(event) > RECENT * 1000) return [];
      const message = pod.status.message ?? event?.message ?? 'it does not say why';
      return {
        code: 'Evicted',
        severity: 'waiting',
        cause: `node ${pod.spec.nodeName} has thrown a pod out: ${shortened(message, 160)}`,
        evidence: event === undefined ? [`pod ${name}: ${shortened(message)}`] : [eventQuote(event)],
        fix: [
          /ephemeral|disk/i.test(message)
            ? 'free disk on the node, or raise the ephemeral-storage limit'
            : 'let it ask for what it needs',
        ],
        check: facts.kubectl(`get pod ${name}`),
        confidence: 'certain',
        workload: workloadIdOf(pod, facts.snapshot),
        blocking: false,
        pod: name,
      } satisfies Candidate;
    });
}
