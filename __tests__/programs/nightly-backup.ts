import { ApiObject, type Chart, Cron, Size } from 'cdk8s';
import { ConcurrencyPolicy, CronJob, EnvValue, PersistentVolumeAccessMode, PersistentVolumeClaim } from 'cdk8s-plus-28';
import { z } from 'zod';
import { defineProgram, type Release, sha256 } from '../../chart/index.ts';

const duration = () => z.string().regex(/^([0-9]+(ms|s|m|h))+$/);
const quantity = () => z.union([z.string().regex(/^[0-9]+(m|Ki|Mi|Gi|k|M|G)?$/), z.number().min(0)]);

const schema = z.object({
  schedule: z.object({ hour: z.string().min(1).default('2'), day: z.string().min(1).default('*') }).prefault({}),
  target: z.enum(['volume', 's3', 'gcs', 'azure']).default('volume'),
  bucket: z.string().min(1).nullable().default(null),
  timeout: duration().default('30m'),
  retryAfter: duration().default('90s'),
  retries: z.int().min(0).max(10).default(2),
  keep: z.object({ daily: z.int().min(0).max(31).default(7), weekly: z.int().min(0).max(53).default(4) }).prefault({}),
  keepAtMost: z.int().min(0).max(100).nullable().default(null),
  concurrency: z.enum(['Allow', 'Forbid', 'Replace']).default('Forbid'),
  memory: z
    .object({ request: quantity().nullable().default('64Mi'), limit: quantity().nullable().default(null) })
    .prefault({}),
  databases: z
    .array(
      z.object({
        name: z.string().min(1),
        tables: z.array(z.string()).default([]),
        compress: z.boolean().default(true),
      }),
    )
    .default([]),
  checkBefore: z.boolean().default(true),
});

type Values = z.output<typeof schema>;

/** A CronJob with rules of every kind, Helm hooks, and a hash over nested lists. */
export const nightlyBackup = defineProgram({
  name: 'nightly-backup',
  version: '0.9.0',
  appVersion: '12',
  values: schema,
  rules: [
    { left: 'retryAfter', op: '<', right: 'timeout', as: 'duration', message: 'a retry starts within the time' },
    { left: 'timeout', op: '<=', right: 86400, as: 'duration', message: 'the next one starts a day later' },
    {
      left: { path: 'memory.limit', fallback: 'memory.request' },
      op: '>=',
      right: 'memory.request',
      as: 'quantity',
      message: 'a limit is at least the request',
    },
    {
      left: { sum: ['keep.daily', 'keep.weekly'] },
      op: '<=',
      right: 'keepAtMost',
      message: 'that many are kept; lower one of them, or set keepAtMost to null',
    },
    { left: { sum: ['keep.daily', 'keep.weekly'] }, op: '!=', right: 0, message: 'something has to be kept' },
    {
      when: [{ path: 'target', in: ['s3', 'gcs', 'azure'] }],
      left: 'bucket',
      op: 'is set',
      message: 'a store elsewhere has a bucket',
    },
    {
      when: [{ path: 'concurrency', in: ['Allow'] }, { path: 'bucket' }],
      left: 'retries',
      op: '==',
      right: 0,
      message: 'two uploads at once must not be repeated',
    },
  ],
  build,
  notes,
});

function build(chart: Chart, values: Values, release: Release): void {
  const { target, bucket, databases, memory } = values;
  const plan = {
    databases: databases.map(({ name, tables, compress }) => ({
      name,
      file: `${name}.sql${compress ? '.gz' : ''}`,
      ...(tables.length > 0 ? { tables } : {}),
    })),
    keep: values.keep,
    ...(target === 'volume' ? { path: '/backup' } : { url: `${target}://${bucket}` }),
  };
  new ApiObject(chart, 'plan', {
    apiVersion: 'backup.example.com/v1',
    kind: 'Plan',
    metadata: { name: 'nightly' },
    spec: plan,
  });
  if (target === 'volume') {
    new PersistentVolumeClaim(chart, 'volume', {
      metadata: { name: 'backup' },
      accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
      storage: Size.gibibytes(20),
    });
  }
  const job = new CronJob(chart, 'job', {
    metadata: { name: 'nightly', annotations: { 'checksum/plan': sha256(plan) } },
    schedule: Cron.schedule({ minute: '0', hour: values.schedule.hour, day: values.schedule.day }),
    concurrencyPolicy:
      values.concurrency === 'Allow'
        ? ConcurrencyPolicy.ALLOW
        : values.concurrency === 'Forbid'
          ? ConcurrencyPolicy.FORBID
          : ConcurrencyPolicy.REPLACE,
    backoffLimit: values.retries,
    terminationGracePeriod: undefined,
  });
  job.addContainer({
    name: 'backup',
    image: 'backup:12',
    resources: {},
    securityContext: { ensureNonRoot: true },
    envVariables: {
      TIMEOUT: EnvValue.fromValue(values.timeout),
      RETRY_AFTER: EnvValue.fromValue(values.retryAfter),
      ...(memory.limit === null ? {} : { MEMORY: EnvValue.fromValue(`${memory.limit}`) }),
    },
  });
  if (values.checkBefore) check(chart, values, release);
}

/** What only Helm runs: before an upgrade, and as a test. */
function check(chart: Chart, { databases, memory }: Values, release: Release): void {
  for (const hook of ['pre-upgrade', 'test']) {
    new ApiObject(chart, `check-${hook}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${release.name}-${hook}`, annotations: { 'helm.sh/hook': hook } },
      spec: {
        containers: [
          {
            name: 'check',
            args: ['check', ...databases.map(({ name }) => `--database=${name}`)],
            resources: { requests: memory.request === null ? {} : { memory: memory.request } },
          },
        ],
      },
    });
  }
}

function notes({ target, bucket, schedule, databases }: Values): string {
  const where = target === 'volume' ? 'the volume backup' : `${target} bucket ${bucket}`;
  return `Every night at ${schedule.hour} o'clock to ${where}.\n${databases.length === 0 ? '\nNo database is named: nothing is backed up.\n' : ''}`;
}
