import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { compileTemplates } from '../chart/compile.ts';
import { defineProgram, type Program } from '../chart/program.ts';

/** How compiling grows, measured in one process; printed as JSON by itself, so that memory is not that of another task. */
export interface Growth {
  /** Milliseconds for each of 1, 10, 100 and 1,000 small programs. */
  readonly perProgram: Readonly<Record<number, number>>;
  /** Milliseconds for one object with 5, 10, 20 and 40 optional keys, each behind a flag. */
  readonly flags: Readonly<Record<number, number>>;
  /** Largest resident set in MiB. */
  readonly memory: number;
}

function growth(): Growth {
  const warmUp = 20;
  for (let i = 0; i < warmUp; i++) compileTemplates(service());
  const perProgram = Object.fromEntries(
    [1, 10, 100, 1000].map((count) => [count, timed(() => times(count, () => compileTemplates(service()))) / count]),
  );
  for (let i = 0; i < warmUp; i++) compileTemplates(flagged(20));
  const rounds = 5;
  const flags = Object.fromEntries(
    [5, 10, 20, 40].map((count) => [
      count,
      timed(() => times(rounds, () => compileTemplates(flagged(count)))) / rounds,
    ]),
  );
  return { perProgram, flags, memory: process.resourceUsage().maxRSS / 1024 };
}

function times(count: number, action: () => void): void {
  for (let i = 0; i < count; i++) action();
}

function timed(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

/** A Deployment and a Service with the usual values. */
function service(): Program {
  const values = z.object({
    image: z.object({ repository: z.string(), tag: z.string() }).default({ repository: 'app', tag: '1.0.0' }),
    replicas: z.int().min(0).max(100).nullable().default(2),
    port: z.int().min(1).max(65535).default(8080),
    env: z.array(z.object({ name: z.string().min(1), value: z.string() })).default([]),
    labels: z.record(z.string(), z.string()).default({}),
    service: z.object({ enabled: z.boolean(), type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']) }).default({
      enabled: true,
      type: 'ClusterIP',
    }),
  });
  const program = defineProgram({
    name: 'app',
    version: '1.0.0',
    values,
    build(chart, { image, replicas, port, env, labels, service }) {
      const metadata = { name: 'app', labels: { ...labels, app: 'app' } };
      new ApiObject(chart, 'deployment', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          ...(replicas === null ? {} : { replicas }),
          selector: { matchLabels: { app: 'app' } },
          template: {
            metadata: { labels: { app: 'app' } },
            spec: {
              containers: [
                {
                  name: 'app',
                  image: `${image.repository}:${image.tag}`,
                  ports: [{ name: 'http', containerPort: port }],
                  env: env.map(({ name, value }) => ({ name, value })),
                },
              ],
            },
          },
        },
      });
      if (!service.enabled) return;
      new ApiObject(chart, 'service', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: service.type, selector: { app: 'app' }, ports: [{ name: 'http', port, targetPort: 'http' }] },
      });
    },
  });
  return program as unknown as Program;
}

function flagged(count: number): Program {
  const names = Array.from({ length: count }, (_, i) => `flag${i}`);
  const values = z.object(Object.fromEntries(names.map((name) => [name, z.boolean().default(true)])));
  const build = (chart: Chart, flags: Readonly<Record<string, boolean>>) => {
    const labels = Object.assign({}, ...names.map((name) => (flags[name] ? { [name]: 'on' } : {})));
    new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', labels } });
  };
  return defineProgram({ name: 'flags', version: '1.0.0', values, build }) as unknown as Program;
}

console.log(JSON.stringify(growth()));
