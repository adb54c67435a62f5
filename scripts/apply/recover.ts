import { join, relative } from 'node:path';
import { Cluster } from '../cluster.ts';
import { Helm } from '../helm.ts';
import { readRevisions } from '../helm-release.ts';
import { lastGoodRevision } from '../lease.ts';
import { Interrupted } from '../process.ts';
import type { ApplyRun } from './apply-run.ts';
import { saveEvidence } from './evidence.ts';
import { prepareRollback, rollbackRelease } from './release.ts';
import { type RunStepsOptions, runSteps, type Step } from './run-steps.ts';
import { done, type StepResult, skipped, type Tell } from './step.ts';
import { watchRelease } from './watch-release.ts';

/** What was done after a failure. */
export interface Recovery {
  /** Directory with all that was there to see. */
  readonly evidence?: string;
  /** The revision that runs again. */
  readonly rolledBackTo?: number;
}

/** Seconds for the former pods, which mostly still run. */
const DEADLINE = 90;

/**
 * After a failure: keeps what is there to see, and then goes back to what was good. Nothing is done where nothing was
 * changed or all is well, nor after Ctrl-C: the next run goes on from there. Works also where the run's own signal is
 * aborted.
 */
export async function recover(run: ApplyRun, error: unknown, options: RunStepsOptions): Promise<Recovery> {
  // Who has taken the release over decides what becomes of it.
  const isNotOurs = run.lease?.lost.aborted === true;
  if (!run.isTouched || run.isReady || error instanceof Interrupted || isNotOurs) return {};
  const { installation, target, directory } = run.options;
  const recovering = new Recovering(run, await Cluster.connect({ context: target.context }));
  const folder = join(directory, 'evidence', `${installation.release}-${timestamp(new Date())}`);
  const steps: Step[] = [
    { name: 'evidence', run: () => recovering.saveEvidence(folder) },
    { name: 'secret', run: () => recovering.restoreSecret() },
    { name: 'rollback', run: (tell) => recovering.rollBack(tell) },
  ];
  // One that fails keeps none of the others from being tried.
  for (const step of steps) await runSteps([step], options).catch(() => undefined);
  return recovering.recovery;
}

class Recovering {
  recovery: Recovery = {};

  constructor(
    private readonly run: ApplyRun,
    private readonly cluster: Cluster,
  ) {}

  async saveEvidence(folder: string): Promise<StepResult> {
    const { namespace, release } = this.run.options.installation;
    const texts = await this.texts();
    const files = await saveEvidence(
      this.cluster,
      { namespace, release, redact: this.run.redactor.redact, texts },
      folder,
    );
    this.recovery = { ...this.recovery, evidence: folder };
    return done(`${files.length} files in ${short(folder)}`);
  }

  async restoreSecret(): Promise<StepResult> {
    const { credentials } = this.run;
    if ((await credentials?.restore(this.cluster)) !== true) return skipped('it was not changed');
    return done(`${credentials!.secretName} is as it was`);
  }

  async rollBack(tell: Tell): Promise<StepResult> {
    const { options, lease } = this.run;
    const { namespace, release } = options.installation;
    const lastGood = await lastGoodRevision(this.cluster, namespace, release);
    const target = { cluster: this.cluster, helm: new Helm(), release, namespace };
    const { revisions } = this.run.prepared!;
    if (!revisions.some(({ status }) => status === 'deployed' || status === 'superseded'))
      return skipped('no earlier revision was good: it stays, to be looked at; npm run down removes it');
    const newest = (await readRevisions(this.cluster, namespace, release)).at(-1);
    if (newest?.status === 'deployed' && newest.revision === revisions.at(-1)?.revision)
      return skipped(`Helm has changed nothing: revision ${newest.revision} is still there`);
    const rollback = await prepareRollback(target, { lastGood });
    await rollbackRelease(rollback, target, lease!);
    const { revision, manifest } = rollback.target;
    await watchRelease(this.cluster, { namespace, release, manifest, deadlineSeconds: DEADLINE, tell });
    this.recovery = { ...this.recovery, rolledBackTo: revision };
    return done(`${release} is as in revision ${revision} again, and ready`);
  }

  /** What the cluster itself does not tell. */
  private async texts(): Promise<Record<string, string>> {
    const { options, prepared, findings } = this.run;
    const { namespace, release } = options.installation;
    const revisions = await readRevisions(this.cluster, namespace, release);
    const history = revisions.map(
      ({ revision, status, updated, description }) =>
        `${revision}  ${updated.toISOString()}  ${status}  ${description}\n`,
    );
    return {
      'history.txt': history.join(''),
      'manifest.yaml': prepared?.plan.manifest ?? '',
      'findings.json': `${JSON.stringify(findings, null, 2)}\n`,
    };
  }
}

/** As it can be opened from here. */
function short(path: string): string {
  const here = relative(process.env.INIT_CWD ?? process.cwd(), path);
  return here.startsWith('..') ? path : here;
}

/** As `20261121-103400`, in UTC. */
function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
