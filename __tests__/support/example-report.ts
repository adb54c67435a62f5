import type { Bucket, Counts, Failure, LoadReport, StreamReport } from '../../scripts/validate/load/load-report.ts';
import type { GateReport, Report } from '../../scripts/validate/report/report.ts';

/** What containers and people write, and what breaks tables, XML, HTML and terminals. */
export const NASTY =
  'a|b <script>alert("x")</script> & \'q\' `tick` *star* _low_ \u0000\u0007\u001b[31mred\u001b[0m \u202e😀';

/** Ten gates, of which the upgrade has failed; texts are nasty, where foreign text can be. */
export function exampleReport(changes: Partial<Report> = {}): Report {
  return {
    schema: 'todo-infra/validation/v1',
    ok: false,
    started: '2026-11-21T14:02:03.000Z',
    seconds: 1152.4,
    quick: false,
    commit: { id: '0123456789abcdef0123456789abcdef01234567', isDirty: true },
    release: {
      preset: 'todo-chatbot',
      name: 'todo-chatbot',
      namespace: 'hackathon-dev',
      context: 'minikube',
      revision: 3,
      chart: 'todo-chatbot-1.0.0',
      appVersion: '1.0.0',
      values: { backend: { replicaCount: 3, podAnnotations: { note: NASTY } } },
    },
    environment: {
      machine: 'linux x64, 2 CPU, 23.5 GiB',
      tools: {
        node: '20.20.2',
        helm: '4.3.0',
        kubectl: '1.34.1',
        docker: '28.5.1',
        minikube: '1.37.0',
        kubernetes: '1.34.0',
      },
      nodes: [
        {
          name: 'minikube',
          kubelet: 'v1.34.0',
          os: 'Debian GNU/Linux 13 (trixie)',
          architecture: 'amd64',
          runtime: 'containerd://2.1.4',
          cpu: '2',
          memory: '24622348Ki',
        },
      ],
      images: [
        { component: 'backend', reference: 'hackathon-todo-backend:1.0.0-3f9c1d2a', id: `sha256:${'b1'.repeat(32)}` },
        { component: 'frontend', reference: 'hackathon-todo-frontend:1.0.0-88ab0c71', id: `sha256:${'f2'.repeat(32)}` },
      ],
    },
    gates: GATES,
    ...changes,
  };
}

/** The same where all is well. */
export function passedReport(changes: Partial<Report> = {}): Report {
  const gates = exampleReport().gates.map((gate) => ({ ...gate, status: 'passed' as const }));
  return exampleReport({ ok: true, gates, ...changes });
}

function gate(
  number: number,
  name: string,
  seconds: number,
  measured: string,
  limit: string,
  more: Partial<GateReport> = {},
): GateReport {
  return { number, name, status: 'passed', limit, measured, seconds, evidence: [], figures: [], loads: [], ...more };
}

function load(name: string, seconds: number, isBroken: boolean, phases: LoadReport['phases']): LoadReport {
  const streams = (['frontend', 'backend'] as const).flatMap((target, i) =>
    (['new', 'kept'] as const).map((connections, k) => stream(target, connections, seconds, isBroken ? i * 2 + k : 9)),
  );
  const failures = isBroken ? FAILURES : [];
  return { name, started: '2026-11-21T14:12:03.000Z', seconds, streams, phases, failures };
}

const none: Counts = {};

/** Twenty requests a second; two streams lose some in a few seconds. */
function stream(target: string, connections: 'new' | 'kept', seconds: number, kind: number): StreamReport {
  const lost: Readonly<Record<number, number>> =
    kind === 0 ? { 31: 4, 32: 3, 33: 2 } : kind === 3 ? { 32: 1, 71: 4 } : {};
  const buckets = Array.from({ length: seconds }, (_, at): Bucket => {
    const wave = Math.sin(at * 1.7 + kind) + Math.sin(at * 0.37);
    const busy = at > 22 && at < 50 ? 3 : 1;
    return { at, sent: 20, failed: lost[at] ?? 0, p50: 5.1 + wave, p99: (14 + 4 * wave) * busy * (lost[at] ? 20 : 1) };
  });
  const failed = Object.values(lost).reduce((sum, count) => sum + count, 0);
  return {
    target,
    connections,
    rate: 20,
    sent: 20 * seconds,
    failed,
    retried: connections === 'kept' ? 2 : 0,
    p50: 5.1,
    p99: kind === 0 ? 482.6 : 38.2,
    slowest: kind === 0 ? 2004.9 : 122.4,
    longestGap: kind === 0 ? 1250 : 204.4,
    latestSend: 3.4,
    failuresBy:
      failed === 0
        ? { kind: none, phase: none, pod: none }
        : { kind: { refused: failed - 1, timeout: 1 }, phase: { 'image upgrade': failed }, pod: { unknown: failed } },
    buckets,
  };
}

const FAILURES: readonly Failure[] = [
  {
    at: 31.2,
    target: 'frontend',
    connections: 'new',
    kind: 'refused',
    phase: 'image upgrade',
    pod: 'unknown',
    message: 'connect ECONNREFUSED 192.168.49.2:30080',
  },
  {
    at: 32.6,
    target: 'backend',
    connections: 'kept',
    kind: 'timeout',
    phase: 'image upgrade',
    pod: 'todo-backend-7d9f8c6b5-x2x9q',
    message: NASTY,
  },
];

const GATES: readonly GateReport[] = [
  gate(
    1,
    'Build',
    21.4,
    '2 images on 1 node: 187 MB and 164 MB, not root, read-only, no secret',
    'size gates, build < 5 min',
    {
      evidence: [
        'backend sha256:b1b1b1b1: 187 MB of 250 MB, healthy after 3.1 s',
        'frontend sha256:f2f2f2f2: 164 MB of 200 MB',
      ],
      figures: [
        { name: 'backend size', value: 187.2, unit: 'MB', limit: 250 },
        { name: 'frontend size', value: 164, unit: 'MB', limit: 200 },
        { name: 'build', value: 48.3, unit: 's', limit: 300 },
      ],
    },
  ),
  gate(2, 'Deploy', 9.8, '23 objects as rendered, pods ready after 14.2 s', 'no drift, no Warning; ready <= 120 s', {
    figures: [{ name: 'pods ready', value: 14.2, unit: 's', limit: 120 }],
  }),
  gate(3, 'Pod health', 96.2, '5 pods Running and Ready, 0 restarts, 12 probes', '60 s quiet'),
  gate(4, 'Access', 14.9, '6 of 6 addresses answer 200; helm test passed', 'HTTP 200'),
  gate(5, 'Scaling', 204.6, '3 of 3 stay; 2 to 4 pods in 41.8 s', 'up <= 120 s', {
    figures: [
      { name: 'scaled up', value: 41.8, unit: 's', limit: 120 },
      { name: 'most pods', value: 4, unit: 'pods' },
    ],
  }),
  gate(6, 'Recovery', 187.3, 'slowest 9.7 s, 0 requests lost', '< 90 s, aim < 12 s; 0 lost with 2 replicas', {
    figures: [{ name: 'backend pod killed', value: 9.7, unit: 's', limit: 90 }],
  }),
  gate(
    7,
    'Upgrade',
    148.1,
    `14 of 9600 requests failed: ${NASTY}`,
    '0 failed requests, keep-alive and new connections both',
    {
      status: 'failed',
      evidence: [
        'frontend, new connections: 9 of 2400 requests failed, all while the image was upgraded',
        '> connect ECONNREFUSED 192.168.49.2:30080',
        `> ${NASTY}`,
        `todo-frontend-${'0123456789abcdef'.repeat(6)} ended 0.2 s before its endpoint was gone`,
      ],
      figures: [{ name: 'requests failed', value: 14, unit: 'requests', limit: 0 }],
      loads: [
        load('upgrade', 120, true, [
          { label: 'base line', at: 0 },
          { label: 'image upgrade', at: 21.4 },
          { label: `all new pods ready ${NASTY}`, at: 48.9 },
          { label: 'config upgrade', at: 61.2 },
          { label: 'all new pods ready', at: 84 },
          { label: 'old pods gone', at: 110.5 },
        ]),
      ],
    },
  ),
  gate(8, 'Rollback', 66.7, '18.4 s, 0 of 4800 requests failed', '< 60 s, 0 failed', {
    figures: [{ name: 'rollback', value: 18.4, unit: 's', limit: 60 }],
    loads: [
      load('rollback', 60, false, [
        { label: 'base line', at: 0 },
        { label: 'rollback', at: 15.3 },
        { label: 'all pods of the old revision ready', at: 33.7 },
      ]),
    ],
  }),
  gate(9, 'Diagnosis', 121.2, '3 of 3 faults named with cause and fix', '3 of 3'),
  gate(10, 'Reproducibility', 282.2, 'same bytes, same tags, gates 2 to 4 in 182 s', '< 15 min'),
];
