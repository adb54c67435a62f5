import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { changeDocument, changeLines } from './apply/change-lines.ts';
import { type ExistingTarget, existingTarget } from './apply/existing-target.ts';
import { holdingLease } from './apply/holding-lease.ts';
import { requireNobodyAtWork } from './apply/pending-release.ts';
import { type PreparedRollback, prepareRollback, requireAccepted, rollbackRelease } from './apply/release.ts';
import { changesAnything } from './apply/release-plan.ts';
import { runSteps, type StepRecord } from './apply/run-steps.ts';
import { done } from './apply/step.ts';
import { readiness, watchRelease } from './apply/watch-release.ts';
import { AUDIT_LOG, AuditLog, currentActor } from './audit-log.ts';
import { clusterFailure } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { confirm } from './confirm.ts';
import { Helm } from './helm.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type Installation, installation } from './installation.ts';
import { lastGoodRevision } from './lease.ts';
import { runCommand } from './run-command.ts';
import { waitTimeout } from './wait-timeout.ts';

const USAGE = `npm run rollback -- [options]

Brings a release back to what an earlier revision was, as a new revision, and
waits until its pods are ready. Shows before what will change.

  --to N             revision (the last good one before the present)
${INSTALLATION_USAGE}
  --wait-timeout T   how long the pods may take, such as 90s or 5m (120s)
  --yes              do not ask before a cluster is changed that is no Minikube
  --json             for machines
  --help             this text

Exits with 0 when all pods are ready, 1 when they are not or it cannot be done,
2 for wrong usage, 130 after Ctrl-C.`;

export interface RollbackCommandOptions extends Installation {
  readonly target: ExistingTarget;
  /** @default - the last good one before the present */
  readonly to?: number | undefined;
  readonly waitSeconds: number;
  readonly yes: boolean;
  /** Nothing is printed for people. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** @default - the repository's */
  readonly auditLog?: string;
}

/** What came of it. */
export interface RollbackResult {
  readonly from: number;
  readonly to: number;
  /** undefined where nothing was to be done. */
  readonly revision: number | undefined;
  readonly prepared: PreparedRollback;
  readonly steps: readonly StepRecord[];
}

/** Rolls back. @throws CommandError where that cannot be done, or does not get ready */
export async function rollback(options: RollbackCommandOptions): Promise<RollbackResult> {
  const { target, release, namespace, to, yes, json, signal } = options;
  const { cluster, context } = target;
  const where = { cluster, release, namespace };
  const lastGood = to === undefined ? await lastGoodRevision(cluster, namespace, release) : undefined;
  const prepared = await prepareRollback({ ...where, helm: new Helm({ signal }) }, { to, lastGood });
  const last = prepared.revisions.at(-1)!;
  const numbers = { from: last.revision, to: prepared.target.revision, prepared };
  await requireNobodyAtWork(where, last, yes);
  requireAccepted(prepared.plan);
  if (!json) {
    const { revision, updated } = prepared.target;
    const time = `${updated.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    console.log(`${release} in namespace ${namespace} of ${context}: back to revision ${revision}, ${time}`);
    console.log(changeLines(prepared.plan).join('\n'));
  }
  const isThere = last.status === 'deployed' && last.revision === prepared.target.revision;
  if (isThere && !changesAnything(prepared.plan)) return { ...numbers, revision: undefined, steps: [] };
  if (target.minikube === undefined)
    await confirm(`roll ${release} back to revision ${prepared.target.revision} in context ${context}`, {
      yes,
      signal,
    });

  const audit = new AuditLog(options.auditLog ?? AUDIT_LOG, {
    ...{ actor: currentActor(cluster.user), command: 'rollback', context, namespace, release },
  });
  let revision: number | undefined;
  const steps = await holdingLease(cluster, { namespace, release, command: 'rollback', signal }, (lease, held) =>
    runSteps(
      [
        {
          name: 'rollback',
          run: async () => {
            const again = { ...where, helm: new Helm({ signal: held }) };
            const fresh = await prepareRollback(again, { to: prepared.target.revision });
            const newest = fresh.revisions.at(-1)!.revision;
            if (newest !== last.revision)
              throw new CommandError(`${release} was changed meanwhile: ${newest} is its revision; look again`);
            revision = await rollbackRelease(fresh, again, lease);
            return done(`revision ${revision} is what revision ${prepared.target.revision} was`);
          },
        },
        {
          name: 'watch',
          run: async (tell) => {
            const { manifest } = prepared.target;
            const where = { release, namespace, manifest, deadlineSeconds: options.waitSeconds };
            const { view } = await watchRelease(cluster, { ...where, signal: held, tell });
            await lease.rememberGood(revision!);
            return done(readiness(view));
          },
        },
      ],
      {
        silent: json,
        redact: (text) => text,
        onStep: ({ name, outcome, seconds, what }) => audit.record(name, outcome, seconds, what),
      },
    ),
  );
  return { ...numbers, revision, steps };
}

async function rollbackCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'rollback', json: args.includes('--json') }, async ({ signal }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...INSTALLATION_OPTIONS,
        to: { type: 'string' },
        'wait-timeout': { type: 'string', default: '120s' },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(USAGE);
      return;
    }
    const { context, yes, json } = values;
    const which = installation(values);
    const to = values.to === undefined ? undefined : revisionNumber(values.to);
    const waitSeconds = waitTimeout(values['wait-timeout']);
    try {
      const target = await existingTarget({ context, signal });
      report(await rollback({ ...which, target, to, waitSeconds, yes, json, signal }), json);
    } catch (error) {
      throw clusterFailure(`roll ${which.release} back`, error);
    }
  });
}

function report({ revision, from, to, prepared, steps }: RollbackResult, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ ok: true, from, to, revision, plan: changeDocument(prepared.plan), steps }, null, 2));
  } else if (revision === undefined) console.log(`nothing to do: revision ${from} is there as it was made`);
}

function revisionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CommandError(`--to is '${text}'; expected the number of a revision, see: helm history`, { exitCode: 2 });
  return Number(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await rollbackCommand(process.argv.slice(2));
