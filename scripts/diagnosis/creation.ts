import { quantity } from '../quantity.ts';
import { amountText } from './amounts.ts';
import { currentReplicaSet, type Facts, timeOf, type Workload } from './facts.ts';
import type { Candidate } from './finding.ts';
import { workloadName } from './fixes.ts';
import type { Event } from './objects.ts';
import { eventQuote, shortened } from './quotes.ts';

/** Seconds that a ServiceAccount or a webhook may take to come. */
const GRACE = 20;

/** Pods that the API server does not let be made: quotas, limits, policies. */
export function creationProblems(facts: Facts): Candidate[] {
  return facts.workloads.flatMap((workload) => creationProblem(workload, facts) ?? []);
}

function creationProblem(workload: Workload, facts: Facts): Candidate | undefined {
  const event = failedCreation(workload, facts);
  if (event === undefined) return undefined;
  const message = event.message
    .replace(/^.*?(?:Error creating: |failed error: )/s, '')
    .replace(/^pods? "[^"]*" is forbidden: /, '');
  const { code, cause, fix, severity } = explain(message, event, workload, facts);
  return {
    code,
    severity,
    cause,
    evidence: [eventQuote(event)],
    fix,
    check: facts.kubectl(`get ${workloadName(workload.id)}`),
    confidence: 'certain',
    workload: workload.id,
    blocking: true,
  };
}

/** Of the present template, and as long as pods are missing. */
function failedCreation({ kind, name, id, wanted }: Workload, facts: Facts): Event | undefined {
  const maker = kind === 'Deployment' ? currentReplicaSet(name, facts.snapshot) : name;
  if (maker === undefined || facts.pods.filter(({ workload }) => workload === id).length >= wanted) return undefined;
  const events = facts.eventsOf(kind === 'Deployment' ? 'ReplicaSet' : kind, maker);
  const event = events.findLast(({ reason }) => reason === 'FailedCreate');
  // Events stay for an hour, also after what they tell of is over; a ReplicaSet says whether it is.
  const set = facts.snapshot.replicaSets.find(({ metadata }) => kind === 'Deployment' && metadata.name === maker);
  const isOver = set !== undefined && !set.status?.conditions?.some(({ reason }) => reason === 'FailedCreate');
  return isOver ? undefined : event;
}

function explain(
  message: string,
  event: Event,
  workload: Workload,
  facts: Facts,
): Pick<Candidate, 'code' | 'cause' | 'fix' | 'severity'> {
  const isEnding = facts.snapshot.pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const edit = facts.kubectl(`edit ${workloadName(workload.id)}`);
  const [, quota, requested = '', used = '', limited = ''] =
    /exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(message) ?? [];
  if (quota !== undefined) {
    return {
      code: 'QuotaExceeded',
      severity: isEnding ? 'waiting' : 'fatal',
      cause: `quota '${quota}' of namespace ${facts.snapshot.namespace} is used up: ${quotaText(requested, used, limited)}`,
      fix: [
        `ask for less, or use fewer replicas: ${edit}`,
        `or raise it: ${facts.kubectl(`edit resourcequota ${quota}`)}`,
      ],
    };
  }
  const [, strict, field, containers] = /failed quota: (\S+): must specify (\S+) for: (.*)$/s.exec(message) ?? [];
  if (strict !== undefined) {
    return {
      code: 'QuotaExceeded',
      severity: 'fatal',
      cause: `quota '${strict}' wants ${field} to be set, and container ${containers} does not set it`,
      fix: [resourceFix(field!, containers!, workload, facts)],
    };
  }
  const [, bound, resource, limit, actual] =
    /(maximum|minimum) (\S+) usage per (?:Container|Pod) is (\S+?),? but (?:limit|request) is (\S+?)\.?$/s.exec(
      message,
    ) ?? [];
  if (bound !== undefined) {
    return {
      code: 'LimitRange',
      severity: 'fatal',
      cause: `a LimitRange of namespace ${facts.snapshot.namespace} allows ${bound === 'maximum' ? 'at most' : 'at least'} ${limit} of ${resource} in a container, and one sets ${actual}`,
      fix: [`set ${resource} to ${limit}: ${edit}`, `or change it: ${facts.kubectl('get limitrange')}`],
    };
  }
  const [, level, why = ''] = /violates PodSecurity "([^"]+)": (.*)$/s.exec(message) ?? [];
  if (level !== undefined) {
    return {
      code: 'PodSecurity',
      severity: 'fatal',
      cause: `namespace ${facts.snapshot.namespace} allows only pods of level ${level}: ${shortened(why, 140)}`,
      fix: [edit],
    };
  }
  const isYoung =
    facts.now - timeOf({ ...event, lastTimestamp: event.firstTimestamp ?? event.lastTimestamp ?? null }) < GRACE * 1000;
  const [, account] = /serviceaccount "([^"]+)" not found/.exec(message) ?? [];
  return {
    code: 'FailedCreate',
    severity: isYoung ? 'waiting' : 'fatal',
    cause:
      account === undefined
        ? `its pods cannot be made: ${shortened(message, 160)}`
        : `there is no ServiceAccount '${account}' in namespace ${facts.snapshot.namespace}`,
    fix: [account === undefined ? edit : facts.kubectl(`create serviceaccount ${account}`)],
  };
}

/** The resources that do not fit, of those that the quota counts. */
function quotaText(requested: string, used: string, limited: string): string {
  const [asks, has, most] = [requested, used, limited].map(
    (text) => new Map(text.split(',').map((pair) => pair.split('=') as [string, string])),
  ) as [Map<string, string>, Map<string, string>, Map<string, string>];
  return [...asks]
    .map(([resource, amount]) => {
      const left = Math.max(quantity(most.get(resource)) - quantity(has.get(resource)), 0);
      return `the pod asks for ${amount} of ${resource}, and ${amountText(resource, left)} of ${most.get(resource)} are left`;
    })
    .join('; ');
}

function resourceFix(field: string, containers: string, workload: Workload, facts: Facts): string {
  const [kind = '', resource = ''] = field.split('.');
  const [container = ''] = containers.split(',');
  const path = facts.valuePath(container, `resources.${field}`);
  if (path !== undefined) return `apply with --set ${path}=AMOUNT`;
  return facts.kubectl(
    `set resources ${workloadName(workload.id)} --containers=${container} --${kind}=${resource}=AMOUNT`,
  );
}
