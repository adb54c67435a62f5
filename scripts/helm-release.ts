import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { JsonObject } from '../chart/json.ts';
import type { Cluster, KubernetesObject } from './cluster.ts';
import { CommandError } from './command-error.ts';

const STATUSES = [
  'deployed',
  'superseded',
  'failed',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
  'uninstalling',
  'uninstalled',
  'unknown',
] as const;

export type RevisionStatus = (typeof STATUSES)[number];

/** One revision of a release, as Helm has recorded it. */
export interface Revision {
  readonly revision: number;
  readonly status: RevisionStatus;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  /** What the user has set over the chart's values. */
  readonly values: JsonObject;
  /** YAML documents of all objects but hooks. */
  readonly manifest: string;
  readonly description: string;
  readonly updated: Date;
  /** Whether the API server has merged its objects, which Helm 3 does by itself. */
  readonly serverSide: boolean;
  /** All of it, as it is stored. */
  readonly record: ReleaseRecord;
}

/** The part of Helm's format that is read here. What is not, is kept. */
export interface ReleaseRecord {
  readonly name: string;
  readonly version: number;
  readonly manifest: string;
  readonly config?: JsonObject | null;
  readonly info: { readonly status: string; readonly description?: string; readonly last_deployed: string };
  readonly chart: ChartRecord;
  readonly apply_method?: string;
}

/** A chart as a release keeps it. File contents are in base64. */
export interface ChartRecord {
  readonly metadata: {
    readonly name: string;
    readonly version: string;
    readonly appVersion?: string;
  };
  readonly templates?: readonly ChartFile[] | null;
  readonly files?: readonly ChartFile[] | null;
  readonly values?: JsonObject | null;
  readonly schema?: string | null;
}

interface ChartFile {
  readonly name: string;
  readonly data: string;
}

const TYPE = 'helm.sh/release.v1';

/**
 * Reads Helm's own record, without Helm.
 *
 * @returns oldest first; none where there is no such release
 * @throws CommandError where Helm is told to keep its record elsewhere
 * @throws ApiError
 */
export async function readRevisions(
  cluster: Pick<Cluster, 'list'>,
  namespace: string,
  release: string,
): Promise<Revision[]> {
  requireSecrets();
  const secrets = await cluster.list<ReleaseSecret>(`/api/v1/namespaces/${namespace}/secrets`, {
    labelSelector: `owner=helm,name=${release}`,
    fieldSelector: `type=${TYPE}`,
  });
  const revisions = await Promise.all(secrets.map(({ data }) => decode(data.release)));
  return revisions.map(revisionOf).sort((a, b) => a.revision - b.revision);
}

/** Whether an operation has begun and not ended, by its revision. */
export function isPending({ status }: Pick<Revision, 'status'>): boolean {
  return status.startsWith('pending-') || status === 'uninstalling';
}

/** The revision whose objects Helm takes for those that are there: it removes what of them is not wanted any more. */
export function currentRevision(revisions: readonly Revision[]): Revision | undefined {
  return revisions.findLast(({ status }) => status === 'deployed') ?? revisions.at(-1);
}

/** Where Helm keeps a revision. */
export function revisionPath(namespace: string, release: string, revision: number): string {
  return `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.${release}.v${revision}`;
}

/** A record as Helm keeps it in a Secret's `data.release`. */
export async function encodeRecord(record: ReleaseRecord): Promise<string> {
  const packed = await promisify(gzip)(JSON.stringify(record));
  return Buffer.from(packed.toString('base64')).toString('base64');
}

interface ReleaseSecret extends KubernetesObject {
  readonly data: { readonly release: string };
}

async function decode(text: string): Promise<ReleaseRecord> {
  const stored = Buffer.from(Buffer.from(text, 'base64').toString(), 'base64');
  const isPacked = stored[0] === 0x1f && stored[1] === 0x8b;
  const json = isPacked ? await promisify(gunzip)(stored) : stored;
  return JSON.parse(json.toString()) as ReleaseRecord;
}

function revisionOf(record: ReleaseRecord): Revision {
  const { version, info, chart, config, manifest, apply_method } = record;
  const { name, version: chartVersion, appVersion = '' } = chart.metadata;
  return {
    revision: version,
    status: STATUSES.find((status) => status === info.status) ?? 'unknown',
    chart: { name, version: chartVersion, appVersion },
    values: config ?? {},
    manifest,
    description: info.description ?? '',
    updated: new Date(info.last_deployed),
    serverSide: apply_method === 'ssa',
    record,
  };
}

function requireSecrets(): void {
  const driver = process.env.HELM_DRIVER ?? '';
  if (!['', 'secret', 'secrets'].includes(driver))
    throw new CommandError(`HELM_DRIVER is '${driver}'; this command reads releases from Secrets only: unset it`);
}
