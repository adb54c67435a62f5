import fc from 'fast-check';
import { isText } from '../check-values.ts';
import { YES } from '../choice.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { MapShape, ObjectShape, Shape } from '../shape.ts';
import { type Aim, NO_AIM, placesOf } from './aim.ts';
import { fromEntries, keyFor, numberFor, opaque, textFor } from './scalars.ts';

/**
 * Overrides that a program's schema allows: hostile strings, 0, "", false, large numbers, empty and long lists and
 * maps, nulls, defaults that are deleted, every option of an enum, and keys left out. Rules across values may still
 * refuse them.
 */
export function validOverrides(shape: ObjectShape, aim: Aim = NO_AIM): fc.Arbitrary<JsonObject> {
  return objectFor({ ...shape, nullable: false }, aim) as fc.Arbitrary<JsonObject>;
}

/** Values of any shape. */
export function valuesFor(shape: Shape, aim: Aim): fc.Arbitrary<Json> {
  if (!shape.nullable) return notNullFor(shape, aim);
  const set = aim.answers.get(`set:${shape.path}`) ?? (isAimedBelow(shape.path, aim) ? YES : undefined);
  if (set !== undefined) return set === YES ? notNullFor(shape, aim) : fc.constant(null);
  return fc.oneof({ arbitrary: notNullFor(shape, aim), weight: 2 }, { arbitrary: fc.constant(null), weight: 1 });
}

function notNullFor(shape: Shape, aim: Aim): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case 'object':
      return objectFor(shape, aim);
    case 'boolean': {
      const answer = aim.answers.get(`boolean:${shape.path}`);
      return answer === undefined ? fc.boolean() : fc.constant(answer === YES);
    }
    case 'enum': {
      const answer = aim.answers.get(`enum:${shape.path}`);
      return answer === undefined ? fc.constantFrom(...shape.options) : fc.constant(shape.options[answer]!);
    }
    case 'string':
      return textFor(shape);
    case 'number':
      return numberFor(shape);
    case 'quantity':
      return fc.oneof(textFor(shape.text), numberFor(shape.number));
    case 'list': {
      const [least, most] = elementsWanted(shape.path, aim);
      const minLength = Math.max(shape.minItems, least);
      const maxLength = Math.max(minLength, Math.min(shape.maxItems ?? most, most));
      return fc.array(valuesFor(shape.element, aim), { minLength, maxLength });
    }
    case 'map':
      return mapFor(shape, aim);
    case 'opaque':
      return opaque();
  }
}

/** A null deletes a key of the default; what is not named stays. */
function mapFor(shape: MapShape & { readonly fixed: boolean }, aim: Aim): fc.Arbitrary<Json> {
  const defaults = shape.fixed && isObject(shape.fallback) ? Object.keys(shape.fallback) : [];
  const exact = aim.answers.has(`filled:${shape.path}`) || aim.lengths.has(shape.path);
  const [minLength, maxLength] = elementsWanted(shape.path, aim);
  const key = keyFor(shape.key, aim.keys.get(shape.path));
  const entries = fc.uniqueArray(fc.tuple(key, valuesFor(shape.value, aim)), {
    selector: ([each]) => each,
    minLength,
    maxLength,
  });
  const wanted = fc.tuple(
    ...(aim.wanted.get(shape.path) ?? [])
      .filter((each) => isText(shape.key, each))
      .map((each) => valuesFor(shape.value, aim).map((value) => [each, value] as const)),
  );
  return fc
    .tuple(exact ? fc.constant(defaults) : fc.subarray(defaults), entries, wanted)
    .map(([deleted, ...given]) => fromEntries([...deleted.map((each) => [each, null] as const), ...given.flat()]));
}

function objectFor(shape: ObjectShape, aim: Aim): fc.Arbitrary<Json> {
  const fields = Object.entries(shape.fields).map(([key, field]) => {
    const value = valuesFor(field, aim);
    const optional = (field.fixed || field.nullable || field.fallback !== undefined) && !isAimedAt(field.path, aim);
    return (optional ? fc.option(value, { nil: undefined, freq: 2 }) : value).map((each) => [key, each] as const);
  });
  return fc
    .tuple(...fields)
    .map((entries) => fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined)));
}

/** How few and how many elements a list or map has. */
function elementsWanted(path: string, aim: Aim): [number, number] {
  const exactly = aim.lengths.get(path);
  if (exactly !== undefined) return [exactly, exactly];
  const filled = aim.answers.get(`filled:${path}`) ?? (isAimedBelow(path, aim) ? YES : undefined);
  if (filled === undefined) return [0, MOST_ELEMENTS];
  return filled === YES ? [1, MOST_ELEMENTS] : [0, 0];
}

const MOST_ELEMENTS = 4;

function isAimedAt(path: string, aim: Aim): boolean {
  return isAimedBelow(path, aim) || placesOf(aim).includes(path);
}

/** Whether something is wanted of what is below a place. */
function isAimedBelow(path: string, aim: Aim): boolean {
  return placesOf(aim).some((each) => each.startsWith(`${path}.`) || each.startsWith(`${path}[`));
}
