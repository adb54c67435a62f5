import { effectOf, worst } from '../../../scripts/apply/effect.ts';
import { fieldChanges } from '../../../scripts/apply/field-changes.ts';
import type { KubernetesObject } from '../../../scripts/cluster.ts';

const POD = { containers: [{ name: 'app', image: 'a:1' }] };

describe('the effect of a change', () => {
  test.each([
    ['nothing', {}, {}, 'NO_CHANGE'],
    ['more pods', { replicas: 2 }, { replicas: 3 }, 'IN_PLACE'],
    ['fewer pods', { replicas: 3 }, { replicas: 2 }, 'DISRUPTIVE'],
    ['another image', {}, { template: { spec: { containers: [{ name: 'app', image: 'a:2' }] } } }, 'ROLLING_RESTART'],
    [
      'another image of pods that all end before the new ones begin',
      { strategy: { type: 'Recreate' } },
      { strategy: { type: 'Recreate' }, template: { spec: { containers: [] } } },
      'DISRUPTIVE',
    ],
    [
      'another image where no pod has to stay',
      { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 2 } } },
      { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 2 } }, template: { spec: { containers: [] } } },
      'DISRUPTIVE',
    ],
    ['another image of no pods', { replicas: 0 }, { replicas: 0, template: { spec: {} } }, 'IN_PLACE'],
    ['a pod that may do more', {}, { template: { spec: { ...POD, hostNetwork: true } } }, 'EXPOSURE'],
    [
      'a container that may become root',
      {},
      {
        template: {
          spec: { containers: [{ name: 'app', image: 'a:1', securityContext: { allowPrivilegeEscalation: true } }] },
        },
      },
      'EXPOSURE',
    ],
  ])('on a Deployment: %s', (_, before, after, effect) => {
    expect(classify('Deployment', before, after)).toBe(effect);
  });

  test.each([
    ['Service', { type: 'ClusterIP' }, { type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] }, 'EXPOSURE'],
    ['Service', { type: 'NodePort' }, { type: 'ClusterIP' }, 'DISRUPTIVE'],
    ['Service', { type: 'ClusterIP', ports: [{ port: 80 }] }, { type: 'ClusterIP', ports: [{ port: 81 }] }, 'IN_PLACE'],
    ['Service', { type: 'ClusterIP', selector: { a: 'b' } }, { type: 'ClusterIP', selector: { a: 'c' } }, 'DISRUPTIVE'],
    ['NetworkPolicy', { ingress: [] }, { ingress: [{}] }, 'EXPOSURE'],
    ['Ingress', { rules: [] }, { rules: [{ host: 'a' }] }, 'EXPOSURE'],
    ['HorizontalPodAutoscaler', { minReplicas: 2 }, { minReplicas: 1 }, 'IN_PLACE'],
    ['StatefulSet', { replicas: 1 }, { replicas: 1, template: { spec: {} } }, 'DISRUPTIVE'],
    ['StatefulSet', { replicas: 3 }, { replicas: 3, template: { spec: {} } }, 'ROLLING_RESTART'],
  ])('on a %s from %j to %j', (kind, before, after, effect) => {
    expect(classify(kind, before, after)).toBe(effect);
  });

  test.each([
    ['Deployment', 'DESTROY'],
    ['PersistentVolumeClaim', 'DESTROY'],
    ['PodDisruptionBudget', 'DISRUPTIVE'],
    ['NetworkPolicy', 'EXPOSURE'],
    ['HorizontalPodAutoscaler', 'IN_PLACE'],
  ])('of a %s that is removed', (kind, effect) => {
    expect(effectOf(object(kind, {}), undefined, [])).toBe(effect);
  });

  test.each([
    ['Service', { type: 'LoadBalancer' }, 'EXPOSURE'],
    ['Service', { type: 'ClusterIP' }, 'IN_PLACE'],
    ['HTTPRoute', {}, 'EXPOSURE'],
    ['Deployment', {}, 'IN_PLACE'],
  ])('of a %s %j that is new', (kind, spec, effect) => {
    expect(effectOf(undefined, object(kind, spec), [])).toBe(effect);
  });

  test('of labels alone is METADATA, and the gravest of several counts', () => {
    const [before, after] = [object('Deployment', {}), object('Deployment', {})];
    const labelled = { ...after, metadata: { name: 'x', labels: { a: 'b' } } };

    expect(effectOf(before, labelled, fieldChanges(before, labelled))).toBe('METADATA');
    expect(worst(['METADATA', 'DESTROY', 'EXPOSURE'])).toBe('DESTROY');
    expect(worst([])).toBe('NO_CHANGE');
  });
});

function classify(kind: string, before: object, after: object): string {
  const [old, now] = [object(kind, before), object(kind, after)];
  return effectOf(old, now, fieldChanges(old, now));
}

function object(kind: string, spec: object): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x' }, spec: { template: { spec: POD }, ...spec } };
}
