import type { ContainerFacts, Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { seenAt, setFix, workloadArgument } from './fixes.ts';
import type { Probe } from './objects.ts';

/** Share of the time that a container has to start after which the next slow start is its last. */
const NARROW = 0.7;

/** Containers that were ready in time, but only just: on a busier node they are killed before. */
export function startTimes(facts: Facts): Candidate[] {
  return facts.pods.flatMap(({ containers }) => containers.flatMap((container) => narrowStart(container, facts) ?? []));
}

/**
 * Seconds from a container's start until its pod was ready for the first time; undefined where that cannot be told, as
 * after a restart or where it has become unready in between.
 */
export function measuredStart({ pod, status, initialises }: ContainerFacts): number | undefined {
  const began = status.state.running?.startedAt;
  const ready = pod.pod.status.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  const wasUnready = pod.events.some(({ reason, message }) => reason === 'Unhealthy' && /^Readiness/.test(message));
  if (initialises || began === undefined || ready?.lastTransitionTime === undefined || status.restartCount > 0)
    return undefined;
  const seconds = (Date.parse(ready.lastTransitionTime) - Date.parse(began)) / 1000;
  return seconds < 0 || (wasUnready && status.started !== false && seconds > 600) ? undefined : seconds;
}

/** Seconds after which a container that does not answer is killed. */
export function startBudget(probe: Probe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

/** Failures that leave twice the measured time. */
export function roomyThreshold(probe: Probe, seconds: number): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return Math.max(Math.ceil((2 * seconds - initialDelaySeconds) / periodSeconds), failureThreshold + 1);
}

function narrowStart(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const field = container.spec.startupProbe === undefined ? 'livenessProbe' : 'startupProbe';
  const probe = container.spec[field];
  const seconds = measuredStart(container);
  if (probe === undefined || seconds === undefined) return undefined;
  const budget = startBudget(probe);
  // Later than that it would have been killed: it was unready for another reason.
  if (seconds < NARROW * budget || seconds > budget) return undefined;
  const times = String(roomyThreshold(probe, seconds));
  const edit = `edit ${workloadArgument(container)}`;
  return {
    ...seenAt(container),
    blocking: false,
    code: 'NarrowStart',
    severity: 'waiting',
    cause: `container ${container.name} took ${Math.round(seconds)} s to get ready, and is killed by its ${field === 'startupProbe' ? 'startup' : 'liveness'} probe after ${budget} s`,
    evidence: [
      `${field}: initialDelaySeconds ${probe.initialDelaySeconds ?? 0}, periodSeconds ${probe.periodSeconds ?? 10}, failureThreshold ${probe.failureThreshold ?? 3}`,
    ],
    fix: [`give it more time: ${setFix(facts, container, { [`${field}.failureThreshold`]: times }, edit)}`],
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: 'likely',
    // Each pod takes a time of its own.
    likeness: 'narrow start',
  };
}
