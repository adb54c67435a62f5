import { setTimeout as sleep } from 'node:timers/promises';
import type { Values } from '../../values/schema.ts';
import { COMPONENTS } from '../build/plan.ts';
import { Cluster, type KubernetesObject } from '../cluster.ts';
import { clusterFailure } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Minikube, MinikubeStatus } from '../minikube.ts';
import { type ClusterCheck, checkCluster, metricsApi } from './check-cluster.ts';
import { type ChoiceOfValues, imageProblems } from './chosen-values.ts';
import { isGiven } from './images.ts';
import { NodeImages } from './node-images.ts';
import { done, refuse, type StepResult, skipped, type Tell } from './step.ts';
import type { Target } from './target.ts';
import type { ToolName, Tools } from './tools.ts';

export interface ClusterStepsOptions extends ChoiceOfValues {
  readonly target: Target;
  readonly tools: Pick<Tools, 'find'>;
  readonly namespace: string;
  readonly release: string;
  /** What will be there, of a cluster that is there. */
  readonly expectedObjects: () => Promise<readonly KubernetesObject[]>;
  /** All values, before the images are known. */
  readonly values: () => Values;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds that an API server may be ill before Minikube is started again. @default 15000 */
  readonly patience?: number;
}

/** As long as Minikube itself waits for a good answer, each time that it is asked. */
const PATIENCE = 15_000;

/** The steps that look at the tools and the cluster, and start Minikube. Nothing in the cluster is changed. */
export class ClusterSteps {
  readonly #options: ClusterStepsOptions;
  #cluster: Cluster | undefined;
  #status: MinikubeStatus | undefined;
  #nodeImages: Promise<NodeImages> | undefined;
  #isChecked = false;

  constructor(options: ClusterStepsOptions) {
    this.#options = options;
    this.#cluster = options.target.cluster;
    this.#status = options.target.minikube?.status;
  }

  /** The API server. Only asked for once it is there. */
  get cluster(): Cluster {
    if (this.#cluster === undefined) throw new Error('there is no cluster yet');
    return this.#cluster;
  }

  /** All that is missing, at once. */
  async preflight(): Promise<StepResult> {
    await this.#recover();
    const { target, installation, registry, tools } = this.#options;
    const values = this.#options.values();
    const builds = COMPONENTS.some((component) => !isGiven(installation.given, component));
    const names: ToolName[] = [
      ...(builds ? (['docker'] as const) : []),
      'kubectl',
      'helm',
      ...(target.minikube === undefined ? [] : (['minikube'] as const)),
    ];
    if (this.#isRunning && registry === undefined) this.nodeImages();
    const [found, check] = await Promise.all([tools.find(names), this.#isRunning ? this.#check() : undefined]);
    const problems = [
      ...found.flatMap(({ problem }) => problem ?? []),
      ...imageProblems(this.#options, values),
      ...(check?.problems ?? []),
    ];
    refuse('cannot begin', problems);
    const versions = found.map(({ name, version }) => `${name} ${version}`);
    return done([...versions, ...(check?.facts ?? [])].join(', '), check?.notes);
  }

  /** Starts Minikube where it is stopped, or makes it; one that is there stays as it was made. */
  async start(tell: Tell): Promise<StepResult> {
    const { target, dryRun, signal } = this.#options;
    const { context, minikube } = target;
    const did: string[] = [];
    if (!this.#isRunning) {
      if (dryRun)
        throw new CommandError(`Minikube '${context}' does not run; start it to see what would change: npm run apply`);
      const isNew = this.#status === undefined;
      tell(`${isNew ? 'making' : 'starting'} Minikube '${context}'`);
      await minikube!.command.start(tell);
      this.#cluster = await Cluster.connect({ context, signal });
      did.push(isNew ? 'made' : 'started');
    }
    const values = this.#options.values();
    const isAutoscaled = COMPONENTS.some((component) => values[component].autoscaling.enabled);
    if (minikube !== undefined && isAutoscaled && !dryRun && (await metricsApi(this.cluster)) === 'none') {
      tell('switching the addon metrics-server on');
      await minikube.command.enableAddon('metrics-server');
      did.push('metrics-server switched on');
    }
    const check = this.#isChecked ? undefined : await this.#check();
    refuse('cannot go on', check?.problems ?? []);
    if (did.length === 0) return skipped(`${context} runs`);
    return done([`${context} ${did.join(', ')}`, ...(check?.facts ?? [])].join(', '), check?.notes);
  }

  /** Asked early, because Minikube takes its time to answer. Undefined where it is none of Minikube's. */
  nodeImages(): Promise<NodeImages> | undefined {
    const { minikube } = this.#options.target;
    if (minikube === undefined) return undefined;
    const asked = this.#nodeImages ?? this.#readNodes(minikube.command);
    asked.then((nodes) => nodes.byNode()).catch(() => undefined);
    this.#nodeImages = asked;
    return asked;
  }

  get #isRunning(): boolean {
    const { cluster, minikube } = this.#options.target;
    if (minikube === undefined) return true;
    return cluster !== undefined && this.#status?.host === 'Running' && this.#status.apiServer === 'Running';
  }

  /** Waits while the API server runs and is ill, as it is for a moment where etcd is slow: that is no reason to start Minikube. */
  async #recover(): Promise<void> {
    const { target, signal, patience = PATIENCE } = this.#options;
    if (target.cluster === undefined) return;
    const end = Date.now() + patience;
    while (this.#status?.host === 'Running' && this.#status.apiServer === 'Error' && Date.now() < end) {
      await sleep(500, undefined, { signal }).catch(() => signal.throwIfAborted());
      this.#status = await target.minikube!.command.tryStatus();
    }
  }

  async #check(): Promise<ClusterCheck> {
    this.#isChecked = true;
    const { namespace, release, values, expectedObjects } = this.#options;
    try {
      const objects = await expectedObjects();
      return await checkCluster({ cluster: this.cluster, namespace, release, values: values(), objects });
    } catch (error) {
      throw clusterFailure('look at the cluster', error);
    }
  }

  async #readNodes(minikube: Minikube): Promise<NodeImages> {
    try {
      const nodes = await this.cluster.list('/api/v1/nodes');
      return new NodeImages(
        minikube,
        nodes.map(({ metadata }) => metadata.name),
      );
    } catch (error) {
      throw clusterFailure('list the nodes', error);
    }
  }
}
