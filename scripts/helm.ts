import type { JsonObject } from '../chart/json.ts';
import { CommandError } from './command-error.ts';
import { firstLine } from './first-line.ts';
import { helmFailure } from './helm-failure.ts';
import { type ProcessResult, runProcess } from './process.ts';

/** Which release, and where. */
export interface ReleaseId {
  readonly release: string;
  readonly namespace: string;
  /** Of the kubeconfig. */
  readonly context: string;
}

/** A chart with the user's values, to be rendered or installed. */
export interface ChartInput extends ReleaseId {
  /** A directory. */
  readonly chart: string;
  /** What differs from the chart's own, as one object. */
  readonly values: JsonObject;
}

export interface UpgradeOptions extends ChartInput {
  /** What `helm history` says of it. @default - Helm's own words */
  readonly description?: string;
  /** Takes fields that somebody else has set since. Helm 3 always does. @default false */
  readonly forceConflicts?: boolean;
}

export interface RollbackOptions extends ReleaseId {
  readonly revision: number;
  /** @default false */
  readonly forceConflicts?: boolean;
}

export interface HelmVersion {
  /** For example `4.3.1`. */
  readonly text: string;
  readonly major: 3 | 4;
  readonly minor: number;
}

const MINIMUM = 'version 3.14 or newer, or 4';
/** Helm's own limit, of both majors. */
const LONGEST_DESCRIPTION = 256;

export interface HelmOptions {
  /** Its name or path. @default helm */
  readonly program?: string;
  readonly signal?: AbortSignal;
  /** Whether old revisions stay, however many there are. @default false */
  readonly keepsAll?: boolean;
}

/**
 * The `helm` command, of both majors. Every method throws CommandError with what to do, and Interrupted when the signal
 * is aborted. None waits until pods are ready.
 */
export class Helm {
  private readonly program: string;
  private readonly signal: AbortSignal | undefined;
  private readonly env: Readonly<Record<string, string>>;
  private asked: Promise<HelmVersion> | undefined;

  constructor({ program = 'helm', signal, keepsAll = false }: HelmOptions = {}) {
    this.program = program;
    this.signal = signal;
    this.env = keepsAll ? { HELM_MAX_HISTORY: '0' } : {};
  }

  /** @throws CommandError where it is too old */
  version(): Promise<HelmVersion> {
    this.asked ??= this.askVersion();
    return this.asked;
  }

  /** Installs the chart, or brings the release to its present state. @returns the new revision */
  async upgradeInstall(options: UpgradeOptions): Promise<number> {
    const { release, namespace, description, forceConflicts = false } = options;
    const args = [
      ...upgradeArguments(options),
      ...(description === undefined ? [] : ['--description', description.slice(0, LONGEST_DESCRIPTION)]),
      ...(await this.applyFlags(forceConflicts)),
    ];
    const stdout = await this.call(`install ${release} in namespace ${namespace}`, args, options.values);
    return (JSON.parse(stdout) as Release).version;
  }

  /**
   * What `upgradeInstall` would write, asked of the API server: nothing is changed, the namespace need not exist, and
   * whose the objects are is not looked at, as far as Helm can be told so (from 3.17 on).
   *
   * @param isPending whether the release has an operation that has not ended. Helm then only renders as if it were
   *   revision 1.
   */
  async render(options: ChartInput, isPending = false): Promise<string> {
    const doing = `render ${options.chart}`;
    if (isPending) {
      const { release, chart } = options;
      const flags = ['--values', '-', '--is-upgrade', '--no-hooks', '--dry-run=server'];
      return this.call(doing, ['template', release, chart, ...where(options), ...flags], options.values);
    }
    const { major, minor } = await this.version();
    const ownership = major === 4 || minor >= 17 ? ['--take-ownership'] : [];
    const args = [...upgradeArguments(options), '--dry-run=server', ...ownership];
    return (JSON.parse(await this.call(doing, args, options.values)) as Release).manifest;
  }

  /** Makes a new revision that is what an earlier one was. */
  async rollback({ revision, forceConflicts = false, ...id }: RollbackOptions): Promise<void> {
    await this.call(`roll ${id.release} back to revision ${revision}`, [
      ...['rollback', id.release, String(revision), ...where(id)],
      ...(await this.applyFlags(forceConflicts)),
    ]);
  }

  /** @returns false where there was no such release */
  async uninstall(id: ReleaseId): Promise<boolean> {
    const doing = `uninstall ${id.release} from namespace ${id.namespace}`;
    const result = await this.run(['uninstall', id.release, ...where(id)]);
    if (result.exitCode === 0) return true;
    if (/release: not found/.test(result.stderr)) return false;
    throw helmFailure(doing, result.stderr);
  }

  private async askVersion(): Promise<HelmVersion> {
    const result = await this.run(['version', '--template', '{{.Version}}']);
    const [, text, major, minor] = /^v?((\d+)\.(\d+)\.\d+\S*)/.exec(result.stdout.trim()) ?? [];
    if (result.exitCode !== 0 || text === undefined) {
      const said = firstLine(result.stderr || result.stdout);
      throw new CommandError(`'${this.program}' does not tell its version: ${said}`);
    }
    const isKnown = major === '4' || (major === '3' && Number(minor) >= 14);
    if (!isKnown) throw new CommandError(`Helm is ${text}; install ${MINIMUM}`);
    return { text, major: major === '4' ? 4 : 3, minor: Number(minor) };
  }

  /** Helm 4 applies on the server, also where the release is one of Helm 3 and it would go on as that did. */
  private async applyFlags(forceConflicts: boolean): Promise<string[]> {
    if ((await this.version()).major === 3) return [];
    return ['--server-side=true', ...(forceConflicts ? ['--force-conflicts'] : [])];
  }

  private async call(doing: string, args: readonly string[], values?: JsonObject): Promise<string> {
    const { stdout, stderr, exitCode } = await this.run(args, values);
    if (exitCode !== 0) throw helmFailure(doing, stderr);
    return stdout;
  }

  private run(args: readonly string[], values?: JsonObject): Promise<ProcessResult> {
    return runProcess(this.program, args, {
      signal: this.signal,
      env: this.env,
      // JSON is YAML.
      input: values === undefined ? undefined : JSON.stringify(values),
    });
  }
}

/** What Helm prints of a release as JSON, as far as it matters here. */
interface Release {
  readonly version: number;
  readonly manifest: string;
}

function upgradeArguments({ chart, ...id }: ChartInput): string[] {
  return ['upgrade', '--install', id.release, chart, ...where(id), '--values', '-', '--output', 'json'];
}

function where({ namespace, context }: ReleaseId): string[] {
  return ['--namespace', namespace, '--kube-context', context];
}
