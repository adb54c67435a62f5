import type { Condition, Rule } from '../chart/program.ts';

/** What must hold across values, on top of each value's own bounds. */
export const rules: readonly Rule[] = [
  ...tier('backend'),
  ...tier('frontend'),
  ...limitsAboveRequests('database', [{ path: 'database.enabled', in: [true] }]),
  {
    when: [
      { path: 'backend.service.type', in: ['NodePort'] },
      { path: 'frontend.service.type', in: ['NodePort'] },
    ],
    left: 'backend.service.nodePort',
    op: '!=',
    right: 'frontend.service.nodePort',
    message: 'two Services cannot have the same node port; change one, or set it to null for a free one',
  },
  {
    when: [{ path: 'routing.type', in: ['gateway', 'ingress'] }],
    left: 'routing.host',
    op: 'is set',
    message: 'a route needs a host name; set routing.host, or routing.type to none',
  },
  {
    when: [
      { path: 'database.enabled', in: [false] },
      { path: 'secret.externalSecret.enabled', in: [false] },
    ],
    left: 'secret.existingSecret',
    op: 'is set',
    message:
      'only you know the address of a database elsewhere; put DATABASE_URL into a Secret and name it here, or set secret.externalSecret.enabled to true',
  },
  {
    when: [{ path: 'monitoring.serviceMonitor.enabled', in: [true] }],
    left: 'monitoring.serviceMonitor.scrapeTimeout',
    op: '<=',
    right: 'monitoring.serviceMonitor.interval',
    as: 'duration',
    message: 'Prometheus refuses a reading that may last longer than the time until the next one',
  },
];

function tier(name: 'backend' | 'frontend'): Rule[] {
  const scaled: Condition = { path: `${name}.autoscaling.enabled`, in: [true] };
  const minReplicas = { path: `${name}.autoscaling.minReplicas`, fallback: `${name}.replicaCount` };
  return [
    {
      when: [scaled],
      left: minReplicas,
      op: '>=',
      right: 1,
      message: 'autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off',
    },
    {
      when: [scaled],
      left: `${name}.autoscaling.maxReplicas`,
      op: '>=',
      right: minReplicas,
      message: 'autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other',
    },
    {
      when: [scaled],
      left: `${name}.resources.requests.cpu`,
      op: 'is set',
      message: 'autoscaling measures CPU against the request; set one, or switch autoscaling off',
    },
    {
      when: [scaled, { path: `${name}.autoscaling.targetMemoryUtilizationPercentage` }],
      left: `${name}.resources.requests.memory`,
      op: 'is set',
      message: 'autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null',
    },
    ...limitsAboveRequests(name),
    {
      left: { sum: [`${name}.preStopSleepSeconds`, `${name}.drainSeconds`] },
      op: '<',
      right: `${name}.terminationGracePeriodSeconds`,
      message: 'a stopping pod would be killed before its requests are finished; raise the grace period',
    },
    {
      when: [{ path: `${name}.preStopSleepSeconds`, in: [null] }],
      left: `${name}.drainSeconds`,
      op: '<',
      right: `${name}.terminationGracePeriodSeconds`,
      message: 'a stopping pod would be killed before its requests are finished; raise the grace period',
    },
    {
      left: `${name}.minReadySeconds`,
      op: '<',
      right: `${name}.progressDeadlineSeconds`,
      message: 'a rollout would fail before its first pod counts; raise the deadline',
    },
  ];
}

function limitsAboveRequests(name: string, when?: readonly Condition[]): Rule[] {
  return ['cpu', 'memory', 'ephemeral-storage'].map((resource) => ({
    when,
    left: `${name}.resources.limits.${resource}`,
    op: '>=',
    right: `${name}.resources.requests.${resource}`,
    as: 'quantity',
    message: 'Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null',
  }));
}
