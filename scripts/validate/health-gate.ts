import { setTimeout as sleep } from 'node:timers/promises';
import { isReady } from '../diagnosis/facts.ts';
import type { Pod } from '../diagnosis/objects.ts';
import { callProbes } from './call-probes.ts';
import type { Gate, GateWork } from './gate.ts';
import { readinessTurns } from './readiness-turns.ts';
import { untilSettled } from './settled.ts';

/** Seconds for which nothing may happen. */
const QUIET = { full: 60, quick: 10 };
const LOOK_EVERY = 1000;

/** Looks whether the pods are well, whether their probes are right, and whether they stay so. */
export const healthGate: Gate = {
  number: 3,
  name: 'Pod health',
  limit: `all ready, 0 restarts, no OOM for ${QUIET.full} s (quick: ${QUIET.quick} s); probes answer; readiness follows the database`,
  isDisruptive: false,
  async run({ release, record, quick, signal, tell }) {
    await untilSettled(release, signal);
    const pods = await release.pods();
    record.require(pods.length > 0, 'there are no pods');
    for (const pod of pods) judge(pod, record);
    tell('calling every probe');
    const probes = await callProbes(release, pods, record, signal);
    const seconds = quick ? QUIET.quick : QUIET.full;
    tell(`watching for ${seconds} s`);
    await requireQuiet({ release, record, signal }, pods, seconds);
    tell("taking the database from a copy of a backend's pod");
    const turns = await readinessTurns(release, record, signal);
    return `${pods.length} pods well for ${seconds} s, ${probes} probes answer, ${turns}`;
  },
};

function judge(pod: Pod, record: GateWork['record']): void {
  const { name } = pod.metadata;
  const { phase, containerStatuses = [] } = pod.status;
  record.require(phase === 'Running', `pod ${name} is ${phase}, expected Running`);
  record.require(isReady(pod), `pod ${name} is not ready`);
  for (const { name: container, restartCount, lastState } of containerStatuses) {
    const { reason, exitCode } = lastState?.terminated ?? {};
    const why = reason === undefined ? '' : `, the last time with ${reason} (exit code ${exitCode})`;
    record.require(
      restartCount === 0,
      `container ${container} of pod ${name} has restarted ${restartCount} times${why}`,
    );
  }
}

async function requireQuiet(
  { release, record, signal }: Pick<GateWork, 'release' | 'record' | 'signal'>,
  before: readonly Pod[],
  seconds: number,
): Promise<void> {
  const restarts = new Map(before.map((pod) => [pod.metadata.uid, restartsOf(pod)]));
  const told = new Set<string>();
  const tellOnce = (line: string) => {
    if (!told.has(line)) record.problem(line);
    told.add(line);
  };
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    await sleep(LOOK_EVERY, undefined, { signal });
    const now = await release.pods();
    const uids = new Set(now.map(({ metadata }) => metadata.uid));
    for (const { metadata } of before)
      if (!uids.has(metadata.uid)) tellOnce(`pod ${metadata.name} has gone away meanwhile`);
    for (const pod of now) {
      const { uid, name } = pod.metadata;
      const known = restarts.get(uid);
      // An autoscaler may add pods.
      if (known === undefined) continue;
      if (restartsOf(pod) > known) tellOnce(`a container of pod ${name} has restarted meanwhile`);
      if (!isReady(pod)) tellOnce(`pod ${name} was not ready for a while`);
    }
  }
}

function restartsOf({ status }: Pod): number {
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
