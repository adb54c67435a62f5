import { CommandError } from '../command-error.ts';
import { isPending, type Revision, readRevisions } from '../helm-release.ts';
import { begunRevision, type Lease } from '../lease.ts';
import { goodRevision, prepareRollback, type ReleaseTarget, rollbackRelease } from './release.ts';

export interface RepairOptions {
  readonly pending: Revision;
  /** The revision that was last seen with all its pods ready, if that is known. */
  readonly lastGood?: number | undefined;
  /** Whether the user has said that no other Helm is at work. @default false */
  readonly yes?: boolean;
  /** Called with what is wrong and what is done about it. */
  readonly onNote?: (line: string) => void;
}

/** Milliseconds that a Helm may be at work: as long as its own default timeout. */
const PATIENCE = 5 * 60_000;

/**
 * Ends an operation that was cut short, which Helm itself refuses to touch: back to the last good revision, or away
 * with the release where there was none. The Lease keeps our own commands out; another's Helm may still be running.
 *
 * @throws CommandError where that may be so
 */
export async function repairRelease(
  target: ReleaseTarget,
  lease: Pick<Lease, 'rememberBegun'>,
  { pending, lastGood, yes = false, onNote = () => {} }: RepairOptions,
): Promise<void> {
  const { cluster, helm, release, namespace } = target;
  await requireNobodyAtWork(target, pending, yes);
  const age = ageOf(pending);
  const why = `revision ${pending.revision} of ${release} is ${pending.status} since ${timeText(age)}: it was cut short`;
  const good = goodRevision(await readRevisions(cluster, namespace, release), lastGood);
  // What has begun to be removed is not brought back.
  if (good === undefined || pending.status === 'uninstalling') {
    onNote(`${why}; ${good === undefined ? 'no revision was ever good, so it is' : 'it is'} uninstalled`);
    await helm.uninstall({ release, namespace, context: cluster.context });
    return;
  }
  onNote(`${why}; rolled back to revision ${good.revision}`);
  await rollbackRelease(await prepareRollback(target, { to: good.revision }), target, lease);
}

/**
 * Stops where another's Helm may be at work: its operation has not ended, and is younger than it may take.
 *
 * @param last the newest revision
 */
export async function requireNobodyAtWork(
  { cluster, release, namespace }: Pick<ReleaseTarget, 'cluster' | 'release' | 'namespace'>,
  last: Revision,
  yes: boolean,
): Promise<void> {
  if (!isPending(last) || yes || ageOf(last) >= PATIENCE) return;
  // What our own commands have begun, the Lease tells whether they are at it.
  if ((await begunRevision(cluster, namespace, release)) === last.revision) return;
  throw mayBeRunning(release, namespace, last, ageOf(last));
}

function ageOf({ updated }: Revision): number {
  return Date.now() - updated.getTime();
}

function mayBeRunning(release: string, namespace: string, { revision, status }: Revision, age: number): CommandError {
  return new CommandError(
    `revision ${revision} of ${release} is ${status} since ${timeText(age)}: another helm may be at work; wait for it, or use --yes if it is not`,
    { details: [`see who: helm history ${release} --namespace ${namespace}`] },
  );
}

/** As `40 s`, `12 min`, `3 h`. */
function timeText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
