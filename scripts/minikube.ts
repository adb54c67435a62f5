import { CommandError } from './command-error.ts';
import { firstLine } from './first-line.ts';
import { type ProcessResult, runProcess } from './process.ts';

/** The parts of a profile, as `minikube status` has them. */
export interface MinikubeStatus {
  readonly host: 'Running' | 'Stopped' | 'Paused' | 'Nonexistent' | (string & {});
  readonly apiServer: string;
  /** Whether the kubeconfig has the right address. */
  readonly kubeconfig: string;
}

/** What a profile was made with. */
export interface MinikubeProfile {
  readonly driver: string;
  readonly runtime: string;
  /** As `v1.34.4`. */
  readonly kubernetes: string;
  readonly cpus: number;
  /** MiB */
  readonly memory: number;
  readonly nodes: readonly string[];
}

/** An image in a node. */
export interface NodeImage {
  /** 64 hexadecimal digits: the hash of the image's configuration. */
  readonly id: string;
  /** Full references, such as `docker.io/library/postgres:17`. */
  readonly tags: readonly string[];
}

const PROFILE_NOT_FOUND = 85;

/** The `minikube` command for one profile. Every method throws CommandError with what to do, and Interrupted when the signal is aborted. */
export class Minikube {
  readonly profile: string;
  readonly #signal: AbortSignal | undefined;

  constructor(profile: string, signal?: AbortSignal) {
    this.profile = profile;
    this.#signal = signal;
  }

  async isInstalled(): Promise<boolean> {
    return (await this.#tryRun(['version'])) !== undefined;
  }

  /** @returns undefined where there is no such profile, or no Minikube at all */
  async tryStatus(): Promise<MinikubeStatus | undefined> {
    const result = await this.#tryRun(['status', '--output', 'json']);
    if (result === undefined || result.exitCode === PROFILE_NOT_FOUND) return undefined;
    // Its exit code tells what is not running; only without a profile does it print no JSON.
    const nodes = parseStatus(result.stdout);
    const [first] = nodes;
    if (first === undefined) throw this.#failure('ask Minikube for its status', result);
    const worst = (states: readonly string[]) => states.find((state) => state !== 'Running') ?? 'Running';
    return {
      host: worst(nodes.map(({ Host }) => Host)),
      apiServer: first.APIServer,
      kubeconfig: first.Kubeconfig,
    };
  }

  /** @returns undefined where there is no such profile, or no Minikube at all */
  async tryProfile(): Promise<MinikubeProfile | undefined> {
    const result = await this.#tryRun(['profile', 'list', '--output', 'json', '--light']);
    if (result === undefined) return undefined;
    const { valid = [] } = parsed<{ valid?: ListedProfile[] }>(result.stdout) ?? {};
    const found = valid.find(({ Name }) => Name === this.profile);
    if (found === undefined) return undefined;
    const { Driver, CPUs, Memory, KubernetesConfig, Nodes } = found.Config;
    return {
      driver: Driver,
      runtime: KubernetesConfig.ContainerRuntime,
      kubernetes: KubernetesConfig.KubernetesVersion,
      cpus: CPUs,
      memory: Memory,
      nodes: Nodes.map(({ Name }) => Name),
    };
  }

  /** Starts what is stopped, or makes a new cluster; an existing one keeps what it was made with. */
  async start(onStep: (step: string) => void): Promise<void> {
    let failure: StartEvent['data'] | undefined;
    const result = await this.#run(['start', '--output', 'json'], (line) => {
      const event = parsed<StartEvent>(line);
      if (event?.type.endsWith('.step')) onStep(event.data.message);
      if (event?.type.endsWith('.error') && failure?.name === undefined) failure = event.data;
    });
    if (result.exitCode === 0) return;
    if (failure === undefined) throw this.#failure('start Minikube', result);
    const { name, message, advice } = failure;
    throw new CommandError(`Minikube does not start: ${firstLine(message)}${name === undefined ? '' : ` (${name})`}`, {
      details: [
        ...(advice === undefined || advice === '' ? [] : [advice]),
        `more of it: minikube logs -p ${this.profile}`,
      ],
    });
  }

  async enableAddon(addon: string): Promise<void> {
    await this.#call(`switch the addon ${addon} on`, ['addons', 'enable', addon]);
  }

  /** What is in the nodes, without telling which of them. */
  async images(): Promise<NodeImage[]> {
    const text = await this.#call('list the images in the node', ['image', 'ls', '--format', 'json']);
    return (parsed<ListedImage[]>(text) ?? []).map(({ id, repoTags }) => ({ id: bare(id), tags: repoTags ?? [] }));
  }

  /** What is in one of several nodes, as its runtime tells it. */
  async imagesOn(node: string): Promise<NodeImage[]> {
    const text = await this.#call(`list the images in node ${node}`, [
      ...['ssh', '--node', node, '--', 'sudo', 'crictl', 'images', '--output', 'json'],
    ]);
    const { images = [] } = parsed<{ images?: ListedImage[] }>(text) ?? {};
    return images.map(({ id, repoTags }) => ({ id: bare(id), tags: repoTags ?? [] }));
  }

  /** Copies an image from the Docker engine, or from an archive, into all nodes. That it succeeds does not say that it did. */
  async loadImage(source: string, onLine?: (line: string) => void): Promise<ProcessResult> {
    return this.#run(['image', 'load', source], onLine);
  }

  async removeImage(reference: string): Promise<void> {
    await this.#run(['image', 'rm', reference]);
  }

  /** Address of the first node, undefined where it cannot be told. */
  async tryIp(): Promise<string | undefined> {
    const result = await this.#tryRun(['ip']);
    return result?.exitCode === 0 ? result.stdout.trim() : undefined;
  }

  async #call(doing: string, args: readonly string[]): Promise<string> {
    const result = await this.#run(args);
    if (result.exitCode !== 0) throw this.#failure(doing, result);
    return result.stdout;
  }

  #run(args: readonly string[], onLine?: (line: string) => void): Promise<ProcessResult> {
    return runProcess('minikube', ['--profile', this.profile, ...args], { signal: this.#signal, onLine });
  }

  async #tryRun(args: readonly string[]): Promise<ProcessResult | undefined> {
    try {
      return await this.#run(args);
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  }

  #failure(doing: string, { stdout, stderr }: ProcessResult): CommandError {
    const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
    const said = lines.map((line) => /^(?:X )?Exiting due to (\w+): (.*)$/.exec(line)).find((match) => match !== null);
    const advice = lines.map((line) => /^\* Suggestion: (.*)$/.exec(line)?.[1]).find((line) => line !== undefined);
    const first = said === undefined ? lines.find((line) => line !== '') : `${said[2]} (${said[1]})`;
    return new CommandError(`unable to ${doing}: ${first ?? 'minikube says nothing'}`, {
      details: advice === undefined ? [] : [advice],
    });
  }
}

interface ListedNode {
  readonly Host: string;
  readonly APIServer: string;
  readonly Kubeconfig: string;
}

interface ListedProfile {
  readonly Name: string;
  readonly Config: {
    readonly Driver: string;
    readonly CPUs: number;
    readonly Memory: number;
    readonly KubernetesConfig: { readonly KubernetesVersion: string; readonly ContainerRuntime: string };
    readonly Nodes: readonly { readonly Name: string }[];
  };
}

interface ListedImage {
  readonly id: string;
  readonly repoTags?: readonly string[] | null;
}

interface StartEvent {
  readonly type: string;
  readonly data: { readonly message: string; readonly name?: string; readonly advice?: string };
}

/** One object for one node, a list for several. */
function parseStatus(text: string): ListedNode[] {
  const status = parsed<ListedNode | ListedNode[]>(text);
  return status === undefined ? [] : [status].flat();
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function bare(id: string): string {
  return id.replace(/^sha256:/, '');
}

/** A reference in full, as a node's runtime has it: `docker.io/library/postgres:17`. */
export function fullReference(reference: string): string {
  const [first, ...rest] = reference.split('/');
  if (rest.length === 0) return `docker.io/library/${withTag(first!)}`;
  if (/[.:]|^localhost$/.test(first!)) return `${first}/${withTag(rest.join('/'))}`;
  return `docker.io/${withTag(reference)}`;
}

function withTag(name: string): string {
  return /[:@]/.test(name) ? name : `${name}:latest`;
}
