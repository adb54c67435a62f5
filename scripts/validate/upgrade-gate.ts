import { mergeFiles } from '../../chart/merge-values.ts';
import { changedConfiguration } from './changed-configuration.ts';
import { changedImages } from './changed-images.ts';
import type { Gate, GateWork } from './gate.ts';
import { failureText, verdict } from './load/verdict.ts';
import { keepLoad, loadOn, streamsOf } from './load-streams.ts';

/** A second, of each kind of request. */
const RATE = 10;
/** Seconds of good answers before and after. */
export const CALM = { full: 10, quick: 3 };

/** Rolls a changed configuration and changed images out under load. */
export const upgradeGate: Gate = {
  number: 7,
  name: 'Upgrade',
  limit: '0 requests lost by a changed configuration and by changed images',
  isDisruptive: true,
  async run(work) {
    const { release, record, quick, tell } = work;
    const images = await changedImages(work);
    const config = changedConfiguration(release.values);
    const calm = quick ? CALM.quick : CALM.full;
    let seconds: [number, number] = [0, 0];
    const measured = await underLoad(work, 'upgrade', calm, async (phase) => {
      tell('changing the configuration');
      phase('changed configuration');
      const first = await rollsOut(work, () => release.change(config, 'a changed configuration'));
      tell('changing the images');
      phase('changed images');
      const second = await rollsOut(work, () => release.change(mergeFiles(config, images), 'changed images'));
      seconds = [first, second];
    });
    record.figure({ name: 'changed configuration: all new pods ready', value: seconds[0], unit: 's' });
    record.figure({ name: 'changed images: all new pods ready', value: seconds[1], unit: 's' });
    return `${measured}; rolled out in ${seconds[0].toFixed(1)} and ${seconds[1].toFixed(1)} s`;
  },
};

/** Does `change` under load, and judges all requests. @returns what came of them, in a few words */
export async function underLoad(
  work: GateWork,
  name: string,
  calm: number,
  change: (phase: (label: string) => void) => Promise<void>,
): Promise<string> {
  const { release, record } = work;
  const load = await loadOn(work, { name, streams: streamsOf(release, RATE) });
  await load.settled(calm);
  await change((label) => load.phase(label));
  await release.oldPodsGone();
  load.phase('afterwards');
  // What fails is judged below: here it only has to be over.
  await load.settled(calm);
  const report = await load.stop();
  keepLoad(record, report);
  const { failed, sent, text } = verdict(report);
  record.figure({ name: `${name}: requests lost`, value: failed, unit: 'requests' });
  record.require(failed === 0, text, ...report.failures.slice(0, 10).map(failureText));
  return `${failed} of ${sent} requests lost`;
}

/** What changes nothing rolls nothing out: the pods' template has to be another one. @returns seconds */
async function rollsOut(
  { release, record }: GateWork,
  change: () => Promise<{ readonly seconds: number }>,
): Promise<number> {
  const before = await release.templateHashes();
  const { seconds } = await change();
  const after = await release.templateHashes();
  for (const [name, hash] of before)
    record.require(
      after.get(name) !== hash,
      `${name} has not been rolled out: the template of its pods is still ${hash}`,
    );
  return seconds;
}
