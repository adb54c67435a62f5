import { ApiObject, type Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { z } from 'zod';
import { defineProgram, type Program, type Release, sha256 } from '../../chart/index.ts';

/** A small shop: its lines are what the tests of explain look for, by their text. */
export const shopValues = z.object({
  web: z
    .object({
      replicas: z.int().min(0).default(2).describe('Pods.'),
      scaled: z.boolean().default(false),
      image: image('shop'),
      port: z.int().min(1).default(80),
      type: z.enum(['ClusterIP', 'NodePort']).default('ClusterIP'),
      nodePort: z.int().min(1).nullable().default(null),
      account: z.object({ create: z.boolean().default(true) }).prefault({}),
    })
    .prefault({}),
  env: z
    .array(z.object({ name: z.string().regex(/^[a-z]+$/), value: z.string().nullable().default(null) }))
    .default([]),
  labels: z.record(z.string(), z.string()).default({}),
  extraLabels: z.record(z.string(), z.string()).default({}),
  jobs: z.array(z.object({ name: z.string().regex(/^[a-z]+$/) })).default([]),
  tls: z
    .object({ secret: z.string().min(1) })
    .nullable()
    .default(null),
  files: z.record(z.string(), z.object({ text: z.string() })).default({}),
  hosts: z.array(z.string()).default([]),
  theme: z.string().min(1).default('plain'),
  unused: z.string().default(''),
});

function image(repository: string) {
  return z
    .object({ repository: z.string().min(1).default(repository), digest: z.string().min(1).nullable().default(null) })
    .prefault({});
}

type Values = z.output<typeof shopValues>;

interface WebProps {
  readonly image: Values['web']['image'];
  readonly replicas?: number;
  readonly labels: Record<string, string>;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly account: string;
  readonly hash: string;
}

class Web extends ApiObject {
  constructor(scope: Construct, id: string, props: WebProps) {
    super(scope, id, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: props.labels, annotations: { 'checksum/theme': props.hash } },
      spec: {
        replicas: props.replicas,
        template: {
          metadata: meta({ labels: { tier: 'web' } }),
          spec: {
            serviceAccountName: props.account,
            containers: [{ name: 'web', image: reference(props.image), env: props.env }],
          },
        },
      },
    });
  }
}

/** Its parameter has a field of the same name as the construct's props. */
function meta(props: Pick<WebProps, 'labels'>) {
  return { labels: props.labels };
}

function reference({ repository, digest }: WebProps['image']): string {
  return digest === null ? `${repository}:latest` : `${repository}@${digest}`;
}

class Shop extends Construct {
  constructor(scope: Construct, values: Values) {
    super(scope, 'shop');
    const { replicas, scaled, type, nodePort, port } = values.web;
    const theme = { THEME: values.theme };
    new Web(this, 'web', {
      image: values.web.image,
      replicas: scaled ? undefined : replicas,
      labels: { app: 'web', ...values.labels, ...values.extraLabels, part: 'shop' },
      env: [
        { name: 'PORT', value: `${port}` },
        ...values.env.map((each) => ({ name: each.name, value: each.value ?? undefined })),
      ],
      account: values.web.account.create ? 'web' : 'default',
      hash: sha256(theme),
    });
    if (scaled) object(this, 'scaler', 'Scaler', { least: { pods: replicas }, 'least.of': 1 });
    object(this, 'service', 'Service', {
      type,
      ports: [{ name: 'http', port, nodePort: type === 'NodePort' ? (nodePort ?? undefined) : undefined }],
      ...(values.tls === null ? {} : { secret: values.tls.secret }),
      hosts: values.hosts.length > 0 ? values.hosts : undefined,
      options:
        scaled || values.tls !== null
          ? { ...(scaled ? { theme: theme.THEME } : {}), ...(values.tls === null ? {} : { tls: true }) }
          : undefined,
      texts: Object.fromEntries(Object.entries(values.files).map(([name, file]) => [name, file.text])),
    });
    for (const { name } of values.jobs)
      new ApiObject(this, `job-${name}`, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name } });
  }
}

function object(scope: Construct, id: string, kind: string, spec: unknown): void {
  new ApiObject(scope, id, { apiVersion: 'v1', kind, metadata: { name: 'web' }, spec });
}

/** The program of the shop. */
export function shopProgram(): Program {
  return defineProgram({
    name: 'shop',
    version: '1.0.0',
    values: shopValues,
    build: (chart: Chart, values: Values) => void new Shop(chart, values),
    notes: ({ web }: Values, release: Release) => `${release.name} listens on ${web.port}`,
    templates: { 'extra.yaml': '# by hand\nport: {{ .Values.web.port }}\nother: {{ .Values.web.portal }}\n' },
    rules: [
      {
        when: [
          { path: 'web.type', in: ['NodePort'] },
          { path: 'web.scaled', in: [false] },
        ],
        left: { path: 'web.nodePort', fallback: 'web.port' },
        op: '<=',
        right: 30000,
        message: 'keep it low',
      },
      { left: 'theme', op: 'is set', message: 'choose one' },
    ],
  }) as unknown as Program;
}
