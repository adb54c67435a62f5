import { resolve } from 'node:path';
import { runHelm } from '../../chart/testing/helm-process.ts';
import { builtTool, pathsOf } from './go-tool.ts';

export { type HelmResult, runHelm } from '../../chart/testing/helm-process.ts';

/** A Helm that tests run. */
export interface Helm {
  readonly name: 'helm 4' | 'helm 3';
  /** Absolute. */
  readonly path: string;
}

/** The releases that are built where a major is not installed. */
const pinned = {
  4: {
    name: 'helm4',
    version: 'v4.3.1',
    module: 'helm.sh/helm/v4',
    package: './cmd/helm',
    ldflags: ['-X helm.sh/helm/v4/internal/version.version=v4.3.1'],
  },
  3: {
    name: 'helm3',
    version: 'v3.22.0',
    module: 'helm.sh/helm/v3',
    package: './cmd/helm',
    ldflags: [
      '-X helm.sh/helm/v3/internal/version.version=v3.22.0',
      // Without these it believes in Kubernetes 1.20; its own releases set them too.
      ...['pkg/lint/rules', 'pkg/chartutil'].flatMap((name) => [
        `-X helm.sh/helm/v3/${name}.k8sVersionMajor=1`,
        `-X helm.sh/helm/v3/${name}.k8sVersionMinor=37`,
      ]),
    ],
  },
};
type Major = keyof typeof pinned;

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

/** Their paths, in the same order. */
export async function helmPaths(): Promise<string[]> {
  return (await helmBinaries()).map(({ path }) => path);
}

async function findBoth(): Promise<Helm[]> {
  const found: Helm[] = [];
  for (const major of [4, 3] as const) {
    const path = (await fromEnvironment(major)) ?? (await fromPath(major)) ?? (await builtTool(pinned[major]));
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
  for (const path of pathsOf('helm', 'helm4', 'helm3')) {
    if (isMajor(await versionOf(path), major)) return path;
  }
  return undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout, exitCode } = await runHelm(path, ['version', '--short']);
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

function isMajor(version: string | undefined, major: Major): boolean {
  return version?.startsWith(`v${major}.`) === true;
}
