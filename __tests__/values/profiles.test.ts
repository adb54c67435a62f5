import { presets } from '../../values/presets.ts';
import { profiles } from '../../values/profiles.ts';
import { schemaFor } from '../../values/schema.ts';

const cases = presets.map(({ name, defaults }) => [name, schemaFor(defaults)] as const);

test.each(cases)('local of %s pulls no image of the application', (_, schema) => {
  const { backend, frontend, database } = schema.parse(profiles.local);

  expect([backend, frontend, database].map(({ image }) => image.pullPolicy)).toEqual([
    'Never',
    'Never',
    'IfNotPresent',
  ]);
});

test.each(cases)('local of %s changes nothing else', (_, schema) => {
  const { backend, frontend, ...rest } = schema.parse(profiles.local);
  const defaults = schema.parse({});

  expect(rest).toEqual({ ...defaults, backend: undefined, frontend: undefined });
  expect({ ...backend, image: null }).toEqual({ ...defaults.backend, image: null });
  expect({ ...frontend, image: null }).toEqual({ ...defaults.frontend, image: null });
});

test.each(cases)('cluster of %s pulls fixed images from a registry', (_, schema) => {
  const { backend, frontend, tests } = schema.parse(profiles.cluster);

  for (const { image } of [backend, frontend]) {
    expect(image).toMatchObject({ registry: 'registry.example.com', tag: '1.0.0', pullPolicy: 'Always' });
  }
  expect(tests.image.pullPolicy).toBe('Always');
});

test.each(cases)('cluster of %s has three pods a tier behind an Ingress with TLS', (_, schema) => {
  const { backend, frontend, routing } = schema.parse(profiles.cluster);

  for (const { replicaCount, service } of [backend, frontend]) {
    expect([replicaCount, service.type]).toEqual([3, 'ClusterIP']);
  }
  expect(routing).toMatchObject({ type: 'ingress', host: 'todo.example.com', tls: { enabled: true } });
});

test.each(cases)('cluster of %s has database and Secret elsewhere', (_, schema) => {
  const { database, secret } = schema.parse(profiles.cluster);

  expect(database.enabled).toBe(false);
  expect(secret.existingSecret).toBe('todo-secret');
});
