import type { Assignment } from './choice.ts';
import { specialIn } from './culprits.ts';
import { declaredAt } from './declared.ts';
import { type BuildError, ChartError, errorOf } from './errors.ts';
import type { Explorer } from './explore.ts';
import { type JsonObject, sameJson } from './json.ts';
import { pathFailedOn } from './looked-into.ts';
import { described, type Look, WAY_AROUND_CHANGES } from './looks.ts';
import { concreteDocuments } from './manifests.ts';
import { obeyRules } from './obey-rules.ts';
import { valueAtPlace } from './places.ts';
import type { Program, Release } from './program.ts';
import { type Caller, throwerOf } from './program-line.ts';
import { pathOf, shapeOf } from './reference.ts';
import { lookRefusal, shown } from './refusal.ts';
import { plainSource } from './sampler.ts';
import { sampleOf } from './samples.ts';
import type { ObjectShape } from './shape.ts';
import { simplerValues } from './simpler-values.ts';
import { wayAround } from './ways.ts';

/** Why a program is refused whose `build` throws for real values. */
export function failureFor(
  program: Program,
  shape: ObjectShape,
  values: JsonObject,
  release: Release,
  error: Error,
): ChartError {
  const thrown = (candidate: JsonObject) => thrownFor(program, shape, candidate, release);
  const isValid = (candidate: JsonObject) => sameJson(obeyRules(program.rules ?? [], shape, candidate), candidate);
  const allowed = isValid(values);
  const simple = simplerValues(shape, values, (each) => isValid(each) === allowed && thrown(each) !== undefined);
  const special = specialIn(shape, simple);
  const named = special.map((place) => `${place.name} = ${shown(valueAtPlace(simple, place))}`).join(', ');
  const cause = thrown(simple) ?? error;
  const reason = `${oneLine(cause.message)}${atLine(throwerOf(cause))}`;
  if (named === '') return new ChartError(`build fails, whatever the values are: ${reason}`, { cause });
  return new ChartError(
    allowed
      ? `build fails for values that the schema allows (${named}): ${reason}; let the schema or a rule refuse them`
      : `build fails for values that a rule refuses (${named}): ${reason}; do not throw there, because the compiler tries them all the same`,
    { cause },
  );
}

/**
 * Why a program is refused whose `build` throws for values that are not known yet: it does so for real ones as well, or
 * something that it calls looks into a value. `look` is the last one that was seen.
 */
export function failureOf(error: BuildError, explorer: Explorer, answers: Assignment, look?: Look): ChartError {
  const { program, shape, marks } = explorer;
  const { cause, near } = error;
  if (look !== undefined && shapeOf(look.reference)?.kind === 'opaque') return lookRefusal(look, near);
  const release = { name: program.name, namespace: 'default' };
  const sample = sampleOf(shape, plainSource(answers)) as JsonObject;
  const values = obeyRules(program.rules ?? [], shape, sample) ?? sample;
  for (const each of [values, sample]) {
    const thrown = thrownFor(program, shape, each, release);
    if (thrown !== undefined) return failureFor(program, shape, each, release, thrown);
  }
  const message = oneLine(marks.named(cause.message));
  const thrower = throwerOf(cause);
  const line = atLine(thrower);
  if (FORBIDDEN_CHANGE.test(message))
    return new ChartError(`build fails: ${message}${line}; ${WAY_AROUND_CHANGES}`, { cause });
  const said = marks.parts(cause.message).find((part) => typeof part !== 'string' && part.kind !== 'hash');
  const failed = pathFailedOn(explorer, sample, release, answers);
  const path = typeof said === 'object' ? pathOf(said.reference) : failed?.path;
  const sure = look !== undefined && (path === undefined || path === pathOf(look.reference)) ? look : undefined;
  const { name, shape: lookedShape } = path === undefined ? { name: 'a value' } : declaredAt(path, shape);
  const at = near ?? [...(failed?.documents.keys() ?? ['build'])][0]!;
  const way =
    thrower?.from === 'library'
      ? 'use something that passes values on as they are, such as ApiObject'
      : wayAround({ operation: sure?.operation, shape: lookedShape });
  return new ChartError(
    `${marks.named(at)} looks into ${name}${sure === undefined ? line : described(sure)} ` +
      `and fails while that is not known: ${message}; ${way}`,
    { cause },
  );
}

/** What JavaScript says of values that are not to be changed. */
const FORBIDDEN_CHANGE = /^Cannot (add|assign|define|delete|redefine) /;

function atLine(thrower: Caller | undefined): string {
  return thrower?.line === undefined ? '' : ` (at ${thrower.line})`;
}

function thrownFor(program: Program, shape: ObjectShape, values: JsonObject, release: Release): Error | undefined {
  try {
    concreteDocuments(program, shape, values, release);
    program.notes?.(values as never, release);
    return undefined;
  } catch (error) {
    return errorOf(error);
  }
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/:\s*\n\s*/g, ': ')
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\.$/, '');
}
