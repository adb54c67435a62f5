import type { Choice } from './choice.ts';
import { isObject, type Json } from './json.ts';

/** What choices answer for given values; in lists and maps for the element number `turn` of each, or the last. */
export function answersFor(values: Json, choices: Iterable<Choice>, turn = 0): Map<string, number> {
  const answers = new Map<string, number>();
  for (const choice of choices) {
    const value = elementAt(values, choice.reference.id.split('.'), turn);
    if (value === undefined) continue;
    const answer =
      choice.kind === 'set'
        ? value !== null
        : choice.kind === 'filled'
          ? value !== null && Object.keys(value as object).length > 0
          : value;
    const option = choice.options.indexOf(answer as boolean | string);
    if (option !== -1) answers.set(choice.id, option);
  }
  return answers;
}

/** The value at a path with `[]` in it. */
function elementAt(values: Json | undefined, path: readonly string[], turn: number): Json | undefined {
  let current = values;
  for (const key of path) {
    const name = key.replace(/(\[\])+$/, '');
    if (!isObject(current)) return undefined;
    current = current[name];
    for (let depth = key.length - name.length; depth > 0; depth -= 2) {
      const elements: Json[] = typeof current === 'object' && current !== null ? Object.values(current) : [];
      current = elements[Math.min(turn, elements.length - 1)];
    }
  }
  return current;
}
