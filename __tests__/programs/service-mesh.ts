import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';

const port = z.int().min(1).max(65535);

const upstream = z.object({
  weight: z.int().min(0).max(100).default(100),
  canary: z.boolean().default(false),
  headers: z
    .record(
      z
        .string()
        .regex(/^x-[a-z]+$/)
        .meta({ examples: ['x-a', 'x-b'] }),
      z.array(z.string()),
    )
    .default({}),
});

const service = z.object({
  name: z.string().regex(/^[a-z]+$/),
  protocol: z.enum(['http', 'grpc', 'tcp', 'tls']).default('http'),
  port: port.default(80),
  exported: z.boolean().default(false),
  policy: z
    .object({
      retries: z.int().min(0).max(10).nullable().default(null),
      timeout: z.string().min(1).nullable().default(null),
      mirror: z
        .object({ to: z.string().min(1), percent: z.number().min(0).max(100).default(10) })
        .nullable()
        .default(null),
    })
    .nullable()
    .default(null),
  upstreams: z.record(z.string().regex(/^[a-z]+$/), upstream).default({}),
  matrix: z.array(z.array(z.string())).default([]),
});

const schema = z.object({
  mode: z.enum(['sidecar', 'ambient', 'proxyless', 'off']).default('sidecar'),
  strict: z.boolean().default(true),
  egress: z.boolean().default(false),
  trustDomain: z.string().min(1).nullable().default(null),
  'ca-bundle': z.string().default(''),
  services: z.array(service).default([]),
  labels: z.record(z.string().regex(/^[a-z]+$/), z.string()).default({ mesh: 'default' }),
});

type Values = z.output<typeof schema>;
type Service = Values['services'][number];

/** Nullables in nullables in elements, maps of lists in maps, objects that only some elements have, answers in texts. */
export const serviceMesh = defineProgram({
  name: 'service-mesh',
  version: '1.0.0',
  values: schema,
  rules: [
    {
      when: [{ path: 'mode', in: ['proxyless'] }],
      left: 'ca-bundle',
      op: 'is set',
      message: 'without proxies, clients have to know the authority',
    },
  ],
  build,
  notes: ({ mode, services, egress }, release) =>
    `Mesh ${release.name} is ${mode}.${services.length > 0 ? '' : ' It has no services.'}${egress ? '\nPods reach the world.' : ''}\n`,
});

function build(chart: Chart, values: Values, release: Release): void {
  const { mode, strict, trustDomain, services, labels } = { ...values };
  if (mode === 'off') return;
  new ApiObject(chart, `mesh-${mode}`, {
    apiVersion: 'mesh.example.com/v1',
    kind: 'Mesh',
    metadata: { name: 'mesh', labels: { ...labels, mode } },
    spec: {
      mode,
      summary: `${mode}/${strict}`,
      [mode]: { strict, ...(trustDomain === null ? {} : { trustDomain }) },
      caBundle: values['ca-bundle'],
      identity: `spiffe://${trustDomain ?? 'cluster.local'}/ns/${release.namespace}`,
      egress: values.egress && !strict ? 'open' : values.egress ? 'registry' : 'none',
    },
  });
  services.forEach((each) => {
    addService(chart, each, values);
    if (each.exported) addExport(chart, each);
  });
}

function addService(chart: Chart, service: Service, { mode, strict, labels }: Values): void {
  const { name, protocol, port, policy, upstreams, matrix } = service;
  new ApiObject(chart, `service-${name}`, {
    apiVersion: 'mesh.example.com/v1',
    kind: 'MeshService',
    metadata: { name, labels },
    spec: {
      ports: [
        {
          name: `${protocol}-main`,
          port,
          ...(protocol === 'tls' || (strict && protocol === 'grpc')
            ? { tls: mode === 'ambient' ? 'hbone' : 'mtls' }
            : {}),
        },
      ],
      ...(policy === null ? {} : { policy: policyOf(policy) }),
      upstreams: Object.entries(upstreams)
        .filter(([, { canary }]) => !canary || mode !== 'proxyless')
        .map(([key, { weight, canary, headers }]) => ({
          key,
          weight,
          ...(canary ? { canary } : {}),
          headers: Object.entries(headers).map(([header, values]) => ({ header, values })),
        })),
      canaries: Object.entries(upstreams)
        .filter(([, each]) => each.canary)
        .map(([key]) => `${name}-${key}`),
      matrix: matrix.map((row) => ['first', ...row]),
    },
  });
}

function policyOf({ retries, timeout, mirror }: NonNullable<Service['policy']>) {
  return {
    ...(retries === null ? {} : { retry: { attempts: retries, ...(timeout === null ? {} : { perTry: timeout }) } }),
    deadline: timeout ?? '15s',
    ...(mirror === null ? {} : { mirror: { host: mirror.to, percentage: { value: mirror.percent } } }),
  };
}

/** Only of services that others may reach. */
function addExport(chart: Chart, { name, protocol, policy }: Service): void {
  new ApiObject(chart, `export-${name}`, {
    apiVersion: 'mesh.example.com/v1',
    kind: 'Export',
    metadata: { name },
    spec: { to: ['*'], protocol, ...(policy?.mirror ? { mirrored: true } : {}) },
  });
}
