import { ApiObject, type Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';

const quantity = () => z.union([z.string().min(1), z.number().min(0)]);

const schema = z.object({
  model: z
    .object({ name: z.string().min(1).default('tiny'), revision: z.string().nullable().default(null) })
    .prefault({}),
  batchTokens: z.int().min(1).max(100_000_000).default(2_000_000),
  temperature: z.number().min(0).max(2).default(0.7),
  gpu: z
    .object({ count: z.int().min(0).max(8).default(0), type: z.enum(['any', 'a100', 'h100', 'l4']).default('any') })
    .prefault({}),
  resources: z
    .object({
      cpu: quantity().default('500m'),
      memory: quantity().nullable().default('1Gi'),
      cacheSize: quantity().nullable().default(null),
    })
    .prefault({}),
  affinity: z.unknown().default({}),
  tolerations: z.array(z.unknown()).default([]),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  extra: z.unknown().nullable().default(null),
  service: z
    .object({
      name: z.string().min(1).nullable().default(null),
      port: z.int().min(1).max(65535).default(8000),
      metricsPort: z.int().min(1).max(65535).nullable().default(null),
    })
    .prefault({}),
  probe: z
    .object({
      path: z.string().default('/healthz'),
      period: z.int().min(1).default(10),
      headers: z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]),
    })
    .nullable()
    .default({ path: '/healthz', period: 10, headers: [] }),
});

type Values = z.output<typeof schema>;

/** Values that pass through whole, quantities, numbers in texts, values that follow others, and one typed class. */
export const modelServer = defineProgram({
  name: 'model-server',
  version: '1.2.3',
  values: schema,
  build,
  notes: ({ model, service }, release) =>
    `${release.name} serves ${model.name}${model.revision === null ? '' : `@${model.revision}`} on ${service.port}.`,
});

function build(chart: Chart, values: Values, release: Release): void {
  const { service, resources, model } = values;
  const name = service.name ?? release.name;
  const { cpu, memory, cacheSize } = resources;
  new k8s.KubeStatefulSet(chart, 'server', {
    metadata: { name, annotations: { 'example.com/batch': `${values.batchTokens}` } },
    spec: {
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          affinity: values.affinity as k8s.Affinity,
          tolerations: values.tolerations as k8s.Toleration[],
          nodeSelector: { ...values.nodeSelector, ...gpuNodes(values.gpu) },
          containers: [
            {
              name: 'server',
              args: [
                `--model=${model.name}`,
                ...(model.revision === null ? [] : ['--revision', model.revision]),
                `--temperature=${values.temperature}`,
                ...(cacheSize === null ? [] : [`--cache=${cacheSize}`]),
              ],
              ports: [
                { name: 'http', containerPort: service.port },
                { name: 'metrics', containerPort: service.metricsPort ?? service.port },
              ],
              resources: {
                limits: {
                  cpu: k8s.Quantity.fromString(cpu as string),
                  ...(memory === null ? {} : { memory: k8s.Quantity.fromString(memory as string) }),
                },
              },
              ...(values.probe === null ? {} : { livenessProbe: probe(values.probe, service.port) }),
            },
          ],
        },
      },
    },
  });
  new ApiObject(chart, 'settings', {
    apiVersion: 'models.example.com/v1',
    kind: 'ModelSettings',
    metadata: { name },
    spec: {
      batchTokens: values.batchTokens,
      temperature: values.temperature,
      gpu: values.gpu,
      ...(values.extra === null ? {} : { extra: values.extra }),
    },
  });
}

function gpuNodes({ type }: Values['gpu']): Record<string, string> {
  return type === 'any' ? {} : { 'example.com/gpu': type };
}

function probe({ path, period, headers }: NonNullable<Values['probe']>, port: number): k8s.Probe {
  return {
    httpGet: { path, port: k8s.IntOrString.fromNumber(port), ...(headers.length > 0 ? { httpHeaders: headers } : {}) },
    periodSeconds: period,
  };
}
