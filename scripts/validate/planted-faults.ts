import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, type JsonObject } from '../../chart/json.ts';
import type { Cluster } from '../cluster.ts';
import { diagnoseRelease } from '../diagnosis/diagnose-release.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { partsOf } from '../diagnosis/image-fixes.ts';
import type { Deployment } from '../diagnosis/objects.ts';
import { type CopyOptions, ReleaseCopy } from './release-copy.ts';

export interface PlantedFaultsOptions extends CopyOptions {
  /** Seconds for the diagnosis to name a fault, each. @default 90 */
  readonly namedWithin?: number;
  /** Called with what is being done. */
  readonly tell?: (line: string) => void;
}

/** What became of one fault. */
export interface PlantedFault {
  /** As `wrong image`. */
  readonly fault: string;
  /** Whether the diagnosis has put it first, with the right cause and the right fix. */
  readonly named: boolean;
  /** From the upgrade that has planted it until it was named, or until the time was over. */
  readonly seconds: number;
  /** What it says; where it has not named the fault, what it said first at the end. */
  readonly finding?: Finding;
  /** In words: code, object, cause and fix that are right. */
  readonly expected: string;
}

const NAMED_WITHIN = 90;
/** Milliseconds between two looks. */
const PAUSE = 1000;
/** Node does not start with it, and the runtime can still begin the container. */
const TOO_LITTLE = { limit: '32Mi', request: '16Mi' };

/**
 * Plants three faults one after another in a copy of a release, and looks whether the diagnosis names each of them. The
 * copy and its namespace are removed in any case.
 *
 * @throws CommandError where there is no copy to plant them in; the signal's reason
 */
export async function plantedFaults(cluster: Cluster, options: PlantedFaultsOptions): Promise<PlantedFault[]> {
  const { tell = () => {}, namedWithin = NAMED_WITHIN, signal } = options;
  tell(`installing a copy of ${options.release}`);
  const copy = await ReleaseCopy.open(cluster, options);
  try {
    const results: PlantedFault[] = [];
    for (const fault of [await wrongImage(copy), await wrongSecretKey(copy), await lowMemory(copy)]) {
      tell(`planting: ${fault.name}`);
      await copy.upgrade(fault.values);
      const result = await lookFor(fault, copy, namedWithin, signal);
      tell(`${fault.name}: ${result.named ? 'named' : 'not named'} after ${result.seconds.toFixed(1)} s`);
      results.push(result);
    }
    return results;
  } finally {
    await copy.close();
  }
}

interface Fault {
  readonly name: string;
  readonly values: JsonObject;
  readonly codes: readonly string[];
  /** Of the container that it is in. */
  readonly workload: string;
  readonly container: string;
  /** What the cause has to say. */
  readonly cause: readonly string[];
  /** What a line of the fix has to say. */
  readonly fix: string;
}

async function lookFor(
  fault: Fault,
  { cluster, namespace, release }: ReleaseCopy,
  namedWithin: number,
  signal: AbortSignal,
): Promise<PlantedFault> {
  const begun = performance.now();
  const { name, codes, workload, container, cause, fix } = fault;
  const expected = `${codes.join(' or ')} at ${workload} container ${container}, the cause naming ${cause.join(' and ')}, a fix with ${fix}`;
  while (true) {
    const [first] = await diagnoseRelease(cluster, { namespace, release });
    const seconds = (performance.now() - begun) / 1000;
    const named = first !== undefined && isNamed(first, fault);
    if (named || seconds >= namedWithin)
      return { fault: name, named, seconds, ...(first === undefined ? {} : { finding: first }), expected };
    await sleep(PAUSE, undefined, { signal });
  }
}

/** Whether it is the fault, and its remedy is one. */
export function isNamed(
  finding: Pick<Finding, 'code' | 'subject' | 'blocks' | 'cause' | 'fix'>,
  { codes, workload, container, cause, fix }: Pick<Fault, 'codes' | 'workload' | 'container' | 'cause' | 'fix'>,
): boolean {
  return (
    codes.includes(finding.code) &&
    finding.subject.includes(`container ${container}`) &&
    finding.blocks.includes(workload) &&
    cause.every((part) => finding.cause.includes(part)) &&
    finding.fix.some((line) => line.includes(fix))
  );
}

/** A tag that nobody has built. The right one is what ran before. */
async function wrongImage(copy: ReleaseCopy): Promise<Fault> {
  const { name, image } = await workloadOf(copy, 'backend');
  const { tag, digest } = partsOf(image);
  const planted = `never-built-${randomBytes(4).toString('hex')}`;
  return {
    name: 'wrong image',
    values: { backend: { image: { tag: planted, digest: null } } },
    codes: ['ErrImageNeverPull', 'ErrImagePull', 'ImagePullBackOff'],
    workload: name,
    container: 'backend',
    cause: [planted],
    fix: digest === undefined ? `backend.image.tag=${tag}` : `backend.image.digest=${digest}`,
  };
}

/** A slip in the name of a key. The right one is in the Secret. */
async function wrongSecretKey(copy: ReleaseCopy): Promise<Fault> {
  const { name } = await workloadOf(copy, 'backend');
  const { existingSecret, name: ownSecret } = objectAt(copy.values, 'secret');
  const secret = String(existingSecret ?? ownSecret);
  const path = `/api/v1/namespaces/${copy.namespace}/secrets/${secret}`;
  const { data = {} } = await copy.cluster.get<{ data?: Readonly<Record<string, string>> }>(path);
  const keys = Object.keys(data).sort();
  const right = keys.find((key) => key === 'DATABASE_URL') ?? keys.at(0) ?? 'DATABASE_URL';
  const wrong = `${right}S`;
  const variable = { name: 'PLANTED_KEY', valueFrom: { secretKeyRef: { name: secret, key: wrong } } };
  const { extraEnv } = objectAt(copy.values, 'backend');
  return {
    name: 'wrong secret key',
    values: { backend: { extraEnv: [...(Array.isArray(extraEnv) ? extraEnv : []), variable] as Json[] } },
    codes: ['CreateContainerConfigError'],
    workload: name,
    container: 'backend',
    cause: [`'${secret}'`, `'${wrong}'`],
    fix: `name ${right}, which it has`,
  };
}

/** Less than the process needs to start. The right limit is what it had before. */
async function lowMemory(copy: ReleaseCopy): Promise<Fault> {
  const { name, limit } = await workloadOf(copy, 'frontend');
  const { limit: planted, request } = TOO_LITTLE;
  return {
    name: 'memory limit too low',
    values: { frontend: { resources: { limits: { memory: planted }, requests: { memory: request } } } },
    codes: ['OOMKilled'],
    workload: name,
    container: 'frontend',
    cause: [`limit of ${planted}`],
    fix: `frontend.resources.limits.memory=${limit ?? ''}`,
  };
}

/** The Deployment with a container of that name, as it is before a fault. */
async function workloadOf({ cluster, namespace }: ReleaseCopy, container: string) {
  const deployments = await cluster.list<Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  for (const { metadata, spec } of deployments) {
    const found = spec.template.spec.containers.find((each) => each.name === container);
    if (found !== undefined)
      return { name: `Deployment/${metadata.name}`, image: found.image, limit: found.resources?.limits?.memory };
  }
  throw new Error(`no Deployment of the copy has a container '${container}'`);
}

function objectAt(values: JsonObject, key: string): JsonObject {
  const value = values[key];
  return isObject(value) ? value : {};
}
