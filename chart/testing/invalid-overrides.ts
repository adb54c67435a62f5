import fc from 'fast-check';
import { isText } from '../check-values.ts';
import { type Json, type JsonObject, withValueAt } from '../json.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { validOverrides } from './overrides.ts';

/** Overrides of which one value is not what the schema allows. */
export function invalidOverrides(shape: ObjectShape): fc.Arbitrary<JsonObject> {
  const places = placesIn(shape, []);
  return fc
    .tuple(validOverrides(shape), fc.constantFrom(...places))
    .chain(([overrides, place]) =>
      fc.constantFrom(...place.wrong).map((wrong) => withValueAt(overrides, place.path, wrong) as JsonObject),
    );
}

interface Place {
  readonly path: readonly string[];
  readonly wrong: readonly Json[];
}

/** Each place of values.yaml with values that are wrong there. */
function placesIn(shape: ObjectShape, path: readonly string[]): Place[] {
  const unknown: Place = { path: [...path, 'notAValue'], wrong: [1, 'text', {}] };
  return [
    ...(shape.rest === undefined ? [unknown] : []),
    ...Object.entries(shape.fields).flatMap(([key, field]): Place[] => {
      const here = [...path, key];
      if (key === 'global' && path.length === 0) return [];
      const inner = field.kind === 'object' && field.fixed && !field.nullable ? placesIn(field, here) : [];
      return [{ path: here, wrong: wrongFor(field) }, ...inner].filter(({ wrong }) => wrong.length > 0);
    }),
  ];
}

function wrongFor(shape: Shape): Json[] {
  const missing: Json[] = shape.nullable ? [] : [null];
  switch (shape.kind) {
    case 'string':
      return [
        ...missing,
        7,
        true,
        [],
        ...(shape.minLength > 0 ? [''] : []),
        ...(shape.patterns.length > 0 ? ['\n \u0000'] : []),
      ];
    case 'number':
      return [
        ...missing,
        'text',
        true,
        {},
        ...(shape.integer ? [0.5] : []),
        ...[shape.min.value - 1, shape.max.value + 1].filter(Number.isSafeInteger),
      ];
    case 'quantity':
      return [...missing, true, {}, ...(isText(shape.text, 'not a quantity') ? [] : ['not a quantity'])];
    case 'boolean':
      return [...missing, 'true', 0, {}];
    case 'enum':
      return [...missing, 'NotAnOption', 1];
    case 'list':
      return [...missing, {}, 'text', 1, ...wrongFor(shape.element).map((each) => [each])];
    case 'map':
      return [...missing, [], 'text', 1, ...wrongFor(shape.value).map((each) => ({ a: each }))];
    case 'object':
      return [...missing, [], 'text', 1, ...(shape.fixed || shape.rest !== undefined ? [] : [{ notAValue: 1 }])];
    case 'opaque':
      return missing;
  }
}
