import { isHelm, takenFields } from '../../../scripts/apply/taken-fields.ts';
import { ApiError } from '../../../scripts/cluster-failure.ts';

describe('the fields that others have taken', () => {
  test.each([
    ['conflict with "kubectl" with subresource "scale" using apps/v1', 'kubectl scale', 'kubectl'],
    ['conflict with "kubectl-edit" using apps/v1', 'kubectl edit', 'kubectl-edit'],
    ['conflict with "kubectl-client-side-apply" using apps/v1', 'kubectl apply', 'kubectl-client-side-apply'],
    [
      'conflict with "kube-controller-manager" with subresource "scale" using apps/v1',
      'the autoscaler',
      'kube-controller-manager',
    ],
    ['conflict with "argocd-controller" using apps/v1', 'argocd-controller', 'argocd-controller'],
  ])('are read out of: %s', (message, by, manager) => {
    expect(takenFields(conflict(message, '.spec.replicas'))).toEqual([{ path: 'spec.replicas', by, manager }]);
  });

  test('have the paths that changes have', () => {
    const field = '.spec.template.spec.containers[name="shop"].ports[containerPort=80,protocol="TCP"].name';

    expect(takenFields(conflict('conflict with "x" using v1', field))?.[0]?.path).toBe(
      'spec.template.spec.containers[shop].ports[80].name',
    );
  });

  test('are not looked for in any other refusal', () => {
    expect(takenFields(new ApiError(409, 'AlreadyExists', 'there is one'))).toBeUndefined();
    expect(takenFields(new ApiError(422, 'Invalid', 'no'))).toBeUndefined();
    expect(takenFields(new Error('no'))).toBeUndefined();
  });

  test('are not those that Helm itself has set, whatever its program is called', () => {
    expect(['helm', 'helm3', 'helm-v3.14'].map(isHelm)).toEqual([true, true, true]);
    expect(['helm-controller', 'kubectl'].map(isHelm)).toEqual([false, false]);
  });
});

function conflict(message: string, field: string): ApiError {
  return new ApiError(409, 'Conflict', 'Apply failed with 1 conflict', [
    { reason: 'FieldManagerConflict', message, field },
  ]);
}
