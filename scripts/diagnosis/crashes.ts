import { quantity } from '../quantity.ts';
import { bytesText } from './amounts.ts';
import { exitMeaning } from './exit-codes.ts';
import type { ContainerFacts, Facts } from './facts.ts';
import { timeOf } from './facts.ts';
import type { Candidate } from './finding.ts';
import { seenAt, setFix, workloadArgument } from './fixes.ts';
import { formerOf } from './former.ts';
import { type LogCause, logCause } from './log-causes.ts';
import type { Terminated } from './objects.ts';
import { eventQuote, lastWords, logQuotes, shortened } from './quotes.ts';
import { startProblem, withPlatforms } from './starts.ts';

/** Containers that end, or cannot begin. */
export function crashes(facts: Facts): Candidate[] {
  return facts.pods.flatMap(({ containers }) =>
    containers.flatMap((container) => startProblem(container, facts) ?? crash(container, facts) ?? []),
  );
}

/** The last end of a container, and how many it has had. */
interface End {
  readonly last: Terminated;
  readonly times: number;
  readonly runsAgain: boolean;
  readonly log: readonly string[];
}

/** Hours for which an end is news though the container runs again; memory that was too little once will be so again. */
const NEWS = 2;
const NEWS_OF_MEMORY = 24;

function isPast({ last, runsAgain }: End, { now }: Facts): boolean {
  const hours = (now - Date.parse(last.finishedAt)) / 3_600_000;
  return runsAgain && hours > (last.reason === 'OOMKilled' ? NEWS_OF_MEMORY : NEWS);
}

/** How a container has ended, if it should not have. */
export function endOf({ status, initialises, log }: ContainerFacts): End | undefined {
  const { terminated, running } = status.state;
  const last = terminated ?? status.lastState.terminated;
  if (last === undefined || (initialises && last.exitCode === 0)) return undefined;
  return {
    last,
    // What has ended and waits for its next start is not counted as a restart yet.
    times: Math.max(status.restartCount + (running === undefined ? 1 : 0), 1),
    runsAgain: running !== undefined,
    // Until the next one starts, the log is that of the one that has ended.
    log: (running === undefined ? (log.current ?? log.previous) : log.previous) ?? [],
  };
}

/** Whether a probe, and nothing in the container, was what ended it. */
export function isEndedByProbe({ events }: ContainerFacts, { last }: End): boolean {
  return events.some(
    (event) =>
      event.reason === 'Killing' &&
      /failed (liveness|startup) probe/.test(event.message) &&
      timeOf(event) >= Date.parse(last.startedAt) - 1000,
  );
}

function crash(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const end = endOf(container);
  if (end === undefined || isEndedByProbe(container, end) || isPast(end, facts)) return undefined;
  if (end.last.reason === 'OOMKilled') return outOfMemory(container, end, facts);
  const hook = failedHook(container, end, facts);
  if (hook !== undefined) return hook;

  const { last, runsAgain, log } = end;
  const known = withPlatforms(logCause(log.slice(-10)), container, facts);
  const words = lastWords(log);
  const told = known?.cause ?? (words === undefined ? 'its log is empty' : `its log ends with: ${words}`);
  const meaning = exitMeaning(last.exitCode);
  const severity = severityOf(container, end, known, facts);
  const does = last.exitCode === 0 ? 'ends' : 'crashes';
  return {
    ...seenAt(container),
    code: codeOf(container, end),
    severity,
    cause: runsAgain
      ? `container ${container.name} has ended with exit code ${last.exitCode}${meaning === undefined ? '' : ` (${meaning})`} and was started again; ${told}`
      : `container ${container.name} ${does} with exit code ${last.exitCode}${meaning === undefined ? '' : ` (${meaning})`}; ${told}`,
    evidence: [endQuote(end), ...logQuotes(log)],
    fix: [known?.fix ?? fixOf(container, last.exitCode, facts)],
    check: facts.kubectl(`logs ${container.pod.name} --container ${container.name}${runsAgain ? ' --previous' : ''}`),
    confidence: known === undefined && words === undefined ? 'likely' : 'certain',
    // Each pod's log has times and ports of its own.
    likeness: `exit ${last.exitCode} ${known?.cause ?? ''}`,
    mayFollow: known?.waitsForOthers === true && severity === 'waiting',
  };
}

/** What runs right after the start; where it fails, the kubelet kills the container. */
function failedHook(container: ContainerFacts, end: End, facts: Facts): Candidate | undefined {
  const began = Date.parse(end.last.startedAt) - 1000;
  const event = container.events.findLast((each) => each.reason === 'FailedPostStartHook' && timeOf(each) >= began);
  if (event === undefined) return undefined;
  const why = shortened(event.message.replace(/^PostStartHook failed:? ?/, ''), 160);
  return {
    ...seenAt(container),
    code: event.reason,
    severity: end.times >= 2 && !end.runsAgain ? 'fatal' : 'waiting',
    cause: `the hook after the start of container ${container.name} fails, and the container is killed for it: ${why}`,
    evidence: [eventQuote(event), endQuote(end)],
    fix: [`correct lifecycle.postStart: ${facts.kubectl(`edit ${workloadArgument(container)}`)}`],
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: 'certain',
  };
}

/**
 * 126 and 127 are the shell's words, and what a log says for certain stays so. All else may have been bad luck once,
 * and twice where something that it needs may still be on its way.
 */
function severityOf(
  container: ContainerFacts,
  { last, times, runsAgain }: End,
  known: LogCause | undefined,
  facts: Facts,
): 'fatal' | 'waiting' {
  if (runsAgain) return 'waiting';
  if (known?.final || last.exitCode === 126 || last.exitCode === 127) return 'fatal';
  const couldWait = !startedAfterOthers(container, last, facts);
  if (known?.waitsForOthers && couldWait) return 'waiting';
  return times >= (couldWait && known === undefined ? 3 : 2) ? 'fatal' : 'waiting';
}

/** Whether all else was ready when the container that has ended was started: then it was not waiting for that. */
function startedAfterOthers({ pod }: ContainerFacts, { startedAt }: Terminated, facts: Facts): boolean {
  const others = facts.pods.filter(({ workload }) => workload !== pod.workload);
  return others.every(({ pod: other, ready }) => {
    const since = other.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
    return ready && (since === undefined || Date.parse(since) <= Date.parse(startedAt));
  });
}

function codeOf({ status }: ContainerFacts, { last, times, runsAgain }: End): string {
  if (runsAgain) return 'Restarted';
  const isBackingOff = status.state.waiting?.reason === 'CrashLoopBackOff' || times >= 2;
  return isBackingOff ? 'CrashLoopBackOff' : (last.reason ?? 'Error');
}

function outOfMemory(container: ContainerFacts, end: End, facts: Facts): Candidate {
  const limit = container.spec.resources?.limits?.memory;
  const again = end.runsAgain ? '; it runs again, and may be killed again' : '';
  const more = limit === undefined ? undefined : higherLimit(container, limit, facts);
  return {
    ...seenAt(container),
    code: 'OOMKilled',
    severity: end.times >= 2 ? 'fatal' : 'waiting',
    cause:
      limit === undefined
        ? `container ${container.name} has no memory limit, and its node ran out of memory${again}`
        : `container ${container.name} needs more memory than its limit of ${limit} and is killed${again}`,
    evidence: [endQuote(end), ...logQuotes(end.log, 2)],
    fix: [
      more === undefined
        ? facts.kubectl(`top pod ${container.pod.name} --containers`)
        : more.why +
          setFix(
            facts,
            container,
            { 'resources.limits.memory': more.limit },
            `set resources ${workloadArgument(container)} --containers=${container.name} --limits=memory=${more.limit}`,
          ),
    ],
    check: facts.kubectl(`top pod ${container.pod.name} --containers`),
    confidence: 'certain',
  };
}

/** What was enough before, else twice as much. */
function higherLimit(container: ContainerFacts, limit: string, facts: Facts): { limit: string; why: string } {
  const former = formerOf(container, facts);
  const before = former?.resources?.limits?.memory;
  if (former !== undefined && before !== undefined && quantity(before) > quantity(limit))
    return { limit: before, why: `go back to the limit of ${former.told}: ` };
  return { limit: bytesText(2 * quantity(limit)), why: '' };
}

function endQuote({ last, times, runsAgain }: End): string {
  const seconds = Math.round((Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1000);
  const lasted = Date.parse(last.startedAt) > 0 ? `, after ${seconds} s` : '';
  const often = times === 1 ? 'ended once' : `ended ${times} times`;
  const now = runsAgain ? ', runs again' : '';
  return `container state: ${often}, last with exit code ${last.exitCode} (${last.reason ?? 'no reason'})${lasted}${now}`;
}

function fixOf(container: ContainerFacts, exitCode: number, facts: Facts): string {
  if (exitCode === 126 || exitCode === 127)
    return `correct the command: ${facts.kubectl(`edit ${workloadArgument(container)}`)}`;
  const previous = container.status.state.terminated === undefined ? ' --previous' : '';
  return `read its log: ${facts.kubectl(`logs ${container.pod.name} --container ${container.name}${previous}`)}`;
}
