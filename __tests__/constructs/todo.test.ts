import { Testing } from 'cdk8s';
import { BACKEND } from '../../constructs/labels.ts';
import { Todo } from '../../constructs/todo.ts';
import { presets } from '../../values/presets.ts';
import type { Overrides } from '../../values/profiles.ts';
import { schemaFor, type Values } from '../../values/schema.ts';
import { testChart } from '../support/test-chart.ts';

const [CHATBOT, APP] = presets.map(({ defaults }) => schemaFor(defaults)) as [Schema, Schema];
type Schema = ReturnType<typeof schemaFor>;

function synth(values: Overrides = {}, schema = CHATBOT) {
  const chart = testChart();
  const app = { instance: 'my-todo', version: '1.0.0' };
  new Todo(chart, 'todo', { values: schema.parse(values) as Values, app });
  return new Map(Testing.synth(chart).map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

test('todo-chatbot is made of these objects', () => {
  expect([...synth().keys()]).toMatchInlineSnapshot(`
    [
      "ConfigMap todo-config",
      "Deployment todo-backend",
      "Service todo-backend",
      "ServiceAccount todo-backend",
      "HorizontalPodAutoscaler todo-backend",
      "PodDisruptionBudget todo-backend",
      "Deployment todo-frontend",
      "Service todo-frontend",
      "ServiceAccount todo-frontend",
      "HorizontalPodAutoscaler todo-frontend",
      "PodDisruptionBudget todo-frontend",
      "Service todo-db",
      "Service todo-db-pods",
      "StatefulSet todo-db",
      "ServiceAccount todo-db",
      "PodDisruptionBudget todo-db",
      "NetworkPolicy todo-frontend",
      "NetworkPolicy todo-backend",
      "NetworkPolicy todo-db",
    ]
  `);
});

test('todo-app is made of these objects', () => {
  expect([...synth({}, APP).keys()]).toMatchInlineSnapshot(`
    [
      "ConfigMap todo-frontend-config",
      "Deployment todo-backend",
      "Service todo-backend",
      "ServiceAccount todo-backend",
      "PodDisruptionBudget todo-backend",
      "Deployment todo-frontend",
      "Service todo-frontend",
      "ServiceAccount todo-frontend",
      "PodDisruptionBudget todo-frontend",
      "Service todo-db",
      "Service todo-db-pods",
      "StatefulSet todo-db",
      "ServiceAccount todo-db",
      "PodDisruptionBudget todo-db",
      "NetworkPolicy todo-frontend",
      "NetworkPolicy todo-backend",
      "NetworkPolicy todo-db",
    ]
  `);
});

test('nothing has a namespace', () => {
  for (const { metadata } of synth().values()) expect(metadata).not.toHaveProperty('namespace');
});

test('shares one configuration in todo-chatbot', () => {
  expect(synth().get('ConfigMap todo-config').data).toEqual({
    BACKEND_URL: 'http://todo-backend:7860',
    BACKEND_PORT: '7860',
    FRONTEND_PORT: '3000',
    NODE_ENV: 'production',
  });
});

test('configures the frontend alone in todo-app', () => {
  const objects = synth({}, APP);
  const { metadata, spec } = objects.get('Deployment todo-backend').spec.template;

  expect(objects.get('ConfigMap todo-frontend-config').data).toEqual({
    NEXT_PUBLIC_API_URL: 'http://todo-backend:8000',
  });
  expect(spec.containers[0].envFrom).toEqual([{ secretRef: { name: 'todo-backend-secret' } }]);
  expect(metadata).not.toHaveProperty('annotations');
});

test('takes more variables, but not under names that are taken', () => {
  const { data } = synth({ config: { data: { NODE_ENV: 'x', LOG_LEVEL: 'debug' } } }).get('ConfigMap todo-config');

  expect(data).toMatchObject({ NODE_ENV: 'production', LOG_LEVEL: 'debug' });
});

test("the backend's address follows its Service, unless it is set", () => {
  const url = (values: Overrides) => synth(values).get('ConfigMap todo-config').data.BACKEND_URL;

  expect(url({ backend: { service: { port: 80 } } })).toBe('http://todo-backend:80');
  expect(url({ config: { backendUrl: 'https://api.example.com' } })).toBe('https://api.example.com');
});

test('a change of the configuration restarts both tiers', () => {
  const hash = (values: Overrides, tier: string) =>
    synth(values).get(`Deployment ${tier}`).spec.template.metadata.annotations['checksum/config'];
  const changed = { config: { data: { LOG_LEVEL: 'debug' } } };

  for (const tier of ['todo-backend', 'todo-frontend']) expect(hash(changed, tier)).not.toBe(hash({}, tier));
});

test('reads an existing Secret', () => {
  const objects = synth({ secret: { existingSecret: 'mine' } });

  const { envFrom } = objects.get('Deployment todo-backend').spec.template.spec.containers[0];
  expect(envFrom[1]).toEqual({ secretRef: { name: 'mine' } });
});

test('fills the Secret from an external store', () => {
  expect(synth({ secret: { externalSecret: { enabled: true } } }).has('ExternalSecret todo-db-secret')).toBe(true);
});

test('has no database when it is elsewhere, and lets the backend reach that one', () => {
  const objects = synth({ database: { enabled: false } });

  expect([...objects.keys()].filter((name) => name.includes('todo-db'))).toEqual([]);
  expect(objects.get('NetworkPolicy todo-backend').spec.egress.at(-1)).toEqual({
    ports: [{ protocol: 'TCP', port: 5432 }],
  });
});

test.each([
  ['none', undefined],
  ['ingress', 'Ingress todo'],
  ['gateway', 'HTTPRoute todo'],
] as const)('the route %s is %s', (type, name) => {
  const objects = synth({ routing: { type, host: 'todo.example.com' } });

  expect([...objects.keys()].filter((key) => /^(Ingress|HTTPRoute)/.test(key))).toEqual(
    name === undefined ? [] : [name],
  );
});

test('lets Prometheus in when it reads metrics', () => {
  const service = { type: 'ClusterIP' } as const;

  const objects = synth({ backend: { service }, monitoring: { serviceMonitor: { enabled: true } } });

  expect(objects.has('ServiceMonitor todo-backend')).toBe(true);
  expect(objects.get('NetworkPolicy todo-backend').spec.ingress[0].from).toContainEqual({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  });
});

test('does without network policies', () => {
  const objects = synth({ networkPolicy: { enabled: false } });

  expect([...objects.keys()].filter((name) => name.startsWith('NetworkPolicy'))).toEqual([]);
});

test('shows its parts', () => {
  const chart = testChart();

  const todo = new Todo(chart, 'todo', { values: CHATBOT.parse({}), app: { instance: 'my-todo' } });

  expect(todo.backend.deployment.name).toBe(BACKEND.name);
  expect(todo.secret.name).toBe('todo-db-secret');
  expect(todo.database?.service.name).toBe('todo-db');
});
