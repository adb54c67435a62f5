import type { JsonObject } from '../../chart/json.ts';
import type { KubernetesObject } from '../cluster.ts';
import type { FieldChange } from './field-changes.ts';

/**
 * What a change does, from harmless to grave. METADATA: labels and annotations. IN_PLACE: no pod restarts.
 * ROLLING_RESTART: pods are replaced, the old ones after the new. EXPOSURE: more can reach it, or it may do more.
 * DISRUPTIVE: for a while there is less than now. REPLACE: the object has to be deleted first. DESTROY: it is removed.
 */
export const EFFECTS = [
  'NO_CHANGE',
  'METADATA',
  'IN_PLACE',
  'ROLLING_RESTART',
  'EXPOSURE',
  'DISRUPTIVE',
  'REPLACE',
  'DESTROY',
] as const;

export type Effect = (typeof EFFECTS)[number];
export type Action = 'create' | 'change' | 'remove' | 'none';

/** The gravest. */
export function worst(effects: readonly Effect[]): Effect {
  return EFFECTS[Math.max(0, ...effects.map((effect) => EFFECTS.indexOf(effect)))]!;
}

/** @param after undefined where the object is removed */
export function effectOf(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  fields: readonly FieldChange[],
): Effect {
  if (after === undefined) return removalEffect(before!);
  if (before === undefined) return opens(after) ? 'EXPOSURE' : 'IN_PLACE';
  return worst(fields.map((field) => fieldEffect(field, before, after)));
}

/** What a removal does to others; what only steers pods comes back when it is wanted. */
function removalEffect({ kind }: KubernetesObject): Effect {
  if (kind === 'HorizontalPodAutoscaler') return 'IN_PLACE';
  if (kind === 'NetworkPolicy') return 'EXPOSURE';
  if (kind === 'PodDisruptionBudget') return 'DISRUPTIVE';
  return 'DESTROY';
}

/** Whether an object lets something in from outside, or gives rights. */
function opens({ kind, spec }: KubernetesObject): boolean {
  if (kind === 'Service') return ['NodePort', 'LoadBalancer'].includes(String((spec as JsonObject).type));
  return /^(Ingress|Gateway|\w+Route|(Cluster)?Role(Binding)?)$/.test(kind);
}

function fieldEffect(field: FieldChange, before: KubernetesObject, after: KubernetesObject): Effect {
  const { path } = field;
  if (/^metadata\b/.test(path)) return 'METADATA';
  const { kind } = after;
  if (/^(Ingress|Gateway|\w+Route|NetworkPolicy|(Cluster)?Role(Binding)?)$/.test(kind)) return 'EXPOSURE';
  if (kind === 'Service') return serviceEffect(path, before, after);
  if (path === 'spec.replicas') return isLess(field) ? 'DISRUPTIVE' : 'IN_PLACE';
  if (/^spec\.(strategy|updateStrategy)\b/.test(path)) return isGentle(after) ? 'IN_PLACE' : 'DISRUPTIVE';
  if (!isPodTemplate(path, kind)) return 'IN_PLACE';
  // Without pods none is replaced.
  const hasPods = (after.spec as { replicas?: number }).replicas !== 0;
  return worst([
    hasPods ? (isGentle(after) ? 'ROLLING_RESTART' : 'DISRUPTIVE') : 'IN_PLACE',
    ...(isPrivilege(field) ? ['EXPOSURE' as const] : []),
  ]);
}

function serviceEffect(path: string, before: KubernetesObject, after: KubernetesObject): Effect {
  const becomesOpen = opens(after) && (path === 'spec.type' || path.endsWith('.nodePort'));
  if (becomesOpen) return 'EXPOSURE';
  // Whoever knows the old address does not find it any more.
  const wasOpen = opens(before) && (path === 'spec.type' || path.endsWith('.nodePort'));
  return wasOpen || path.startsWith('spec.selector') ? 'DISRUPTIVE' : 'IN_PLACE';
}

/** Whether a change of the field makes other pods. */
export function isPodTemplate(path: string, kind: string): boolean {
  return /^(Deployment|StatefulSet|DaemonSet)$/.test(kind) && /^spec\.template\b/.test(path);
}

/** Whether a rollout keeps as many pods as there are. */
function isGentle({ kind, spec }: KubernetesObject): boolean {
  const { strategy, replicas = 1 } = spec as { strategy?: Strategy; replicas?: number };
  if (kind === 'StatefulSet') return replicas !== 1;
  if (kind !== 'Deployment') return true;
  const { type = 'RollingUpdate', rollingUpdate = {} } = strategy ?? {};
  if (type === 'Recreate') return false;
  return unavailable(rollingUpdate.maxUnavailable ?? '25%', replicas) < Math.max(1, replicas);
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
}

/** Rounded down, as Kubernetes does. */
function unavailable(maxUnavailable: number | string, replicas: number): number {
  if (typeof maxUnavailable === 'number') return maxUnavailable;
  return Math.floor((Number.parseInt(maxUnavailable, 10) / 100) * replicas);
}

function isLess({ old, new: now }: FieldChange): boolean {
  return typeof old === 'number' && typeof now === 'number' && now < old;
}

/** Whether a pod may do more than before. */
function isPrivilege({ path, new: now }: FieldChange): boolean {
  if (/\.securityContext\b.*\.(privileged|allowPrivilegeEscalation)$/.test(path)) return now === true;
  if (/\.securityContext\b.*\.(runAsNonRoot|readOnlyRootFilesystem)$/.test(path)) return now !== true;
  if (/\.(hostNetwork|hostPID|hostIPC|automountServiceAccountToken)$/.test(path)) return now === true;
  return /\.securityContext\b.*\.capabilities\b|\.hostPath\b|\.hostPort$|\.serviceAccountName$/.test(path);
}
