import { describe, expect, test } from '@jest/globals';
import { capacity, capacityText, demands } from '../../scripts/apply/capacity.ts';
import type { KubernetesObject } from '../../scripts/cluster.ts';

describe('what the pods ask for', () => {
  test('counts the most replicas of an autoscaler and the pods that a rollout adds', () => {
    const objects = [deployment('web', { replicas: undefined, maxSurge: 1 }), autoscaler('web', 5)];

    expect(demands(objects).pods).toHaveLength(6);
  });

  test('rounds a surge in percent up', () => {
    expect(demands([deployment('web', { replicas: 3, maxSurge: '34%' })]).pods).toHaveLength(5);
  });

  test('counts a StatefulSet without a surge', () => {
    expect(demands([{ ...deployment('db', { replicas: 1 }), kind: 'StatefulSet' }]).pods).toEqual([
      { of: 'db', cpu: 0.1, memory: 134217728 },
    ]);
  });

  test('takes limits where there are no requests, and the largest init container', () => {
    const object = deployment('web', { replicas: 1, maxSurge: 0 });
    const spec = {
      containers: [{ resources: { limits: { cpu: '200m', memory: '64Mi' } } }],
      initContainers: [{ resources: { requests: { cpu: '50m', memory: '256Mi' } } }],
    };
    const changed = { ...object, spec: { ...(object.spec as object), template: { spec } } };

    expect(demands([changed]).pods).toEqual([{ of: 'web', cpu: 0.2, memory: 268435456 }]);
  });
});

describe('the room for them', () => {
  test('is what nodes have, less what pods of others ask for', () => {
    const room = capacity(
      demands([deployment('web', { replicas: 2, maxSurge: 1 })]),
      [node('a', '1', '1Gi')],
      [pod('a', '300m', '512Mi')],
    );

    expect(room.unplaced.size).toBe(0);
    expect(capacityText(room)).toBe('0.3 CPU and 384 MiB asked at most, 0.7 CPU and 512 MiB free');
  });

  test('ignores pods that have ended and pods of other nodes', () => {
    const ended = { ...pod('a', '1', '1Gi'), status: { phase: 'Succeeded' } };

    expect(capacity(demands([]), [node('a', '1', '1Gi')], [ended, pod('b', '1', '1Gi')]).free.cpu).toBe(1);
  });

  test('is looked for in each node: half a pod in each of two is no room', () => {
    const room = capacity(
      demands([deployment('web', { replicas: 3, maxSurge: 0 })]),
      [node('a', '150m', '1Gi'), node('b', '150m', '1Gi')],
      [],
    );

    expect([...room.unplaced]).toEqual([['web', 1]]);
  });

  test('is not on nodes that take no pods', () => {
    const cordoned = { ...node('a', '4', '8Gi'), spec: { unschedulable: true } };
    const tainted = { ...node('b', '4', '8Gi'), spec: { taints: [{ effect: 'NoSchedule' }] } };

    const room = capacity(demands([deployment('web', { replicas: 1, maxSurge: 0 })]), [cordoned, tainted], []);

    expect([...room.unplaced]).toEqual([['web', 1]]);
  });
});

function deployment(
  name: string,
  { replicas, maxSurge }: { replicas: number | undefined; maxSurge?: number | string },
): KubernetesObject {
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, strategy: { rollingUpdate: { maxSurge } }, template: { spec: { containers: [{ resources }] } } },
  };
}

function autoscaler(name: string, maxReplicas: number): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas },
  };
}

function node(name: string, cpu: string, memory: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status: { allocatable: { cpu, memory } } };
}

function pod(nodeName: string, cpu: string, memory: string): KubernetesObject {
  const containers = [{ resources: { requests: { cpu, memory } } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'other' },
    spec: { nodeName, containers },
    status: { phase: 'Running' },
  };
}
