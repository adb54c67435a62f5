/** Amounts as Kubernetes writes them: `'500m'`, `'1Gi'`, 2. null leaves one out. */
export interface ResourceList {
  readonly cpu?: string | number | null;
  readonly memory?: string | number | null;
  readonly 'ephemeral-storage'?: string | number | null;
}

/** Requests and limits of one container. */
export interface ResourcesProps {
  /** What the scheduler keeps free. @default - nothing */
  readonly requests?: ResourceList;
  /** What the container may use at most. @default - no limit */
  readonly limits?: ResourceList;
}

export const SMALL_RESOURCES: ResourcesProps = {
  requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '512Mi' },
};

/** A container's `resources`. */
export function containerResources({ requests = {}, limits = {} }: ResourcesProps) {
  return { requests: withoutNulls(requests), limits: withoutNulls(limits) };
}

function withoutNulls(list: ResourceList) {
  return {
    cpu: list.cpu ?? undefined,
    memory: list.memory ?? undefined,
    'ephemeral-storage': list['ephemeral-storage'] ?? undefined,
  };
}
