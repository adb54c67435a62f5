import type { Readable } from 'node:stream';
import { BuildLog } from './build/build-log.ts';
import { CommandError } from './command-error.ts';
import { dockerFailure, knownFailure, missingBase, pushFailure } from './docker-failure.ts';
import { type ProcessResult, readProcess, runProcess } from './process.ts';

/** An image in the engine, as far as it matters here. */
export interface Image {
  readonly id: string;
  /** `repository:tag` */
  readonly tags: readonly string[];
  /** `repository@sha256:...`, of registries that it was pushed to or pulled from. */
  readonly digests: readonly string[];
  /** For example `linux/amd64`, and `linux/arm/v7` where it has a variant. */
  readonly platform: string;
  /** The user that its containers run as, as the image says it. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly hasHealthCheck: boolean;
}

/** A container, as far as it matters here. */
export interface Container {
  readonly running: boolean;
  readonly exitCode: number;
  readonly startedAt: Date;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** The newest last. */
  readonly healthChecks: readonly { readonly end: Date; readonly exitCode: number; readonly output: string }[];
}

export interface BuildImageOptions {
  readonly dockerfile: string;
  readonly context: string;
  /** References that the image gets, `repository:tag`. */
  readonly tags: readonly string[];
  readonly platform: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Called with the step that runs, and with what it says. */
  readonly onStep?: ((step: string, said?: string) => void) | undefined;
}

/** The `docker` command. Every method throws CommandError with what to do, and Interrupted when the signal is aborted. */
export class Docker {
  private readonly signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  /** The platform of the engine, for example `linux/amd64`. */
  async platform(): Promise<string> {
    const text = await this.call('ask Docker for its version', ['version', '--format', '{{json .Server}}']);
    const { Os, Arch } = JSON.parse(text) as { Os: string; Arch: string };
    return `${Os}/${Arch}`;
  }

  /** @returns undefined where the engine has no such image */
  async tryFindImage(reference: string): Promise<Image | undefined> {
    const result = await this.run(['image', 'inspect', reference]);
    if (result.exitCode !== 0 && /no such image|not found/i.test(result.stderr)) return undefined;
    if (result.exitCode !== 0) throw dockerFailure(`look at image ${reference}`, result.stderr);
    const [{ Id, RepoTags, RepoDigests, Os, Architecture, Variant, Config }] = JSON.parse(result.stdout) as [
      InspectedImage,
    ];
    return {
      id: Id,
      tags: RepoTags ?? [],
      digests: RepoDigests ?? [],
      platform: [Os, Architecture, ...(Variant === undefined || Variant === '' ? [] : [Variant])].join('/'),
      user: Config.User ?? '',
      labels: Config.Labels ?? {},
      env: Config.Env ?? [],
      hasHealthCheck: Config.Healthcheck !== undefined && Config.Healthcheck.Test?.[0] !== 'NONE',
    };
  }

  /** Builds an image into the engine. @throws CommandError with the failing step's last lines */
  async build(options: BuildImageOptions): Promise<void> {
    const log = new BuildLog();
    const result = await this.run(buildArguments(options, await this.builder()), (line) => {
      const step = log.add(line);
      if (step !== undefined) options.onStep?.(step.name, step.said);
    });
    if (result.exitCode === 0) return;
    throw buildFailure(options, log, result.stderr);
  }

  async tag(image: string, reference: string): Promise<void> {
    await this.call(`tag ${reference}`, ['tag', image, reference]);
  }

  /** Makes an image that differs from another one by labels alone. */
  async relabel(image: string, reference: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const container = (await this.call(`make a container of ${image}`, ['create', image])).trim();
    const changes = Object.entries(labels).flatMap(([name, value]) => [
      '--change',
      `LABEL ${name}=${JSON.stringify(value)}`,
    ]);
    try {
      await this.call(`change ${image}`, ['commit', '--pause=false', ...changes, container, reference]);
    } finally {
      await runProcess('docker', ['rm', container]);
    }
  }

  /** Removes a tag, also after the signal was aborted. */
  async untag(reference: string): Promise<void> {
    await runProcess('docker', ['rmi', '--no-prune', reference]);
  }

  /** Gives the image as `docker save` writes it to `read`. */
  async save<T>(image: string, read: (archive: Readable) => Promise<T>): Promise<T> {
    const result = await readProcess('docker', ['save', image], read, { signal: this.signal });
    if (result.exitCode !== 0 || result.value === undefined)
      throw dockerFailure(`read the layers of ${image}`, result.stderr);
    return result.value;
  }

  /** Writes the image into a file, as `docker save` does. */
  async saveTo(image: string, file: string): Promise<void> {
    await this.call(`save ${image}`, ['save', '--output', file, image]);
  }

  /** Pushes a reference. @returns the digest that the registry has given it */
  async push(reference: string): Promise<string> {
    const { stdout, stderr, exitCode } = await this.run(['push', reference]);
    const [, digest] = /digest: (sha256:[0-9a-f]{64})/.exec(stdout) ?? [];
    if (exitCode !== 0 || digest === undefined) throw pushFailure(reference, stderr === '' ? stdout : stderr);
    return digest;
  }

  /** Makes one reference in a registry out of those of several platforms. @returns its digest */
  async pushIndex(reference: string, references: readonly string[]): Promise<string> {
    const created = await this.run(['buildx', 'imagetools', 'create', '--tag', reference, ...references]);
    if (created.exitCode !== 0) throw pushFailure(reference, created.stderr);
    const shown = await this.run(['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest}}', reference]);
    if (shown.exitCode !== 0) throw pushFailure(reference, shown.stderr);
    return (JSON.parse(shown.stdout) as { digest: string }).digest;
  }

  /** Starts a container in the background. @returns its id */
  async start(image: string, args: readonly string[]): Promise<string> {
    return (await this.call(`start ${image}`, ['run', '--detach', '--pull', 'never', ...args, image])).trim();
  }

  async container(id: string): Promise<Container> {
    const [{ State }] = JSON.parse(await this.call('look at the container', ['container', 'inspect', id])) as [
      InspectedContainer,
    ];
    return {
      running: State.Running,
      exitCode: State.ExitCode,
      startedAt: new Date(State.StartedAt),
      health: (State.Health?.Status as Container['health'] | undefined) ?? 'none',
      healthChecks: (State.Health?.Log ?? []).map(({ End, ExitCode, Output }) => ({
        end: new Date(End),
        exitCode: ExitCode,
        output: Output.trim(),
      })),
    };
  }

  /** The user ids of a container's processes, as the engine's machine sees them. */
  async userIds(container: string): Promise<number[]> {
    const text = await this.call('list the processes', ['top', container, '-eo', 'pid,uid']);
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.trim().split(/\s+/)[1]));
  }

  /** The last lines that a container has printed. */
  async logs(container: string, lines: number): Promise<string[]> {
    const { stdout, stderr } = await this.run(['logs', '--tail', String(lines), container]);
    return `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-lines);
  }

  /** Sends a signal, unless the container has ended by itself. */
  async kill(container: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { stderr, exitCode } = await this.run(['kill', '--signal', signal, container]);
    if (exitCode !== 0 && !stderr.includes('is not running')) throw dockerFailure('send a signal', stderr);
  }

  /** Waits for a container to end. @returns its exit code */
  async wait(container: string): Promise<number> {
    return Number((await this.call('wait for the container', ['wait', container])).trim());
  }

  /** Removes a container, running or not, also after the signal was aborted. */
  async remove(container: string): Promise<void> {
    await runProcess('docker', ['rm', '--force', '--volumes', container]);
  }

  private async builder(): Promise<Builder> {
    const result = await this.run(['buildx', 'inspect']);
    if (result.exitCode !== 0) throw dockerFailure('ask buildx for its builder', result.stderr);
    return parseBuilder(result.stdout);
  }

  private async call(doing: string, args: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await this.run(args);
    if (exitCode !== 0) throw dockerFailure(doing, stderr);
    return stdout;
  }

  private run(args: readonly string[], onLine?: (line: string) => void): Promise<ProcessResult> {
    return runProcess('docker', args, { signal: this.signal, onLine, env: { DOCKER_CLI_HINTS: 'false' } });
  }
}

interface InspectedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Config: {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] };
  };
}

interface InspectedContainer {
  readonly State: {
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log?: readonly { readonly End: string; readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
}

/** What builds: the engine itself, or a BuildKit beside it. */
export interface Builder {
  readonly driver: string;
  /** Whether it can set the times of all files to SOURCE_DATE_EPOCH. */
  readonly rewritesTimestamps: boolean;
}

/** Reads what `docker buildx inspect` prints. */
export function parseBuilder(text: string): Builder {
  const driver = /^Driver:\s*(\S+)/m.exec(text)?.[1] ?? 'docker';
  const [, major = '0', minor = '0'] = /^\s*BuildKit(?: version)?:\s*v?(\d+)\.(\d+)/m.exec(text) ?? [];
  // BuildKit can from 0.13 on, and not where the engine unpacks the image as well (moby/buildkit#4230).
  const recent = Number(major) > 0 || Number(minor) >= 13;
  return { driver, rewritesTimestamps: recent && driver !== 'docker' };
}

/** The arguments of the build itself. */
export function buildArguments(options: BuildImageOptions, { rewritesTimestamps }: Builder): string[] {
  return [
    ...['buildx', 'build', '--progress=plain', '--provenance=false', '--sbom=false'],
    ...['--file', options.dockerfile, '--platform', options.platform],
    ...options.tags.flatMap((tag) => ['--tag', tag]),
    ...Object.entries(options.buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(options.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...['--output', rewritesTimestamps ? 'type=docker,rewrite-timestamp=true' : 'type=docker'],
    options.context,
  ];
}

function buildFailure({ dockerfile }: BuildImageOptions, log: BuildLog, stderr: string): CommandError {
  const { step, reason, lines } = log.failure();
  // A full disk is told by whoever meets it: the step, or BuildKit.
  const own = stderr.split('\n').filter((line) => !line.startsWith('#'));
  const known = knownFailure([reason, ...lines, ...own].join('\n'));
  if (known !== undefined) return new CommandError(known.message, { details: lines });
  const base = missingBase(step ?? '') ?? missingBase(reason);
  if (base !== undefined)
    return new CommandError(`unable to get the base image ${base}: ${reason}`, { details: lines });
  const where = step === undefined ? '' : ` at ${step}`;
  return new CommandError(`${dockerfile} does not build${where}: ${reason}`, { details: lines });
}
