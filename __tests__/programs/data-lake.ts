import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release, sha256 } from '../../chart/index.ts';

const quantity = () => z.union([z.string().regex(/^[0-9]+(m|Mi|Gi|Ti)?$/), z.int().min(0)]);
const names = () => z.record(z.string().regex(/^[a-z][a-z0-9.]*$/), z.string());

const schema = z.object({
  commonLabels: names().default({}),
  commonAnnotations: names().default({}),
  buckets: z
    .record(
      z.string().regex(/^[a-z]+$/),
      z.object({
        class: z.enum(['hot', 'warm', 'cold', 'frozen']).default('hot'),
        size: quantity().nullable().default(null),
        versions: z.int().min(1).nullable().default(null),
        public: z.boolean().default(false),
        tags: names().default({}),
        grants: z.array(z.object({ user: z.string().min(1), write: z.boolean().default(false) })).default([]),
      }),
    )
    .default({ raw: { class: 'hot', size: '10Gi', versions: 3, public: false, tags: {}, grants: [] } }),
  query: z
    .object({
      enabled: z.boolean().default(true),
      engine: z.enum(['trino', 'spark', 'duckdb', 'none']).default('trino'),
      workers: z.int().min(0).max(1000).default(3),
      spot: z.boolean().default(false),
      memory: quantity().default('4Gi'),
      overhead: quantity().default(0),
      limit: quantity().nullable().default(null),
      properties: z.record(z.string(), z.string()).default({ 'query.max-memory': '1GB' }),
      tolerations: z.array(z.unknown()).default([]),
      affinity: z.unknown().nullable().default(null),
    })
    .prefault({}),
});

type Values = z.output<typeof schema>;

/** Labels of the program over those of one object, defaults that are deleted by null, and hashes of the same map. */
export const dataLake = defineProgram({
  name: 'data-lake',
  version: '7.0.0',
  values: schema,
  rules: [
    {
      when: [
        { path: 'query.enabled', in: [true] },
        { path: 'query.engine', in: ['trino', 'spark'] },
      ],
      left: 'query.workers',
      op: '>',
      right: 0,
      message: 'a cluster without workers answers nothing',
    },
    {
      when: [{ path: 'query.limit' }],
      left: 'query.limit',
      op: '>=',
      right: { sum: ['query.workers', 1] },
      as: 'quantity',
      message: 'each worker and the coordinator need some of it',
    },
  ],
  build,
});

function build(chart: Chart, values: Values, release: Release): void {
  const { buckets, query, commonLabels, commonAnnotations } = values;
  const metadata = (name: string, labels: Record<string, string> = {}) => ({
    name,
    labels: { ...labels, ...commonLabels, 'app.kubernetes.io/part-of': release.name },
    ...(Object.keys(commonAnnotations).length > 0 ? { annotations: commonAnnotations } : {}),
  });
  Object.entries(buckets).map(([name, bucket]) => {
    const { size, versions, tags, grants } = bucket;
    return new ApiObject(chart, `bucket-${name}`, {
      apiVersion: 'lake.example.com/v1',
      kind: 'Bucket',
      metadata: metadata(`bucket-${name}`, { bucket: name, class: bucket.class }),
      spec: {
        storageClass: bucket.class === 'frozen' ? 'glacier' : bucket.class === 'cold' ? 'infrequent' : 'standard',
        ...(size === null ? {} : { size }),
        ...(versions === null ? {} : { versioning: { keep: versions, label: `${versions} versions` } }),
        acl: bucket.public ? 'public-read' : 'private',
        tags: { ...tags, bucket: name },
        readers: grants.map(({ user }) => user),
        ...(grants.length > 0 ? { writers: grants.filter(({ write }) => write).map(({ user }) => user) } : {}),
      },
    });
  });
  if (query.enabled && query.engine !== 'none') addQuery(chart, query, metadata('query'));
}

function addQuery(chart: Chart, query: Values['query'], metadata: { name: string }): void {
  const { engine, workers, spot, memory, overhead, limit, properties, affinity } = query;
  const config = { ...properties, engine, 'memory.per-node': `${memory}+${overhead}` };
  new ApiObject(chart, 'query-config', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config });
  for (const role of ['coordinator', 'worker'] as const) {
    if (role === 'worker' && engine === 'duckdb') continue;
    new ApiObject(chart, `query-${role}`, {
      apiVersion: 'apps/v1',
      kind: role === 'worker' && !spot ? 'StatefulSet' : 'Deployment',
      metadata: { ...metadata, name: `query-${role}` },
      spec: {
        replicas: role === 'worker' ? workers : 1,
        template: {
          metadata: {
            annotations: { config: sha256(config), ...(role === 'worker' ? { memory: sha256({ memory }) } : {}) },
          },
          spec: {
            tolerations: [...(spot ? [{ key: 'spot', operator: 'Exists' }] : []), ...query.tolerations],
            ...(affinity === null ? {} : { affinity }),
            containers: [
              {
                name: engine,
                args: role === 'worker' ? ['--worker', `--threads=${workers}`] : ['--coordinator'],
                resources: { requests: { memory }, ...(limit === null ? {} : { limits: { memory: limit } }) },
              },
            ],
          },
        },
      },
    });
  }
}
