import { countOf, type Facts, type PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import type { Event, PersistentVolumeClaim } from './objects.ts';
import { eventQuote, shortened } from './quotes.ts';

/** What a provisioner may yet get over becomes fatal after so many tries. */
const TRIES = 5;

/** Volumes that are not made, or cannot be attached or mounted. */
export function volumeProblems(facts: Facts): Candidate[] {
  return facts.pods.flatMap((pod) => [
    ...claimsOf(pod, facts).flatMap((claim) => claimProblem(claim, pod, facts) ?? []),
    ...(mountProblem(pod, facts) ?? []),
  ]);
}

/** The claims of a pod that are not bound. */
function claimsOf({ pod }: PodFacts, { snapshot }: Facts): PersistentVolumeClaim[] {
  const names = (pod.spec.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
  return snapshot.persistentVolumeClaims.filter(
    ({ metadata, status }) => names.includes(metadata.name) && status.phase !== 'Bound',
  );
}

function claimProblem(claim: PersistentVolumeClaim, pod: PodFacts, facts: Facts): Candidate | undefined {
  const { name } = claim.metadata;
  const event = facts
    .eventsOf('PersistentVolumeClaim', name)
    .findLast(({ reason }) => ['ProvisioningFailed', 'FailedBinding'].includes(reason));
  if (event === undefined) return undefined;
  const asks = `PersistentVolumeClaim '${name}' (${claim.spec.resources?.requests?.storage ?? 'no size'})`;
  const problem = explain(event, claim, facts);
  return {
    code: event.reason,
    severity: problem.isFinal || countOf(event) >= TRIES ? 'fatal' : 'waiting',
    cause: `${asks} gets no volume: ${problem.text}`,
    evidence: [eventQuote(event)],
    fix: problem.fix,
    check: facts.kubectl(`get pvc ${name}`),
    confidence: 'certain',
    workload: pod.workload,
    blocking: true,
    pod: pod.name,
    object: `PersistentVolumeClaim/${name}`,
  };
}

function explain({ message }: Event, claim: PersistentVolumeClaim, facts: Facts) {
  const again = facts.kubectl(`delete pvc ${claim.metadata.name}`);
  const choose = `apply with --set database.storageClassName=CLASS, after: ${again}`;
  const isChart = facts.snapshot.valuePaths !== undefined;
  const fix = [
    'see what there is: kubectl get storageclass',
    isChart ? choose : `name one of them in the claim; it has to be made anew: ${again}`,
  ];
  const [, storageClass] = /storageclass.*"([^"]+)" not found/.exec(message) ?? [];
  if (storageClass !== undefined) return { text: `there is no storage class '${storageClass}'`, fix, isFinal: true };
  if (/no storage class is set/.test(message)) {
    const text =
      claim.spec.storageClassName === ''
        ? "its storage class is '', so that a volume has to be there, and none fits"
        : 'it names no storage class, and the cluster has no default one';
    return { text, fix, isFinal: true };
  }
  return { text: shortened(message, 160), fix: [facts.kubectl(`describe pvc ${claim.metadata.name}`)], isFinal: false };
}

/** Volumes that are there, and cannot be used. */
function mountProblem(pod: PodFacts, facts: Facts): Candidate[] | undefined {
  if (pod.containers.some(({ status }) => status.state.running !== undefined)) return undefined;
  const event = pod.events.findLast(({ reason }) => reason === 'FailedAttachVolume' || reason === 'FailedMount');
  if (event === undefined || /: (secret|configmap) "|references non-existent|failed to sync/.test(event.message))
    return undefined;
  const elsewhere = /Multi-Attach error/.test(event.message);
  return [
    {
      code: event.reason,
      severity: !elsewhere && countOf(event) >= TRIES ? 'fatal' : 'waiting',
      cause: elsewhere
        ? 'its volume is still attached to the node of another pod'
        : `its volume cannot be mounted: ${shortened(event.message, 160)}`,
      evidence: [eventQuote(event)],
      fix: [facts.kubectl(`describe pod ${pod.name}`)],
      check: facts.kubectl(`get pod ${pod.name}`),
      confidence: 'certain',
      workload: pod.workload,
      blocking: true,
      pod: pod.name,
    },
  ];
}
