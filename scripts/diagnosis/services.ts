import type { Facts, PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import type { Service, ServicePort } from './objects.ts';

/** Services that lead nowhere, by a fault of their own. */
export function serviceProblems(facts: Facts): Candidate[] {
  return facts.snapshot.services
    .filter(({ spec }) => spec.selector !== undefined && spec.type !== 'ExternalName')
    .flatMap((service) => serviceProblem(service, facts) ?? []);
}

/** Services whose only pods are these workloads' and of which none is ready. */
export function servicesBehind(workloads: readonly string[], facts: Facts): string[] {
  return facts.snapshot.services
    .filter((service) => {
      const pods = podsOf(service, facts);
      const targets = facts.workloads.filter(({ labels }) => selects(service, labels));
      const ids = pods.length > 0 ? pods.map(({ workload }) => workload) : targets.map(({ id }) => id);
      const isReady = facts.snapshot.pods.some(
        ({ metadata, status }) =>
          selects(service, metadata.labels) &&
          metadata.deletionTimestamp === undefined &&
          status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      return ids.length > 0 && !isReady && ids.every((id) => workloads.includes(id));
    })
    .map(({ metadata }) => metadata.name)
    .sort();
}

function serviceProblem(service: Service, facts: Facts): Candidate | undefined {
  const { name } = service.metadata;
  const candidate = (cause: string, fix: string, confidence: Candidate['confidence']): Candidate => ({
    code: 'NoEndpoints',
    severity: 'fatal',
    cause,
    evidence: [
      `Service ${name}: selector ${selectorText(service)}, ports ${(service.spec.ports ?? []).map(portText).join(', ')}`,
    ],
    fix: [fix],
    check: facts.kubectl(`get endpointslices --selector kubernetes.io/service-name=${name}`),
    confidence,
    workload: `Service/${name}`,
    blocking: false,
  });
  const targets = facts.workloads.filter(({ labels }) => selects(service, labels));
  if (targets.length === 0 && !facts.snapshot.pods.some(({ metadata }) => selects(service, metadata.labels))) {
    const near = nearest(service, facts);
    return candidate(
      `Service '${name}' selects ${selectorText(service)}, and no pod has these labels${near === undefined ? '' : `; ${near}`}`,
      `correct the selector: ${facts.kubectl(`edit service ${name}`)}`,
      'certain',
    );
  }
  const containers = targets.flatMap(({ spec }) => [...spec.containers, ...(spec.initContainers ?? [])]);
  const ports = containers.flatMap((container) => container.ports ?? []);
  for (const port of targets.length === 0 ? [] : (service.spec.ports ?? [])) {
    const target = port.targetPort ?? port.port;
    const isThere = ports.some(
      ({ name, containerPort }) => target === (typeof target === 'string' ? name : containerPort),
    );
    // A number that no container declares may be listened on all the same.
    if (isThere || (typeof target === 'number' && ports.length === 0)) continue;
    const declared = ports.map(({ name, containerPort }) =>
      name === undefined ? containerPort : `${name} (${containerPort})`,
    );
    return candidate(
      `Service '${name}' leads to port ${typeof target === 'string' ? `'${target}'` : target}, and the containers of ${targets[0]!.id} have ${declared.length === 0 ? 'none of that name' : declared.join(', ')}`,
      `correct targetPort: ${facts.kubectl(`edit service ${name}`)}`,
      typeof target === 'string' ? 'certain' : 'likely',
    );
  }
  return undefined;
}

function podsOf(service: Service, facts: Facts): readonly PodFacts[] {
  return facts.pods.filter(({ pod }) => selects(service, pod.metadata.labels));
}

function selects({ spec }: Service, labels: Readonly<Record<string, string>> = {}): boolean {
  const entries = Object.entries(spec.selector ?? {});
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** The workload with most of the labels, and what it has instead. */
function nearest(service: Service, { workloads }: Facts): string | undefined {
  const wanted = Object.entries(service.spec.selector ?? {});
  const near = workloads
    .map((workload) => ({ workload, wrong: wanted.filter(([key, value]) => workload.labels[key] !== value) }))
    .sort((a, b) => a.wrong.length - b.wrong.length)[0];
  if (near === undefined || (near.wrong.length === wanted.length && wanted.length > 1)) return undefined;
  const has = near.wrong.map(([key]) =>
    near.workload.labels[key] === undefined ? `no ${key}` : `${key}=${near.workload.labels[key]}`,
  );
  return `${near.workload.id} has ${has.join(', ')}`;
}

function selectorText({ spec }: Service): string {
  return Object.entries(spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function portText({ port, targetPort, nodePort }: ServicePort): string {
  return `${port}${nodePort === undefined ? '' : ` (node port ${nodePort})`} to ${targetPort ?? port}`;
}
