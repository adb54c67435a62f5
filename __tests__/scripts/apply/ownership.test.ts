import { requireOwnership } from '../../../scripts/apply/ownership.ts';
import type { KubernetesObject } from '../../../scripts/cluster.ts';

const CLAIM = { release: 'shop', namespace: 'n' };

describe('an object', () => {
  test('is of its release by its annotations, and if somebody has removed them, by the last revision', () => {
    requireOwnership(object({ annotations: marks('shop', 'n') }), CLAIM, false);
    requireOwnership(object({}), CLAIM, true);

    expect(() => requireOwnership(object({}), CLAIM, false)).toThrow();
    expect(() => requireOwnership(object({ annotations: marks('other', 'n') }), CLAIM, true)).toThrow();
  });

  test.each([
    [{ annotations: marks('shop', 'm') }, 'belongs to Helm release shop of namespace m'],
    [{ ownerReferences: [{ kind: 'Operator', name: 'o' }] }, 'belongs to Operator o'],
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'app:v1/x' } }, 'belongs to Argo CD application app'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'k' } }, 'belongs to Flux kustomization k'],
    [{ labels: { 'app.kubernetes.io/managed-by': 'operator' } }, 'is managed by operator'],
    [{ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }, "was made by 'kubectl apply'"],
    [{ managedFields: [{ manager: 'kubectl-create' }] }, 'was made by kubectl-create'],
    [{}, 'was made by somebody else'],
  ])('that is %j is refused with its owner', (metadata, owner) => {
    expect(() => requireOwnership(object(metadata), CLAIM, false)).toThrow(
      `Service x in namespace n is not of release shop: it ${owner}; delete or rename it, or use another namespace`,
    );
  });
});

function marks(release: string, namespace: string): Record<string, string> {
  return { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': namespace };
}

function object(metadata: object): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace: 'n', ...metadata } };
}
