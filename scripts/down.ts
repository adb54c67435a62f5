import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ExistingTarget, existingTarget } from './apply/existing-target.ts';
import { requireNobodyAtWork } from './apply/pending-release.ts';
import { findRemains, othersIn, type Remains, remainNames } from './apply/remains.ts';
import { objectName } from './apply/rendered-objects.ts';
import { runSteps, type Step, type StepRecord } from './apply/run-steps.ts';
import { done, type StepResult, skipped, type Tell } from './apply/step.ts';
import { AUDIT_LOG, AuditLog, currentActor } from './audit-log.ts';
import type { Cluster, KubernetesObject } from './cluster.ts';
import { ApiError, clusterFailure } from './cluster-failure.ts';
import { confirm } from './confirm.ts';
import { Helm } from './helm.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type Installation, installation } from './installation.ts';
import { Lease } from './lease.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run down -- [options]

Removes what 'npm run apply' has made: the release, what 'helm test' has left
and the Lease. The Secret, the database's volume and the images stay, unless:

  --data             removes these, too, and the namespace if apply has made it
                     and nothing else is in it
${INSTALLATION_USAGE}
  --yes              do not ask before data goes, or in a cluster that is no
                     Minikube
  --json             for machines
  --help             this text

Exits with 0 when nothing is left of it, 1 when it cannot be done, 2 for wrong
usage, 130 after Ctrl-C.`;

export interface DownOptions extends Installation {
  readonly target: ExistingTarget;
  readonly data: boolean;
  readonly yes: boolean;
  /** Nothing is printed for people. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** @default - the repository's */
  readonly auditLog?: string;
  /** Its program's name or path. @default helm */
  readonly helm?: string;
}

/** Milliseconds that pods may take to end and volumes and a namespace to go. */
const PATIENCE = 120_000;

/** Removes a release and what is around it. Where nothing is there, nothing is done. */
export async function down(options: DownOptions): Promise<StepRecord[]> {
  const { target, namespace, release, data, yes, json, signal } = options;
  const { cluster, context } = target;
  const minikube = data ? target.minikube?.command : undefined;
  const remains = await findRemains({ ...options, cluster, minikube });
  if (remains.revision !== undefined) await requireNobodyAtWork({ cluster, release, namespace }, remains.revision, yes);
  const goes = [...remainNames(remains, release), ...(data ? dataNames(remains) : [])];
  const stays = data ? [] : dataNames(remains);
  if (!json) for (const line of summary(options, goes, stays)) console.log(line);
  if (goes.length === 0 && !(data && remains.namespace === 'ours')) return [];
  const isAsked = (data && remains.data.length > 0) || target.minikube === undefined;
  if (isAsked) await confirm(question(options, remains), { yes, signal });

  const audit = new AuditLog(options.auditLog ?? AUDIT_LOG, {
    ...{ actor: currentActor(cluster.user), command: 'down', context, namespace, release },
  });
  const lease =
    remains.namespace === 'none'
      ? undefined
      : await Lease.acquire(cluster, { namespace, release, command: 'down', signal });
  try {
    const work = AbortSignal.any([signal, ...(lease === undefined ? [] : [lease.lost])]);
    const steps = await runSteps(stepsFor(options, remains, lease, work), {
      silent: json,
      redact: (text) => text,
      onStep: ({ name, outcome, seconds, what }) => audit.record(name, outcome, seconds, what),
    });
    return steps;
  } catch (error) {
    await lease?.release();
    throw error;
  }
}

function stepsFor(options: DownOptions, remains: Remains, lease: Lease | undefined, signal: AbortSignal): Step[] {
  const { target, namespace, release, data } = options;
  const { cluster, context, minikube } = target;
  const helm = new Helm({ signal, ...(options.helm === undefined ? {} : { program: options.helm }) });
  const volumes = remains.data.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  return [
    {
      name: 'release',
      run: async () => {
        const was = await helm.uninstall({ release, namespace, context });
        await removeAll(cluster, namespace, remains.leftovers);
        const tests = remains.leftovers.length === 0 ? '' : `, and ${remains.leftovers.map(objectName).join(', ')}`;
        if (!was && tests === '') return skipped(`there is no release ${release}`);
        return done(`${release} uninstalled${tests}`);
      },
    },
    ...(data
      ? [
          {
            name: 'data',
            run: async (tell: Tell) => {
              if (remains.data.length === 0) return skipped('there is none');
              await removeAll(cluster, namespace, remains.data);
              // A new release would wait for a volume that is going.
              await gone(cluster, namespace, volumes, signal, tell);
              return done(`${remains.data.map(objectName).join(', ')} deleted`);
            },
          },
          {
            name: 'images',
            run: async () => {
              if (remains.images.length === 0) return skipped('none were loaded, or others use them');
              for (const image of remains.images) await minikube!.command.removeImage(image);
              return done(`${remains.images.join(', ')} removed from the nodes`);
            },
          },
        ]
      : []),
    {
      name: 'lease',
      run: async () => {
        await lease?.remove();
        return lease === undefined ? skipped('there is none') : done('removed');
      },
    },
    ...(data
      ? [
          {
            name: 'namespace',
            run: (tell: Tell) => removeNamespace(cluster, namespace, remains, signal, tell),
          },
        ]
      : []),
  ];
}

async function removeNamespace(
  cluster: Cluster,
  namespace: string,
  remains: Remains,
  signal: AbortSignal,
  tell: Tell,
): Promise<StepResult> {
  if (remains.namespace === 'none') return skipped(`there is no namespace ${namespace}`);
  if (remains.namespace === 'of others') return skipped(`${namespace} was not made by apply, and stays`);
  const others = await othersIn(cluster, namespace);
  if (others.length > 0) return skipped(`${namespace} stays: there is ${shortened(others)} in it`);
  const object = await cluster.get(`/api/v1/namespaces/${namespace}`);
  await cluster.delete(`/api/v1/namespaces/${namespace}`);
  await gone(cluster, namespace, [object], signal, tell);
  return done(`${namespace} deleted`);
}

async function removeAll(cluster: Cluster, namespace: string, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    try {
      await cluster.delete(await cluster.pathOf(object, namespace));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
}

/** Waits until objects that are being deleted are not there any more. Says what it waits for. */
async function gone(
  cluster: Cluster,
  namespace: string,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (const object of objects) {
    const path = await cluster.pathOf(object, namespace);
    while ((await cluster.tryGet(path)) !== undefined) {
      if (Date.now() > end) return tell(`${objectName(object)} is still being deleted`);
      tell(`${objectName(object)} is being deleted`);
      await sleep(500, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function dataNames({ data, images }: Remains): string[] {
  return [...data.map(objectName), ...images.map((image) => `image ${image}`)];
}

function summary(
  { release, namespace, target }: DownOptions,
  goes: readonly string[],
  stays: readonly string[],
): string[] {
  const where = `${release} in namespace ${namespace} of ${target.context}`;
  return [
    goes.length === 0 ? `nothing to remove: there is nothing of ${where}` : `${where}:`,
    ...goes.map((name) => `  removes  ${name}`),
    ...stays.map((name) => `  keeps    ${name}`),
    ...(stays.length > 0 ? ['           (--data removes this, too)'] : []),
  ];
}

function question({ release, target, data }: DownOptions, remains: Remains): string {
  const what = data && remains.data.length > 0 ? ` with its data: ${remains.data.map(objectName).join(', ')}` : '';
  return `remove ${release} from context ${target.context}${what}`;
}

function shortened(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

async function downCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'down', json: args.includes('--json') }, async ({ signal }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...INSTALLATION_OPTIONS,
        data: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(USAGE);
      return;
    }
    const { context, data, yes, json } = values;
    const which = installation(values);
    try {
      const target = await existingTarget({ context, signal });
      const steps = await down({ ...which, target, data, yes, json, signal });
      if (json) console.log(JSON.stringify({ ok: true, steps }, null, 2));
    } catch (error) {
      throw clusterFailure(`remove ${which.release}`, error);
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await downCommand(process.argv.slice(2));
