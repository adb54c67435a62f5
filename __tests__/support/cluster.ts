import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Json } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';
import { yamlDocuments } from '../../chart/yaml-writer.ts';
import { Cluster } from '../../scripts/cluster.ts';
import { CommandError } from '../../scripts/command-error.ts';
import { Lease } from '../../scripts/lease.ts';
import { type Helm, type HelmResult, runHelm } from './helm.ts';
import { changedFields } from './live-fields.ts';

/** What every namespace has, and what controllers and not releases make. */
const NOT_OF_A_RELEASE = [
  /^ConfigMap kube-root-ca\.crt$/,
  /^ServiceAccount default$/,
  /^(ControllerRevision|EndpointSlice|Endpoints|Event|Pod|PodMetrics|ReplicaSet) /,
];
/** Milliseconds: other test files may take long. */
const TURN = 15 * 60_000;
/** For Helm and for apply, where another release of the cluster may have the preset's own node ports. */
export const FREE_NODE_PORTS: readonly string[] = ['backend', 'frontend'].flatMap((tier) => [
  '--set',
  `${tier}.service.nodePort=null`,
]);

/** For apply, where another release may also take up what the nodes have to give: pods that ask for less CPU. */
export function besideOthers(cpu: string): string[] {
  const requests = ['backend', 'frontend', 'database'].map((tier) => `${tier}.resources.requests.cpu=${cpu}`);
  return [...FREE_NODE_PORTS, ...requests.flatMap((request) => ['--set', request])];
}

const START_ONE = "start one with 'minikube start', or point KUBECONFIG at one";

export interface KubectlOptions {
  readonly input?: string;
  /** After so many milliseconds the command is ended, and what it has printed is the result. */
  readonly endAfter?: number;
}

/** Runs kubectl in the cluster. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>;

/**
 * kubectl for the current context, which has to be `minikube` or what TODO_TEST_CONTEXT names, so that nobody's work
 * is destroyed by accident. The context is pinned: switching it does not redirect a test that is running.
 *
 * @throws one line where there is no cluster, saying how to start one
 */
export async function testCluster(): Promise<{ context: string; kubectl: Kubectl }> {
  const current = await execa('kubectl', ['config', 'current-context'], { reject: false });
  if (current.exitCode === undefined) throw noCluster(`'kubectl' is not on PATH: install it and ${START_ONE}`);
  if (current.failed) throw noCluster(`there is no cluster: ${START_ONE}`);

  const context = current.stdout.trim();
  const expected = process.env.TODO_TEST_CONTEXT ?? 'minikube';
  if (context !== expected) {
    throw noCluster(
      `these tests create and delete objects in '${expected}', and the current context is '${context}': switch with 'kubectl config use-context ${expected}', or allow it with TODO_TEST_CONTEXT=${context}`,
    );
  }
  const kubectl: Kubectl = (args, options) => runKubectl(['--context', context, ...args], options);
  // Whether there is a server: `/readyz` also says whether etcd has answered within two seconds.
  await kubectl(['get', '--raw', '/version', '--request-timeout=60s']).catch(() => {
    throw noCluster(`no API server answers in context '${context}': ${START_ONE}`);
  });
  return { context, kubectl };
}

/** One line and no stack, because jest prints it for every test. */
function noCluster(message: string): Error {
  return Object.assign(new Error(message), { stack: message });
}

async function runKubectl(args: readonly string[], { input, endAfter }: KubectlOptions = {}): Promise<string> {
  const options = {
    ...(input === undefined ? {} : { input }),
    ...(endAfter === undefined ? {} : { timeout: endAfter }),
  };
  const { stdout, stderr, failed, timedOut } = await execa('kubectl', args, { ...options, reject: false });
  if (failed && !(timedOut && endAfter !== undefined)) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A namespace of a test's own, with a name that no other run uses. */
export class TestNamespace {
  #turn: Lease | undefined;

  private constructor(
    readonly name: string,
    private readonly context: string,
    private readonly cluster: Kubectl,
  ) {}

  static async open(label: string, labels: Record<string, string> = {}): Promise<TestNamespace> {
    const { context, kubectl } = await testCluster();
    const name = `test-${label}-${randomBytes(4).toString('hex')}`;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await kubectl(['create', '--filename', '-'], { input: JSON.stringify(namespace) });
    const space = new TestNamespace(name, context, kubectl);
    try {
      await eventually(() => space.kubectl(['get', 'serviceaccount', 'default']));
    } catch (error) {
      await space.close();
      throw error;
    }
    return space;
  }

  /** What kubectl needs to work here. */
  get flags(): readonly string[] {
    return ['--context', this.context, '--namespace', this.name];
  }

  readonly kubectl: Kubectl = (args, options) => this.cluster(['--namespace', this.name, ...args], options);

  /** Does not throw where Helm fails. */
  helm({ path }: Helm, args: readonly string[]): Promise<HelmResult> {
    return runHelm(path, [...args, '--namespace', this.name, '--kube-context', this.context], { inCluster: true });
  }

  /** `Kind name` of everything that was made here, but for what controllers make. */
  async objects(): Promise<string[]> {
    const types = await this.kubectl(['api-resources', '--verbs=list', '--namespaced', '--output=name']);
    const template = '{range .items[*]}{.kind} {.metadata.name}{"\\n"}{end}';
    const list = await this.kubectl(['get', types.trim().split('\n').join(','), `--output=jsonpath=${template}`]);
    const objects = list.split('\n').filter((object) => object !== '');
    return objects.filter((object) => !NOT_OF_A_RELEASE.some((pattern) => pattern.test(object))).sort();
  }

  /** Where the objects in the cluster are not as they were written. Throws where one is missing. */
  async changes(objects: readonly Manifest[]): Promise<string[]> {
    const written = objects as unknown as Json[];
    const input = yamlDocuments(written);
    const list = JSON.parse(await this.kubectl(['get', '--filename', '-', '--output=json'], { input }));
    return written.flatMap((object, i) =>
      changedFields(object, list.items[i]).map((change) => `${nameOf(objects[i]!)}: ${change}`),
    );
  }

  /**
   * Waits until no other test file is at what a cluster has once: node ports, and kinds that come and go. The turn ends
   * with `close`.
   */
  async takeTurn(): Promise<void> {
    if (this.#turn !== undefined) return;
    const cluster = await Cluster.connect({ context: this.context });
    const options = { namespace: 'default', release: 'cluster-tests', command: this.name };
    const end = Date.now() + TURN;
    while (this.#turn === undefined) {
      try {
        this.#turn = await Lease.acquire(cluster, options);
      } catch (error) {
        if (!(error instanceof CommandError) || Date.now() > end) throw error;
      }
    }
  }

  /** Takes its turn. @throws where a node port that the objects want is taken, which is so for all namespaces of a cluster */
  async requireNodePorts(objects: readonly Manifest[]): Promise<void> {
    await this.takeTurn();
    const wanted = objects.flatMap(nodePorts);
    const services: Manifest[] = JSON.parse(
      await this.cluster(['get', 'services', '--all-namespaces', '--output=json']),
    ).items;
    for (const service of services) {
      const taken = nodePorts(service).filter((port) => wanted.includes(port));
      const { namespace, name } = service.metadata;
      if (taken.length > 0) {
        throw new Error(
          `node port ${taken.join(' and ')} belongs to Service '${name}' in namespace '${namespace}': uninstall that release, or wait for the other test run`,
        );
      }
    }
  }

  /** Deletes the namespace with all that is in it, and its volumes. */
  async close(): Promise<void> {
    try {
      await this.#delete();
    } finally {
      await this.#turn?.release();
    }
  }

  async #delete(): Promise<void> {
    await this.cluster(['delete', 'namespace', this.name, '--timeout=180s']);
    await eventually(async () => {
      const { items } = JSON.parse(await this.cluster(['get', 'persistentvolumes', '--output=json']));
      const left = items.filter((volume: Volume) => volume.spec.claimRef?.namespace === this.name);
      for (const { metadata, spec } of left as Volume[]) {
        if (spec.persistentVolumeReclaimPolicy === 'Retain')
          await this.cluster(['delete', 'persistentvolume', metadata.name]);
      }
      if (left.length > 0) throw new Error(`volumes of namespace '${this.name}' are still there`);
    });
  }
}

/** Repeats what throws until it does not, for three minutes. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + 180_000;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(1000);
    }
  }
}

/** As `Deployment todo-backend`. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly claimRef?: { readonly namespace: string }; readonly persistentVolumeReclaimPolicy: string };
}

function nodePorts({ kind, spec }: Manifest): number[] {
  if (kind !== 'Service') return [];
  const { ports = [] } = spec as { ports?: readonly { nodePort?: number }[] };
  return ports.flatMap(({ nodePort }) => nodePort ?? []);
}
