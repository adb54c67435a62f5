import { z } from 'zod';
import type { FailureKind, LoadReport } from '../load/load-report.ts';
import type { Environment, GateReport, Report } from './report.ts';

/** Names the version of the format. */
export const REPORT_SCHEMA: Report['schema'] = 'todo-infra/validation/v1';

const KINDS = ['refused', 'reset', 'timeout', 'status 5xx', 'status 4xx', 'other'] as const satisfies FailureKind[];

const text = (description: string) => z.string().describe(description);
const flag = (description: string) => z.boolean().describe(description);
const count = (description: string) => z.int().nonnegative().describe(description);
const measure = (description: string) => z.number().nonnegative().describe(description);
const time = (description: string) => z.iso.datetime().describe(`${description}: ISO 8601, UTC`);
const counts = (description: string) => z.record(z.string(), z.int().positive()).describe(description);
const connections = z.enum(['new', 'kept']).describe('new: a connection for each request; kept: ones that stay open');

const bucket = z
  .object({
    at: measure('when it begins, in seconds since the start of the load'),
    sent: count('requests that were due in this second'),
    failed: count('those of them that failed'),
    p50: measure('their median latency, in milliseconds'),
    p99: measure('their 99th percentile, in milliseconds'),
  })
  .describe('one second');

const stream = z.object({
  target: text('what is asked, as frontend'),
  connections,
  rate: measure('requests per second that were due'),
  sent: count('requests'),
  failed: count('requests without a good answer'),
  retried: count('requests sent again, because a kept connection was closed before a byte of the answer had come'),
  p50: measure('median latency, in milliseconds from when a request was due'),
  p99: measure('99th percentile of the latency, in milliseconds'),
  slowest: measure('highest latency, in milliseconds'),
  longestGap: measure('longest time without a good answer, in milliseconds'),
  latestSend: measure(
    'at most so long after it was due a request was sent, in milliseconds: the load had to wait itself',
  ),
  failuresBy: z
    .object({
      kind: counts('requests for each kind of failure'),
      phase: counts('requests for each phase'),
      pod: counts('requests for each pod that answered last over the connection; unknown where nothing tells'),
    })
    .describe('what failed, counted in three ways'),
  buckets: z.array(bucket).describe('the load over time'),
});

const failure = z.object({
  at: measure('seconds since the start of the load'),
  target: text('what was asked'),
  connections,
  kind: z.enum(KINDS).describe('what went wrong'),
  phase: text('what went on meanwhile'),
  pod: text('the pod that answered last over this connection; unknown where nothing tells'),
  message: text('what was said'),
});

const load: z.ZodType<LoadReport> = z.object({
  name: text('as upgrade'),
  started: time('when it began'),
  seconds: measure('how long it took, in seconds'),
  streams: z.array(stream).describe('what was sent, by target and kind of connection'),
  phases: z
    .array(z.object({ label: text('what begins'), at: measure('seconds since the start of the load') }))
    .describe('what went on meanwhile'),
  failures: z.array(failure).describe('the first 200 of them; streams have the counts'),
});

const figure = z.object({
  name: text('the same in every report'),
  value: z.number().describe('what was measured, in the unit'),
  unit: z
    .enum(['s', 'requests', 'pods', 'MB', ''])
    .describe('s, requests, pods, MB (1,000,000 bytes), or empty for what is only a number'),
  limit: z.number().optional().describe('at most this, in the unit; absent: it is not judged'),
});

const gate: z.ZodType<GateReport> = z.object({
  number: z.int().min(1).max(10).describe('1 to 10'),
  name: text('as Build'),
  status: z.enum(['passed', 'failed']).describe('passed or failed; a gate that could not run has failed'),
  limit: text('what it is held to: one line'),
  measured: text('what was measured: one line; for a failed gate, what was not met first'),
  seconds: measure('how long it took, in seconds'),
  evidence: z.array(z.string()).describe('what shows it, line by line; what others have said begins with "> "'),
  figures: z.array(figure).describe('what can be compared'),
  loads: z.array(load).describe('the loads that ran meanwhile'),
});

const environment: z.ZodType<Environment> = z.object({
  machine: text('system, cores and memory of the machine that validated'),
  tools: z
    .record(z.string(), z.string())
    .describe('version by name: node, helm, kubectl, docker, minikube, kubernetes'),
  nodes: z
    .array(
      z.object({
        name: text('of the node'),
        kubelet: text('version'),
        os: text('name and version'),
        architecture: text('as amd64'),
        runtime: text('name and version'),
        cpu: text("cores, in Kubernetes' notation"),
        memory: text("in Kubernetes' notation"),
      }),
    )
    .describe('of the cluster'),
  images: z
    .array(
      z.object({
        component: text('as backend'),
        reference: text('as in the pods'),
        id: text("digest of the image's configuration"),
      }),
    )
    .describe('that the release runs'),
});

/** What a report must be; fields that this version does not know are left out. */
export const reportSchema: z.ZodType<Report> = z.object({
  schema: z.literal(REPORT_SCHEMA).describe('version of this format'),
  ok: flag('whether all gates that ran have passed'),
  started: time('when it began'),
  seconds: measure('how long it took, in seconds'),
  quick: flag('whether waits were shortened; every gate has run all the same'),
  commit: z
    .object({
      id: z.string().nullable().describe('40 hexadecimal digits; null outside of a repository'),
      isDirty: flag('whether files differ from the commit'),
    })
    .describe('the source that was validated'),
  release: z
    .object({
      preset: text('todo-chatbot or todo-app'),
      name: text('of the release'),
      namespace: text('of the release'),
      context: text('of the kubeconfig'),
      revision: count('of the release, before the gates'),
      chart: text('name and version, as todo-chatbot-1.0.0'),
      appVersion: text("the chart's appVersion"),
      values: z
        .record(z.string(), z.json())
        .describe('what the user has set, without what variables (extraEnv) are set to'),
    })
    .describe('what was validated'),
  environment: environment.describe('where it was validated'),
  gates: z.array(gate).describe('those that ran, in their order'),
});

/** The same for other programs, as docs/reports/report.schema.json holds it. */
export function reportJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, { io: 'input' });
  return { $schema, $id: REPORT_SCHEMA, title: 'Report of npm run validate', ...rest };
}
