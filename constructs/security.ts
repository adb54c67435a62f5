/** User and groups that the processes of a pod run as. null leaves the choice to the cluster or image. */
export interface PodSecurityProps {
  /** @default 10001 */
  readonly runAsUser?: number | null;
  /** @default 10001 */
  readonly runAsGroup?: number | null;
  /** Group that owns the volumes. @default 10001 */
  readonly fsGroup?: number | null;
}

/** Beyond every user that a distribution or an image brings along. */
const UNPRIVILEGED_ID = 10001;

const UNPRIVILEGED = { runAsUser: UNPRIVILEGED_ID, runAsGroup: UNPRIVILEGED_ID, fsGroup: UNPRIVILEGED_ID };

/** A pod's `securityContext`. */
export function podSecurityContext(props: PodSecurityProps = {}) {
  const { runAsUser, runAsGroup, fsGroup } = { ...UNPRIVILEGED, ...props };
  return {
    runAsNonRoot: true,
    runAsUser: runAsUser ?? undefined,
    runAsGroup: runAsGroup ?? undefined,
    fsGroup: fsGroup ?? undefined,
    fsGroupChangePolicy: (fsGroup ?? null) === null ? undefined : 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A container's `securityContext`: no privileges, nothing to write to but its volumes. */
export const CONTAINER_SECURITY_CONTEXT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};
