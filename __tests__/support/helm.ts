import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** A Helm that tests run. */
export interface Helm {
  readonly name: 'helm 4' | 'helm 3';
  /** Absolute. */
  readonly path: string;
}

export interface HelmResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The releases that are built where a major is not installed. */
const pinned = {
  4: { version: 'v4.3.1', module: 'helm.sh/helm/v4', flags: [] },
  // Without these flags Helm 3 believes in Kubernetes 1.20; its own releases set them too.
  3: {
    version: 'v3.22.0',
    module: 'helm.sh/helm/v3',
    flags: ['pkg/lint/rules', 'pkg/chartutil'].flatMap((name) => [
      `-X helm.sh/helm/v3/${name}.k8sVersionMajor=1`,
      `-X helm.sh/helm/v3/${name}.k8sVersionMinor=37`,
    ]),
  },
};
type Major = keyof typeof pinned;

const tools = fileURLToPath(new URL('../../.tools/', import.meta.url));
let binaries: Promise<Helm[]> | undefined;

/**
 * Helm 4 and Helm 3, in this order: from HELM4 and HELM3, from PATH (`helm`, `helm4`, `helm3`, of either major), from
 * `.tools/`, or built there with Go, which takes some minutes. Says once which they are.
 *
 * @throws where one is missing and Go is too
 */
export function helmBinaries(): Promise<Helm[]> {
  binaries ??= findBoth();
  return binaries;
}

export interface RunHelmOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** Whether Helm reaches the cluster that kubectl reaches. @default false */
  readonly inCluster?: boolean;
}

/** Runs Helm away from the user's own configuration. Does not throw where Helm fails. */
export async function runHelm(
  path: string,
  args: readonly string[],
  { inCluster = false, ...options }: RunHelmOptions = {},
): Promise<HelmResult> {
  const home = (name: string) => join(tmpdir(), 'todo-infra-helm', name);
  const own = { HELM_CACHE_HOME: home('cache'), HELM_CONFIG_HOME: home('config'), HELM_DATA_HOME: home('data') };
  const nowhere = inCluster ? {} : { KUBECONFIG: home('kubeconfig') };
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HELM'));
  const { stdout, stderr, exitCode, cause } = await execa(path, args, {
    ...options,
    // A run is too short for garbage collection to pay: without it Helm needs a quarter less time.
    env: { ...Object.fromEntries(inherited), ...own, ...nowhere, GOGC: 'off' },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  if (exitCode === undefined) throw new Error(`unable to run '${path}'. Is it installed?`, { cause });
  return { stdout, stderr, exitCode };
}

async function findBoth(): Promise<Helm[]> {
  const found: Helm[] = [];
  for (const major of [4, 3] as const) {
    const path = (await fromEnvironment(major)) ?? (await fromPath(major)) ?? (await build(major));
    process.stderr.write(`helm ${major}: ${path} (${await versionOf(path)})\n`);
    found.push({ name: `helm ${major}`, path });
  }
  return found;
}

async function fromEnvironment(major: Major): Promise<string | undefined> {
  const path = process.env[`HELM${major}`];
  if (path === undefined || path === '') return undefined;
  const version = await versionOf(path);
  if (isMajor(version, major)) return resolve(path);
  throw new Error(`HELM${major} (${path}) is ${version ?? 'not a Helm'}; expected version ${major}`);
}

async function fromPath(major: Major): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  const paths = ['helm', 'helm4', 'helm3'].flatMap((name) => directories.map((directory) => resolve(directory, name)));
  for (const path of paths) {
    if (isMajor(await versionOf(path), major)) return path;
  }
  return undefined;
}

async function build(major: Major): Promise<string> {
  const { version, module, flags } = pinned[major];
  const path = join(tools, `helm-${version}`);
  if (isMajor(await versionOf(path), major)) return path;

  process.stderr.write(`helm ${major} is not on PATH: building ${version} with Go\n`);
  await mkdir(tools, { recursive: true });
  const directory = await mkdtemp(join(tools, 'build-'));
  try {
    const ldflags = ['-s -w', `-X ${module}/internal/version.version=${version}`, ...flags].join(' ');
    const go = await execa('go', ['install', '-ldflags', ldflags, `${module}/cmd/helm@${version}`], {
      env: { GOBIN: directory, CGO_ENABLED: '0', GOFLAGS: '-trimpath' },
      reject: false,
    });
    if (go.failed) {
      const why = go.exitCode === undefined ? 'Go is missing too' : go.stderr.trim().split('\n').at(-1);
      throw new Error(
        `Helm ${major} is not on PATH and cannot be built (${why}). Install Helm ${version} as 'helm${major}'.`,
      );
    }
    await rename(join(directory, 'helm'), path);
  } finally {
    await rm(directory, { recursive: true });
  }
  return path;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout, exitCode } = await runHelm(path, ['version', '--short']);
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

function isMajor(version: string | undefined, major: Major): boolean {
  return version?.startsWith(`v${major}.`) === true;
}
