import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface HelmResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunHelmOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** Whether Helm reaches the cluster that kubectl reaches. @default false */
  readonly inCluster?: boolean;
}

/**
 * Runs Helm away from the user's own configuration. Does not throw where Helm fails.
 *
 * @throws where there is no such command
 */
export function runHelm(
  path: string,
  args: readonly string[],
  { input, cwd, inCluster = false }: RunHelmOptions = {},
): Promise<HelmResult> {
  return new Promise((resolve, reject) => {
    const helm = spawn(path, args, { cwd, env: environment(inCluster), stdio: ['pipe', 'pipe', 'pipe'] });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    helm.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    helm.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    helm.on('error', (cause) => reject(new Error(`unable to run '${path}'. Is it installed?`, { cause })));
    helm.on('close', (code) =>
      // Ended by a signal, it has no exit code.
      resolve({ stdout: text(stdout), stderr: text(stderr), exitCode: code ?? 1 }),
    );
    // It may end without reading what it is given.
    helm.stdin.on('error', () => {});
    helm.stdin.end(input);
  });
}

function environment(inCluster: boolean): NodeJS.ProcessEnv {
  const home = (name: string) => join(tmpdir(), 'chart-testing-helm', name);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HELM'));
  return {
    ...Object.fromEntries(inherited),
    HELM_CACHE_HOME: home('cache'),
    HELM_CONFIG_HOME: home('config'),
    HELM_DATA_HOME: home('data'),
    ...(inCluster ? {} : { KUBECONFIG: home('kubeconfig') }),
    // A run is too short for garbage collection to pay: without it Helm needs a quarter less time.
    GOGC: 'off',
  };
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
