import fc from 'fast-check';
import { isText } from '../check-values.ts';
import { type Json, type JsonObject, setKey } from '../json.ts';
import { numbersOf, stringsOf } from '../samples.ts';
import type { NumberShape, StringShape } from '../shape.ts';

/** Texts that a shape allows: those that are known to be read differently, and any. */
export function textFor(shape: StringShape): fc.Arbitrary<string> {
  const known = fc.constantFrom(...stringsOf(shape));
  const [pattern] = shape.patterns;
  if (pattern !== undefined)
    return fc.oneof(
      known,
      matchingTexts(pattern).filter((text) => isText(shape, text)),
    );
  const maxLength = Math.min(shape.maxLength ?? 30, 30);
  const free = fc
    .string({ unit: 'binary', minLength: shape.minLength, maxLength })
    .filter((text) => isText(shape, text) && !KEPT.test(text));
  return fc.oneof(known, free);
}

/** Keys of a map, among them some that are worth trying. */
export function keyFor(shape: StringShape, trying: readonly string[] = []): fc.Arbitrary<string> {
  const valid = trying.filter((key) => isText(shape, key));
  const free = textFor(shape).filter((key) => key !== '__proto__');
  return valid.length === 0 ? free : fc.oneof(fc.constantFrom(...valid), { arbitrary: free, weight: 2 });
}

/** Numbers that a shape allows. */
export function numberFor(shape: NumberShape): fc.Arbitrary<number> {
  const known = fc.constantFrom(...numbersOf(shape));
  if (!shape.integer) return known;
  const min = Math.max(shape.min.value + (shape.min.inclusive ? 0 : 1), -(2 ** 31));
  const max = Math.min(shape.max.value - (shape.max.inclusive ? 0 : 1), 2 ** 31 - 1);
  return min <= max ? fc.oneof(known, fc.integer({ min, max })) : known;
}

/** No nulls: below a key that has a default, Helm takes them for deletions. */
export function opaque(): fc.Arbitrary<Json> {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('yes', '1e3', '012', '{{ x }}', '\u0085', '\u007f', '\ufffe'),
  );
  const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(0.5, 1e21, 2 ** 53 - 1));
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(text, tie('tree')), { maxLength: 3 }).map(fromEntries),
    ),
  }));
  return tree.filter((value) => !KEPT.test(JSON.stringify(value)));
}

export function fromEntries(entries: readonly (readonly [string, Json])[]): JsonObject {
  const object: JsonObject = {};
  for (const [key, value] of entries) setKey(object, key, value);
  return object;
}

/** Characters that the compiler keeps for itself. */
const KEPT = /[\uE000-\uE009]/;

const byPattern = new Map<string, fc.Arbitrary<string>>();

/** Texts that match a pattern. Made once for each: fast-check lists every character of a class. */
function matchingTexts(pattern: string): fc.Arbitrary<string> {
  const known = byPattern.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' });
  byPattern.set(pattern, known);
  return known;
}
