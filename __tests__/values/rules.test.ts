import { manifests } from '../../chart/index.ts';
import type { Operand, Rule } from '../../chart/program.ts';
import { programs } from '../../scripts/programs.ts';
import type { Overrides } from '../../values/profiles.ts';
import { rules } from '../../values/rules.ts';

const [program] = programs;

function refusal(values: Overrides): string | undefined {
  try {
    manifests(program!, { values, release: { name: 'todo-chatbot', namespace: 'default' } });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[string, Overrides, string]>([
  [
    'fewer pods at most than at least',
    { backend: { autoscaling: { minReplicas: 4, maxReplicas: 3 } } },
    'backend.autoscaling.maxReplicas (3) must be at least backend.autoscaling.minReplicas (4): autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other',
  ],
  [
    'fewer pods at most than replicaCount, which the least number follows',
    { frontend: { replicaCount: 6 } },
    'frontend.autoscaling.maxReplicas (5) must be at least frontend.replicaCount (6): autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other',
  ],
  [
    'autoscaling from no pods',
    { backend: { replicaCount: 0 } },
    'backend.replicaCount (0) must be at least 1: autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off',
  ],
  [
    'autoscaling without a CPU request',
    { backend: { resources: { requests: { cpu: null } } } },
    'backend.resources.requests.cpu is not set: autoscaling measures CPU against the request; set one, or switch autoscaling off',
  ],
  [
    'autoscaling by memory without a memory request',
    {
      backend: {
        autoscaling: { targetMemoryUtilizationPercentage: 80 },
        resources: { requests: { memory: null } },
      },
    },
    'backend.resources.requests.memory is not set: autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null',
  ],
  [
    'a request above its limit',
    { backend: { resources: { requests: { memory: '1Gi' } } } },
    'backend.resources.limits.memory ("512Mi") must be at least backend.resources.requests.memory ("1Gi"): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null',
  ],
  [
    'one node port for two Services',
    { backend: { service: { nodePort: 30080 } } },
    'backend.service.nodePort (30080) must be different from frontend.service.nodePort (30080): two Services cannot have the same node port; change one, or set it to null for a free one',
  ],
  [
    'a route without a host',
    { routing: { type: 'ingress' } },
    'routing.host is not set: a route needs a host name; set routing.host, or routing.type to none',
  ],
  [
    'a database elsewhere without its address',
    { database: { enabled: false } },
    'secret.existingSecret is not set: only you know the address of a database elsewhere; put DATABASE_URL into a Secret and name it here, or set secret.externalSecret.enabled to true',
  ],
  [
    'a drain longer than the grace period',
    { frontend: { preStopSleepSeconds: 10, drainSeconds: 35 } },
    'frontend.preStopSleepSeconds + frontend.drainSeconds (45) must be less than frontend.terminationGracePeriodSeconds (45): a stopping pod would be killed before its requests are finished; raise the grace period',
  ],
  [
    'a drain longer than the grace period, without a sleep',
    { frontend: { preStopSleepSeconds: null, drainSeconds: 45 } },
    'frontend.drainSeconds (45) must be less than frontend.terminationGracePeriodSeconds (45): a stopping pod would be killed before its requests are finished; raise the grace period',
  ],
  [
    'a deadline shorter than the time that pods must be ready',
    { backend: { minReadySeconds: 120 } },
    'backend.minReadySeconds (120) must be less than backend.progressDeadlineSeconds (120): a rollout would fail before its first pod counts; raise the deadline',
  ],
  [
    'a reading that may last longer than the time between two',
    { monitoring: { serviceMonitor: { enabled: true, interval: '5s' } } },
    'monitoring.serviceMonitor.scrapeTimeout ("10s") must be at most monitoring.serviceMonitor.interval ("5s"): Prometheus refuses a reading that may last longer than the time until the next one',
  ],
])('refuses %s', (_, values, message) => {
  expect(refusal(values)).toBe(message);
});

test.each<[string, Overrides]>([
  ['the least number of pods equal to the most', { backend: { autoscaling: { minReplicas: 5, maxReplicas: 5 } } }],
  ['no pods without autoscaling', { backend: { replicaCount: 0, autoscaling: { enabled: false } } }],
  ['no limit at all', { backend: { resources: { limits: { cpu: null, memory: null } } } }],
  ['node ports that are free', { backend: { service: { nodePort: null } }, frontend: { service: { nodePort: null } } }],
  ['a node port twice where one is not used', { backend: { service: { type: 'ClusterIP', nodePort: 30080 } } }],
  ['limits below requests of a database that is off', databaseOff()],
])('accepts %s', (_, values) => {
  expect(refusal(values)).toBeUndefined();
});

function databaseOff(): Overrides {
  return {
    database: { enabled: false, resources: { limits: { cpu: '1m' } } },
    secret: { existingSecret: 'mine' },
  };
}

test('name values that exist', () => {
  const defaults = program!.values.parse({});

  const unknown = rules.flatMap(paths).filter((path) => !has(defaults, path));

  expect(unknown).toEqual([]);
});

function paths({ when = [], left, right }: Rule): string[] {
  return [...when.map(({ path }) => path), ...operandPaths(left), ...(right === undefined ? [] : operandPaths(right))];
}

function operandPaths(operand: Operand): string[] {
  if (typeof operand === 'number') return [];
  if (typeof operand === 'string') return [operand];
  return 'sum' in operand ? operand.sum.flatMap(operandPaths) : [operand.path, operand.fallback];
}

function has(value: unknown, path: string): boolean {
  return (
    path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value) !==
    undefined
  );
}
