import { type Json, type JsonObject, sameJson } from '../../chart/json.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import type { Revision } from '../helm-release.ts';
import { OURS } from '../release-labels.ts';
import { contains } from './contains.ts';
import { type Action, type Effect, effectOf, isPodTemplate, worst } from './effect.ts';
import { type FieldChange, fieldChanges } from './field-changes.ts';
import { inTurns } from './in-turns.ts';
import { type Claim, requireOwnership } from './ownership.ts';
import { type Rejection, rejectionOf } from './rejection.ts';
import { objectKey, objectName, renderedObjects, replicasOf, withHelmMarks } from './rendered-objects.ts';
import { isHelm, type TakenField, takenFields } from './taken-fields.ts';
import { withoutRemoved } from './without-removed.ts';

export interface PlanOptions extends Claim {
  readonly cluster: Cluster;
  /** YAML documents of what is going to be. */
  readonly manifest: string;
  /** What Helm takes for what is there. @default - nothing is */
  readonly previous?: Revision | undefined;
}

/** What becomes of one object. */
export interface ObjectChange {
  /** As `Deployment todo-backend`. */
  readonly object: string;
  readonly action: Action;
  readonly effect: Effect;
  readonly fields: readonly FieldChange[];
  /** What of `fields` somebody else has set. */
  readonly taken: readonly TakenField[];
  /** How many pods are replaced by others. */
  readonly restarts: number;
}

/** A workload whose number of pods the release gives up: it has to stay, until the autoscaler has decided. */
export interface Handover {
  readonly object: KubernetesObject;
  readonly replicas: number;
}

/** What a release would change in the cluster. */
export interface ReleasePlan extends Claim {
  /** In the order of the manifest, then removals. */
  readonly objects: readonly ObjectChange[];
  /** The gravest of all objects. */
  readonly effect: Effect;
  /** What the API server would refuse: with any of it the release fails. */
  readonly rejected: readonly Rejection[];
  readonly handovers: readonly Handover[];
  /** Whether fields have to be taken from somebody who is not Helm. */
  readonly forceConflicts: boolean;
  /** false: nothing could be asked of the API server, and this is what the chart says. */
  readonly namespaceExists: boolean;
  readonly manifest: string;
}

/**
 * Finds out what a release would change, by a dry run of every object on the API server.
 *
 * @throws CommandError where an object is somebody else's
 * @throws ApiError, ClusterUnreachable
 */
export async function planRelease(options: PlanOptions): Promise<ReleasePlan> {
  const { cluster, manifest, previous, release, namespace } = options;
  const wanted = renderedObjects(manifest);
  const before = new Map(renderedObjects(previous?.manifest ?? '').map((object) => [objectKey(object), object]));
  const namespaceExists = await hasNamespace(cluster, namespace);
  const outcomes = namespaceExists
    ? await inTurns(wanted, (object) => planObject(options, object, before.get(objectKey(object))))
    : wanted.map(created);
  const keys = new Set(wanted.map(objectKey));
  const left = [...before].filter(([key]) => !keys.has(key)).map(([, object]) => object);
  const removals = namespaceExists ? await inTurns(left, (object) => planRemoval(options, object)) : [];
  const objects = [...outcomes.map(({ change }) => change), ...removals.flatMap((change) => change ?? [])];
  const rejected = outcomes.flatMap(({ rejection }) => rejection ?? []);
  return {
    release,
    namespace,
    objects,
    effect: worst([...objects, ...rejected].map(({ effect }) => effect)),
    rejected,
    handovers: outcomes.flatMap(({ handover }) => handover ?? []),
    forceConflicts: outcomes.some(({ force }) => force),
    namespaceExists,
    manifest,
  };
}

/** Whether anything in the cluster would change, be it only a label. */
export function changesAnything({ objects, rejected }: ReleasePlan): boolean {
  return rejected.length > 0 || objects.some(({ action }) => action !== 'none');
}

interface Outcome {
  readonly change: ObjectChange;
  readonly rejection?: Rejection;
  readonly handover?: Handover;
  readonly force?: boolean;
}

async function planObject(
  { cluster, release, namespace, previous }: PlanOptions,
  rendered: KubernetesObject,
  before: KubernetesObject | undefined,
): Promise<Outcome> {
  const sent = withHelmMarks(rendered, release, namespace);
  const same = unchanged(rendered);
  try {
    const path = await cluster.pathOf(rendered, namespace);
    const live = await cluster.tryGet(path);
    if (live !== undefined) requireOwnership(live, { release, namespace }, before !== undefined);
    // The same as before, and there: that need not be tried.
    if (
      before !== undefined &&
      sameJson(before, rendered) &&
      contains(live as unknown as Json, sent as unknown as Json)
    )
      return { change: same };
    const { result: merged, conflicts } = await dryRun(cluster, path, sent, live !== undefined);
    if (live === undefined) return { change: { ...same, ...createdAs(merged) } };

    const cleared =
      before === undefined || previous?.serverSide === true ? merged : withoutRemoved(merged, before, rendered);
    const handover = handoverOf(live, before, rendered);
    const result = handover === undefined ? cleared : withReplicas(cleared, handover.replicas);
    const fields = fieldChanges(live, result);
    const action = fields.length === 0 ? 'none' : 'change';
    const change: ObjectChange = {
      ...same,
      action,
      effect: effectOf(live, result, fields),
      fields,
      taken: conflicts.filter(({ manager }) => !isHelm(manager) && manager !== FIELD_MANAGER),
      restarts: fields.some(({ path }) => isPodTemplate(path, live.kind)) ? podsOf(result) : 0,
    };
    // Helm 4 takes over what Helm 3 has set, but not what it has set beside Helm 4.
    const force = conflicts.some(({ manager }) => !isHelm(manager) || previous?.serverSide === true);
    return { change, force, ...(handover === undefined ? {} : { handover }) };
  } catch (error) {
    return { change: same, rejection: await rejectionOf(rendered, error, cluster, namespace) };
  }
}

/** This program's own name among those that set fields. */
export const FIELD_MANAGER = OURS;

/** Tries it without force first, to be told whose fields it would take. */
async function dryRun(cluster: Cluster, path: string, body: KubernetesObject, exists: boolean) {
  const query = { dryRun: 'All', fieldManager: 'helm' };
  const patch = (force: boolean) => cluster.patch(path, body, 'apply', { ...query, force });
  if (!exists) return { result: await patch(true), conflicts: [] };
  try {
    return { result: await patch(false), conflicts: [] };
  } catch (error) {
    const conflicts = takenFields(error);
    if (conflicts === undefined) throw error;
    return { result: await patch(true), conflicts };
  }
}

async function planRemoval(
  { cluster, release, namespace }: PlanOptions,
  object: KubernetesObject,
): Promise<ObjectChange | undefined> {
  const live = await cluster.tryGet(await cluster.pathOf(object, namespace)).catch((error: unknown) => {
    // A kind that the cluster has forgotten has no objects.
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
  if (live === undefined) return undefined;
  requireOwnership(live, { release, namespace }, true);
  const kept = [object, live].some(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] === 'keep');
  if (kept) return undefined;
  return { ...unchanged(object), action: 'remove', effect: effectOf(live, undefined, []) };
}

function unchanged(object: KubernetesObject): ObjectChange {
  return { object: objectName(object), action: 'none', effect: 'NO_CHANGE', fields: [], taken: [], restarts: 0 };
}

function created(object: KubernetesObject): Outcome {
  return { change: { ...unchanged(object), ...createdAs(object) } };
}

function createdAs(object: KubernetesObject): Pick<ObjectChange, 'action' | 'effect'> {
  return { action: 'create', effect: effectOf(undefined, object, []) };
}

/**
 * When a release stops setting the number of pods, the API server would make it 1, until the autoscaler has had its
 * next look.
 */
function handoverOf(
  live: KubernetesObject,
  before: KubernetesObject | undefined,
  rendered: KubernetesObject,
): Handover | undefined {
  const replicas = replicasOf(live);
  const isGivenUp = before !== undefined && replicasOf(before) !== undefined && replicasOf(rendered) === undefined;
  return isGivenUp && replicas !== undefined && replicas > 1 ? { object: live, replicas } : undefined;
}

function withReplicas(object: KubernetesObject, replicas: number): KubernetesObject {
  return { ...object, spec: { ...(object.spec as JsonObject), replicas } };
}

function podsOf(object: KubernetesObject): number {
  const { desiredNumberScheduled = 0 } = (object.status ?? {}) as { desiredNumberScheduled?: number };
  return replicasOf(object) ?? desiredNumberScheduled;
}

async function hasNamespace(cluster: Cluster, namespace: string): Promise<boolean> {
  try {
    return (await cluster.tryGet(`/api/v1/namespaces/${namespace}`)) !== undefined;
  } catch (error) {
    // Who may work in a namespace need not be allowed to look at it.
    if (error instanceof ApiError && error.status === 403) return true;
    throw error;
  }
}
