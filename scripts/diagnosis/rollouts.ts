import type { Facts, PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { workloadName } from './fixes.ts';
import { shortened } from './quotes.ts';

/** Deployments that do not go on, and StatefulSets that wait for a pod that cannot get ready. */
export function rolloutProblems(facts: Facts, candidates: readonly Candidate[]): Candidate[] {
  return [...paused(facts), ...givenUp(facts), ...stuck(facts, candidates)];
}

function paused(facts: Facts): Candidate[] {
  return facts.snapshot.deployments
    .filter(
      ({ spec, metadata }) => spec.paused && facts.workloads.some(({ id }) => id === `Deployment/${metadata.name}`),
    )
    .map(({ metadata, status }) => ({
      code: 'DeploymentPaused',
      severity: 'fatal',
      cause: `Deployment '${metadata.name}' is paused, so that its new template is not rolled out`,
      evidence: [`Deployment ${metadata.name}: spec.paused is true, ${status.updatedReplicas ?? 0} pods are updated`],
      fix: [facts.kubectl(`rollout resume deployment/${metadata.name}`)],
      check: facts.kubectl(`rollout status deployment/${metadata.name}`),
      confidence: 'certain',
      workload: `Deployment/${metadata.name}`,
      // What is as it should be already is not held up.
      blocking: (status.updatedReplicas ?? 0) < (status.replicas ?? 0),
    }));
}

function givenUp(facts: Facts): Candidate[] {
  return facts.workloads.flatMap((workload) => {
    const deployment = facts.snapshot.deployments.find(({ metadata }) => metadata.name === workload.name);
    const condition = deployment?.status.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
    if (workload.kind !== 'Deployment' || condition === undefined) return [];
    const seconds = deployment?.spec.progressDeadlineSeconds ?? 600;
    return {
      code: 'ProgressDeadlineExceeded',
      severity: 'fatal',
      cause: `${workload.id} has made no progress for ${seconds} s`,
      evidence: [shortened(`condition Progressing: ${condition.message ?? ''}`)],
      fix: [facts.kubectl(`describe ${workloadName(workload.id)}`)],
      check: facts.kubectl(`rollout status ${workloadName(workload.id)}`),
      confidence: 'likely',
      workload: workload.id,
      blocking: true,
    } satisfies Candidate;
  });
}

/**
 * A pod of the old template that cannot get ready is not replaced.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
function stuck(facts: Facts, candidates: readonly Candidate[]): Candidate[] {
  return facts.snapshot.statefulSets.flatMap((set) => {
    const { name } = set.metadata;
    if (set.spec.podManagementPolicy === 'Parallel' || set.spec.updateStrategy?.type === 'OnDelete') return [];
    const revisionOf = ({ pod }: PodFacts) => pod.metadata.labels?.['controller-revision-hash'];
    const pod = facts.pods.find(
      (each) =>
        each.workload === `StatefulSet/${name}` && !each.ready && revisionOf(each) !== set.status.updateRevision,
    );
    const faults = candidates.filter((candidate) => candidate.pod === pod?.name && candidate.blocking);
    if (pod === undefined || faults.length === 0) return [];
    return {
      code: 'StatefulSetStuck',
      severity: faults.some(({ severity }) => severity === 'fatal') ? 'fatal' : 'waiting',
      cause: `StatefulSet '${name}' has a new template, and waits for pod ${pod.name} of the old one, which does not get ready`,
      evidence: [
        `StatefulSet ${name}: its new revision is ${set.status.updateRevision}, pod ${pod.name} is of ${revisionOf(pod)}`,
      ],
      fix: [facts.kubectl(`delete pod ${pod.name}`)],
      check: facts.kubectl(`rollout status statefulset/${name}`),
      confidence: 'certain',
      workload: `StatefulSet/${name}`,
      blocking: true,
      pod: pod.name,
    } satisfies Candidate;
  });
}
