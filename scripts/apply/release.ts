import type { JsonObject } from '../../chart/json.ts';
import type { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import type { Helm } from '../helm.ts';
import { currentRevision, isPending, type Revision, readRevisions } from '../helm-release.ts';
import type { Lease } from '../lease.ts';
import { sameRelease } from '../same-release.ts';
import { changeLines } from './change-lines.ts';
import { handOver, isInBetween, settleReplicas } from './handover.ts';
import { changesAnything, planRelease, type ReleasePlan } from './release-plan.ts';

/** A release, and the means to change it. */
export interface ReleaseTarget {
  readonly cluster: Cluster;
  readonly helm: Helm;
  readonly release: string;
  readonly namespace: string;
}

export interface Wanted extends ReleaseTarget {
  /** A directory. */
  readonly chart: string;
  /** What differs from the chart's own values. */
  readonly values: JsonObject;
}

/** What an upgrade would do. */
export interface PreparedUpgrade {
  readonly plan: ReleasePlan;
  /** Helm's record before. */
  readonly revisions: readonly Revision[];
  /** Whether Helm has recorded all of it already, and the cluster is so. */
  readonly nothingToDo: boolean;
  /** A revision that is in the way: it has begun and not ended. */
  readonly pending?: Revision;
}

/** What a rollback would do. */
export interface PreparedRollback {
  readonly plan: ReleasePlan;
  readonly revisions: readonly Revision[];
  readonly target: Revision;
}

/**
 * Finds out what an upgrade would change, and changes nothing. Where Helm has recorded the same before, Helm is not run.
 *
 * @throws CommandError for what the chart refuses, and for objects that are somebody else's
 */
export async function prepareUpgrade(wanted: Wanted): Promise<PreparedUpgrade> {
  const { cluster, helm, chart, values, release, namespace } = wanted;
  const revisions = await readRevisions(cluster, namespace, release);
  const last = revisions.at(-1);
  const isRecorded = last?.status === 'deployed' && !isInBetween(last) && (await sameRelease(last, chart, values));
  const isStuck = last !== undefined && isPending(last);
  const input = { chart, values, release, namespace, context: cluster.context };
  const manifest = isRecorded ? last.manifest : await helm.render(input, isStuck);
  const previous = currentRevision(revisions);
  const plan = await planRelease({ cluster, release, namespace, manifest, previous });
  return {
    plan,
    revisions,
    nothingToDo: isRecorded && !changesAnything(plan),
    ...(isStuck ? { pending: last } : {}),
  };
}

/**
 * Does what was prepared. Does not wait until the pods are ready.
 *
 * @param description what `helm history` says of it
 * @returns the new revision
 * @throws CommandError where an object would be refused: then nothing was changed
 */
export async function installRelease(
  { plan, revisions }: Pick<PreparedUpgrade, 'plan' | 'revisions'>,
  { cluster, helm, chart, values, release, namespace }: Wanted,
  lease: Pick<Lease, 'rememberBegun'>,
  description?: string,
): Promise<number> {
  requireAccepted(plan);
  const target = { cluster, helm, release, namespace };
  const last = await handOver(target, plan, currentRevision(revisions), revisions.at(-1)?.revision ?? 0);
  await lease.rememberBegun(last + 1);
  const revision = await helm.upgradeInstall({
    chart,
    values,
    release,
    namespace,
    context: cluster.context,
    forceConflicts: plan.forceConflicts,
    ...(description === undefined ? {} : { description }),
  });
  await settleReplicas(cluster, plan);
  return revision;
}

/**
 * Finds out what a rollback would change, and changes nothing.
 *
 * @param to a revision. @default - the last good one before the present
 * @param lastGood the revision that was last seen with all its pods ready, if that is known
 * @throws CommandError where there is no such revision
 */
export async function prepareRollback(
  { cluster, release, namespace }: ReleaseTarget,
  { to, lastGood }: { readonly to?: number | undefined; readonly lastGood?: number | undefined } = {},
): Promise<PreparedRollback> {
  const revisions = await readRevisions(cluster, namespace, release);
  const target =
    to === undefined ? goodRevision(revisions, lastGood) : revisions.find(({ revision }) => revision === to);
  if (revisions.length === 0)
    throw new CommandError(`there is no release ${release} in namespace ${namespace}; install it with: npm run apply`);
  if (target === undefined) throw noRevision(release, revisions, to);
  const plan = await planRelease({
    cluster,
    release,
    namespace,
    manifest: target.manifest,
    previous: revisions.at(-1),
  });
  return { plan, revisions, target };
}

/**
 * Does what was prepared. Does not wait until the pods are ready.
 *
 * @returns the new revision
 */
export async function rollbackRelease(
  { plan, revisions, target }: PreparedRollback,
  { cluster, helm, release, namespace }: ReleaseTarget,
  lease: Pick<Lease, 'rememberBegun'>,
): Promise<number> {
  requireAccepted(plan);
  const last = revisions.at(-1)!;
  const number = await handOver({ cluster, helm, release, namespace }, plan, last, last.revision);
  await lease.rememberBegun(number + 1);
  await helm.rollback({
    release,
    namespace,
    context: cluster.context,
    revision: target.revision,
    forceConflicts: plan.forceConflicts,
  });
  await settleReplicas(cluster, plan);
  return (await readRevisions(cluster, namespace, release)).at(-1)!.revision;
}

/** The revision to go back to from the last one: what was seen to be good, else what Helm calls so. */
export function goodRevision(revisions: readonly Revision[], lastGood?: number): Revision | undefined {
  const last = revisions.at(-1);
  const before = revisions.filter((each) => each !== last && /^(deployed|superseded)$/.test(each.status));
  return before.find(({ revision }) => revision === lastGood) ?? before.at(-1);
}

/** @throws CommandError where the API server would refuse an object, with all that it would refuse */
export function requireAccepted(plan: ReleasePlan): void {
  const { rejected, release } = plan;
  if (rejected.length === 0) return;
  const [{ object, message }] = rejected as [(typeof rejected)[number]];
  const more = rejected.length > 1 ? ` (and ${rejected.length - 1} more)` : '';
  throw new CommandError(`the cluster refuses ${object} of release ${release}: ${message}${more}`, {
    details: changeLines({ ...plan, objects: [] }),
  });
}

function noRevision(release: string, revisions: readonly Revision[], to: number | undefined): CommandError {
  const there = revisions.map(({ revision, status }) => `${revision} (${status})`).join(', ');
  return new CommandError(
    to === undefined
      ? `release ${release} has no earlier good revision to go back to; there are ${there}`
      : `release ${release} has no revision ${to}; there are ${there}`,
  );
}
