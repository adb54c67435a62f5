import type { Assignment } from './choice.ts';
import type { Explorer } from './explore.ts';
import { randomNumbers } from './random-numbers.ts';
import { combinationsOf, override } from './skeleton.ts';

/**
 * Assignments in which every two choices are answered in every way together, and so are those that the program asks one
 * after the other, because what one condition combines is asked together. Each is reached as exploration reached it.
 */
export function* coverOf(explorer: Explorer): Generator<Assignment> {
  const random = randomNumbers(explorer.choices.size);
  let left = combinationsToTry(explorer);
  while (left.length > 0) {
    const row = new Map<string, number>();
    left = left.filter((combination) => !takeIn(row, combination));
    for (const { id, options } of explorer.choices.values())
      if (!row.has(id)) row.set(id, Math.floor(random() * options.length));
    yield row;
  }
}

/** Adds a combination to a row, if the row does not say otherwise. */
function takeIn(row: Map<string, number>, combination: Assignment): boolean {
  for (const [id, option] of combination) if ((row.get(id) ?? option) !== option) return false;
  for (const [id, option] of combination) row.set(id, option);
  return true;
}

/** Combinations that no run has had, those of most choices first. */
function combinationsToTry(explorer: Explorer): Assignment[] {
  const ids = [...explorer.choices.keys()];
  const groups = [
    ...explorer.neighbours.values(),
    ...ids.flatMap((id, i) => ids.slice(i + 1).map((other) => [id, other])),
  ];
  return groups.flatMap((group) => {
    const combinations = combinationsOf(group, explorer);
    if (combinations.length > MOST_OPTIONS) return [];
    const seen = new Set(explorer.runs.map(({ answers }) => group.map((id) => answers.get(id)).join()));
    return combinations
      .filter((options) => !seen.has([...options.values()].join()))
      .map((options) => group.reduce<Assignment>((all, id) => override(explorer.reachedBy.get(id)!, all), options));
  });
}

/** Enums of many options are not combined with each other. */
const MOST_OPTIONS = 64;
