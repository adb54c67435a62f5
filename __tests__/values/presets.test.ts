import { presets } from '../../values/presets.ts';
import { schemaFor } from '../../values/schema.ts';

const [chatbot, app] = presets.map((preset) => ({ ...preset, values: schemaFor(preset.defaults).parse({}) })) as [
  PresetWithValues,
  PresetWithValues,
];
type PresetWithValues = (typeof presets)[number] & { values: ReturnType<ReturnType<typeof schemaFor>['parse']> };

function probe(path: string, initialDelaySeconds: number, periodSeconds: number) {
  return { path, initialDelaySeconds, periodSeconds };
}

test('have their names, versions and namespaces', () => {
  expect(presets.map(({ name, version, appVersion, namespace }) => [name, version, appVersion, namespace])).toEqual([
    ['todo-chatbot', '1.0.0', '1.0.0', 'hackathon-dev'],
    ['todo-app', '0.1.0', '1.0.0', 'default'],
  ]);
});

test('have their images', () => {
  const images = ({ values }: PresetWithValues) =>
    [values.backend, values.frontend].map(({ image }) => `${image.repository}:${image.tag}`);

  expect(images(chatbot)).toEqual(['hackathon-todo-backend:1.0.0', 'hackathon-todo-frontend:1.0.0']);
  expect(images(app)).toEqual(['todo-backend:latest', 'todo-frontend:latest']);
});

test('have their ports', () => {
  const ports = ({ values }: PresetWithValues) =>
    [values.backend, values.frontend].map(({ containerPort, service }) => [
      containerPort,
      service.port,
      service.type,
      service.nodePort,
    ]);

  expect(ports(chatbot)).toEqual([
    [7860, 7860, 'NodePort', 30860],
    [3000, 3000, 'NodePort', 30080],
  ]);
  expect(ports(app)).toEqual([
    [8000, 8000, 'ClusterIP', null],
    [3000, 3000, 'NodePort', 30080],
  ]);
});

test('have two pods a tier, and autoscaling in todo-chatbot alone', () => {
  const tiers = [chatbot, app].flatMap(({ values }) => [values.backend, values.frontend]);

  expect(tiers.map(({ replicaCount }) => replicaCount)).toEqual([2, 2, 2, 2]);
  expect(tiers.map(({ autoscaling }) => autoscaling.enabled)).toEqual([true, true, false, false]);
  expect(chatbot.values.backend.autoscaling).toMatchObject({
    minReplicas: null,
    maxReplicas: 5,
    targetCPUUtilizationPercentage: 70,
  });
});

test('have their requests and limits', () => {
  const small = {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { cpu: '500m', memory: '512Mi' },
  };

  expect(chatbot.values.backend.resources).toMatchObject(small);
  expect(chatbot.values.frontend.resources).toMatchObject(small);
  expect(app.values.backend.resources).toMatchObject(small);
  expect(app.values.frontend.resources).toMatchObject({
    requests: { cpu: '50m', memory: '64Mi' },
    limits: { cpu: '200m', memory: '256Mi' },
  });
});

test('have their probe paths', () => {
  const paths = ({ values }: PresetWithValues) =>
    [values.backend, values.frontend].map(({ livenessProbe, readinessProbe, startupProbe }) => [
      livenessProbe.path,
      readinessProbe.path,
      startupProbe.path,
    ]);

  expect(paths(chatbot)).toEqual([
    ['/livez', '/api/health', '/api/health'],
    ['/livez', '/', '/'],
  ]);
  expect(paths(app)).toEqual([
    ['/livez', '/health', '/health'],
    ['/livez', '/', '/'],
  ]);
});

test('have the slow probes in todo-app', () => {
  expect(app.values.backend).toMatchObject({
    livenessProbe: probe('/livez', 15, 30),
    readinessProbe: probe('/health', 10, 15),
  });
  expect(app.values.frontend).toMatchObject({
    livenessProbe: probe('/livez', 20, 30),
    readinessProbe: probe('/', 15, 15),
  });
});

test('have their ConfigMap and Secret', () => {
  const names = ({ values: { config, secret } }: PresetWithValues) => [config.name, config.scope, secret.name];

  expect(names(chatbot)).toEqual(['todo-config', 'shared', 'todo-db-secret']);
  expect(names(app)).toEqual(['todo-frontend-config', 'frontend', 'todo-backend-secret']);
});

test('have Postgres 17 in the cluster', () => {
  for (const { values } of [chatbot, app]) {
    expect(values.database).toMatchObject({ enabled: true, image: { repository: 'postgres', tag: '17' } });
  }
});

test('have the same shape', () => {
  expect(paths(app.values)).toEqual(paths(chatbot.values));
});

function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`));
}
