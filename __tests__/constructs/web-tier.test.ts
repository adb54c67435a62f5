import { Testing } from 'cdk8s';
import { BACKEND } from '../../constructs/labels.ts';
import { WebTier, type WebTierProps } from '../../constructs/web-tier.ts';
import { testChart } from '../support/test-chart.ts';

function props(options: Partial<WebTierProps> = {}): WebTierProps {
  return {
    component: BACKEND,
    image: { repository: 'todo-backend', tag: '1.0.0' },
    port: 8000,
    livenessProbe: { path: '/livez' },
    readinessProbe: { path: '/readyz' },
    startupProbe: { path: '/readyz' },
    env: [],
    envFrom: [],
    directories: [],
    ...options,
  };
}

function synth(options: Partial<WebTierProps> = {}) {
  const chart = testChart();
  new WebTier(chart, 'tier', props(options));
  return new Map(Testing.synth(chart).map((object) => [object.kind as string, object]));
}

test('has two pods, a Service, an identity and a disruption budget, all of one name', () => {
  const objects = synth();

  expect([...objects.keys()]).toEqual(['Deployment', 'Service', 'ServiceAccount', 'PodDisruptionBudget']);
  expect([...objects.values()].map(({ metadata }) => metadata.name)).toEqual(Array(4).fill('todo-backend'));
  expect(objects.get('Deployment').spec.replicas).toBe(2);
});

test('leaves the number of pods to the autoscaler, which starts from replicaCount', () => {
  const objects = synth({ replicaCount: 3, autoscaling: { maxReplicas: 9, minReplicas: null } });

  expect(objects.get('Deployment').spec).not.toHaveProperty('replicas');
  expect(objects.get('HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
});

test('prefers minReplicas to replicaCount', () => {
  const { spec } = synth({ autoscaling: { minReplicas: 4, maxReplicas: 9 } }).get('HorizontalPodAutoscaler');

  expect(spec.minReplicas).toBe(4);
});

test('has no autoscaler when it is switched off', () => {
  const objects = synth({ replicaCount: 0, autoscaling: { enabled: false, maxReplicas: 9 } });

  expect(objects.has('HorizontalPodAutoscaler')).toBe(false);
  expect(objects.get('Deployment').spec.replicas).toBe(0);
});

test('fails when replicaCount exceeds maxReplicas, and leaves nothing behind', () => {
  const chart = testChart();

  expect(() => new WebTier(chart, 'tier', props({ replicaCount: 7, autoscaling: { maxReplicas: 5 } }))).toThrow(
    "'minReplicas' (7) must be less than or equal to 'maxReplicas' (5)",
  );
  expect(chart.node.children).toEqual([]);
});

test('takes a Service of another type and port', () => {
  const { spec } = synth({ service: { type: 'NodePort', port: 80, nodePort: 30860 } }).get('Service');

  expect(spec).toMatchObject({ type: 'NodePort', ports: [{ port: 80, targetPort: 'http', nodePort: 30860 }] });
});

test('does without a disruption budget, or takes its limit', () => {
  expect(synth({ podDisruptionBudget: { enabled: false } }).has('PodDisruptionBudget')).toBe(false);
  expect(synth({ podDisruptionBudget: { maxUnavailable: 2 } }).get('PodDisruptionBudget').spec.maxUnavailable).toBe(2);
});

test('runs as a ServiceAccount that is already there', () => {
  const objects = synth({ serviceAccount: { create: false, name: 'theirs' } });

  expect(objects.has('ServiceAccount')).toBe(false);
  expect(objects.get('Deployment').spec.template.spec.serviceAccountName).toBe('theirs');
});

test('labels everything with the installation', () => {
  const objects = synth({ app: { instance: 'my-todo' }, autoscaling: { maxReplicas: 5 } });

  for (const { metadata } of objects.values()) expect(metadata.labels['app.kubernetes.io/instance']).toBe('my-todo');
});
