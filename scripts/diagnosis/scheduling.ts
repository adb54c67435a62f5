import { quantity } from '../quantity.ts';
import { amountText } from './amounts.ts';
import type { Facts, PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { workloadName } from './fixes.ts';
import type { Node, Pod } from './objects.ts';
import { shortened, withoutNoise } from './quotes.ts';

/** Seconds in which a volume is made. */
const VOLUME_TAKES = 5;
/** Taints that Kubernetes sets by itself, and takes away. */
const PASSING = /node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\//;

/** Pods that no node takes. */
export function schedulingProblems(facts: Facts): Candidate[] {
  return facts.pods.flatMap((pod) => schedulingProblem(pod, facts) ?? []);
}

function schedulingProblem(pod: PodFacts, facts: Facts): Candidate | undefined {
  const condition = pod.pod.status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (condition?.reason !== 'Unschedulable') return undefined;
  const message = condition.message ?? '';
  // A volume is made in some seconds, and the scheduler does not wait for it.
  const seconds = (facts.now - Date.parse(condition.lastTransitionTime ?? facts.snapshot.now)) / 1000;
  if (/unbound immediate/.test(message) && seconds < VOLUME_TAKES) return undefined;
  const problem = shortage(pod, message, facts) ?? constraint(pod, message, facts);
  return {
    ...problem,
    code: 'Unschedulable',
    severity: problem.severity === 'fatal' && mayFreeUp(pod, facts) ? 'waiting' : problem.severity,
    evidence: [shortened(`event FailedScheduling: ${withoutNoise(message)}`), ...problem.evidence],
    check: facts.kubectl(`get pod ${pod.name}`),
    confidence: 'certain',
    workload: pod.workload,
    blocking: true,
    pod: pod.name,
  };
}

type Problem = Pick<Candidate, 'severity' | 'cause' | 'evidence' | 'fix'>;

/** Not enough of a resource: with what is asked, what the nodes give in all and what is left of it. */
function shortage(pod: PodFacts, message: string, facts: Facts): Problem | undefined {
  const resources = [...new Set([...message.matchAll(/\d+ Insufficient ([\w./-]*[\w])/g)].map(([, name]) => name!))];
  const [resource] = resources;
  if (resource === undefined) {
    return /Too many pods/.test(message)
      ? { severity: 'fatal', cause: 'the node has as many pods as it takes', evidence: [], fix: [otherNodes(facts)] }
      : undefined;
  }
  const asked = askedOf(pod.pod, resource);
  const nodes = (facts.snapshot.nodes ?? []).map((node) => roomOf(node, resource, facts));
  const text = (amount: number) => amountText(resource, amount);
  const most = nodes.reduce((best, node) => Math.max(best, node.allocatable), 0);
  const free = nodes.reduce((best, node) => Math.max(best, node.free), 0);
  const never = nodes.length > 0 && asked > most;
  const where = nodes.length === 1 ? `node ${nodes[0]!.name}` : `of ${nodes.length} nodes the emptiest`;
  const room =
    nodes.length === 0
      ? 'no node has that much left'
      : never
        ? `${nodes.length === 1 ? where : 'the largest node'} has ${text(most)} in all`
        : facts.snapshot.otherPods === undefined
          ? `no node has that much left of its ${text(most)}`
          : `${where} has ${text(free)} left of ${text(most)}`;
  return {
    severity: 'fatal',
    cause: `the pod asks for ${text(asked)} of ${resource}, and ${room}`,
    evidence: nodes.map(({ name, allocatable, requested, free }) =>
      facts.snapshot.otherPods === undefined
        ? `node ${name}: ${text(allocatable)} of ${resource}; what other namespaces ask for may not be read`
        : `node ${name}: ${text(allocatable)} of ${resource}, requested ${text(requested)}, left ${text(free)}`,
    ),
    fix: [lessFix(pod, resource, never ? most : free, facts), never ? largerNode(resource) : otherNodes(facts)],
  };
}

function constraint(pod: PodFacts, message: string, facts: Facts): Problem {
  const edit = facts.kubectl(`edit ${workloadName(pod.workload)}`);
  const { nodeSelector = {} } = pod.pod.spec;
  const problem = (severity: Problem['severity'], cause: string, fix: string): Problem => ({
    severity,
    cause,
    evidence: [],
    fix: [fix],
  });
  const [, missing] = /persistentvolumeclaim "([^"]+)" not found/.exec(message) ?? [];
  if (missing !== undefined)
    return problem('waiting', `there is no PersistentVolumeClaim '${missing}'`, facts.kubectl('get pvc'));
  if (/unbound immediate PersistentVolumeClaims/.test(message))
    return problem('waiting', 'its volume is not there yet', facts.kubectl('get pvc'));
  if (/node affinity\/selector/.test(message)) {
    const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
    const wanted = labels.length === 0 ? 'labels that its affinity wants' : labels.join(', ');
    return problem(
      'fatal',
      `no node has ${labels.length === 0 ? 'the ' : ''}${wanted}`,
      labels.length === 0
        ? edit
        : `kubectl label node NODE ${labels.join(' ')}, or take the nodeSelector away: ${edit}`,
    );
  }
  const [, taint] = /untolerated taint(?:\(s\))? \{([^}]*)\}/.exec(message) ?? [];
  if (taint !== undefined) {
    const key = taint.replace(/: ?$/, '');
    const severity = PASSING.test(key) && !/unschedulable/.test(key) ? 'waiting' : 'fatal';
    const fix = /unschedulable/.test(key) ? 'kubectl uncordon NODE' : `add a toleration of ${key}: ${edit}`;
    return problem(severity, `the nodes have the taint ${key}, which the pod does not tolerate`, fix);
  }
  if (/unschedulable/.test(message))
    return problem('fatal', 'the nodes take no new pods: they are cordoned', 'kubectl uncordon NODE');
  if (/anti-affinity/.test(message))
    return problem(
      'fatal',
      'its anti-affinity forbids it the nodes where pods like it run already',
      `let it be preferred instead of required, or use fewer replicas: ${edit}`,
    );
  if (/pod affinity/.test(message))
    return problem('fatal', 'no node runs the pods that its affinity wants to be near', edit);
  if (/topology spread/.test(message))
    return problem(
      'fatal',
      'its topology spread allows no node more',
      `whenUnsatisfiable: ScheduleAnyway, or fewer replicas: ${edit}`,
    );
  if (/free ports/.test(message))
    return problem('fatal', 'the host port that it wants is taken on every node', `take hostPort away: ${edit}`);
  if (/no nodes available/.test(message)) return problem('waiting', 'the cluster has no node', 'kubectl get nodes');
  return problem('fatal', `no node takes the pod: ${shortened(withoutNoise(message), 160)}`, edit);
}

/** Others are about to go, to be pushed away, or a node is on its way. */
function mayFreeUp({ pod, events }: PodFacts, { snapshot }: Facts): boolean {
  const scalesUp = events.some(({ reason }) => reason === 'TriggeredScaleUp');
  const ends = [...snapshot.pods, ...(snapshot.otherPods ?? [])].some(
    ({ metadata, spec }) => metadata.deletionTimestamp !== undefined && spec.nodeName !== undefined,
  );
  return scalesUp || ends || (pod.status.nominatedNodeName ?? '') !== '';
}

function roomOf({ metadata, status }: Node, resource: string, { snapshot }: Facts) {
  const allocatable = quantity(status.allocatable?.[resource]);
  const requested = [...snapshot.pods, ...(snapshot.otherPods ?? [])]
    .filter(({ spec, status }) => spec.nodeName === metadata.name && !/Succeeded|Failed/.test(status.phase ?? ''))
    .reduce((sum, pod) => sum + askedOf(pod, resource), 0);
  return { name: metadata.name, allocatable, requested, free: Math.max(allocatable - requested, 0) };
}

/** What the scheduler counts: all containers together, or the largest one that initialises. */
function askedOf({ spec }: Pod, resource: string): number {
  const asked = ({ resources }: Pod['spec']['containers'][number]) => quantity(resources?.requests?.[resource]);
  const { initContainers = [], containers } = spec;
  const always = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  const first = initContainers.filter(({ restartPolicy }) => restartPolicy !== 'Always').map(asked);
  return Math.max(
    always.reduce((sum, each) => sum + asked(each), 0),
    ...first,
  );
}

function lessFix({ pod, workload }: PodFacts, resource: string, room: number, facts: Facts): string {
  const asked = ({ resources }: Pod['spec']['containers'][number]) => quantity(resources?.requests?.[resource]);
  const { name } = pod.spec.containers.toSorted((a, b) => asked(b) - asked(a))[0]!;
  const most = room === 0 ? 'less' : `at most ${amountText(resource, room)}`;
  const path = facts.valuePath(name, `resources.requests.${resource}`);
  const set = `set resources ${workloadName(workload)} --containers=${name} --requests=${resource}=AMOUNT`;
  return `ask for ${most}: ${path === undefined ? facts.kubectl(set) : `apply with --set ${path}=AMOUNT`}`;
}

function largerNode(resource: string): string {
  const flag = resource === 'cpu' ? '--cpus' : resource === 'memory' ? '--memory' : '';
  return flag === ''
    ? 'or use a node that has it'
    : `or use a larger node; Minikube takes its size only when it is made: minikube start ${flag}=...`;
}

function otherNodes(facts: Facts): string {
  return `or use fewer replicas, or delete what is not needed: ${facts.kubectl('get pods').replace(/--namespace \S+/, '--all-namespaces')}`;
}
