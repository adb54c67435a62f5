import { inContext } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { ExpectedWorkload, RolloutView, WorkloadView } from './rollout-state.ts';

export interface DeadlineOptions {
  readonly namespace: string;
  readonly context?: string | undefined;
  readonly deadlineSeconds: number;
  readonly workloads: readonly ExpectedWorkload[];
}

/** What is wrong when time is up. Where nothing else is known, at least what is missing. */
export function deadlineFindings(
  { workloads: seen, away }: RolloutView,
  findings: Finding[],
  { namespace, context, deadlineSeconds, workloads: expected }: DeadlineOptions,
): Finding[] {
  if (away === undefined && findings.some(({ blocks }) => blocks.length > 0)) return findings;
  const open = expected.filter(({ kind, name }) => !seen.some((each) => each.id === `${kind}/${name}` && each.done));
  const finding = (subject: string, cause: string, fix: string, check: string, blocks: string[]): Finding =>
    inContext(
      {
        code: 'DeadlineExceeded',
        subject,
        severity: 'waiting',
        cause,
        evidence: [],
        fix: [fix],
        check,
        confidence: 'likely',
        consequences: [],
        blocks,
      },
      context,
    );
  if (away !== undefined) {
    const check = 'kubectl get --raw /readyz';
    const blocks = open.map(({ kind, name }) => `${kind}/${name}`);
    return [finding('API server', away, 'is the cluster running?', check, blocks), ...findings];
  }
  return [
    ...open.map(({ kind, name }) => {
      const kubectl = (command: string) => `kubectl --namespace ${namespace} ${command} ${kind.toLowerCase()}/${name}`;
      const id = `${kind}/${name}`;
      const state = stateOf(seen.find((each) => each.id === id));
      const cause = `${id} ${state} after ${deadlineSeconds} s, and nothing tells why`;
      return finding(id, cause, kubectl('describe'), kubectl('rollout status'), [id]);
    }),
    ...findings,
  ];
}

function stateOf(workload: WorkloadView | undefined): string {
  if (workload === undefined || !workload.exists) return 'is not there';
  const { available, wanted, updated, old } = workload;
  if (available >= wanted && updated >= wanted && old > 0) return `still has ${old} old ${old === 1 ? 'pod' : 'pods'}`;
  return `has ${available} of ${wanted} pods ready`;
}
