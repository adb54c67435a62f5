import pc from 'picocolors';
import { wrapped } from '../wrapped.ts';
import type { Status } from './collect-status.ts';

type Colors = ReturnType<typeof pc.createColors>;

const WIDTH = 80;
const COLUMN = 11;
const DAY = 86_400_000;
/** Before a certificate ends, there has to be time to get another one. */
const SOON = 30 * DAY;

/** How a release is, on one screen: a heading, then a block for each subject. */
export function statusLines(status: Status, now: Date, colors: Colors = pc.createColors(false)): string[] {
  const { context, namespace, release, revision } = status;
  if (revision === undefined)
    return [`there is no release ${release} in namespace ${namespace} of ${context}; install it with: npm run apply`];
  const state = revision.status === 'deployed' ? colors.green('deployed') : colors.red(revision.status);
  return [
    `${colors.bold(release)} in ${namespace} of ${context}: ${state}, revision ${revision.revision}`,
    `${revision.chart}, ${age(revision.updated, now)} ago: ${revision.description}`,
    '',
    ...block('pods', podLines(status, now, colors)),
    ...block('scaling', autoscalerLines(status)),
    ...block('addresses', addressLines(status, colors)),
    ...block('images', imageLines(status, colors)),
    ...block('drift', driftLines(status, colors)),
    ...block('secrets', secretLines(status, now, colors)),
    ...block('findings', findingLines(status, colors)),
    ...block(
      'unknown',
      status.unknown.flatMap((line) => hanging(line)),
    ),
  ];
}

function block(name: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? name : '').padEnd(COLUMN)}${line}`);
}

function podLines({ pods }: Status, now: Date, colors: Colors): string[] {
  if (pods.length === 0) return [colors.yellow('none')];
  const name = Math.max(...pods.map((pod) => pod.name.length));
  return pods.map((pod) => {
    const restarts = pod.restarts === 0 ? '' : `, ${pod.restarts} restart${pod.restarts === 1 ? '' : 's'}`;
    const state = pod.ready ? 'ready' : pod.state === 'Running' ? 'not ready' : pod.state;
    const text = `${state}, ${age(pod.created, now)} old${restarts}`;
    return `${pod.name.padEnd(name)}  ${pod.ready ? text : colors.red(text)}`;
  });
}

function autoscalerLines({ autoscalers }: Status): string[] {
  return autoscalers.map(({ name, min, max, replicas, cpu, target }) => {
    const load = cpu === undefined ? 'CPU not measured yet' : `CPU ${cpu} % of the request`;
    return `${name}  ${replicas} of ${min} to ${max} pods, ${load}${target === undefined ? '' : `, aim ${target} %`}`;
  });
}

function addressLines({ addresses }: Status, colors: Colors): string[] {
  if (addresses.length === 0) return ['none from outside; try: npm run apply -- --open'];
  return addresses.flatMap(({ url, isGood, answer }) => {
    const [first = '', ...rest] = hanging(`${url}  ${answer}`);
    return [`${isGood ? colors.green(first) : colors.dim(first)}`, ...rest];
  });
}

function imageLines({ images }: Status, colors: Colors): string[] {
  return images.flatMap(({ component, running, built }) => {
    const isOld = built !== undefined && running.some((image) => !image.endsWith(built));
    const note = isOld ? colors.yellow(`  not what the source is now: ${tagOf(built)}`) : '';
    return running.map((image) => `${component.padEnd(8)}  ${image}${note}`);
  });
}

function driftLines({ drift }: Status, colors: Colors): string[] {
  if (drift.length === 0) return ['none: all objects are as in the release'];
  return drift.flatMap(({ object, action, fields, taken }) => {
    if (action === 'create') return [colors.yellow(`${object} is missing`)];
    return fields.flatMap((field) => {
      const by = taken.find(({ path }) => path === field.path)?.by;
      const text = `${object} ${field.path}: is ${shown(field.old)}, release has ${shown(field.new)}${by === undefined ? '' : `, by ${by}`}`;
      return hanging(text).map((line) => colors.yellow(line));
    });
  });
}

function secretLines({ secrets }: Status, now: Date, colors: Colors): string[] {
  return secrets.flatMap(({ name, keys, written, created, expires }) => {
    const text = `${name}  written ${age(written ?? created, now)} ago: ${keys.join(', ')}`;
    if (expires === undefined) return hanging(text);
    const left = new Date(expires).getTime() - now.getTime();
    const end = left < 0 ? 'has expired' : `expires in ${Math.floor(left / DAY)} days`;
    return [...hanging(text), left < SOON ? colors.red(`  its certificate ${end}`) : `  its certificate ${end}`];
  });
}

function findingLines({ findings }: Status, colors: Colors): string[] {
  return findings.flatMap(({ subject, cause, fix, severity }) => {
    const lines = hanging(`${subject}: ${cause}`);
    return [...(severity === 'fatal' ? lines.map(colors.red) : lines), ...fix.flatMap((line) => hanging(`-> ${line}`))];
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function tagOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(':') + 1);
}

/** Later lines are indented. */
function hanging(text: string): string[] {
  return wrapped(text, WIDTH - COLUMN - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
}

/** As `45 s`, `12 min`, `3 h`, `9 days`. */
export function age(time: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - new Date(time).getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
