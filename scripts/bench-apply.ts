import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Cluster, type KubernetesObject } from './cluster.ts';
import { CommandError } from './command-error.ts';
import { type ProcessResult, runProcess } from './process.ts';
import { runCommand } from './run-command.ts';

const CHART = fileURLToPath(new URL('../dist/todo-chatbot/chart', import.meta.url));
const RUN = fileURLToPath(new URL('run.mjs', import.meta.url));
/** Free ports, so that another release can be there. */
const PORTS = ['--set', 'backend.service.nodePort=null', '--set', 'frontend.service.nodePort=null'];
const ROUNDS = 5;

/** One figure against what it is held to, both in seconds. */
interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly against: number;
  /** What the quotient may be; with `against` 1, seconds. */
  readonly limit: number;
}

/** Holds `apply` against the tools that do parts of it, on the cluster of the current context, in one run. */
async function bench(signal: AbortSignal): Promise<void> {
  const cluster = await Cluster.connect({ signal });
  const spaces = ['helm', 'apply'].map((name) => `bench-${name}-${randomBytes(3).toString('hex')}`);
  const [plain, ours] = spaces as [string, string];
  try {
    report(await firstDeploy(cluster, plain, ours, signal));
    report(await nothingToDo(ours, signal));
    report(await badImage(cluster, ours, signal));
  } finally {
    const clean = await Cluster.connect();
    for (const space of spaces) await clean.delete(`/api/v1/namespaces/${space}`).catch(() => undefined);
  }
}

/** The same chart with the same images: how long until all pods are ready. */
async function firstDeploy(cluster: Cluster, plain: string, ours: string, signal: AbortSignal): Promise<Figure> {
  // Builds and loads what is missing, so that neither waits for images.
  const warm = await apply(ours, ['--json'], signal);
  const { steps } = JSON.parse(warm.stdout) as { steps: { name: string; seconds: number }[] };
  const measured = steps
    .filter(({ name }) => name === 'release' || name === 'pods')
    .reduce((sum, { seconds }) => sum + seconds, 0);
  const images = (await tags(cluster, ours)).flatMap(([component, tag]) => ['--set', `${component}.image.tag=${tag}`]);
  const started = performance.now();
  await must(
    'helm',
    [
      ...[
        'install',
        'bench',
        CHART,
        '--kube-context',
        cluster.context,
        '--namespace',
        plain,
        '--create-namespace',
        '--wait',
      ],
      ...['--timeout', '180s', ...PORTS, ...images],
    ],
    signal,
  );
  return { what: 'first deploy, until all pods are ready', measured, against: since(started), limit: 1.1 };
}

async function tags(cluster: Cluster, namespace: string): Promise<[string, string][]> {
  const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  return ['backend', 'frontend'].map((component) => {
    const image = pods.flatMap(({ spec }) => spec.containers).find(({ name }) => name === component)!.image;
    return [component, image.slice(image.lastIndexOf(':') + 1)];
  });
}

/** Against the commands that ask the same, one after the other. */
async function nothingToDo(namespace: string, signal: AbortSignal): Promise<Figure> {
  const asks: readonly (readonly [string, ...string[]])[] = [
    ['minikube', 'status'],
    ['minikube', 'image', 'ls'],
    ['helm', 'status', 'todo-chatbot', '--namespace', namespace],
    ['kubectl', 'get', 'pods', '--namespace', namespace],
  ];
  // Autoscalers add pods in the first seconds.
  await sleep(20_000, undefined, { signal });
  const rounds: { ours: number; theirs: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    let started = performance.now();
    for (const [program, ...args] of asks) await must(program, args, signal);
    const theirs = since(started);
    started = performance.now();
    const { stdout } = await apply(namespace, [], signal);
    if (!stdout.includes('nothing changes since')) throw new CommandError('apply has found something to do');
    rounds.push({ ours: since(started), theirs });
  }
  return {
    what: 'nothing to do, the whole command',
    measured: median(rounds.map(({ ours }) => ours)),
    against: median(rounds.map(({ theirs }) => theirs)),
    limit: 1.3,
  };
}

/** From the kubelet's event until apply names it. */
async function badImage(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<Figure> {
  let named = 0;
  await runProcess(process.execPath, [...applyArguments(namespace), '--set', 'backend.image.tag=never-built'], {
    signal,
    onLine: (line) => {
      if (line.startsWith('✗ pods')) named = Date.now();
    },
  });
  const events = await cluster.list<Event>(`/api/v1/namespaces/${namespace}/events`);
  const failed = events.filter(({ reason, message }) => reason === 'Failed' && message.includes('never-built'));
  const first = Math.min(...failed.map(({ firstTimestamp }) => new Date(firstTimestamp).getTime()));
  return {
    what: 'a bad image is named after the kubelet does',
    measured: (named - first) / 1000,
    against: 1,
    limit: 5,
  };
}

function apply(namespace: string, args: readonly string[], signal: AbortSignal): Promise<ProcessResult> {
  return must(process.execPath, [...applyArguments(namespace), ...args], signal);
}

function applyArguments(namespace: string): string[] {
  return [RUN, 'apply', '--namespace', namespace, '--yes', ...PORTS];
}

async function must(program: string, args: readonly string[], signal: AbortSignal): Promise<ProcessResult> {
  const result = await runProcess(program, args, { signal });
  if (result.exitCode === 0) return result;
  throw new CommandError(`'${[program, ...args].join(' ')}' has failed`, {
    details: result.stderr.split('\n').slice(0, 5),
  });
}

function report({ what, measured, against, limit }: Figure): void {
  const ratio = measured / against;
  const compared = against === 1 ? '' : ` / ${against.toFixed(2)} s = ${ratio.toFixed(2)}`;
  const mark = ratio <= limit ? '✓' : '✗';
  console.log(
    `${mark} ${what.padEnd(44)} ${measured.toFixed(2)} s${compared}  (at most ${limit}${against === 1 ? ' s' : ''})`,
  );
  if (ratio > limit) process.exitCode = 1;
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
}

interface Event extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
  readonly firstTimestamp: string;
}

await runCommand({ name: 'bench:apply', json: false }, ({ signal }) => bench(signal));
