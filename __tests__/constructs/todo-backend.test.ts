import { SecretRef } from '../../constructs/secret-ref.ts';
import { TodoBackend, type TodoBackendProps } from '../../constructs/todo-backend.ts';
import { TodoConfig } from '../../constructs/todo-config.ts';
import { testChart } from '../support/test-chart.ts';

function pod(options: Partial<TodoBackendProps> = {}) {
  const chart = testChart();
  const secret = new SecretRef(chart, 'secret', { name: 'credentials' });
  const { deployment } = new TodoBackend(chart, 'backend', {
    image: { repository: 'todo-backend', tag: '1.0.0' },
    secret,
    ...options,
  });
  return deployment.toJson().spec.template;
}

const container = (options: Partial<TodoBackendProps> = {}) => pod(options).spec.containers[0];

test('listens on port 8000 and tells the process so', () => {
  const { ports, env } = container();

  expect(ports).toEqual([{ name: 'http', containerPort: 8000 }]);
  expect(env).toEqual([
    { name: 'PORT', value: '8000' },
    { name: 'UVICORN_PORT', value: '8000' },
    { name: 'UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN', value: '20' },
  ]);
});

test('has its Service at the same port', () => {
  const chart = testChart();
  const secret = new SecretRef(chart, 'secret', { name: 'credentials' });

  const image = { repository: 'todo-backend', tag: '1.0.0' };
  const { service } = new TodoBackend(chart, 'backend', { image, secret, containerPort: 7860 });

  expect(service.toJson()).toMatchObject({ metadata: { name: 'todo-backend' }, spec: { ports: [{ port: 7860 }] } });
});

test('reads the whole Secret', () => {
  expect(container().envFrom).toEqual([{ secretRef: { name: 'credentials' } }]);
  expect(pod().metadata).not.toHaveProperty('annotations');
});

test('reads a configuration before the Secret, and restarts when it changes', () => {
  const app = { instance: 'todo' };
  const config = new TodoConfig(testChart(), 'config', { app, data: { A: 'a' } });

  expect(container({ config }).envFrom[0]).toEqual({ configMapRef: { name: 'todo-config' } });
  expect(pod({ config }).metadata.annotations).toEqual({ 'checksum/config': config.hash });
});

test('asks different paths for life and for readiness', () => {
  const { livenessProbe, readinessProbe, startupProbe } = container();

  expect(livenessProbe.httpGet.path).toBe('/livez');
  expect(readinessProbe.httpGet.path).toBe('/readyz');
  expect(startupProbe.httpGet.path).toBe('/readyz');
});

test('takes probes', () => {
  const probes = { livenessProbe: { path: '/l' }, readinessProbe: { path: '/r' }, startupProbe: { path: '/s' } };

  expect(container(probes)).toMatchObject({
    livenessProbe: { httpGet: { path: '/l' } },
    readinessProbe: { httpGet: { path: '/r' } },
    startupProbe: { httpGet: { path: '/s' } },
  });
});

test('takes port, drain time and the size of /tmp', () => {
  const options = { containerPort: 7860, drainSeconds: 5, tmpSizeLimit: '1Gi' };

  const { ports, env, volumeMounts } = container(options);

  expect(ports[0].containerPort).toBe(7860);
  expect(env.map(({ value }: { value: string }) => value)).toEqual(['7860', '7860', '5']);
  expect(volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  expect(pod(options).spec.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }]);
});
