import { loadPodManifest, loadPolicies, type NetworkPolicy } from '../../../../scripts/validate/load/load-objects.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'todo-load-1', uid: 'u' } };
const LOAD = { podSelector: { matchLabels: { 'todo-infra/load': 'todo-load-1' } } };

test('opens for the load what a policy has closed, and nothing that is open', () => {
  const backend = { matchLabels: { 'app.kubernetes.io/component': 'backend' } };
  const database = { matchLabels: { 'app.kubernetes.io/component': 'database' } };
  const all = {};

  const policies = loadPolicies(POD, [
    policy({ podSelector: backend, policyTypes: ['Ingress', 'Egress'] }),
    policy({ podSelector: database, policyTypes: ['Ingress'] }),
    policy({ podSelector: { matchLabels: { a: 'only-egress' } }, policyTypes: ['Egress'] }),
    policy({ podSelector: all }),
  ]);

  expect(policies.map(({ spec }) => spec)).toEqual([
    { podSelector: backend, policyTypes: ['Ingress'], ingress: [{ from: [LOAD] }] },
    { podSelector: all, policyTypes: ['Ingress'], ingress: [{ from: [LOAD] }] },
    { ...LOAD, policyTypes: ['Egress'], egress: [{}] },
  ]);
  for (const { metadata } of policies)
    expect(metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Pod', name: 'todo-load-1', uid: 'u' }]);
  expect(new Set(policies.map(({ metadata }) => metadata.name)).size).toBe(3);
});

test('needs no policy where there is none', () => {
  expect(loadPolicies(POD, [])).toEqual([]);
});

test('policies of another load are none of its own', () => {
  const [, other] = loadPolicies(POD, [
    policy({ podSelector: {}, policyTypes: ['Egress'] }),
    policy({ podSelector: {} }),
  ]);

  expect(loadPolicies(POD, [other as unknown as NetworkPolicy]).map(({ spec }) => spec)).toEqual([
    { ...LOAD, policyTypes: ['Egress'], egress: [{}] },
  ]);
});

test('the pod ends by itself, and no text in it is taken for a variable', () => {
  const streams = [{ target: 'a', url: 'http://a/$(HOME)', connections: 'new', rate: 1, timeoutMs: 2500 }] as const;

  const { spec } = loadPodManifest({
    name: 'todo-load-1',
    image: 'i',
    script: 'f($(x))',
    configuration: { seconds: 60, patienceMs: 1, streams },
  });

  expect(spec.activeDeadlineSeconds).toBe(180);
  expect(spec.terminationGracePeriodSeconds).toBe(8);
  expect(spec.containers[0]!.args.at(-1)).toBe('f($$(x))');
  expect(spec.containers[0]!.env[0]!.value).toContain('http://a/$$(HOME)');
});

function policy(spec: object): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec } as NetworkPolicy;
}
