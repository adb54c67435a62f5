import { countOf, timeOf } from '../diagnosis/facts.ts';
import type { Container, ContainerState, ContainerStatus, Event, Pod, Probe } from '../diagnosis/objects.ts';

/** A pod as `kubectl describe` shows it: what it is made of, how it is, and what has happened to it. */
export function describePod(pod: Pod, events: readonly Event[]): string {
  const { metadata, spec, status } = pod;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  const lines = [
    `Name: ${metadata.name}`,
    `Namespace: ${metadata.namespace}`,
    `Created: ${metadata.creationTimestamp}`,
    ...(metadata.deletionTimestamp === undefined ? [] : [`Ends since: ${metadata.deletionTimestamp}`]),
    `Node: ${spec.nodeName ?? 'none'}`,
    `Controlled by: ${owner === undefined ? 'nothing' : `${owner.kind}/${owner.name}`}`,
    `Phase: ${status.phase}${status.reason === undefined ? '' : ` (${status.reason}: ${status.message ?? ''})`}`,
    `Address: ${status.podIP ?? 'none'}`,
    ...section(
      'Labels',
      Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`),
    ),
    ...section(
      'Annotations',
      Object.entries(metadata.annotations ?? {}).map(([key, value]) => `${key}=${value}`),
    ),
    ...section('Conditions', (status.conditions ?? []).map(conditionLine)),
    ...containerLines('Init container', spec.initContainers ?? [], status.initContainerStatuses ?? []),
    ...containerLines('Container', spec.containers, status.containerStatuses ?? []),
    ...section(
      'Volumes',
      (spec.volumes ?? []).map((volume) => JSON.stringify(volume)),
    ),
    ...section('Events', events.map(eventLine)),
  ];
  return `${lines.join('\n')}\n`;
}

/** An event as a line of a list. */
export function eventLine(event: Event): string {
  const time = new Date(timeOf(event)).toISOString();
  const { kind, name } = event.involvedObject;
  return `${time}  ${event.type}  ${event.reason}  ${kind}/${name}  x${countOf(event)}  ${event.message.trim()}`;
}

function containerLines(title: string, specs: readonly Container[], statuses: readonly ContainerStatus[]): string[] {
  return specs.flatMap((spec) => {
    const status = statuses.find(({ name }) => name === spec.name);
    const probes = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((name) =>
      spec[name] === undefined ? [] : [`${name}: ${probeText(spec[name])}`],
    );
    const ports = (spec.ports ?? []).map(({ name, containerPort }) => `${name ?? ''} ${containerPort}`.trim());
    return section(`${title} ${spec.name}`, [
      `image: ${spec.image} (${spec.imagePullPolicy ?? 'default'})`,
      `command: ${JSON.stringify([...(spec.command ?? []), ...(spec.args ?? [])])}`,
      `ports: ${ports.join(', ')}`,
      `resources: ${JSON.stringify(spec.resources ?? {})}`,
      `variables: ${JSON.stringify(spec.env ?? [])}`,
      `variables from: ${JSON.stringify(spec.envFrom ?? [])}`,
      ...probes,
      ...(status === undefined
        ? ['state: not told']
        : [
            `state: ${stateText(status.state)}`,
            `state before: ${stateText(status.lastState)}`,
            `ready: ${status.ready}`,
            `restarts: ${status.restartCount}`,
          ]),
    ]);
  });
}

function stateText({ waiting, running, terminated }: ContainerState): string {
  if (waiting !== undefined) return `waiting (${waiting.reason ?? ''}) ${waiting.message ?? ''}`.trim();
  if (running !== undefined) return `running since ${running.startedAt}`;
  if (terminated === undefined) return 'none';
  const { exitCode, reason, message, startedAt, finishedAt } = terminated;
  return `ended with ${exitCode} (${reason ?? ''}), from ${startedAt} to ${finishedAt} ${message ?? ''}`.trim();
}

function probeText({ httpGet, tcpSocket, grpc, exec, ...times }: Probe): string {
  return `${JSON.stringify(httpGet ?? tcpSocket ?? grpc ?? exec)} ${JSON.stringify(times)}`;
}

function conditionLine({
  type,
  status,
  reason,
  message,
  lastTransitionTime,
}: NonNullable<Pod['status']['conditions']>[number]) {
  return [`${type}: ${status} since ${lastTransitionTime}`, reason, message].filter(Boolean).join('; ');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}
