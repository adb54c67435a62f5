import fc from 'fast-check';
import { checkValues } from '../check-values.ts';
import { ChartError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { manifests } from '../manifests.ts';
import { mergeOverDefaults } from '../merge-values.ts';
import { defaultsOf, type ObjectShape } from '../shape.ts';
import { asItIs, BATCH, type Fault, type Finding, firstIn, type Helm, lookWithEach, type Subject } from './finding.ts';
import { overridesWith, wrongValues } from './invalid-overrides.ts';
import type { Origin } from './shrink.ts';

/** Values that the schema refuses. */
export interface InvalidCases {
  /** How many were tried. */
  readonly tried: number;
  /** How many there are, each at another place or wrong in another way. */
  readonly known: number;
}

/**
 * Checks that Helm and manifests() refuse values files of which one value is wrong: as many as are asked for, each at
 * another place or wrong in another way.
 *
 * @throws LawError
 */
export async function checkInvalid(subject: Subject, shape: ObjectShape, count: number): Promise<InvalidCases> {
  const { many, seed } = subject;
  const known = wrongValues(shape);
  const [wrong] = fc.sample(fc.shuffledSubarray(known, { minLength: known.length }), { numRuns: 1, seed });
  const origins = wrong!
    .slice(0, count)
    .map((each, index): Origin => ({ arbitrary: overridesWith(each, shape), seed: seed + index, index: 0 }));
  const cases = origins.map((origin) => fc.sample(origin.arbitrary, { numRuns: 1, seed: origin.seed })[0]!);
  const look = async (helm: Helm, batch: readonly JsonObject[], start: number): Promise<Finding | undefined> => {
    const said = await many.problems(helm.path, batch);
    const ours = batch.map((values) => problemsOf(values, shape));
    const valid = batch.find((_, i) => said[i] === undefined && ours[i] === undefined);
    if (valid !== undefined) throw new Error(`values that were made to be invalid are not: ${JSON.stringify(valid)}`);
    const faults = batch.map((_, i) => takenByOne(helm, said[i], ours[i]));
    return firstIn(faults, (index) => ({
      values: batch[index]!,
      origin: origins[start + index]!,
      usable: asItIs,
      find: async (values) =>
        takenByOne(helm, (await many.problems(helm.path, [values]))[0], problemsOf(values, shape)),
    }));
  };
  for (let start = 0; start < cases.length; start += BATCH)
    await lookWithEach(subject, (helm) => look(helm, cases.slice(start, start + BATCH), start));
  return { tried: cases.length, known: known.length };
}

/**
 * Checks that Helm and manifests() refuse values that break rules with the same words.
 *
 * @throws LawError
 */
export async function checkBroken(subject: Subject, shape: ObjectShape, cases: readonly JsonObject[]): Promise<void> {
  await lookWithEach(subject, async (helm) => {
    const find = async (values: JsonObject): Promise<Fault | undefined> => {
      const ours = problemsOf(values, shape) === undefined ? refusalOf(subject, values) : undefined;
      const theirs = ours === undefined ? undefined : await subject.many.failure(helm.path, values);
      if (theirs === ours) return undefined;
      return {
        fact: `${helm.name} and manifests() do not say the same of broken rules`,
        detail: said(helm, theirs, ours),
      };
    };
    for (const values of cases) {
      const fault = await find(values);
      if (fault !== undefined) return { values, fault, usable: asItIs, find };
    }
    return undefined;
  });
}

function takenByOne(helm: Helm, theirs: string | undefined, ours: string | undefined): Fault | undefined {
  if ((theirs === undefined) === (ours === undefined)) return undefined;
  const taker = theirs === undefined ? helm.name : 'manifests()';
  return { fact: `${taker} takes invalid values`, detail: said(helm, theirs, ours) };
}

function said(helm: Helm, theirs: string | undefined, ours: string | undefined): string {
  return `${helm.name}:\n${theirs?.trim() ?? 'takes them'}\nmanifests():\n${ours ?? 'takes them'}`;
}

/** What the schema has against values, in the words of manifests(); undefined for nothing. */
function problemsOf(values: JsonObject, shape: ObjectShape): string | undefined {
  const problems = checkValues(shape, mergeOverDefaults(defaultsOf(shape) as JsonObject, values));
  return problems.length === 0 ? undefined : problems.join('\n');
}

/** The words with which manifests() refuses values; undefined where it takes them. */
function refusalOf({ program, release }: Subject, values: JsonObject): string | undefined {
  try {
    manifests(program, { values, release });
    return undefined;
  } catch (error) {
    if (error instanceof ChartError) return error.message;
    throw error;
  }
}
