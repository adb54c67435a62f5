import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';

const variable = z.object({
  name: z.string().regex(/^[A-Z_]+$/),
  value: z.string().nullable().default(null),
  secret: z
    .object({ name: z.string().min(1), key: z.string().min(1) })
    .nullable()
    .default(null),
});

const step = z.object({
  name: z.string().min(1),
  image: z.string().min(1),
  privileged: z.boolean().default(false),
  pull: z.enum(['Always', 'IfNotPresent', 'Never', 'Default']).default('Default'),
  args: z.array(z.string()).default([]),
  env: z.array(variable).default([]),
  limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

const worker = z.object({
  name: z.string().regex(/^[a-z]+$/),
  enabled: z.boolean().default(true),
  queue: z.string(),
  concurrency: z.int().min(1).max(5000000).default(1),
  priority: z.enum(['low', 'normal', 'high', 'urgent']).default('normal'),
  labels: z.record(z.string().regex(/^[a-z.]+$/), z.string()).default({}),
  schedule: z.string().nullable().default(null),
  steps: z.array(step).default([]),
});

const schema = z.object({
  broker: z.string().min(1).default('amqp://broker:5672'),
  tracing: z.boolean().default(false),
  workers: z.array(worker).default([{ name: 'mail', queue: 'mails', steps: [] } as never]),
  drainSeconds: z.int().min(0).max(600).default(30),
});

type Values = z.output<typeof schema>;
type Worker = Values['workers'][number];
type Step = Worker['steps'][number];

/** Lists in lists in lists, with choices, maps and nullables in the elements, and one object for each element. */
export const queueWorkers = defineProgram({
  name: 'queue-workers',
  version: '0.2.0',
  values: schema,
  build,
});

function build(chart: Chart, values: Values, release: Release): void {
  for (const worker of values.workers) {
    new ApiObject(chart, `worker-${worker.name}`, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: {
        name: `worker-${worker.name}`,
        labels: { app: 'queue-workers', ...worker.labels },
        annotations: { 'example.com/queue': `${release.name}/${worker.queue}` },
      },
      spec: {
        schedule: worker.schedule ?? '* * * * *',
        suspend: !worker.enabled,
        jobTemplate: {
          spec: {
            template: { spec: { ...priority(worker), containers: worker.steps.map((s) => container(s, values)) } },
          },
        },
      },
    });
  }
  new ApiObject(chart, 'workers', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'workers' },
    data: { tracing: values.tracing ? 'on' : 'off' },
    enabled: values.workers.filter((worker) => worker.enabled).map((worker) => worker.name),
    urgent: values.workers
      .filter((worker) => worker.priority === 'urgent' && worker.enabled)
      .map(({ name, concurrency, schedule }) => ({ name, concurrency, ...(schedule === null ? {} : { schedule }) })),
    images: values.workers.flatMap((worker) => worker.steps.map(({ image }) => image)),
  } as never);
}

function priority({ priority }: Worker) {
  if (priority === 'normal') return {};
  return { priorityClassName: priority === 'urgent' ? 'system-cluster-critical' : `queue-${priority}` };
}

function container(step: Step, { broker, tracing }: Values) {
  return {
    name: step.name,
    image: step.image,
    ...(step.pull === 'Default' ? {} : { imagePullPolicy: step.pull }),
    ...(step.args.length > 0 ? { args: step.args } : {}),
    ...(step.privileged ? { securityContext: { privileged: true } } : {}),
    env: [
      { name: 'BROKER', value: broker },
      ...(tracing ? [{ name: 'TRACE', value: '1' }] : []),
      ...step.env.map(variableOf),
    ],
    resources: { limits: step.limits },
  };
}

function variableOf({ name, value, secret }: Step['env'][number]) {
  if (secret !== null) return { name, valueFrom: { secretKeyRef: secret } };
  return value === null ? { name } : { name, value };
}
