import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../chart/json.ts';
import { BACKEND, FRONTEND } from '../../constructs/labels.ts';
import type { KubernetesObject } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import { isReady } from '../diagnosis/facts.ts';
import type { Condition, Deployment } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { Gate, GateWork } from './gate.ts';
import type { LiveRelease } from './live-release.ts';
import { keepLoad, loadOn } from './load-streams.ts';

const PODS = 3;
const MOST = 5;
const UP = 120;
const DOWN = 300;
/** Seconds that the number of pods is watched. */
const STAYS = { full: 60, quick: 20 };
/** Seconds for the first metrics: the HPA has some after one to three minutes. */
const METRICS = 300;
/** Seconds of low load after which pods are taken away. */
const WINDOW = 15;
/**
 * Requests a second, each of which costs a pod about 0.7 ms of CPU on a fast machine: three times what three pods may use
 * until there are to be more, where they ask for the presets' 100m. A pod without requests uses 7 % of that.
 */
const RATE = { new: 60, kept: 260 };
const CPU_TARGET = 25;
/** Seconds until there are as many pods as are wanted. */
const REACHES = 60;

/** Asks for three pods and then for more by load, and looks what comes of it. */
export const scalingGate: Gate = {
  number: 5,
  name: 'Scaling',
  limit: `replicaCount=${PODS} gives ${PODS}, and stays; the HPA scales up in ${UP} s, and down again`,
  isDisruptive: true,
  async run(work) {
    const { release, record, quick, tell } = work;
    tell(`upgrading to replicaCount=${PODS}`);
    const { values } = release;
    const wasScaled = values.backend.autoscaling.enabled;
    const three = { backend: fixed(values.backend), frontend: fixed(values.frontend) };
    if (!wasScaled) {
      await release.change(three, `replicaCount=${PODS}`);
      await stays(work, quick ? STAYS.quick : STAYS.full);
    }
    const seconds = wasScaled && !quick ? STAYS.full : STAYS.quick;
    const { backend } = three;
    const scaled = { ...backend, autoscaling: { ...backend.autoscaling, ...scaling(values.backend.autoscaling) } };
    await release.change({ ...three, backend: scaled }, `replicaCount=${PODS} with autoscaling`);
    await stays(work, seconds);
    tell('waiting for metrics of every pod');
    const metrics = await hasMetrics(work);
    const { up, down, most } = await scalesByLoad(work);
    record.figure({ name: 'most pods under load', value: most, unit: 'pods' });
    return `${PODS} pods stay, metrics after ${metrics.toFixed(0)} s, up to ${most} in ${up.toFixed(0)} s, down in ${down.toFixed(0)} s`;
  },
};

function fixed({ autoscaling }: LiveRelease['values']['backend']) {
  return {
    replicaCount: PODS,
    autoscaling: { minReplicas: null, maxReplicas: Math.max(autoscaling.maxReplicas, PODS) },
  };
}

function scaling({
  maxReplicas,
  targetCPUUtilizationPercentage,
}: LiveRelease['values']['backend']['autoscaling']): JsonObject {
  return {
    enabled: true,
    maxReplicas: Math.max(maxReplicas, MOST),
    targetCPUUtilizationPercentage: Math.min(targetCPUUtilizationPercentage, CPU_TARGET),
    targetMemoryUtilizationPercentage: null,
    scaleUpStabilizationSeconds: 0,
    scaleDownStabilizationSeconds: WINDOW,
  };
}

async function stays({ release, record, signal, tell }: GateWork, seconds: number): Promise<void> {
  // An autoscaler takes a round or two until it has seen its new minimum.
  const reached = await until(signal, REACHES, async () => {
    const all = await Promise.all([BACKEND, FRONTEND].map((each) => podsOf(release, each.name, each.component)));
    return all.every(({ wanted, ready }) => wanted === PODS && ready === PODS);
  });
  record.figure({ name: `${PODS} pods ready`, value: reached, unit: 's', limit: REACHES });
  tell(`watching the number of pods for ${seconds} s`);
  const told = new Set<string>();
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    for (const { name, component } of [BACKEND, FRONTEND]) {
      const { wanted, ready } = await podsOf(release, name, component);
      const line = `${name} has ${ready} ready pods of ${wanted}, expected ${PODS}`;
      if ((wanted !== PODS || ready !== PODS) && !told.has(line)) record.problem(line);
      told.add(line);
    }
    await sleep(1000, undefined, { signal });
  }
}

async function podsOf(release: LiveRelease, name: string, component: string) {
  const { spec } = await release.cluster.get<Deployment>(`${pathOfList('deployments', release.namespace)}/${name}`);
  const pods = await release.pods(component);
  return { wanted: spec.replicas ?? 1, ready: pods.filter(isReady).length };
}

async function hasMetrics({ release, signal }: GateWork): Promise<number> {
  const { cluster, namespace } = release;
  const started = performance.now();
  while (true) {
    const seconds = (performance.now() - started) / 1000;
    const autoscaler = await cluster.get<Autoscaler>(
      `${pathOfList('horizontalPodAutoscalers', namespace)}/${BACKEND.name}`,
    );
    const { conditions = [], currentMetrics = [] } = autoscaler.status ?? {};
    const active = conditions.find(({ type }) => type === 'ScalingActive');
    const isMeasured = currentMetrics.some(({ resource }) => resource?.current?.averageUtilization !== undefined);
    const pods = await release.pods(BACKEND.component);
    const rows = await cluster
      .list(`/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`)
      .catch(() => [] as KubernetesObject[]);
    const measured = new Set(rows.map(({ metadata }) => metadata.name));
    if (active?.status === 'True' && isMeasured && pods.every(({ metadata }) => measured.has(metadata.name)))
      return seconds;
    if (seconds > METRICS)
      throw new CommandError(
        `the autoscaler has no metrics after ${METRICS} s: ${active?.message ?? 'it says nothing'}; is metrics-server there?`,
      );
    await sleep(1000, undefined, { signal });
  }
}

async function scalesByLoad(work: GateWork) {
  const { release, record, signal, tell } = work;
  const { port } = release.values.backend.service;
  const url = `http://${BACKEND.name}:${port}${release.values.backend.readinessProbe.path}`;
  const streams = (['new', 'kept'] as const).map((connections) => ({
    target: 'backend',
    url,
    connections,
    rate: RATE[connections],
    // What matters here is how busy the pods are.
    timeoutMs: 10_000,
  }));
  tell(`${RATE.new + RATE.kept} requests a second`);
  const load = await loadOn(work, { name: 'scaling', streams });
  const count = async () => (await podsOf(release, BACKEND.name, BACKEND.component)).ready;
  load.phase('load');
  let most = 0;
  const up = await until(signal, UP, async () => {
    most = Math.max(most, await count());
    return most > PODS;
  });
  record.figure({ name: 'scaled up', value: up, unit: 's', limit: UP });
  const report = await load.stop();
  keepLoad(record, report);
  record.require(most > PODS, `under load there are ${most} pods after ${UP} s, expected more than ${PODS}`);
  tell('waiting until the pods are fewer again');
  let last = 0;
  const down = await until(signal, DOWN, async () => {
    const { wanted, ready } = await podsOf(release, BACKEND.name, BACKEND.component);
    last = ready;
    most = Math.max(most, ready);
    return wanted === PODS && ready === PODS;
  });
  record.figure({ name: 'scaled down', value: down, unit: 's', limit: DOWN });
  record.require(last === PODS, `without load there are ${last} pods after ${DOWN} s, expected ${PODS}`);
  return { up, down, most };
}

/** @returns seconds until it is so, or until the time is over */
async function until(signal: AbortSignal, within: number, isSo: () => Promise<boolean>): Promise<number> {
  const started = performance.now();
  while (true) {
    const isOver = await isSo();
    const seconds = (performance.now() - started) / 1000;
    if (isOver || seconds > within) return seconds;
    await sleep(500, undefined, { signal });
  }
}

interface Autoscaler extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly currentMetrics?: readonly {
      readonly resource?: { readonly current?: { readonly averageUtilization?: number } };
    }[];
  };
}
