import { rejectionOf } from '../../../scripts/apply/rejection.ts';
import type { KubernetesObject } from '../../../scripts/cluster.ts';
import { ApiError } from '../../../scripts/cluster-failure.ts';

const SERVICE = object('Service');

describe('an object that the API server refuses', () => {
  test.each([
    [
      'a quota',
      new ApiError(
        403,
        'Forbidden',
        'services "x" is forbidden: exceeded quota: few, requested: services=1, used: services=2, limited: services=2',
      ),
      'quota few is used up: requested: services=1, used: services=2, limited: services=2',
    ],
    [
      'no permission',
      new ApiError(
        403,
        'Forbidden',
        'services "x" is forbidden: User "joe" cannot patch resource "services" in API group "" in the namespace "n"',
      ),
      'user joe may not patch services in namespace n',
    ],
    [
      'a namespace that goes',
      new ApiError(
        403,
        'Forbidden',
        'services "x" is forbidden: unable to create new content in namespace n because it is being terminated',
      ),
      'namespace n is being deleted; wait until it is gone',
    ],
    [
      'an unknown kind',
      new ApiError(404, 'NotFound', "the server has no kind 'Service' in 'v1'"),
      'the cluster does not know Service of v1; install its CRDs, or switch it off',
    ],
    [
      'whatever else, without saying its name again',
      new ApiError(422, 'Invalid', 'Service "x" is invalid: spec.ports: Required\n value'),
      'spec.ports: Required value',
    ],
  ])('because of %s is one line', async (_, error, message) => {
    expect(await rejectionOf(SERVICE, error, { list: async () => [] }, 'n')).toEqual({
      object: 'Service x',
      message,
      effect: 'NO_CHANGE',
    });
  });

  test.each([
    ['field is immutable', 'Deployment', ' --cascade=orphan'],
    ['updates to statefulset spec for fields other than replicas are forbidden', 'StatefulSet', ' --cascade=orphan'],
    ['field is immutable', 'Job', ''],
  ])('because of "%s" would have to be replaced: %s', async (message, kind, flag) => {
    const error = new ApiError(422, 'Invalid', `${kind} "x" is invalid`, [{ field: 'spec.selector', message }]);

    expect(await rejectionOf(object(kind), error, { list: async () => [] }, 'n')).toEqual({
      object: `${kind} x`,
      message: `spec.selector cannot be changed; delete it first: kubectl delete ${kind.toLowerCase()} x --namespace n${flag}`,
      effect: 'REPLACE',
    });
  });

  test('because of a node port is told who has it, as far as that may be seen', async () => {
    const error = new ApiError(
      422,
      'Invalid',
      'Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    const owner = { ...SERVICE, metadata: { name: 'till', namespace: 'm' }, spec: { ports: [{ nodePort: 30080 }] } };
    const listing = (result: () => Promise<object[]>) => ({ list: result as never });

    const seen = await rejectionOf(
      SERVICE,
      error,
      listing(() => Promise.resolve([owner])),
      'n',
    );
    const hidden = await rejectionOf(
      SERVICE,
      error,
      listing(() => Promise.reject(new ApiError(403, '', ''))),
      'n',
    );

    expect(seen.message).toBe(
      'node port 30080 is taken by Service till in namespace m; set another nodePort, or null for a free one',
    );
    expect(hidden.message).toBe(
      'node port 30080 is taken by another Service; set another nodePort, or null for a free one',
    );
  });

  test.each([[new ApiError(500, 'InternalError', 'no')], [new ApiError(401, '', 'who')], [new Error('bug')]])(
    'is none where the server fails or the program does: %s',
    async (error) => {
      await expect(rejectionOf(SERVICE, error, { list: async () => [] }, 'n')).rejects.toBe(error);
    },
  );
});

function object(kind: string): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x' }, spec: {} };
}
