import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';

const labels = () => z.record(z.string().regex(/^[a-z][a-z.]*$/), z.string());

const tenant = z.object({
  tier: z.enum(['free', 'team', 'business', 'enterprise']).default('free'),
  labels: labels().default({}),
  quota: z
    .object({
      cpu: z.union([z.string().min(1), z.number()]),
      memory: z
        .union([z.string().min(1), z.number()])
        .nullable()
        .default(null),
      pods: z.int().min(0).nullable().default(null),
    })
    .nullable()
    .default(null),
  members: z.array(z.object({ name: z.string().min(1), admin: z.boolean().default(false) })).default([]),
  isolated: z.boolean().default(true),
  allowFrom: z
    .array(z.object({ namespace: z.string().min(1), ports: z.array(z.int().min(1).max(65535)).default([]) }))
    .default([]),
});

const schema = z.object({
  commonLabels: labels().default({}),
  tenants: z.record(z.string().regex(/^[a-z]+$/), tenant).default({}),
  defaultDeny: z.boolean().default(true),
});

type Values = z.output<typeof schema>;
type Tenant = Values['tenants'][string];

/** A map of objects, some of which make several objects each, with labels of their own over those of the program. */
export const tenants = defineProgram({
  name: 'tenants',
  version: '4.2.0',
  values: schema,
  build,
});

function build(chart: Chart, values: Values, release: Release): void {
  const common = { 'app.kubernetes.io/instance': release.name, ...values.commonLabels };
  for (const [name, tenant] of Object.entries(values.tenants)) {
    const labels = { ...common, ...tenant.labels, tenant: name };
    addQuota(chart, name, tenant, labels);
    addMembers(chart, name, tenant, labels);
    if (values.defaultDeny) addPolicy(chart, name, tenant, labels);
  }
  new ApiObject(chart, 'index', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'tenants', labels: common },
    data: Object.fromEntries(Object.entries(values.tenants).map(([name, { tier }]) => [name, tier])),
  });
}

function addQuota(chart: Chart, name: string, { quota, tier }: Tenant, labels: Record<string, string>): void {
  new ApiObject(chart, `${name}-quota`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: `tenant-${name}`, labels: { ...labels, tier } },
    spec: {
      hard: {
        'requests.cpu': quota?.cpu ?? (tier === 'free' ? '500m' : tier === 'team' ? 2 : 8),
        ...(quota === null || quota.memory === null ? {} : { 'limits.memory': quota.memory }),
        ...(quota === null || quota.pods === null ? {} : { pods: `${quota.pods}` }),
      },
    },
  });
}

function addMembers(chart: Chart, name: string, { members }: Tenant, labels: Record<string, string>): void {
  const subjects = (admin: boolean) =>
    members.filter((member) => member.admin === admin).map((member) => ({ kind: 'User', name: member.name }));
  for (const role of ['admin', 'view'] as const) {
    new ApiObject(chart, `${name}-${role}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${name}-${role}`, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: subjects(role === 'admin'),
    } as never);
  }
}

function addPolicy(chart: Chart, name: string, { isolated, allowFrom }: Tenant, labels: Record<string, string>): void {
  new ApiObject(chart, `${name}-policy`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `tenant-${name}`, labels },
    spec: {
      podSelector: { matchLabels: { tenant: name } },
      policyTypes: isolated ? ['Ingress', 'Egress'] : ['Ingress'],
      ingress: allowFrom.map(({ namespace, ports }) => ({
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
        ...(ports.length > 0 ? { ports: ports.map((port) => ({ port, protocol: 'TCP' })) } : {}),
      })),
    },
  });
}
