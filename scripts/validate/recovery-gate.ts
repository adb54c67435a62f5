import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND, type Component, DATABASE, FRONTEND } from '../../constructs/labels.ts';
import { type Access, findAddress, healthPath } from '../apply/access.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { isReady } from '../diagnosis/facts.ts';
import type { Pod } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { Gate, GateWork } from './gate.ts';
import { KeptTodo } from './kept-todo.ts';
import { Killer } from './kill-container.ts';
import { failureText, verdict } from './load/verdict.ts';
import { keepLoad, loadOn, streamsOf } from './load-streams.ts';

const WITHIN = 90;
const AIM = 12;
/** A second, of each kind of request. */
const RATE = 10;
/** Seconds without a failure before and after each disruption. */
const SETTLED = { full: 5, quick: 2 };

/** Failures that the evidence quotes. */
const SHOWN = 10;

/** What is done to a pod. A SIGKILL comes first, so that the next one takes the pod away that has restarted. */
const DISRUPTIONS = ['killed', 'deleted', 'evicted'] as const;
type Disruption = (typeof DISRUPTIONS)[number];

/** Takes pods away, one after the other, under load. */
export const recoveryGate: Gate = {
  number: 6,
  name: 'Recovery',
  limit: `pods back in ${WITHIN} s (aim: ${AIM} s); 0 requests lost where 2 run and one is deleted or evicted; data kept`,
  isDisruptive: true,
  async run(work) {
    const { release, record, quick, signal, tell, defer } = work;
    const access = await addressOf(work);
    const todo = await KeptTodo.write(access.address!.url);
    const [frontend] = await release.pods(FRONTEND.component);
    const image = frontend!.spec.containers.find(({ name }) => name === FRONTEND.component)!.image;
    const killer = await Killer.open({ context: release.cluster.context, image, signal });
    defer(() => killer.close());

    const load = await loadOn(work, { name: 'recovery', streams: streamsOf(release, RATE) });
    const calm = quick ? SETTLED.quick : SETTLED.full;
    await load.settled(calm);
    const judged: string[] = [];
    const slowest: number[] = [];
    // The database comes last: its failures are many, and a report has room for the first ones.
    for (const component of [BACKEND, FRONTEND, ...(release.values.database.enabled ? [DATABASE] : [])]) {
      for (const disruption of DISRUPTIONS) {
        const label = `${component.component} ${disruption}`;
        tell(label);
        load.phase(label);
        const { seconds, pods } = await disrupt(work, killer, component, disruption);
        record.figure({ name: `${label}: ready again`, value: seconds, unit: 's', limit: WITHIN });
        slowest.push(seconds);
        if (component !== DATABASE && disruption !== 'killed' && pods >= 2) judged.push(label);
        await load.settled(calm, { within: WITHIN });
      }
    }
    const report = await load.stop();
    keepLoad(record, report);
    if (!release.values.database.enabled) record.evidence('the database is elsewhere: no pod of it was taken away');
    record.require(await isKept(work, access, todo), 'the todo that was written before is gone: the data was not kept');
    await access.close();

    const lost = judged.length === 0 ? undefined : verdict(report, judged);
    if (lost !== undefined)
      record.require(
        lost.failed === 0,
        lost.text,
        ...report.failures
          .filter(({ phase }) => judged.includes(phase))
          .slice(0, SHOWN)
          .map(failureText),
      );
    for (const { label } of report.phases.slice(1)) {
      const { failed } = verdict(report, [label]);
      record.figure({ name: `${label}: requests lost`, value: failed, unit: 'requests' });
    }
    const lostOf = judged.length === 0 ? '' : `, ${lost!.failed} requests lost where another pod ran`;
    return `${slowest.length} pods taken away, ready again in ${Math.max(...slowest).toFixed(1)} s at most${lostOf}, data kept`;
  },
};

async function addressOf({ release, minikube, signal, defer }: GateWork): Promise<Access> {
  const { cluster, namespace, values } = release;
  const access = await findAddress({
    cluster,
    namespace,
    healthPath: healthPath(values),
    minikube,
    open: true,
    signal,
  });
  defer(() => access.close());
  if (access.address === undefined)
    throw new CommandError('no address of the application answers', {
      details: access.tried.map(({ url, answer }) => `${url}: ${answer}`),
    });
  return access;
}

/** Pods were taken away: a tunnel has ended with its own, and an address may need a moment. */
async function isKept(work: GateWork, access: Access, todo: KeptTodo): Promise<boolean> {
  if (access.isTunnel) {
    await access.close();
    return todo.isThere((await addressOf(work)).address!.url);
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await todo.isThere();
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(1000);
    }
  }
}

/** @returns after how many seconds as many pods are ready as before, and how many those are */
async function disrupt(
  { release, signal }: GateWork,
  killer: Killer,
  { component }: Component,
  disruption: Disruption,
): Promise<{ seconds: number; pods: number }> {
  const before = await readyPods(release, component);
  const restarts = (pod: Pod) => (pod.status.containerStatuses ?? []).reduce((sum, each) => sum + each.restartCount, 0);
  // The one that was killed last.
  const [victim] = before.toSorted((a, b) => restarts(b) - restarts(a));
  if (victim === undefined) throw new CommandError(`there is no ready pod of the ${component}`);
  const { name, uid } = victim.metadata;
  const path = `${pathOfList('pods', release.namespace)}/${name}`;
  // A kill counts from when its pod was asked for: a second too many.
  const started = performance.now();
  if (disruption === 'killed') await killer.kill(victim, containerOf(victim));
  if (disruption === 'deleted') await release.cluster.delete(path);
  if (disruption === 'evicted') await evict(release.cluster, path, name, signal);
  while (true) {
    const all = await release.pods(component);
    const now = all.filter(isReady);
    const same = all.find((pod) => pod.metadata.uid === uid);
    // One that was killed starts again, where no autoscaler takes it away meanwhile: that takes the unready ones first.
    const isBack =
      same === undefined || (disruption === 'killed' && restarts(same) > restarts(victim) && isReady(same));
    const seconds = (performance.now() - started) / 1000;
    // An autoscaler may want fewer by now.
    const wanted = Math.min(before.length, await wantedPods(release, component));
    if (isBack && now.length >= wanted) return { seconds, pods: before.length };
    if (seconds > 2 * WITHIN)
      throw new CommandError(
        `${name} was ${disruption}, and after ${2 * WITHIN} s ${now.length} of ${wanted} pods of the ${component} are ready`,
      );
    await sleep(100, undefined, { signal });
  }
}

/** As a node that is drained asks for it. */
async function evict(
  cluster: GateWork['release']['cluster'],
  path: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
  for (const end = Date.now() + WITHIN * 1000; ; ) {
    try {
      await cluster.post(`${path}/eviction`, eviction);
      return;
    } catch (error) {
      // Its PodDisruptionBudget allows none at this moment.
      if (!(error instanceof ApiError && error.status === 429)) throw error;
      if (Date.now() > end) throw new CommandError(`pod ${name} may not be evicted: ${error.message}`);
      await sleep(500, undefined, { signal });
    }
  }
}

async function wantedPods(release: GateWork['release'], component: string): Promise<number> {
  return (await release.workloads(component)).reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
}

async function readyPods(release: GateWork['release'], component: string): Promise<Pod[]> {
  return (await release.pods(component)).filter(isReady);
}

function containerOf({ spec }: Pod): string {
  return spec.containers[0]!.name;
}
