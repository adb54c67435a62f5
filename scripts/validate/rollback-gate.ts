import { readRevisions } from '../helm-release.ts';
import { changedConfiguration } from './changed-configuration.ts';
import type { Gate } from './gate.ts';
import { CALM, underLoad } from './upgrade-gate.ts';

const WITHIN = 60;

/** Rolls back to the revision before, under load. */
export const rollbackGate: Gate = {
  number: 8,
  name: 'Rollback',
  limit: `back in ${WITHIN} s with 0 requests lost`,
  isDisruptive: true,
  async run(work) {
    const { release, record, quick, tell } = work;
    const { cluster, namespace, name } = release;
    const before = await release.templateHashes();
    const from = (await readRevisions(cluster, namespace, name)).at(-1)!.revision;
    tell('making a revision to go back from');
    await release.change(changedConfiguration(release.values), 'a revision to go back from');
    await release.oldPodsGone();

    let seconds = 0;
    const measured = await underLoad(work, 'rollback', quick ? CALM.quick : CALM.full, async (phase) => {
      tell(`rolling back to revision ${from}`);
      phase('rollback');
      ({ seconds } = await release.rollBack(from));
    });
    record.figure({ name: 'rollback: all pods ready', value: seconds, unit: 's', limit: WITHIN });
    const after = await release.templateHashes();
    for (const [deployment, hash] of before)
      record.require(after.get(deployment) === hash, `${deployment} is not what it was in revision ${from}`);
    return `${measured}; back in ${seconds.toFixed(1)} s`;
  },
};
