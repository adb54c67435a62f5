import { withoutRemoved } from '../../../scripts/apply/without-removed.ts';
import type { KubernetesObject } from '../../../scripts/cluster.ts';

test('what the last manifest has and the new one has not goes, whatever others have added stays', () => {
  const before = object({ a: 1, b: { c: 1, d: 1 }, list: [{ name: 'x', v: 1, w: 1 }, { name: 'y' }], args: ['a'] });
  const after = object({ b: { d: 1 }, list: [{ name: 'x', v: 1 }], args: ['b'] });
  const live = object({
    ...{ a: 1, b: { c: 1, d: 1, theirs: 1 }, theirs: 1, args: ['b'] },
    list: [{ name: 'x', v: 1, w: 1, theirs: 1 }, { name: 'y' }, { name: 'theirs' }],
  });

  expect(withoutRemoved(live, before, after).spec).toEqual({
    b: { d: 1, theirs: 1 },
    theirs: 1,
    args: ['b'],
    list: [{ name: 'x', v: 1, theirs: 1 }, { name: 'theirs' }],
  });
});

function object(spec: object): KubernetesObject {
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec };
}
