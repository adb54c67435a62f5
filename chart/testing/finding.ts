import type { JsonObject } from '../json.ts';
import type { Program, Release } from '../program.ts';
import { LawError } from './law-error.ts';
import type { ManyCases } from './many-cases.ts';
import { type Failing, shrink } from './shrink.ts';

/** A Helm that renders. */
export interface Helm {
  readonly path: string;
  /** As `helm v4.3.1`. */
  readonly name: string;
}

/** What is checked, and with what. */
export interface Subject {
  readonly program: Program;
  readonly many: ManyCases;
  readonly helms: readonly Helm[];
  readonly release: Release;
  readonly seed: number;
}

/** What is wrong with one case. */
export interface Fault {
  /** In one line. */
  readonly fact: string;
  readonly detail: string;
}

/** A fault, and how to look for it in other values. */
export interface Finding extends Failing<Fault> {
  /** What was found in each case of its batch. */
  readonly batch?: readonly (Fault | undefined)[];
}

/**
 * Looks with all Helms at once.
 *
 * @throws LawError with the smallest values for what the first of them finds
 */
export async function lookWithEach(
  subject: Subject,
  look: (helm: Helm) => Promise<Finding | undefined>,
): Promise<void> {
  for (const result of await Promise.allSettled(subject.helms.map(look))) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value !== undefined) throw await lawErrorOf(result.value, subject);
  }
}

export async function lawErrorOf(finding: Finding, { program, release, seed }: Subject): Promise<LawError> {
  const { values, fault } = await shrink(finding);
  const alike = (finding.batch ?? []).filter((each) => each !== undefined).length;
  return new LawError({ program: program.name, ...fault, values, release, seed, alike });
}

/** The finding for the first case of a batch that has a fault. */
export function firstIn(
  batch: readonly (Fault | undefined)[],
  findingFor: (index: number) => Omit<Finding, 'fault' | 'batch'>,
): Finding | undefined {
  const index = batch.findIndex((fault) => fault !== undefined);
  return index === -1 ? undefined : { ...findingFor(index), fault: batch[index]!, batch };
}

export function asItIs(values: JsonObject): JsonObject {
  return values;
}

/** How many values files Helm gets at once. */
export const BATCH = 100;
