/** Where the lists of a snapshot are: the root of the API and the resource. */
export const RESOURCES = {
  pods: ['/api/v1', 'pods'],
  events: ['/api/v1', 'events'],
  deployments: ['/apis/apps/v1', 'deployments'],
  replicaSets: ['/apis/apps/v1', 'replicasets'],
  statefulSets: ['/apis/apps/v1', 'statefulsets'],
  services: ['/api/v1', 'services'],
  endpointSlices: ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  persistentVolumeClaims: ['/api/v1', 'persistentvolumeclaims'],
  horizontalPodAutoscalers: ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  resourceQuotas: ['/api/v1', 'resourcequotas'],
} as const;

export type Resource = keyof typeof RESOURCES;

export function pathOfList(resource: Resource, namespace: string): string {
  const [root, name] = RESOURCES[resource];
  return `${root}/namespaces/${namespace}/${name}`;
}
