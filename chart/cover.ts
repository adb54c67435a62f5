import { answersFor } from './answers.ts';
import type { Assignment, Choice } from './choice.ts';
import type { Explorer } from './explore.ts';
import { randomNumbers } from './random-numbers.ts';
import { defaultsOf } from './shape.ts';
import { combinationsOf, override } from './skeleton.ts';

/**
 * Assignments in which every two choices are answered in every way together, and so are those that the program asks one
 * after the other, because what one condition combines is asked together. Each is run before the next is asked for:
 * combinations that were not asked in it, because others took the program elsewhere, are tried again by themselves.
 */
export function* coverOf(explorer: Explorer): Generator<Assignment> {
  const random = randomNumbers(explorer.choices.size);
  const usual = usualAnswers(explorer);
  yield usual;
  const missed: Assignment[] = [];
  let nearUsual = false;
  for (let left = combinationsToTry(explorer); left.length > 0; ) {
    // Conditions of many choices at once are mostly met near the default values, if at all.
    nearUsual = !nearUsual;
    const { row, taken, others } = packed(left);
    for (const choice of explorer.choices.values()) {
      if (!row.has(choice.id))
        row.set(choice.id, nearUsual ? usually(choice, usual, random) : randomly(choice, random));
    }
    yield row;
    const { answers } = explorer.run(row);
    missed.push(...taken.filter((each) => !isAnswered(each, answers)));
    left = others;
  }
  for (const combination of missed) {
    if (!explorer.runs.some(({ answers }) => isAnswered(combination, answers))) yield combination;
  }
}

/** As many combinations as go together in one row. */
function packed(combinations: readonly Assignment[]): {
  row: Map<string, number>;
  taken: Assignment[];
  others: Assignment[];
} {
  const row = new Map<string, number>();
  const taken: Assignment[] = [];
  const others = combinations.filter((combination) => {
    const goes = takeIn(row, combination);
    if (goes) taken.push(combination);
    return !goes;
  });
  return { row, taken, others };
}

/** Whether all choices of a combination were asked, and answered so. */
function isAnswered(combination: Assignment, answers: Assignment): boolean {
  for (const [id, option] of combination) if (answers.get(id) !== option) return false;
  return true;
}

/** What the default values answer. */
export function usualAnswers({ shape, choices }: Explorer): Assignment {
  return answersFor(defaultsOf(shape), choices.values());
}

/** Mostly what the default values answer, but for what is in lists and maps: by default there is often nothing. */
export function usually(choice: Choice, usual: Assignment, random: () => number): number {
  const isUsual = choice.scope === undefined && choice.kind !== 'filled' && random() < USUAL;
  return (isUsual ? usual.get(choice.id) : undefined) ?? randomly(choice, random);
}

function randomly({ options }: Choice, random: () => number): number {
  return Math.floor(random() * options.length);
}

/** The share of the choices that are answered as usual near the default values. */
const USUAL = 0.8;

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
  const ways = waysTo(explorer);
  const columns = new Map(ids.map((id) => [id, explorer.runs.map(({ answers }) => answers.get(id))]));
  return groups.flatMap((group) => {
    const combinations = combinationsOf(group, explorer);
    if (combinations.length > MOST_OPTIONS) return [];
    const [first, ...others] = group.map((id) => columns.get(id)!);
    const seen = new Set(
      first!.map((option, run) =>
        others.reduce<number>((code, column) => codeOf(code, column[run]), codeOf(0, option)),
      ),
    );
    return combinations
      .filter((options) => !seen.has([...options.values()].reduce(codeOf, 0)))
      .filter((options) => isPlausible(options, columns))
      .map((options) => group.reduce<Assignment>((all, id) => override(ways.get(id)!, all), options));
  });
}

/** Whether some run asked each choice while another was answered so: one that is off may leave others unasked. */
function isPlausible(options: Assignment, columns: ReadonlyMap<string, readonly (number | undefined)[]>): boolean {
  return [...options].every(([id, option]) => {
    const column = columns.get(id)!;
    return [...options.keys()].every((other) =>
      columns.get(other)!.some((asked, run) => asked !== undefined && column[run] === option),
    );
  });
}

/** For each choice, answers with which it is asked: those that exploration reached it by, and those that it needs. */
function waysTo(explorer: Explorer): Map<string, Assignment> {
  const ways = new Map([...explorer.reachedBy].map(([id, assignment]) => [id, new Map(assignment)]));
  for (const { from, to, choice } of explorer.flips) {
    const [before, after] = [explorer.runs[from]!.answers, explorer.runs[to]!.answers];
    for (const id of before.keys()) {
      const way = ways.get(id)!;
      if (id !== choice && !after.has(id) && !way.has(choice)) way.set(choice, before.get(choice)!);
    }
  }
  return ways;
}

/** Options of a few choices as one number. */
function codeOf(before: number, option: number | undefined): number {
  return before * (MOST_OPTIONS + 2) + (option ?? MOST_OPTIONS) + 1;
}

/** Enums of many options are not combined with each other. */
const MOST_OPTIONS = 64;
