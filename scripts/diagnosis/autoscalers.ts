import { INSTANCE } from '../release-labels.ts';
import type { Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { workloadName } from './fixes.ts';
import type { Condition, HorizontalPodAutoscaler } from './objects.ts';
import { shortened } from './quotes.ts';

/** Seconds after which a pod that runs has been measured. */
const SAMPLED = 180;

/** Autoscalers that do not know how busy their pods are. They stop no rollout. */
export function autoscalerProblems(facts: Facts): Candidate[] {
  return facts.snapshot.horizontalPodAutoscalers
    .filter(
      ({ metadata }) => facts.snapshot.release === undefined || metadata.labels?.[INSTANCE] === facts.snapshot.release,
    )
    .flatMap((autoscaler) => autoscalerProblem(autoscaler, facts) ?? []);
}

function autoscalerProblem(autoscaler: HorizontalPodAutoscaler, facts: Facts): Candidate | undefined {
  const condition = autoscaler.status?.conditions?.find(
    ({ type, status, reason }) =>
      (type === 'AbleToScale' || type === 'ScalingActive') && status === 'False' && reason !== 'ScalingDisabled',
  );
  if (condition === undefined) return undefined;
  const { name } = autoscaler.metadata;
  const problem = explain(condition, autoscaler, facts);
  return {
    code: condition.reason ?? 'ScalingInactive',
    severity: problem.isFinal ? 'fatal' : 'waiting',
    cause: `autoscaler '${name}' ${problem.text}`,
    evidence: [shortened(`condition ${condition.type}, ${condition.reason}: ${condition.message ?? ''}`)],
    fix: problem.fix,
    check: facts.kubectl(`get hpa ${name}`),
    confidence: 'certain',
    workload: `HorizontalPodAutoscaler/${name}`,
    blocking: false,
  };
}

function explain(
  { message = '', type, lastTransitionTime }: Condition,
  { spec }: HorizontalPodAutoscaler,
  facts: Facts,
) {
  const { kind, name } = spec.scaleTargetRef;
  const [, resource, container] = /missing request for (\S+) in container (\S+) of Pod/.exec(message) ?? [];
  if (resource !== undefined) {
    const path = facts.valuePath(container!, `resources.requests.${resource}`);
    const kubectl = `set resources ${workloadName(`${kind}/${name}`)} --containers=${container} --requests=${resource}=100m`;
    return {
      text: `knows no share of ${resource}: container ${container} has no request for it`,
      fix: [path === undefined ? facts.kubectl(kubectl) : `apply with --set ${path}=100m`],
      isFinal: true,
    };
  }
  if (
    /could not find the requested resource|metrics\.k8s\.io.*(not found|unavailable|unable to handle)|ServiceUnavailable/.test(
      message,
    )
  ) {
    return {
      text: 'has no metrics: the cluster has no metrics API, or it does not answer',
      fix: ['minikube addons enable metrics-server', 'kubectl get apiservice v1beta1.metrics.k8s.io'],
      isFinal: true,
    };
  }
  if (type === 'AbleToScale') {
    const isMissing = /not found/.test(message);
    return {
      text: isMissing ? `scales ${kind} '${name}', which does not exist` : `cannot scale ${kind} '${name}'`,
      fix: [facts.kubectl(`get ${kind.toLowerCase()}`)],
      isFinal: isMissing,
    };
  }
  const seconds = (facts.now - Date.parse(lastTransitionTime ?? facts.snapshot.now)) / 1000;
  return seconds < SAMPLED
    ? { text: 'has no metrics yet: new pods are measured within some minutes', fix: [], isFinal: false }
    : {
        text: `has had no metrics for ${Math.floor(seconds / 60)} minutes`,
        fix: ['kubectl top pods', 'kubectl --namespace kube-system get pods --selector k8s-app=metrics-server'],
        isFinal: true,
      };
}
