import { z } from 'zod';
import * as formats from './formats.ts';

/** How the outside reaches the frontend. */
export function routing() {
  return z
    .object({
      type: z
        .enum(['none', 'gateway', 'ingress'])
        .default('none')
        .describe('none, an HTTPRoute of the Gateway API, or an Ingress.'),
      host: formats.optionalHost().default('').describe('Host name. Needed by a route.'),
      annotations: formats.annotations().default({}).describe("The route's annotations."),
      className: formats
        .objectName()
        .nullable()
        .default(null)
        .describe("The Ingress's class. null: the cluster's default."),
      tls: z
        .object({
          enabled: z.boolean().default(true).describe('Whether the Ingress ends TLS. A Gateway does so on its own.'),
          secretName: formats.objectName().default('todo-tls').describe('Secret with the certificate.'),
        })
        .prefault({})
        .describe("The Ingress's certificate."),
      parentRefs: z
        .array(
          z.object({
            name: formats.objectName().describe("The Gateway's name."),
            namespace: formats.namespaceName().nullable().default(null).describe('Its namespace. null: this one.'),
            sectionName: formats.objectName().nullable().default(null).describe('Its listener. null: every one.'),
          }),
        )
        .min(1)
        .max(32)
        .default([{ name: 'gateway', namespace: null, sectionName: null }])
        .describe('Gateways that the HTTPRoute attaches to.'),
    })
    .prefault({})
    .describe('Route from the outside to the frontend, which passes /api on to the backend.');
}

/** Which connections are allowed. */
export function networkPolicy() {
  return z
    .object({
      enabled: z.boolean().default(true).describe('Whether everything that is not needed is refused.'),
      dnsPort: formats.port().default(53).describe('Port of the DNS pods. OpenShift has 5353.'),
      https: z
        .object({
          enabled: z.boolean().default(true).describe('Whether the backend may open connections of this kind.'),
          ...egressShape(443),
        })
        .prefault({})
        .describe('From the backend to HTTPS, as the OpenAI API.'),
      externalDatabase: z
        .object(egressShape(5432))
        .prefault({})
        .describe('From the backend to a database elsewhere, when database.enabled is false.'),
    })
    .prefault({})
    .describe('NetworkPolicies for both directions. The network plugin must enforce them.');
}

function egressShape(port: number) {
  return {
    port: formats.port().default(port).describe('Port on the other side.'),
    cidrs: z.array(formats.cidr()).default([]).describe('Address ranges. Empty: every address.'),
  };
}

/** How the backend is measured. */
export function monitoring() {
  return z
    .object({
      serviceMonitor: z
        .object({
          enabled: z.boolean().default(false).describe('Whether Prometheus reads the metrics. Needs its operator.'),
          path: formats.httpPath().default('/metrics').describe('Path of the metrics.'),
          interval: formats.duration().default('30s').describe('Time between two readings.'),
          scrapeTimeout: formats.duration().default('10s').describe('Time that one reading may take.'),
          labels: formats.labels().default({}).describe('More labels, by which Prometheus selects it.'),
          namespace: formats.namespaceName().default('monitoring').describe('Namespace that Prometheus runs in.'),
        })
        .prefault({})
        .describe("ServiceMonitor for the backend's metrics."),
    })
    .prefault({})
    .describe('Monitoring.');
}
