import type { FieldChange } from '../apply/field-changes.ts';
import { planRelease } from '../apply/release-plan.ts';
import { renderedObjects } from '../apply/rendered-objects.ts';
import { isReady } from '../diagnosis/facts.ts';
import type { Event, Pod } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { Gate, GateWork } from './gate.ts';
import { READY_WITHIN, untilSettled } from './settled.ts';
import { isExplained } from './start-up-events.ts';

/** Seconds after which a pod that gets ready was ready before: a rollout would have failed long since. */
const READY_AGAIN = 300;

/** Looks whether the cluster has what the release says, and how it got there. */
export const deployGate: Gate = {
  number: 2,
  name: 'Deploy',
  limit: `deployed, no drift, no unexplained warning; pods ready ${READY_WITHIN} s`,
  isDisruptive: false,
  async run({ release, record, signal, tell }) {
    await untilSettled(release, signal);
    tell('comparing every object with the release');
    const objects = await requireNoDrift({ release, record });
    const pods = await release.pods();
    await requirePods({ release, record });
    readyTimes(pods, record);
    const warnings = await requireNoWarnings({ release, record }, pods);
    return `${objects} objects as rendered, ${pods.length} pods, ${warnings} warnings of start-up`;
  },
};

async function requireNoDrift({ release, record }: Pick<GateWork, 'release' | 'record'>): Promise<number> {
  const { cluster, namespace, name, original } = release;
  const { revision, status, chart, manifest } = original;
  record.evidence(`revision ${revision} of ${chart.name} ${chart.version} is ${status}`);
  const { objects, rejected } = await planRelease({ cluster, release: name, namespace, manifest, previous: original });
  for (const { object, message } of rejected) record.problem(`${object} would be refused: ${message}`);
  for (const { object, action, fields } of objects)
    if (action !== 'none') record.problem(`${object} is not as rendered`, ...fields.map(fieldText));
  return objects.length;
}

function fieldText({ path, secret, ...change }: FieldChange): string {
  if (secret) return `${path}: differs`;
  return `${path}: is ${JSON.stringify(change.old) ?? 'not there'}, rendered ${JSON.stringify(change.new) ?? 'nothing'}`;
}

/** As many as are wanted, of the newest template, and ready. */
async function requirePods({ release, record }: Pick<GateWork, 'release' | 'record'>): Promise<void> {
  for (const { metadata, spec, status } of await release.workloads()) {
    const { generation = 0, name } = metadata;
    const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
    const wanted = spec.replicas ?? 1;
    record.require(observedGeneration >= generation, `${name}: its last change is not taken up yet`);
    record.require(updatedReplicas === wanted, `${name}: ${updatedReplicas} of ${wanted} pods are of its last change`);
    record.require(readyReplicas === wanted, `${name}: ${readyReplicas} of ${wanted} pods are ready`);
  }
}

function readyTimes(pods: readonly Pod[], record: GateWork['record']): void {
  const times = pods.flatMap((pod) => {
    const { name, creationTimestamp } = pod.metadata;
    if (!record.require(isReady(pod), `pod ${name} is not ready`)) return [];
    const at = pod.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
    const seconds = (Date.parse(at ?? '') - Date.parse(creationTimestamp ?? '')) / 1000;
    if (seconds <= READY_AGAIN) return [seconds];
    record.evidence(`pod ${name} was not ready for a while, until ${at}`);
    return [];
  });
  if (times.length > 0)
    record.figure({ name: 'slowest pod ready', value: Math.max(...times), unit: 's', limit: READY_WITHIN });
}

/** @returns how many belong to a start */
async function requireNoWarnings(
  { release, record }: Pick<GateWork, 'release' | 'record'>,
  pods: readonly Pod[],
): Promise<number> {
  const { cluster, namespace, original } = release;
  const events = await cluster.list<Event>(pathOfList('events', namespace), { fieldSelector: 'type=Warning' });
  const situation = { pods, deployed: original.updated };
  const own = new Set(renderedObjects(original.manifest).map(({ metadata }) => metadata.name));
  let ours = 0;
  for (const event of events) {
    if (!isOf(event, own)) continue;
    ours++;
    const { involvedObject, reason, message } = event;
    const why = isExplained(event, situation);
    const line = `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`;
    if (why === undefined) record.problem(`warning ${line}`);
    else record.evidence(`${why}: ${line}`);
  }
  return ours;
}

/** Whether a warning is about an object of the release, or about one made for it: a pod, a ReplicaSet, a claim. */
function isOf({ involvedObject: { kind, name } }: Event, own: ReadonlySet<string>): boolean {
  if (own.has(name)) return true;
  if (kind === 'PersistentVolumeClaim') return [...own].some((each) => name.includes(`-${each}-`));
  return /^(Pod|ReplicaSet|EndpointSlice)$/.test(kind) && [...own].some((each) => name.startsWith(`${each}-`));
}
