import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';
import { HttpRoute, HttpRouteSpecRulesMatchesPathType } from '../../imports/gateway.networking.k8s.io.ts';

const route = z.object({
  name: z.string().regex(/^[a-z][a-z0-9]*$/),
  hosts: z.array(z.string().min(1)).default([]),
  path: z.string().min(1).default('/'),
  exact: z.boolean().default(false),
  backend: z.object({ name: z.string().min(1), port: z.int().min(1).max(65535).default(80) }),
  headers: z.record(z.string().regex(/^[A-Za-z-]+$/), z.string()).default({}),
  timeout: z
    .string()
    .regex(/^[0-9]+s$/)
    .nullable()
    .default(null),
});

const schema = z.object({
  gateway: z
    .object({ name: z.string().min(1).default('public'), namespace: z.string().min(1).nullable().default(null) })
    .prefault({}),
  listeners: z
    .array(
      z.object({
        name: z.string().min(1),
        port: z.int().min(1).max(65535),
        protocol: z.enum(['HTTP', 'HTTPS', 'TLS', 'TCP']).default('HTTP'),
        certificates: z.array(z.string().min(1)).default([]),
      }),
    )
    .default([{ name: 'http', port: 80, protocol: 'HTTP', certificates: [] }]),
  routes: z.array(route).default([]),
  monitor: z
    .object({
      interval: z
        .string()
        .regex(/^[0-9]+(s|m)$/)
        .default('30s'),
      honorLabels: z.boolean().default(false),
      relabelings: z.array(z.unknown()).default([]),
    })
    .nullable()
    .default(null),
});

type Values = z.output<typeof schema>;
type Route = Values['routes'][number];

/** Custom resources, as generated classes and as bare objects, with lists in lists. */
export const apiGateway = defineProgram({
  name: 'api-gateway',
  version: '2.0.0',
  kubeVersion: '>=1.30.0-0',
  values: schema,
  build,
});

function build(chart: Chart, { gateway, listeners, routes, monitor }: Values, release: Release): void {
  new ApiObject(chart, 'gateway', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: gateway.name, labels: { 'app.kubernetes.io/instance': release.name } },
    spec: {
      gatewayClassName: 'default',
      listeners: listeners.map(({ name, port, protocol, certificates }) => ({
        name,
        port,
        protocol,
        ...(protocol === 'HTTPS' || protocol === 'TLS'
          ? {
              tls: {
                mode: protocol === 'TLS' ? 'Passthrough' : 'Terminate',
                certificateRefs: references(certificates),
              },
            }
          : {}),
      })),
    },
  });
  for (const each of routes) addRoute(chart, each, gateway);
  if (monitor === null) return;
  new ApiObject(chart, 'monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: `${gateway.name}-metrics` },
    spec: {
      endpoints: [
        {
          port: 'metrics',
          interval: monitor.interval,
          honorLabels: monitor.honorLabels,
          relabelings: monitor.relabelings,
        },
      ],
    },
  });
}

function references(names: readonly string[]) {
  return names.map((name) => ({ kind: 'Secret', name }));
}

function addRoute(
  chart: Chart,
  { name, hosts, path, exact, backend, headers, timeout }: Route,
  gateway: Values['gateway'],
): void {
  const { EXACT, PATH_PREFIX } = HttpRouteSpecRulesMatchesPathType;
  new HttpRoute(chart, `route-${name}`, {
    metadata: { name },
    spec: {
      parentRefs: [{ name: gateway.name, ...(gateway.namespace === null ? {} : { namespace: gateway.namespace }) }],
      hostnames: hosts,
      rules: [
        {
          matches: [
            {
              path: { type: exact ? EXACT : PATH_PREFIX, value: path },
              headers: Object.entries(headers).map(([header, value]) => ({ name: header, value })),
            },
          ],
          backendRefs: [{ name: backend.name, port: backend.port }],
          ...(timeout === null ? {} : { timeouts: { request: timeout } }),
        },
      ],
    },
  });
}
