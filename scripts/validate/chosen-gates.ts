import { CommandError } from '../command-error.ts';
import type { Gate } from './gate.ts';

/**
 * The gates of a list such as `1,5-8`, in their order.
 *
 * @param list @default - all
 * @throws CommandError with exit code 2 for what is no such list
 */
export function chosenGates(gates: readonly Gate[], list?: string): readonly Gate[] {
  if (list === undefined) return gates;
  const last = gates.at(-1)!.number;
  const numbers = new Set<number>();
  for (const part of list.split(',')) {
    const [, from, to = from] = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part) ?? [];
    const isRange = from !== undefined && Number(from) >= 1 && Number(to) <= last && Number(from) <= Number(to);
    if (!isRange)
      throw new CommandError(`--gate is '${list}'; expected numbers from 1 to ${last}, such as 1,5-8`, { exitCode: 2 });
    for (let number = Number(from); number <= Number(to); number++) numbers.add(number);
  }
  return gates.filter(({ number }) => numbers.has(number));
}
