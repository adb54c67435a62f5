import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release, sha256 } from '../../chart/index.ts';

const sink = z.object({
  kind: z.enum(['stdout', 'elasticsearch', 'loki', 's3']),
  url: z.string().min(1).nullable().default(null),
  tags: z.record(z.string().regex(/^[a-z]+$/), z.string()).default({}),
  filters: z
    .array(
      z.object({
        field: z.string().min(1),
        drop: z.boolean().default(false),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

const schema = z.object({
  buffer: z.enum(['memory', 'disk', 'both', 'off']).default('memory'),
  compression: z.enum(['none', 'gzip', 'zstd', 'lz4']).default('none'),
  ack: z.boolean().default(true),
  persistent: z.boolean().default(false),
  encrypted: z.boolean().default(false),
  keyName: z.string().min(1).nullable().default(null),
  sinks: z.array(sink).default([{ kind: 'stdout', url: null, tags: {}, filters: [] }]),
  tags: z.record(z.string().regex(/^[a-z]+$/), z.string()).default({}),
  owner: z.string().nullable().default(null),
});

type Values = z.output<typeof schema>;
type Sink = Values['sinks'][number];

/** Branches that meet: at one leaf, around one block, inside loops together with those of the elements, and in a hash. */
export const logPipeline = defineProgram({
  name: 'log-pipeline',
  version: '0.0.1',
  values: schema,
  build,
  notes,
});

function build(chart: Chart, values: Values): void {
  const { buffer, ack, persistent, encrypted, keyName, owner } = values;
  const secure = { ...(encrypted ? { encryption: { key: keyName ?? 'default', cipher: 'aes' } } : {}) };
  const durable = persistent && (buffer === 'disk' || buffer === 'both');
  const settings = {
    mode: durable ? 'durable' : ack && buffer !== 'off' ? 'acknowledged' : 'best-effort',
    ...bufferOf(values),
    ...secure,
    sinks: values.sinks.map((each) => sinkOf(each, values)),
  };
  const metadata = { name: 'pipeline', ...(owner === null ? {} : { annotations: { owner } }) };
  new ApiObject(chart, 'pipeline', {
    apiVersion: 'logs.example.com/v1',
    kind: 'Pipeline',
    metadata,
    spec: settings,
  });
  new ApiObject(chart, 'agent', {
    apiVersion: 'apps/v1',
    kind: durable ? 'StatefulSet' : 'DaemonSet',
    metadata,
    spec: {
      ...(durable ? { serviceName: 'pipeline', volumeClaimTemplates: [{ metadata: { name: 'buffer' } }] } : {}),
      template: {
        metadata: { annotations: { 'checksum/settings': sha256(settings), ...(owner === null ? {} : { owner }) } },
        spec: { volumes: volumes(values, durable) },
      },
    },
  });
}

function bufferOf({ buffer, compression, ack }: Values) {
  if (buffer === 'off') return {};
  return {
    buffer: {
      kind: buffer,
      ...(compression === 'none' ? {} : { compression, level: compression === 'zstd' && ack ? 9 : 3 }),
    },
  };
}

function sinkOf({ kind, url, tags, filters }: Sink, { ack, encrypted, tags: common }: Values) {
  return {
    kind,
    ...(kind === 'stdout' ? {} : { url: url ?? `${encrypted ? 'https' : 'http'}://${kind}` }),
    ...(ack && kind !== 'stdout' ? { acknowledge: true } : {}),
    tags: { ...common, ...tags, sink: kind },
    drop: filters.filter(({ drop }) => drop).map(({ field, values }) => ({ field, values })),
    keep: filters.filter(({ drop }) => !drop).map(({ field }) => field),
  };
}

function volumes({ encrypted, buffer }: Values, durable: boolean) {
  return [
    { name: 'logs', hostPath: { path: '/var/log' } },
    ...(durable || buffer === 'off'
      ? []
      : [{ name: 'buffer', emptyDir: buffer === 'memory' ? { medium: 'Memory' } : {} }]),
    ...(encrypted ? [{ name: 'keys', secret: { secretName: 'pipeline-keys' } }] : []),
  ];
}

function notes({ sinks, tags, encrypted }: Values, release: Release): string {
  const lines = sinks.map(({ kind, url }) => `- ${kind}${url === null ? '' : ` at ${url}`}`);
  return `${release.namespace}/${release.name}${encrypted ? ' (encrypted)' : ''} writes to:\n${lines.length > 0 ? 'several sinks' : 'nothing'}\n${Object.keys(tags).length > 0 ? 'with tags\n' : ''}`;
}
