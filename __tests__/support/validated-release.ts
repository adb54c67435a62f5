import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { GateReport, Report } from '../../scripts/validate/report/report.ts';
import { besideOthers, eventually, type Kubectl, testCluster } from './cluster.ts';
import { runScript, type ScriptOptions } from './run-script.ts';
import { TemporaryDirectory } from './temporary-directory.ts';

export const PRESET = 'todo-app';
/** Much is rolled out here. */
const USUAL = [
  ...besideOthers('50m'),
  ...['backend', 'frontend'].flatMap((tier) =>
    ['initialDelaySeconds=0', 'periodSeconds=2'].flatMap((field) => ['--set', `${tier}.readinessProbe.${field}`]),
  ),
];

/** A release of `todo-app` in a namespace of its own, for tests of the gates. */
export class ValidatedRelease {
  private constructor(
    readonly namespace: string,
    readonly directory: TemporaryDirectory,
    private readonly cluster: Kubectl,
  ) {}

  static async install(): Promise<ValidatedRelease> {
    const { kubectl } = await testCluster();
    const namespace = `test-validate-${randomBytes(4).toString('hex')}`;
    const release = new ValidatedRelease(namespace, await TemporaryDirectory.create(), kubectl);
    try {
      await release.apply();
    } catch (error) {
      await release.remove();
      throw error;
    }
    return release;
  }

  /** For the commands. */
  get where(): readonly string[] {
    return ['--preset', PRESET, '--namespace', this.namespace];
  }

  /** In its namespace. */
  readonly kubectl: Kubectl = (args, options) => this.cluster(['--namespace', this.namespace, ...args], options);

  /** Brings it to its usual values, and these. */
  async apply(more: readonly string[] = []): Promise<void> {
    const args = [...this.where, '--yes', '--wait-timeout', '180s', ...USUAL, ...more];
    const { exitCode, stderr } = await runScript('apply', args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await eventually(() => this.ready());
  }

  /** Holds it to gates of which one fails. */
  async validate(gates: string, options: ScriptOptions = {}): Promise<readonly GateReport[]> {
    const args = ['--gate', gates, '--quick', '--json', '--yes', '--report', `${this.directory.path}/report`];
    const { stdout, stderr, exitCode } = await runScript('validate', [...this.where, ...args], {
      directory: this.directory.path,
      ...options,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    return (JSON.parse(stdout) as Report).gates;
  }

  /** @throws while not exactly the release's own pods are there, and all ready */
  async ready(): Promise<void> {
    const selector = `--selector=app.kubernetes.io/instance=${PRESET}`;
    const { items } = JSON.parse(await this.kubectl(['get', 'pods', selector, '--output=json'])) as {
      items: readonly Pod[];
    };
    const own = items.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
    const good = own.filter(({ status }) =>
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    if (own.length !== 5 || good.length !== 5)
      throw new Error(`${good.length} of ${own.length} pods are ready; expected 5`);
  }

  async remove(): Promise<void> {
    await this.cluster(['delete', 'namespace', this.namespace, '--ignore-not-found']);
    await this.directory.remove();
  }
}

/** Those that have failed, but for nothing else than readiness that a busy machine tells too late. */
export function failed(gates: readonly GateReport[]): GateReport[] {
  return gates.filter((gate) => gate.status === 'failed' && !hasLateReadinessAlone(gate));
}

function hasLateReadinessAlone({ measured, evidence }: GateReport): boolean {
  const late = evidence.filter((line) => /^warning Pod \S+: Unhealthy: Readiness probe failed/.test(line)).length;
  const problems = 1 + Number(measured.match(/ \(and (\d+) more\)$/)?.[1] ?? 0);
  return late === problems;
}

interface Pod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
