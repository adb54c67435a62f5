import { TodoConfig } from '../../constructs/todo-config.ts';
import { TodoFrontend, type TodoFrontendProps } from '../../constructs/todo-frontend.ts';
import { testChart } from '../support/test-chart.ts';

function frontend(options: Partial<TodoFrontendProps> = {}) {
  const chart = testChart();
  const data = { BACKEND_URL: 'http://todo-backend:8000' };
  const config = new TodoConfig(chart, 'config', { app: { instance: 'todo' }, data });
  return new TodoFrontend(chart, 'frontend', {
    image: { repository: 'todo-frontend', tag: '1.0.0' },
    config,
    ...options,
  });
}

const pod = (options?: Partial<TodoFrontendProps>) => frontend(options).deployment.toJson().spec.template;
const container = (options?: Partial<TodoFrontendProps>) => pod(options).spec.containers[0];

test('listens on port 3000 of every address', () => {
  const { ports, env } = container();

  expect(ports).toEqual([{ name: 'http', containerPort: 3000 }]);
  expect(env).toEqual([
    { name: 'HOSTNAME', value: '0.0.0.0' },
    { name: 'PORT', value: '3000' },
    { name: 'DRAIN_SECONDS', value: '20' },
  ]);
});

test('has its Service at the same port', () => {
  expect(frontend().service.toJson()).toMatchObject({
    metadata: { name: 'todo-frontend' },
    spec: { ports: [{ port: 3000 }] },
  });
});

test('reads the configuration at run time, and restarts when it changes', () => {
  expect(container().envFrom).toEqual([{ configMapRef: { name: 'todo-config' } }]);
  expect(pod().metadata.annotations['checksum/config']).toMatch(/^[0-9a-f]{64}$/);
});

test('can write to /tmp and to the cache of Next.js', () => {
  expect(container().volumeMounts).toEqual([
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'next-cache', mountPath: '/app/.next/cache' },
  ]);
});

test('asks different paths for life and for readiness', () => {
  const { livenessProbe, readinessProbe, startupProbe } = container();

  expect(livenessProbe.httpGet.path).toBe('/livez');
  expect(readinessProbe.httpGet.path).toBe('/');
  expect(startupProbe.httpGet.path).toBe('/');
});

test('takes probes', () => {
  const probes = { livenessProbe: { path: '/l' }, readinessProbe: { path: '/r' }, startupProbe: { path: '/s' } };

  expect(container(probes)).toMatchObject({
    livenessProbe: { httpGet: { path: '/l' } },
    readinessProbe: { httpGet: { path: '/r' } },
    startupProbe: { httpGet: { path: '/s' } },
  });
});

test('takes port, drain time and the sizes of its directories', () => {
  const options = { containerPort: 4000, drainSeconds: 5, tmpSizeLimit: '1Gi', cacheSizeLimit: '2Gi' };

  expect(container(options).ports[0].containerPort).toBe(4000);
  expect(container(options).env.slice(1)).toEqual([
    { name: 'PORT', value: '4000' },
    { name: 'DRAIN_SECONDS', value: '5' },
  ]);
  expect(pod(options).spec.volumes).toEqual([
    { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'next-cache', emptyDir: { sizeLimit: '2Gi' } },
  ]);
});
