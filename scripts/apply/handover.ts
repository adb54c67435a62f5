import type { Json } from '../../chart/json.ts';
import { yamlDocuments } from '../../chart/yaml-writer.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { encodeRecord, type ReleaseRecord, type Revision, revisionPath } from '../helm-release.ts';
import type { ReleaseTarget } from './release.ts';
import { FIELD_MANAGER, type Handover, type ReleasePlan } from './release-plan.ts';
import { objectKey, objectName, renderedObjects, replicasOf } from './rendered-objects.ts';

/**
 * Keeps the number of pods where a release stops setting it, which an autoscaler takes over some seconds later. Without
 * this the API server makes it 1, and all pods but one are gone.
 *
 * @param current what Helm takes for what is there
 * @param last the newest revision
 * @returns the newest revision afterwards
 */
export async function handOver(
  { cluster, helm, release, namespace }: ReleaseTarget,
  { handovers }: ReleasePlan,
  current: Revision | undefined,
  last: number,
): Promise<number> {
  if (handovers.length === 0 || current === undefined) return last;
  const { major } = await helm.version();
  if (major === 3) return leaveReplicas(cluster, namespace, release, handovers, current, last);
  for (const handover of handovers) await ownReplicas(cluster, namespace, handover);
  return last;
}

const IN_BETWEEN = 'Leaves the number of pods to the autoscaler: ';

/** Whether a revision was made here, and not by Helm: its manifest is not quite what its chart renders. */
export function isInBetween({ description }: Pick<Revision, 'description'>): boolean {
  return description.startsWith(IN_BETWEEN);
}

/** Helm 4: a field that has two owners stays when one of them gives it up. */
async function ownReplicas(cluster: Cluster, namespace: string, { object, replicas }: Handover): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const body = { apiVersion, kind, metadata: { name: metadata.name }, spec: { replicas } };
  const query = { fieldManager: FIELD_MANAGER, force: true };
  await cluster.patch(await cluster.pathOf(object, namespace), body, 'apply', query);
}

/**
 * Helm 3 removes by itself what the last revision has and the new one has not, whoever owns it. So it gets a revision
 * in between that has not got it either, and is otherwise the same.
 */
async function leaveReplicas(
  cluster: Cluster,
  namespace: string,
  release: string,
  handovers: readonly Handover[],
  { record, revision }: Revision,
  last: number,
): Promise<number> {
  const now = new Date().toISOString();
  const names = handovers.map(({ object }) => objectName(object)).join(', ');
  const description = `${IN_BETWEEN}${names}`;
  const next: ReleaseRecord = {
    ...record,
    version: last + 1,
    manifest: withoutReplicas(record.manifest, new Set(handovers.map(({ object }) => objectKey(bare(object))))),
    info: { ...record.info, status: 'deployed', last_deployed: now, description },
  };
  await cluster.post(collection(namespace), await stored(next));
  const superseded = { ...record, info: { ...record.info, status: 'superseded' } };
  const patch = { metadata: { labels: { status: 'superseded' } }, data: { release: await encodeRecord(superseded) } };
  await cluster.patch(revisionPath(namespace, release, revision), patch, 'merge');
  return last + 1;
}

async function stored(record: ReleaseRecord): Promise<object> {
  const { name, version, info } = record;
  const createdAt = String(Math.floor(Date.now() / 1000));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      labels: { name, owner: 'helm', status: info.status, version: String(version), createdAt },
    },
    data: { release: await encodeRecord(record) },
  };
}

/** All other documents stay as they are written. */
function withoutReplicas(manifest: string, keys: ReadonlySet<string>): string {
  return manifest
    .split(/^(?=---)/m)
    .map((text) => {
      const [object] = renderedObjects(text);
      if (object === undefined || !keys.has(objectKey(object))) return text;
      const { replicas, ...spec } = object.spec as { replicas?: Json };
      return `---\n${yamlDocuments([{ ...object, spec } as unknown as Json]).replace(/^---\n/, '')}`;
    })
    .join('');
}

/** As in a manifest, without its namespace. */
function bare({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: { name: metadata.name } };
}

function collection(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

/**
 * Sets the number of pods once more where an autoscaler was removed: it may have had its last word after Helm has set
 * the number and before it was gone.
 */
export async function settleReplicas(cluster: Cluster, { objects, manifest, namespace }: ReleasePlan): Promise<void> {
  const isGone = objects.some(
    ({ object, action }) => action === 'remove' && object.startsWith('HorizontalPodAutoscaler '),
  );
  if (!isGone) return;
  for (const object of renderedObjects(manifest)) {
    const replicas = replicasOf(object);
    if (replicas === undefined) continue;
    const path = await cluster.pathOf(object, namespace);
    if (replicasOf(await cluster.get(path)) === replicas) continue;
    await cluster.patch(`${path}/scale`, { spec: { replicas } }, 'merge', { fieldManager: FIELD_MANAGER });
  }
}
