import { arch, cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tools } from '../apply/tools.ts';
import { COMPONENTS } from '../build/plan.ts';
import type { KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { runProcess } from '../process.ts';
import type { LiveRelease } from './live-release.ts';
import type { Commit, Environment } from './report/report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where a validation runs: two reports can only be compared by it. */
export async function environmentOf(
  release: LiveRelease,
  isMinikube: boolean,
  signal: AbortSignal,
): Promise<Environment> {
  const { cluster } = release;
  const [tools, { gitVersion }, nodes, images] = await Promise.all([
    new Tools(signal).find(['docker', 'kubectl', 'helm', ...(isMinikube ? (['minikube'] as const) : [])]),
    cluster.get<{ gitVersion: string }>('/version'),
    nodesOf(release),
    imagesOf(release),
  ]);
  const versions = tools.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]]));
  return {
    machine: `${platform()} ${arch()}, ${cpus().length} CPU, ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    tools: Object.fromEntries([...versions, ['kubernetes', gitVersion.replace(/^v/, '')]]),
    nodes,
    images,
  };
}

/** None where somebody may look into one namespace alone. */
async function nodesOf({ cluster }: LiveRelease): Promise<Environment['nodes']> {
  try {
    const nodes = await cluster.list<Node>('/api/v1/nodes');
    return nodes.map(({ metadata, status: { nodeInfo, capacity } }) => ({
      name: metadata.name,
      kubelet: nodeInfo.kubeletVersion,
      os: nodeInfo.osImage,
      architecture: nodeInfo.architecture,
      runtime: nodeInfo.containerRuntimeVersion,
      cpu: capacity.cpu,
      memory: capacity.memory,
    }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

async function imagesOf(release: LiveRelease): Promise<Environment['images']> {
  const pods = await Promise.all(COMPONENTS.map((component) => release.pods(component)));
  return COMPONENTS.flatMap((component, i) => {
    const status = pods[i]![0]?.status.containerStatuses?.find(({ name }) => name === component);
    const reference = pods[i]![0]?.spec.containers.find(({ name }) => name === component)?.image;
    return reference === undefined ? [] : [{ component, reference, id: status?.imageID ?? '' }];
  });
}

/** The commit of this directory. */
export async function commitOf(signal: AbortSignal): Promise<Commit> {
  try {
    const git = (...args: string[]) => runProcess('git', ['-C', ROOT, ...args], { signal });
    const { stdout, exitCode } = await git('rev-parse', 'HEAD');
    if (exitCode !== 0) return { id: null, isDirty: false };
    const { stdout: changes } = await git('status', '--porcelain', '--untracked-files=no');
    return { id: stdout.trim(), isDirty: changes.trim() !== '' };
  } catch (error) {
    // No git at all.
    if (!(error instanceof CommandError)) throw error;
    return { id: null, isDirty: false };
  }
}

interface Node extends KubernetesObject {
  readonly status: {
    readonly nodeInfo: {
      readonly kubeletVersion: string;
      readonly osImage: string;
      readonly architecture: string;
      readonly containerRuntimeVersion: string;
    };
    readonly capacity: { readonly cpu: string; readonly memory: string };
  };
}
