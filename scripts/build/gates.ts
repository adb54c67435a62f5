import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Docker, Image } from '../docker.ts';
import { type ImageContent, readImage } from './image-content.ts';
import { type OwnSecrets, SECRET_NAMES, SecretScanner } from './secrets.ts';

/** What an image must keep to, as it was measured. */
export interface Gate {
  readonly name: 'size' | 'platform' | 'secrets' | 'build tools' | 'user' | 'healthy' | 'start-up' | 'stop';
  /** The figure, with its unit. */
  readonly measured: string;
  readonly limit: string;
  readonly passed: boolean;
  /** Of a gate that failed: what to do. */
  readonly advice?: string;
  /** Of a gate that failed: what shows it, such as paths or the container's last lines. */
  readonly details?: readonly string[];
}

export interface Sizes {
  /** Bytes of all files in all layers. */
  readonly uncompressed: number;
  /** Bytes of the layers, each compressed by gzip as registries keep them. */
  readonly compressed: number;
}

export interface Measurement {
  readonly sizes: Sizes;
  readonly gates: readonly Gate[];
  /** When it was measured. */
  readonly at: Date;
}

export interface MeasureOptions {
  /** The platform that the image is for. */
  readonly platform: string;
  /** Bytes, uncompressed. */
  readonly maxSize: number;
  /** Values that must not be in the image. */
  readonly secrets: OwnSecrets;
  /** Called with what is measured next. */
  readonly onStep?: ((line: string) => void) | undefined;
}

const MIN_USER = 10_000;
const MAX_START = 30;
const MAX_STOP = 10;
/** Ended by itself, or by the signal: both are what was asked for. */
const STOPPED = [0, 143];

/** The last lines of a container that say why it does not run. */
const LOG_LINES = 10;

/** Nothing that an application could need and Kubernetes would not give it. */
const RESTRICTED = [
  ...['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges'],
  // The image's own command, asked often enough to measure by, and for as long as it may take.
  ...['--health-interval', '500ms', '--health-retries', '1000'],
];

/** Holds an image in the engine against all gates. Its container is removed in any case. */
export async function measureImage(docker: Docker, image: Image, options: MeasureOptions): Promise<Measurement> {
  options.onStep?.('reading the layers');
  const content = await docker.save(image.id, (archive) => readImage(archive, new SecretScanner(options.secrets)));
  const run = await measureRun(docker, image, options);
  return {
    sizes: { uncompressed: content.size, compressed: content.compressedSize },
    gates: [
      sizeGate(content, options.maxSize),
      platformGate(image, options.platform),
      secretsGate(content, image),
      buildToolsGate(content),
      ...run,
    ],
    at: new Date(),
  };
}

function sizeGate({ size, compressedSize }: ImageContent, maxSize: number): Gate {
  return {
    name: 'size',
    measured: `${megabytes(size)} (${megabytes(compressedSize)} compressed)`,
    limit: megabytes(maxSize),
    ...verdict(
      size <= maxSize,
      'leave what only the build needs in an earlier stage, and name the rest in .dockerignore',
    ),
  };
}

function platformGate(image: Image, platform: string): Gate {
  return {
    name: 'platform',
    measured: image.platform,
    limit: platform,
    // The engine tells variants that nobody asked for: linux/arm64 is linux/arm64/v8.
    ...verdict(
      image.platform === platform || image.platform.startsWith(`${platform}/`),
      'the base image is for another platform: remove it with docker rmi, or leave --platform to its FROM out',
    ),
  };
}

function secretsGate({ secrets }: ImageContent, { env }: Image): Gate {
  const set = env.flatMap((line) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(line) ?? [];
    return SECRET_NAMES.some((secret) => secret === name) && value !== ''
      ? [`${name} set in the image's environment`]
      : [];
  });
  const found = [...secrets.map(({ kind, path }) => `${path}: ${kind}`), ...set];
  return {
    name: 'secrets',
    measured: String(found.length),
    limit: '0',
    ...verdict(
      found.length === 0,
      'keep it out by .dockerignore, and give it to a build step with RUN --mount=type=secret; deleting it later leaves it in its layer. Replace the secret, if the image was pushed',
      found,
    ),
  };
}

function buildToolsGate({ buildTools }: ImageContent): Gate {
  return {
    name: 'build tools',
    measured: String(buildTools.length),
    limit: '0',
    ...verdict(
      buildTools.length === 0,
      'build in an earlier stage and copy the result, or remove them in the last one',
      buildTools.map((path) => `/${path}`),
    ),
  };
}

async function measureRun(docker: Docker, image: Image, { onStep }: MeasureOptions): Promise<Gate[]> {
  const container = `todo-infra-gate-${randomBytes(6).toString('hex')}`;
  try {
    onStep?.('starting it');
    const started = await tryStart(docker, image, container);
    if (typeof started !== 'string') return notRunning(image, started.message, started.details);
    const last = await untilHealthy(docker, started);
    const users = last.running ? await docker.userIds(started) : [];
    const gates = [userGate(image, users), ...healthGates(image, last, await docker.logs(started, LOG_LINES))];
    onStep?.('stopping it');
    return [...gates, last.running ? await measureStop(docker, started) : notMeasured('stop', stopLimit())];
  } finally {
    await docker.remove(container);
  }
}

async function tryStart(
  docker: Docker,
  image: Image,
  name: string,
): Promise<string | { message: string; details: readonly string[] }> {
  try {
    return await docker.start(image.id, ['--name', name, '--platform', image.platform, ...RESTRICTED]);
  } catch (error) {
    // The engine has refused what the image says; any other trouble is none of the image's.
    if (
      error instanceof Error &&
      error.name === 'CommandError' &&
      /unable to start|cannot run programs/.test(error.message)
    )
      return error as Error & { details: readonly string[] };
    throw error;
  }
}

function notRunning(image: Image, reason: string, details: readonly string[]): Gate[] {
  return [
    userGate(image, []),
    {
      name: 'healthy',
      measured: 'does not start',
      limit: HEALTHY_LIMIT,
      ...verdict(false, reason, details),
    },
    notMeasured('start-up', startLimit()),
    notMeasured('stop', stopLimit()),
  ];
}

/** Waits until a container is healthy, has ended, or has taken too long. */
async function untilHealthy(docker: Docker, id: string): Promise<Container> {
  const deadline = Date.now() + MAX_START * 1000;
  for (;;) {
    const container = await docker.container(id);
    const isSettled = !container.running || container.health === 'healthy' || container.health === 'none';
    if (isSettled || Date.now() > deadline) return container;
    await sleep(200);
  }
}

function userGate({ user }: Image, running: readonly number[]): Gate {
  const [, configured] = /^(\d+)(?::\d+)?$/.exec(user) ?? [];
  const runsAs = [...new Set(running)].join(', ');
  return {
    name: 'user',
    measured: `${user === '' ? 'root' : user}${runsAs === '' ? '' : `, runs as ${runsAs}`}`,
    limit: `a number from ${MIN_USER} on`,
    ...verdict(
      Number(configured ?? 0) >= MIN_USER && running.every((id) => id >= MIN_USER),
      'end the Dockerfile with a numeric USER, such as USER 10001:10001, which Kubernetes can tell from root',
    ),
  };
}

const HEALTHY_LIMIT = 'read-only, no capabilities';

function healthGates(
  image: Image,
  { running, exitCode, health, healthChecks, startedAt }: Container,
  log: readonly string[],
): Gate[] {
  const first = healthChecks.find((check) => check.exitCode === 0);
  const seconds = first === undefined ? undefined : (first.end.getTime() - startedAt.getTime()) / 1000;
  const measured = !image.hasHealthCheck ? 'has no HEALTHCHECK' : running ? health : `ended with ${exitCode}`;
  const said = healthChecks.at(-1);
  return [
    {
      name: 'healthy',
      measured,
      limit: HEALTHY_LIMIT,
      ...verdict(
        measured === 'healthy',
        image.hasHealthCheck
          ? 'its last lines tell what it misses; only /tmp may be written to, and only 127.0.0.1 answers'
          : 'add a HEALTHCHECK to the Dockerfile that asks 127.0.0.1',
        [
          ...log,
          ...(said === undefined || first !== undefined ? [] : [`HEALTHCHECK (${said.exitCode}): ${said.output}`]),
        ],
      ),
    },
    seconds === undefined
      ? notMeasured('start-up', startLimit())
      : {
          name: 'start-up',
          measured: `${seconds.toFixed(1)} s`,
          limit: startLimit(),
          ...verdict(seconds <= MAX_START, 'do less before the first request is answered'),
        },
  ];
}

async function measureStop(docker: Docker, container: string): Promise<Gate> {
  const started = performance.now();
  const ended = docker.wait(container);
  await docker.kill(container, 'SIGTERM');
  const exitCode = await Promise.race([ended, sleep(MAX_STOP * 1000, undefined, { ref: false })]);
  const seconds = (performance.now() - started) / 1000;
  if (exitCode === undefined) {
    await docker.kill(container, 'SIGKILL');
    await ended;
  }
  return {
    name: 'stop',
    measured:
      exitCode === undefined ? `still runs after ${MAX_STOP} s` : `${seconds.toFixed(1)} s, exit code ${exitCode}`,
    limit: stopLimit(),
    ...verdict(
      exitCode !== undefined && STOPPED.includes(exitCode),
      'start the program by an exec-form CMD ["..."], so that no shell keeps SIGTERM from it, and let it end on SIGTERM',
    ),
  };
}

function notMeasured(name: Gate['name'], limit: string): Gate {
  return { name, measured: 'not measured', limit, ...verdict(false, 'the image has to become healthy first') };
}

function startLimit(): string {
  return `${MAX_START} s`;
}

function stopLimit(): string {
  return `${MAX_STOP} s, exit code ${STOPPED.join(' or ')}`;
}

function verdict(passed: boolean, advice: string, details: readonly string[] = []) {
  return passed ? { passed } : { passed, advice, ...(details.length === 0 ? {} : { details }) };
}

/** For example `163.9 MB`: millions of bytes, as Docker counts them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
