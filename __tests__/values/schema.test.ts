import { z } from 'zod';
import { presets } from '../../values/presets.ts';
import { schemaFor } from '../../values/schema.ts';

const schema = schemaFor(presets[0]!.defaults);

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  { backend: { replicaCount: 0 } },
  { backend: { autoscaling: { minReplicas: 1 } } },
  { backend: { image: { registry: 'localhost:5000', repository: 'team/todo', tag: 'v1_2', digest } } },
  { backend: { image: { repository: 'ghcr.io/team/todo_backend' } } },
  {
    backend: { resources: { requests: { cpu: 0.5, memory: '1.5Gi' }, limits: { cpu: null, memory: '2G' } } },
  },
  { backend: { service: { nodePort: 30000 } } },
  { backend: { service: { nodePort: 32767 } } },
  { backend: { preStopSleepSeconds: null } },
  { backend: { strategy: { maxSurge: '100%', maxUnavailable: '0%' } } },
  { backend: { extraEnv: [{ name: 'A' }, { name: 'B', value: '' }, { name: 'C', valueFrom: { fieldRef: {} } }] } },
  { backend: { podAnnotations: { 'example.com/note': 'anything at all: {{ }}\n' } } },
  { backend: { affinity: {}, tolerations: [{ operator: 'Exists' }], topologySpreadConstraints: [] } },
  { commonLabels: { team: '', 'example.com/Team': 'Blue_1.x' } },
  { config: { data: { _A1: '' } } },
  { routing: { host: '*.example.com' } },
  { networkPolicy: { https: { cidrs: ['10.0.0.0/8', 'fd00::/8'] } } },
  { global: { anything: [1, null, { at: 'all' }] } },
])('accepts %j', (values) => {
  expect(schema.safeParse(values).error).toBeUndefined();
});

test.each([
  [{ backend: { replicaCount: -1 } }, 'backend.replicaCount'],
  [{ backend: { replicaCount: 1.5 } }, 'backend.replicaCount'],
  [{ backend: { autoscaling: { minReplicas: 0 } } }, 'backend.autoscaling.minReplicas'],
  [{ backend: { containerPort: 80 } }, 'backend.containerPort'],
  [{ backend: { service: { port: 65536 } } }, 'backend.service.port'],
  [{ backend: { service: { nodePort: 29999 } } }, 'backend.service.nodePort'],
  [{ backend: { service: { type: 'ExternalName' } } }, 'backend.service.type'],
  [{ backend: { image: { repository: 'Todo' } } }, 'backend.image.repository'],
  [{ backend: { image: { tag: '-1' } } }, 'backend.image.tag'],
  [{ backend: { image: { tag: 1 } } }, 'backend.image.tag'],
  [{ backend: { image: { digest: 'sha256:abc' } } }, 'backend.image.digest'],
  [{ backend: { image: { pullPolicy: 'always' } } }, 'backend.image.pullPolicy'],
  [{ backend: { resources: { limits: { cpu: '1 core' } } } }, 'backend.resources.limits.cpu'],
  [{ backend: { resources: { limits: { cpu: -1 } } } }, 'backend.resources.limits.cpu'],
  [{ backend: { livenessProbe: { path: 'livez' } } }, 'backend.livenessProbe.path'],
  [{ backend: { livenessProbe: { periodSeconds: 0 } } }, 'backend.livenessProbe.periodSeconds'],
  [{ backend: { preStopSleepSeconds: 0 } }, 'backend.preStopSleepSeconds'],
  [{ backend: { strategy: { maxSurge: 0 } } }, 'backend.strategy.maxSurge'],
  [{ backend: { podSecurityContext: { runAsUser: 0 } } }, 'backend.podSecurityContext.runAsUser'],
  [{ backend: { extraEnv: [{ name: '1A' }] } }, 'backend.extraEnv.0.name'],
  [{ backend: { podLabels: { team: 'a b' } } }, 'backend.podLabels.team'],
  [{ backend: { podLabels: { 'a b': 'team' } } }, 'backend.podLabels.a b'],
  [{ secret: { existingSecret: '' } }, 'secret.existingSecret'],
  [{ secret: { name: 'Todo' } }, 'secret.name'],
  [{ database: { user: "o'neill" } }, 'database.user'],
  [{ routing: { host: 'https://example.com' } }, 'routing.host'],
  [{ routing: { parentRefs: [] } }, 'routing.parentRefs'],
  [{ networkPolicy: { https: { cidrs: ['10.0.0.0'] } } }, 'networkPolicy.https.cidrs.0'],
  [{ networkPolicy: { https: { cidrs: ['10.0.0.256/8'] } } }, 'networkPolicy.https.cidrs.0'],
  [{ networkPolicy: { https: { cidrs: ['10.0.0.0/33'] } } }, 'networkPolicy.https.cidrs.0'],
  [{ backend: { strategy: { maxUnavailable: '101%' } } }, 'backend.strategy.maxUnavailable'],
  [{ backend: { podAnnotations: { 'a..b/c': 'x' } } }, 'backend.podAnnotations.a..b/c'],
  [{ monitoring: { serviceMonitor: { interval: '30' } } }, 'monitoring.serviceMonitor.interval'],
])('refuses %j', (values, path) => {
  expect(schema.safeParse(values).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test('describes every value', () => {
  expect(undescribed(schema)).toEqual([]);
});

/** The paths of what has neither a description nor one on a wrapper around it. */
function undescribed(object: z.ZodObject, prefix = ''): string[] {
  return Object.entries(object.shape).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const inner = unwrapped(field as z.ZodType);
    const own = (field as z.ZodType).description === undefined ? [path] : [];
    return inner instanceof z.ZodObject ? [...own, ...undescribed(inner, `${path}.`)] : own;
  });
}

function unwrapped(type: z.ZodType): z.ZodType {
  const { innerType } = type.def as { innerType?: z.ZodType };
  return innerType === undefined ? type : unwrapped(innerType);
}
