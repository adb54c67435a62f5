import type { JsonObject } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import type { Values } from '../../values/schema.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { clusterFailure } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { Helm } from '../helm.ts';
import { type Revision, readRevisions } from '../helm-release.ts';
import type { ValuedInstallation } from '../installation.ts';
import { type Lease, rememberGoodRevision } from '../lease.ts';
import { Redactor } from '../redactor.ts';
import { sameRelease } from '../same-release.ts';
import { todoValues } from '../todo-values.ts';
import { type Access, findAddress, healthPath } from './access.ts';
import { beginChange } from './begin-change.ts';
import { changeLines, changeSummary } from './change-lines.ts';
import { chosenOverrides } from './chosen-values.ts';
import { ClusterSteps } from './cluster-steps.ts';
import { planCredentials, withSecretName } from './credentials.ts';
import type { CredentialsPlan } from './credentials-plan.ts';
import { expectedObjects } from './expected-objects.ts';
import { type ImagesResult, provideImages } from './images.ts';
import type { NodeImages } from './node-images.ts';
import { installRelease, type PreparedUpgrade, prepareUpgrade, requireAccepted, type Wanted } from './release.ts';
import type { Step } from './run-steps.ts';
import { done, refuse, type StepResult, skipped, type Tell } from './step.ts';
import type { Target } from './target.ts';
import type { Tools } from './tools.ts';
import { NotReady, readiness, watchRelease } from './watch-release.ts';

export interface ApplyOptions {
  readonly installation: ValuedInstallation;
  readonly target: Target;
  readonly tools: Tools;
  /** @default - `.env` where npm was called, if it is there */
  readonly envFile?: string | undefined;
  /** Where npm was called. */
  readonly directory: string;
  /** Where the images are pushed to. @default - they are loaded into Minikube */
  readonly registry?: string | undefined;
  /** Seconds for the pods to become ready. */
  readonly deadline: number;
  readonly dryRun: boolean;
  /** Whether the user has named the context: commands that are advised have to name it, too. */
  readonly isContextNamed: boolean;
  /** Do what would otherwise be asked first. */
  readonly yes: boolean;
  /** Keep a tunnel open at the end. */
  readonly open: boolean;
  readonly signal: AbortSignal;
}

/** One run of `apply`: what it finds out on its way from step to step. */
export class ApplyRun {
  readonly options: ApplyOptions;
  /** Knows every secret that was met. */
  readonly redactor = new Redactor();
  /** Whether anything of the release may have been changed. */
  isTouched = false;
  /** The revision that was made. */
  revision: number | undefined;
  credentials: CredentialsPlan | undefined;
  prepared: PreparedUpgrade | undefined;
  /** Why pods are not ready. */
  findings: readonly Finding[] = [];
  /** Whether all pods were seen to be ready. */
  isReady = false;
  access: Access | undefined;
  lease: Lease | undefined;
  readonly #helm: Helm;
  readonly #stop = new AbortController();
  readonly #clusterSteps: ClusterSteps;
  #images: ImagesResult | undefined;
  #revisions: Promise<Revision[]> | undefined;
  #objects: Promise<readonly KubernetesObject[]> | undefined;
  /** What the release step has to tell besides. */
  readonly #notes: string[] = [];

  constructor(options: ApplyOptions) {
    this.options = options;
    const { signal, installation } = options;
    signal.addEventListener('abort', () => this.#stop.abort(signal.reason), { once: true });
    this.#helm = new Helm({ signal: this.#stop.signal });
    this.#clusterSteps = new ClusterSteps({
      ...options,
      namespace: installation.namespace,
      release: installation.release,
      values: () => this.values,
      expectedObjects: () => this.#expectedObjects(),
      signal: this.#stop.signal,
    });
  }

  get steps(): Step[] {
    const { dryRun } = this.options;
    return [
      { name: 'preflight', run: () => this.#clusterSteps.preflight() },
      { name: 'cluster', run: (tell) => this.#clusterSteps.start(tell) },
      { name: 'images', run: (tell) => this.#provideImages(tell) },
      { name: 'secret', run: () => this.#planCredentials() },
      { name: 'release', run: (tell) => this.#release(tell) },
      ...(dryRun
        ? []
        : [
            { name: 'pods', run: (tell: Tell) => this.#watch(tell) },
            { name: 'access', run: () => this.#findAddress() },
          ]),
    ];
  }

  get cluster(): Cluster {
    return this.#clusterSteps.cluster;
  }

  /** What differs from the chart's values, but for images and credentials. */
  get overrides(): JsonObject {
    return chosenOverrides(this.options);
  }

  get values(): Values {
    return todoValues(this.options.installation.preset, this.overrides);
  }

  async #provideImages(tell: Tell): Promise<StepResult> {
    const { installation, registry, dryRun } = this.options;
    this.#images = await provideImages({
      preset: installation.preset,
      given: installation.given,
      values: this.values,
      registry,
      nodes: await this.#nodeImages(),
      dryRun,
      signal: this.#stop.signal,
      tell,
    });
    return this.#images;
  }

  /** Undefined where images are pulled. */
  async #nodeImages(): Promise<NodeImages | undefined> {
    return this.options.registry === undefined ? this.#clusterSteps.nodeImages() : undefined;
  }

  async #planCredentials(): Promise<StepResult> {
    const { installation, envFile, directory } = this.options;
    const { namespace, release } = installation;
    const plan = await planCredentials({
      cluster: this.cluster,
      release,
      namespace,
      values: this.values,
      overrides: this.overrides,
      objects: (await this.#expectedObjects()) as unknown as Manifest[],
      envFile,
      directory,
      environment: process.env,
      redactor: this.redactor,
    });
    refuse(`Secret ${plan.secretName}`, plan.problems);
    this.credentials = plan;
    const { action, secretName, keys, warnings } = plan;
    if (!plan.isNeeded)
      return skipped(`${secretName} ${action === 'keep' ? 'is as it should be' : 'has what is needed'}`, warnings);
    const changed = keys.filter((key) => key.changed).map(({ name, source }) => `${name} ${source}`);
    return done(`${secretName}, to ${action}: ${changed.join(', ') || 'nothing in it changes'}`, warnings);
  }

  async #release(tell: Tell): Promise<StepResult> {
    const { installation, dryRun } = this.options;
    const { namespace, release } = installation;
    try {
      if (!dryRun && !(await this.#mayBeUnchanged())) await this.#begin(tell);
      const wanted = this.#wanted();
      this.prepared = await prepareUpgrade(wanted);
      const { plan, nothingToDo, revisions } = this.prepared;
      if (nothingToDo && this.credentials?.isNeeded !== true)
        return skipped(`nothing changes since revision ${revisions.at(-1)!.revision}`, this.#notes);
      const lines = changeLines(plan, 78);
      if (dryRun) return { ...done(`would be changed: ${changeSummary(plan)}`), lines };
      requireAccepted(plan);
      tell(changeSummary(plan));
      await this.#begin(tell);
      this.isTouched = true;
      await this.credentials?.write();
      this.revision = await installRelease(this.prepared, wanted, this.lease!);
      const what = `${release} revision ${this.revision} in ${namespace}: ${changeSummary(plan)}`;
      return { ...done(what, this.#notes), lines };
    } catch (error) {
      throw clusterFailure(`install release ${release} in namespace ${namespace}`, error);
    }
  }

  /** Whether there is a chance that nothing is to be written: then nothing is, not even the Lease. */
  async #mayBeUnchanged(): Promise<boolean> {
    if (this.credentials?.isNeeded === true) return false;
    const last = (await this.#readRevisions()).at(-1);
    return (
      last?.status === 'deployed' && (await sameRelease(last, this.options.installation.chart, this.#wanted().values))
    );
  }

  /** Does nothing the second time. */
  async #begin(tell: Tell): Promise<void> {
    if (this.lease !== undefined) return;
    const { namespace, release } = this.options.installation;
    const lease = await beginChange(
      { cluster: this.cluster, helm: this.#helm, namespace, release },
      {
        yes: this.options.yes,
        signal: this.#stop.signal,
        tell,
        onNote: (note) => {
          tell(note);
          this.#notes.push(note);
        },
      },
    );
    lease.lost.addEventListener('abort', () => this.#stop.abort(lease.lost.reason), { once: true });
    this.lease = lease;
  }

  #wanted(): Wanted {
    const { installation } = this.options;
    const { release, namespace, chart } = installation;
    const parts = [this.#images?.values ?? {}, this.credentials?.overrides ?? {}];
    const values = parts.reduce(mergeFiles, this.overrides);
    return { cluster: this.cluster, helm: this.#helm, release, namespace, chart, values };
  }

  async #watch(tell: Tell): Promise<StepResult> {
    const { installation, deadline } = this.options;
    const { namespace, release } = installation;
    try {
      const { seconds, view } = await watchRelease(this.cluster, {
        namespace,
        release,
        manifest: this.prepared!.plan.manifest,
        deadlineSeconds: deadline,
        context: this.options.isContextNamed ? this.options.target.context : undefined,
        images: await (await this.#nodeImages())?.names(),
        signal: this.#stop.signal,
        tell,
      });
      this.isReady = true;
      if (this.revision === undefined) {
        const current = this.prepared!.revisions.at(-1)!.revision;
        // Another run may have been stopped before it has seen that.
        await rememberGoodRevision(this.cluster, namespace, release, current);
        return skipped(readiness(view));
      }
      await this.lease?.rememberGood(this.revision);
      return done(`${readiness(view)} after ${seconds.toFixed(1)} s`);
    } catch (error) {
      if (error instanceof NotReady) this.findings = error.findings;
      throw error;
    }
  }

  async #findAddress(): Promise<StepResult> {
    const { installation, target, open, signal } = this.options;
    this.access = await findAddress({
      cluster: this.cluster,
      namespace: installation.namespace,
      healthPath: healthPath(this.values),
      minikube: target.minikube?.command,
      open,
      signal,
    });
    const { address, command, tried } = this.access;
    if (address !== undefined) return done(`${address.url} answers, and the backend through it`);
    const answers = tried.map(({ url, answer }) => `${url}: ${answer}`);
    if (command !== undefined) return done(`open it with: ${command}`, answers);
    throw new CommandError('no address answers', { details: answers });
  }

  /** Gives up what is held, also where the signal is aborted. */
  async end(): Promise<void> {
    await this.lease?.release();
  }

  #readRevisions(): Promise<Revision[]> {
    const { namespace, release } = this.options.installation;
    const read = this.#revisions ?? readRevisions(this.cluster, namespace, release);
    this.#revisions = read;
    return read;
  }

  /** What will be there, but for images and credentials: from the last release where that is the same. */
  #expectedObjects(): Promise<readonly KubernetesObject[]> {
    this.#objects ??= this.#expect();
    return this.#objects;
  }

  async #expect(): Promise<readonly KubernetesObject[]> {
    const { installation } = this.options;
    const values = withSecretName(installation.preset, this.overrides);
    return expectedObjects(installation, values, (await this.#readRevisions()).at(-1));
  }
}
