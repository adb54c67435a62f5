import { type FieldChange, fieldChanges } from '../../../scripts/apply/field-changes.ts';
import type { KubernetesObject } from '../../../scripts/cluster.ts';

describe('the fields that change', () => {
  test('are told leaf by leaf, with items of lists by what names them', () => {
    const before = pod({
      image: 'a:1',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    });
    const after = pod({
      image: 'a:2',
      env: [
        { name: 'B', value: '3' },
        { name: 'C', value: '4' },
      ],
    });

    expect(told(before, after)).toEqual([
      ['spec.containers[app].env[A].name', 'A', undefined],
      ['spec.containers[app].env[A].value', '1', undefined],
      ['spec.containers[app].env[B].value', '2', '3'],
      ['spec.containers[app].env[C].name', undefined, 'C'],
      ['spec.containers[app].env[C].value', undefined, '4'],
      ['spec.containers[app].image', 'a:1', 'a:2'],
    ]);
  });

  test('are those of the user alone, and none where only the server has written', () => {
    const before = object({ metadata: { name: 'x', resourceVersion: '1', generation: 1, managedFields: [] } });
    const after = object({ metadata: { name: 'x', resourceVersion: '2', generation: 2, labels: { 'a.b/c': 'd' } } });

    expect(told(before, { ...after, status: { ready: 1 } })).toEqual([['metadata.labels[a.b/c]', undefined, 'd']]);
  });

  test('say when a list has another order, and when items without names differ', () => {
    const [one, two] = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];

    expect(told(pod({ env: [one, two] }), pod({ env: [two, one] }))).toEqual([
      ['spec.containers[app].env', [one, two], [two, one]],
    ]);
    expect(told(pod({ args: ['a', 'b'] }), pod({ args: ['a', 'c', 'd'] }))).toEqual([
      ['spec.containers[app].args[1]', 'b', 'c'],
      ['spec.containers[app].args[2]', undefined, 'd'],
    ]);
  });

  test('say how much more or less a number or an amount is', () => {
    const before = object({ spec: { replicas: 5, template: resources('256Mi', '1'), storage: '1Gi' } });
    const after = object({ spec: { replicas: 2, template: resources('128Mi', '500m'), storage: '3Gi' } });

    const differences = fieldChanges(before, after).map(({ path, difference }) => [path.split('.').at(-1), difference]);

    expect(differences).toEqual([
      ['replicas', '-3'],
      ['storage', '+200 %'],
      ['cpu', '-50 %'],
      ['memory', '-50 %'],
    ]);
  });

  test.each([
    ['a Secret', object({ data: { A: 'before' } }, 'Secret'), object({ data: { A: 'hush', B: 'hush' } }, 'Secret')],
    [
      'a ConfigMap by its key',
      object({ data: { DATABASE_URL: 'before' } }),
      object({ data: { DATABASE_URL: 'hush' } }),
    ],
    [
      'an environment variable by its name, also in a new list',
      pod({}),
      pod({ env: [{ name: 'API_TOKEN', value: 'hush' }] }),
    ],
    ['a whole new Secret', object({}, 'Secret'), object({ data: { A: 'hush' } }, 'Secret')],
  ])('never show the values of %s', (_, before, after) => {
    const changes = fieldChanges(before, after);

    expect(changes.length).toBeGreaterThan(0);
    expect(JSON.stringify(changes)).not.toMatch(/before|hush/);
    expect(changes.some(({ secret }) => secret)).toBe(true);
  });
});

function told(before: KubernetesObject, after: KubernetesObject): unknown[] {
  return fieldChanges(before, after).map(({ path, old, new: now }: FieldChange) => [path, old, now]);
}

function pod(container: object): KubernetesObject {
  return object({ spec: { containers: [{ name: 'app', ...container }] } });
}

function resources(memory: string, cpu: string): object {
  return { limits: { memory, cpu } };
}

function object(fields: object, kind = 'ConfigMap'): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x' }, ...fields };
}
