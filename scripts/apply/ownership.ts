import type { KubernetesObject } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import { MANAGED_BY } from '../release-labels.ts';
import { objectName, RELEASE_NAME, RELEASE_NAMESPACE } from './rendered-objects.ts';

export interface Claim {
  readonly release: string;
  readonly namespace: string;
}

/**
 * Stops where a release would take over what is somebody else's.
 *
 * @param inRelease whether the release's last revision has the object, whoever has removed Helm's marks from it
 * @throws CommandError that names the owner
 */
export function requireOwnership(live: KubernetesObject, { release, namespace }: Claim, inRelease: boolean): void {
  const annotations = live.metadata.annotations ?? {};
  const marked = annotations[RELEASE_NAME];
  if (marked === release && annotations[RELEASE_NAMESPACE] === namespace) return;
  if (marked === undefined && inRelease) return;
  throw new CommandError(
    `${objectName(live)} in namespace ${live.metadata.namespace ?? '-'} is not of release ${release}: it ${ownerOf(live)}; delete or rename it, or use another namespace`,
  );
}

/** Who has made an object, as far as it says. */
function ownerOf({ metadata }: KubernetesObject): string {
  const { annotations = {}, labels = {}, ownerReferences = [] } = metadata;
  const controller = ownerReferences.find((each) => each.controller) ?? ownerReferences[0];
  if (annotations[RELEASE_NAME] !== undefined)
    return `belongs to Helm release ${annotations[RELEASE_NAME]} of namespace ${annotations[RELEASE_NAMESPACE] ?? '?'}`;
  if (controller !== undefined) return `belongs to ${controller.kind} ${controller.name}`;
  const argo = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  if (argo !== undefined) return `belongs to Argo CD application ${argo}`;
  const flux = labels['kustomize.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return `belongs to Flux kustomization ${flux}`;
  const manager = labels[MANAGED_BY];
  if (manager !== undefined && manager !== 'Helm') return `is managed by ${manager}`;
  if (annotations['kubectl.kubernetes.io/last-applied-configuration'] !== undefined)
    return "was made by 'kubectl apply'";
  const [first] = (metadata.managedFields ?? []) as readonly { readonly manager?: string }[];
  return first?.manager === undefined ? 'was made by somebody else' : `was made by ${first.manager}`;
}
