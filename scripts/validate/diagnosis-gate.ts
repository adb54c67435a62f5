import type { Gate } from './gate.ts';
import { plantedFaults } from './planted-faults.ts';

/** Plants faults in a copy of the release, and asks the diagnosis what is wrong. */
export const diagnosisGate: Gate = {
  number: 9,
  name: 'Diagnosis',
  limit: '3 of 3 planted faults are named, with cause and fix',
  isDisruptive: false,
  async run({ release, record, signal, tell }) {
    const { cluster, namespace, name } = release;
    const faults = await plantedFaults(cluster, { namespace, release: name, signal, tell });
    for (const { fault, named, seconds, finding, expected } of faults) {
      const said = finding === undefined ? 'nothing' : `${finding.code} ${finding.subject}: ${finding.cause}`;
      record.figure({ name: `${fault}: named`, value: seconds, unit: 's' });
      if (named) record.evidence(`${fault}: ${said}`, ...(finding?.fix ?? []).map((line) => `> fix: ${line}`));
      else
        record.problem(
          `${fault} is not named after ${seconds.toFixed(0)} s: the diagnosis says ${said}`,
          `expected ${expected}`,
        );
    }
    const named = faults.filter((fault) => fault.named);
    const times = named.map(({ fault, seconds }) => `${fault} ${seconds.toFixed(1)} s`).join(', ');
    return `${named.length} of ${faults.length} named: ${times}`;
  },
};
