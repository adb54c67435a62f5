import pc from 'picocolors';
import { wrapped } from '../wrapped.ts';
import type { Finding } from './finding.ts';
import type { SecondOpinion } from './second-opinions.ts';
import type { Snapshot } from './snapshot.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** A diagnosis, as it is told. */
export interface Diagnosis {
  readonly release: string;
  readonly namespace: string;
  /** Empty: it is not known. */
  readonly context: string;
  readonly findings: readonly Finding[];
  readonly snapshot: Snapshot;
  /** @default - nobody was asked */
  readonly opinions?: readonly SecondOpinion[] | undefined;
}

/** For people: the most severe finding first, each with its evidence and what to do. Commands stay whole. */
export function diagnosisLines(
  { release, namespace, context, findings, snapshot, opinions }: Diagnosis,
  width: number,
  colors: Colors = pc.createColors(false),
): string[] {
  const where = `${colors.bold(release)} in ${namespace}${context === '' ? '' : ` of ${context}`}`;
  const unread = unreadText(snapshot);
  return [
    ...(findings.length === 0
      ? folded(`${where}: nothing is wrong: ${lookedAt(snapshot)}`, width)
      : [`${where}: ${summary(findings)}`]),
    ...findings.flatMap((finding, i) => ['', ...findingLines(finding, i + 1, width, colors)]),
    ...(unread === undefined ? [] : ['', ...folded(colors.yellow(unread), width)]),
    ...(opinions === undefined ? [] : ['', ...opinionLines(opinions, width, colors)]),
  ];
}

/** As `2 things are wrong, 1 may still get well`. */
export function summary(findings: readonly Finding[]): string {
  const fatal = findings.filter(({ severity }) => severity === 'fatal').length;
  const waiting = findings.length - fatal;
  return [
    ...(fatal === 0 ? [] : [`${fatal} ${fatal === 1 ? 'thing is' : 'things are'} wrong`]),
    ...(waiting === 0 ? [] : [`${waiting} may still get well`]),
  ].join(', ');
}

/** What there is, and was found to be good. */
export function lookedAt({
  pods,
  deployments,
  statefulSets,
  services,
  events,
  horizontalPodAutoscalers,
  ...rest
}: Snapshot) {
  const { nodes, secrets, images, engine, helm } = rest;
  const own = pods.filter(({ metadata }) => isOf(metadata.labels, rest.release));
  const parts = [
    count(own.length, 'pod'),
    count(deployments.length + statefulSets.length, 'workload'),
    count(services.length, 'Service'),
    ...(horizontalPodAutoscalers.length === 0 ? [] : [count(horizontalPodAutoscalers.length, 'autoscaler')]),
    count(events.length, 'event'),
    ...(nodes === undefined ? [] : [count(nodes.length, 'node')]),
    ...(secrets === undefined ? [] : ['the keys of Secrets']),
    ...(images === undefined ? [] : [`the images in the nodes${engine === undefined ? '' : ' and the Docker engine'}`]),
    ...(helm === undefined ? [] : [`Helm's revision ${helm.revision}`]),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)} were looked at`;
}

function isOf(labels: Readonly<Record<string, string>> = {}, release: string | undefined): boolean {
  return release === undefined || labels['app.kubernetes.io/instance'] === release;
}

function findingLines(finding: Finding, number: number, width: number, { bold, dim, red, yellow }: Colors): string[] {
  const { code, severity, subject, cause, evidence, consequences, fix, check, confidence, blocks } = finding;
  const color = severity === 'fatal' ? red : yellow;
  const state = severity === 'fatal' ? confidence : `${confidence}, may still get well`;
  const effect = blocks.length === 0 ? '' : `; keeps ${blocks.join(' and ')} from getting ready`;
  return [
    bold(color(`${number}. ${code}`)),
    ...folded(`   ${subject}`, width),
    ...folded(`   ${cause}`, width),
    ...evidence.flatMap((line) => folded(`   > ${line}`, width).map(dim)),
    ...consequences.flatMap((line) => folded(`   so: ${line}`, width)),
    ...fix.map((line) => `   fix: ${line}`),
    `   check: ${check}`,
    ...folded(`   ${state}${effect}`, width).map(dim),
  ];
}

function unreadText({ unreadable = [] }: Snapshot): string | undefined {
  if (unreadable.length === 0) return undefined;
  const names = unreadable.map((name) => (name === 'helm' ? "Helm's record" : name));
  return `! may not be read, so that nothing is known of it: ${names.join(', ')}`;
}

function opinionLines(opinions: readonly SecondOpinion[], width: number, { bold, dim }: Colors): string[] {
  return opinions.flatMap(({ tool, lines, failure }, i) => [
    ...(i === 0 ? [] : ['']),
    ...(failure === undefined ? [bold(`${tool} says:`)] : folded(dim(`${tool} ${failure}`), width)),
    ...lines.flatMap((line) => folded(`  | ${line}`, width, '  | ')),
  ]);
}

/** Further lines are indented by two more than the first, or begin alike. */
function folded(line: string, width: number, begin?: string): string[] {
  const indent = /^ */.exec(line)![0];
  const rest = begin ?? `${indent}  `;
  return wrapped(line.slice(indent.length), width - rest.length).map((part, i) =>
    i === 0 ? indent + part : rest + part,
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
