import { foldDocuments, listLengths } from './fold.ts';
import { withKeyOrder } from './key-order.ts';
import type { Marks } from './marks.ts';
import { type ValueReference, withTurns } from './reference.ts';
import { FIRST, SECOND } from './repeats.ts';
import type { Documents } from './run.ts';
import { type Elements, ONE_ELEMENT } from './symbols.ts';

/** What a run makes with the same answers, and with other things in its lists and maps. */
export type MakeAgain = (elements: Elements) => Documents;

/** Lists and maps have two elements, so that it shows what is made of each. */
export const TWO_ELEMENTS: Elements = { turns: () => [FIRST, SECOND], keys: () => [] };

/**
 * What a run made of two elements, said once for each. Where that does not tell what is a loop, or which of two keys
 * wins, build runs again: with two elements in one list alone, and with more keys in one map.
 */
export function withLoops(made: Documents, marks: Marks, again: MakeAgain): Documents {
  const ordered = withKeyOrder(made, marks, (map, keys) =>
    again({ ...TWO_ELEMENTS, keys: (reference) => (isAt(reference, map) ? keys : []) }),
  );
  const lists = new Map<string, ValueReference>();
  const lengths = new Map<string, ReadonlyMap<string, number>>();
  const lengthsWith = (list: string) => {
    const turns = (reference: ValueReference) => {
      lists.set(withTurns(reference, () => '').id, reference);
      return isAt(reference, list) ? [FIRST, SECOND] : [''];
    };
    const known = lengths.get(list) ?? listLengths(again({ ...ONE_ELEMENT, turns }), marks);
    lengths.set(list, known);
    return known;
  };
  return foldDocuments(ordered, marks, {
    isLonger: (place, length) => length > (lengthsWith('').get(place) ?? length),
    listsBehind: (place) => {
      const once = lengthsWith('').get(place) ?? 0;
      return [...lists].filter(([id]) => (lengthsWith(id).get(place) ?? 0) > once).map(([, reference]) => reference);
    },
  });
}

function isAt(reference: ValueReference, path: string): boolean {
  return withTurns(reference, () => '').id === path;
}
