import { Testing } from 'cdk8s';
import { NetworkPolicies, type NetworkPoliciesProps } from '../../constructs/network-policies.ts';
import { testChart } from '../support/test-chart.ts';

const DNS = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

function synth(options: Partial<NetworkPoliciesProps> = {}) {
  const chart = testChart();
  new NetworkPolicies(chart, 'network-policy', { frontendPort: 3000, backendPort: 8000, ...options });
  return new Map(Testing.synth(chart).map((policy) => [policy.metadata.name as string, policy.spec]));
}

function pods(component: string) {
  const matchLabels = expect.objectContaining({ 'app.kubernetes.io/component': component });
  return { podSelector: { matchLabels } };
}

test('lets everybody reach the frontend, and the frontend the backend and DNS', () => {
  expect(synth().get('todo-frontend')).toMatchObject({
    ingress: [{ ports: [{ protocol: 'TCP', port: 3000 }] }],
    egress: [DNS, { to: [pods('backend')], ports: [{ protocol: 'TCP', port: 8000 }] }],
  });
});

test('lets the frontend alone reach the backend, and the backend the database and DNS', () => {
  expect(synth().get('todo-backend')).toMatchObject({
    ingress: [{ from: [pods('frontend')], ports: [{ protocol: 'TCP', port: 8000 }] }],
    egress: [DNS, { to: [pods('database')], ports: [{ protocol: 'TCP', port: 5432 }] }],
  });
});

test('lets the backend alone reach the database, which reaches nothing', () => {
  expect(synth().get('todo-db')).toMatchObject({
    ingress: [{ from: [pods('backend')], ports: [{ protocol: 'TCP', port: 5432 }] }],
    egress: [],
  });
});

test('lets everybody reach a backend that is exposed', () => {
  expect(synth({ backendExposed: true }).get('todo-backend').ingress).toEqual([
    { ports: [{ protocol: 'TCP', port: 8000 }] },
  ]);
});

test('lets other clients and Prometheus reach the backend', () => {
  const policies = synth({ backendClients: [{ name: 'smoke', component: 'test' }], metricsNamespace: 'monitoring' });

  expect(policies.get('todo-backend').ingress[0].from).toEqual([
    pods('frontend'),
    pods('test'),
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
  ]);
});

test('lets the backend reach HTTPS, everywhere or in address ranges', () => {
  const ports = [{ protocol: 'TCP', port: 443 }];

  expect(synth({ https: { port: 443 } }).get('todo-backend').egress[1]).toEqual({ ports });
  expect(synth({ https: { port: 443, cidrs: ['10.0.0.0/8'] } }).get('todo-backend').egress[1]).toEqual({
    to: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
    ports,
  });
});

test('lets the backend reach a database elsewhere, and has no policy for one here', () => {
  const policies = synth({ externalDatabase: { port: 6432, cidrs: ['10.1.2.3/32'] } });

  expect(policies.get('todo-backend').egress).toEqual([
    DNS,
    { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ protocol: 'TCP', port: 6432 }] },
  ]);
  expect([...policies.keys()]).toEqual(['todo-frontend', 'todo-backend']);
});

test('takes the port of the DNS pods', () => {
  expect(synth({ dnsPort: 5353 }).get('todo-frontend').egress[0].ports).toEqual([
    { protocol: 'UDP', port: 5353 },
    { protocol: 'TCP', port: 5353 },
  ]);
});
