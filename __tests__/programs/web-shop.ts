import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { defineProgram, type Release } from '../../chart/index.ts';

const port = z.int().min(1).max(65535);

const schema = z.object({
  image: z.string().min(1).default('registry.example.com/shop:3.1.4'),
  replicas: z.int().min(0).max(50).default(2),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  metrics: z.boolean().default(false),
  cache: z.enum(['none', 'memory', 'redis', 'memcached']).default('none'),
  cacheHost: z.string().min(1).nullable().default(null),
  debugToolbar: z.boolean().default(false),
  service: z
    .object({
      type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'Headless']).default('ClusterIP'),
      port: port.default(8080),
      nodePort: port.nullable().default(null),
      sourceRanges: z.array(z.string()).default([]),
    })
    .prefault({}),
  ingress: z
    .object({
      enabled: z.boolean().default(false),
      className: z.string().min(1).nullable().default(null),
      host: z.string().min(1).default('shop.example.com'),
      tls: z
        .object({ secretName: z.string().min(1), redirect: z.boolean().default(true) })
        .nullable()
        .default(null),
      annotations: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
});

type Values = z.output<typeof schema>;

/** Choices that are read up front, four-way enums, blocks in blocks, and one flag that shows in five objects. */
export const webShop = defineProgram({
  name: 'web-shop',
  version: '3.1.4',
  values: schema,
  rules: [
    {
      when: [{ path: 'cache', in: ['redis', 'memcached'] }],
      left: 'cacheHost',
      op: 'is set',
      message: 'a cache of its own has an address; set cacheHost, or cache to none or memory',
    },
    {
      when: [{ path: 'service.type', in: ['NodePort'] }],
      left: 'service.nodePort',
      op: '>=',
      right: 30000,
      message: 'node ports start there',
    },
  ],
  build,
  notes,
});

function build(chart: Chart, values: Values): void {
  const { metrics, debugToolbar, logLevel, cache } = values;
  const labels = { app: 'web-shop', ...(metrics ? { 'metrics.example.com/scrape': 'true' } : {}) };
  const verbose = metrics && debugToolbar ? 'all' : metrics || logLevel === 'debug' ? 'some' : 'none';

  new ApiObject(chart, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web-shop', labels },
    data: {
      LOG_LEVEL: logLevel,
      VERBOSE: verbose,
      ...cacheSettings(cache, values.cacheHost),
      ...(debugToolbar && logLevel === 'debug' ? { TOOLBAR: 'on' } : {}),
    },
  });
  new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-shop', labels },
    spec: {
      replicas: values.replicas,
      selector: { matchLabels: { app: 'web-shop' } },
      template: { metadata: { labels }, spec: { containers: containers(values) } },
    },
  });
  service(chart, { ...values.service }, labels, metrics);
  ingress(chart, values, labels);
  if (metrics) {
    new ApiObject(chart, 'monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'web-shop', labels },
      spec: { selector: { matchLabels: { app: 'web-shop' } }, endpoints: [{ port: 'metrics' }] },
    });
  }
}

function cacheSettings(cache: Values['cache'], host: string | null): Record<string, string> {
  switch (cache) {
    case 'redis':
      return { CACHE_URL: `redis://${host ?? 'localhost'}:6379/0` };
    case 'memcached':
      return { CACHE_URL: `memcached://${host ?? 'localhost'}:11211`, CACHE_BINARY: 'yes' };
    case 'memory':
      return { CACHE_SIZE: '64' };
    default:
      return {};
  }
}

function containers({ image, metrics, service }: Values) {
  const ports = [{ name: 'http', containerPort: service.port }];
  const shop = { name: 'shop', image, ports: metrics ? [...ports, { name: 'metrics', containerPort: 9090 }] : ports };
  return metrics ? [shop, { name: 'exporter', image: 'exporter:1', args: ['--from=localhost:9090'] }] : [shop];
}

function service(chart: Chart, values: Values['service'], labels: Record<string, string>, metrics: boolean): void {
  const { type, port, nodePort, sourceRanges } = values;
  new ApiObject(chart, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web-shop', labels },
    spec: {
      type: type === 'Headless' ? 'ClusterIP' : type,
      ...(type === 'Headless' ? { clusterIP: 'None', publishNotReadyAddresses: true } : {}),
      ...(type === 'LoadBalancer' && sourceRanges.length > 0 ? { loadBalancerSourceRanges: sourceRanges } : {}),
      selector: { app: 'web-shop' },
      ports: [
        {
          name: 'http',
          port,
          targetPort: 'http',
          ...(type === 'NodePort' && nodePort !== null ? { nodePort } : {}),
        },
        ...(metrics ? [{ name: 'metrics', port: 9090 }] : []),
      ],
    },
  });
}

function ingress(chart: Chart, { ingress, service, metrics }: Values, labels: Record<string, string>): void {
  if (!ingress.enabled) return;
  const { tls, className, host } = ingress;
  new ApiObject(chart, 'ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web-shop',
      labels,
      annotations: {
        ...(tls?.redirect ? { 'example.com/ssl-redirect': 'true' } : {}),
        ...(metrics ? { 'example.com/access-log': 'json' } : {}),
        ...ingress.annotations,
      },
    },
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      ...(tls === null ? {} : { tls: [{ hosts: [host], secretName: tls.secretName }] }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'web-shop', port: { number: service.port } } },
              },
            ],
          },
        },
      ],
    },
  });
}

function notes({ ingress, service, logLevel }: Values, release: Release): string {
  const { enabled, host, tls } = ingress;
  const address = enabled ? `${tls === null ? 'http' : 'https'}://${host}` : `port ${service.port} of web-shop`;
  const debug = logLevel === 'debug' ? '\nLog lines have personal data in them.\n' : '';
  return `${release.name} answers at ${address}.\n${debug}`;
}
