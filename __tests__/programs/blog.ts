import type { Chart } from 'cdk8s';
import {
  ConfigMap,
  Cpu,
  Deployment,
  EnvValue,
  HorizontalPodAutoscaler,
  Ingress,
  IngressBackend,
  Metric,
  MetricTarget,
  Service,
  ServiceType,
} from 'cdk8s-plus-28';
import { z } from 'zod';
import { defineProgram } from '../../chart/index.ts';

const schema = z.object({
  image: z.string().min(1).default('ghost:5'),
  title: z.string().default('A blog'),
  replicas: z.int().min(0).max(20).default(1),
  port: z.int().min(1).max(65535).default(2368),
  exposed: z.enum(['inside', 'node', 'loadBalancer', 'ingress']).default('inside'),
  // With a dot: cdk8s-plus looks hosts up in a plain object, where 'constructor' is something else.
  host: z
    .string()
    .regex(/^[a-z0-9-]+([.][a-z0-9-]+)+$/)
    .nullable()
    .default(null),
  settings: z.record(z.string().regex(/^[a-z_]+$/), z.string()).default({}),
  env: z.record(z.string().regex(/^[A-Z_]+$/), z.string()).default({}),
  mail: z
    .object({ from: z.string().min(1), relay: z.string().nullable().default(null) })
    .nullable()
    .default(null),
  autoscaling: z
    .object({
      enabled: z.boolean().default(false),
      min: z.int().min(1).max(10).default(1),
      max: z.int().min(1).max(50).default(10),
      cpu: z.int().min(1).max(100).nullable().default(80),
    })
    .prefault({}),
  commonLabels: z.record(z.string().regex(/^[a-z]+$/), z.string()).default({}),
});

type Values = z.output<typeof schema>;

/** The high-level classes of cdk8s-plus. */
export const blog = defineProgram({
  name: 'blog',
  version: '5.0.0',
  values: schema,
  rules: [
    {
      when: [{ path: 'autoscaling.enabled', in: [true] }],
      left: 'autoscaling.min',
      op: '<=',
      right: 'autoscaling.max',
      message: 'an autoscaler needs room',
    },
    {
      when: [{ path: 'exposed', in: ['ingress'] }],
      left: 'host',
      op: 'is set',
      message: 'an ingress needs a host name',
    },
  ],
  build,
});

function build(chart: Chart, values: Values): void {
  const { mail, exposed, autoscaling, commonLabels: labels } = values;
  const config = new ConfigMap(chart, 'config', {
    metadata: { name: 'blog', labels },
    data: { title: values.title, ...values.settings, port: `${values.port}` },
  });
  if (mail !== null)
    config.addData('mail.conf', `from=${mail.from}${mail.relay === null ? '' : `;relay=${mail.relay}`}`);

  const deployment = new Deployment(chart, 'deployment', {
    metadata: { name: 'blog', labels },
    podMetadata: { labels },
    replicas: autoscaling.enabled ? undefined : values.replicas,
    containers: [
      {
        image: values.image,
        portNumber: values.port,
        resources: { cpu: { request: Cpu.millis(100) } },
        envVariables: {
          TITLE: EnvValue.fromConfigMap(config, 'title'),
          ...(mail === null ? {} : { MAIL_FROM: EnvValue.fromValue(mail.from) }),
          // Under names of their own: a template could not leave out those that are there already.
          ...Object.fromEntries(
            Object.entries(values.env).map(([name, value]) => [`BLOG_${name}`, EnvValue.fromValue(value)]),
          ),
        },
      },
    ],
  });
  const service = new Service(chart, 'service', {
    metadata: { name: 'blog', labels },
    type:
      exposed === 'node'
        ? ServiceType.NODE_PORT
        : exposed === 'loadBalancer'
          ? ServiceType.LOAD_BALANCER
          : ServiceType.CLUSTER_IP,
    ports: [{ name: 'http', port: 80, targetPort: values.port }],
    selector: deployment,
  });
  if (exposed === 'ingress') {
    const ingress = new Ingress(chart, 'ingress', { metadata: { name: 'blog', labels } });
    ingress.addHostRule(values.host ?? 'blog.example.com', '/', IngressBackend.fromService(service));
  }
  if (autoscaling.enabled) {
    new HorizontalPodAutoscaler(chart, 'autoscaler', {
      metadata: { name: 'blog', labels },
      target: deployment,
      minReplicas: autoscaling.min,
      maxReplicas: autoscaling.max,
      ...(autoscaling.cpu === null
        ? {}
        : { metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(autoscaling.cpu))] }),
    });
  }
}
