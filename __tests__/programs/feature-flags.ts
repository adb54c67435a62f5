import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release, sha256 } from '../../chart/index.ts';

const texts = z.record(z.string().regex(/^[A-Za-z][-A-Za-z0-9_./]*$/), z.string());

const schema = z.object({
  owner: z.string().min(1).default('platform'),
  audit: z.boolean().default(false),
  config: texts.default({ MODE: 'standard' }),
  secretConfig: texts.nullable().default(null),
  labels: texts.default({}),
  podLabels: texts.default({}),
  flags: z
    .record(
      z.string().regex(/^[a-z]+$/),
      z.object({
        on: z.boolean().default(false),
        percent: z.int().min(0).max(100).default(100),
        audience: z.enum(['everyone', 'staff', 'beta', 'nobody']).default('everyone'),
        note: z.string().nullable().default(null),
        rules: z.array(z.string()).default([]),
      }),
    )
    .default({}),
});

type Values = z.output<typeof schema>;

/** Maps: spread before and after fixed keys, two at once, listed as entries, keyed again, and hashed. */
export const featureFlags = defineProgram({
  name: 'feature-flags',
  version: '1.0.0-rc.1',
  values: schema,
  build,
});

function build(chart: Chart, values: Values, release: Release): void {
  const { config, secretConfig, labels, podLabels, flags, audit } = values;
  const data = { OWNER: values.owner, ...config, RELEASE: release.name, ...(audit ? { AUDIT: 'yes' } : {}) };
  new ApiObject(chart, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags', labels: { app: 'flags', ...labels } },
    data,
  });
  new ApiObject(chart, 'overrides', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags-overrides', labels: { ...labels, app: 'flags' } },
    data: { MODE: 'fallback', ...config, ...secretConfig, SOURCE: 'chart' },
  });
  new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'flags', labels },
    spec: {
      template: {
        metadata: {
          labels: { ...labels, ...podLabels, app: 'flags', ...(audit ? { audit: 'on' } : {}) },
          annotations: { 'checksum/config': sha256(data), 'checksum/flags': sha256({ flags: flagList(flags) }) },
        },
        spec: {
          containers: [
            {
              name: 'flags',
              env: [
                { name: 'OWNER', value: values.owner },
                ...Object.entries(config).map(([name, value]) => ({ name: `CONFIG_${name}`, value })),
                ...Object.entries(secretConfig ?? {}).map(([name, value]) => ({ name: `SECRET_${name}`, value })),
              ],
            },
          ],
        },
      },
    },
  });
  new ApiObject(chart, 'flags', {
    apiVersion: 'flags.example.com/v1',
    kind: 'FlagSet',
    metadata: { name: 'flags' },
    spec: {
      flags: flagList(flags),
      byName: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [`flag.${name}`, { on: flag.on }])),
      names: Object.keys(flags),
    },
  } as never);
}

function flagList(flags: Values['flags']) {
  return Object.entries(flags)
    .filter(([, flag]) => flag.audience !== 'nobody')
    .map(([name, { on, percent, audience, note, rules }]) => ({
      name,
      state: on ? `${percent}%` : 'off',
      ...(audience === 'everyone' ? {} : { only: audience }),
      ...(note === null ? {} : { note }),
      ...(rules.length > 0 ? { rules: rules.map((rule) => ({ expression: rule, flag: name })) } : {}),
    }));
}
