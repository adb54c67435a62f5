import type { Assignment } from './choice.ts';
import { coverOf as coverOfNeighbours, usualAnswers, usually } from './cover.ts';
import type { Explorer } from './explore.ts';
import { isObject, type Json } from './json.ts';
import { randomNumbers } from './random-numbers.ts';
import {
  combinationsOf,
  override,
  rowFor,
  Skeleton,
  type Slot,
  type Surprise,
  signature,
  type Value,
  valueFrom,
} from './skeleton.ts';

/** Explores a program whose choices have been flipped until the merged tree says what `build` says, for every run made. */
export function mergedTree(explorer: Explorer): Slot[] {
  const skeleton = new Skeleton(explorer);
  let covered = false;
  const emptied = new Set<string>();
  for (;;) {
    const before = explorer.runs.length;
    const { slots, surprises } = skeleton.merge();
    if (explorer.runs.length > before) continue;
    if (surprises.length > 0) {
      settle(surprises, skeleton, explorer);
      continue;
    }
    if (!covered) {
      covered = true;
      const empty = [...emptying(slots)].map(({ slot, answers }) => override(slot.witness.answers, answers));
      for (const assignment of [...answersToTry(explorer), ...empty]) explorer.run(assignment);
      continue;
    }
    const vanishing = [...emptying(slots)].filter(({ slot }) => slot.vanishes && !emptied.has(slot.id));
    if (vanishing.length === 0) return slots;
    for (const { slot, answers } of vanishing) {
      emptied.add(slot.id);
      runWith(answers, explorer);
    }
  }
}

/** Each run again with some answers: whether what is empty is left out may depend on answers that show in nothing else. */
function runWith(answers: Assignment, explorer: Explorer): void {
  for (const run of [...explorer.runs]) explorer.run(override(run.answers, answers));
}

/** All combinations of answers where they are few; otherwise a cover of them. */
function answersToTry(explorer: Explorer): Iterable<Assignment> {
  const ids = [...explorer.choices.keys()];
  const count = ids.reduce((product, id) => product * explorer.choices.get(id)!.options.length, 1);
  if (count <= MOST_COMBINATIONS) return combinationsOf(ids, explorer);
  return coverOfNeighbours(explorer);
}

const MOST_COMBINATIONS = 256;

/** Finds the choices behind each surprise. Those behind one are often behind others, so they are tried first. */
function settle(surprises: readonly Surprise[], skeleton: Skeleton, explorer: Explorer): void {
  const found: (readonly string[])[] = [];
  for (const surprise of surprises) {
    const near = [...choicesIn(surprise, explorer), ...surprise.slot.deps];
    const far = [...near, ...skeleton.depsAround(surprise.slot)];
    const likely = found.filter((ids) => ids.every((id) => far.includes(id)));
    const ids = shrink(surprise, explorer, [...likely, near, far]);
    found.unshift(ids);
    skeleton.explain(surprise, ids);
  }
}

/** For each map or list that may be empty, answers that empty it: cdk8s leaves some out then, and chance rarely does. */
export function* emptying(slots: readonly Slot[]): Generator<{ slot: Slot; answers: Assignment }> {
  for (const slot of slots) {
    const options = new Map<string, number>();
    if (slot.children.length > 0 && slot.children.every((child) => leaveOut(child, options)))
      yield { slot, answers: options };
    yield* emptying(slot.children);
  }
}

/** Adds answers to `options` with which a slot is not there; false where it always is. */
function leaveOut(slot: Slot, options: Map<string, number>): boolean {
  if (slot.vanishes) return slot.children.every((child) => leaveOut(child, options));
  const row = slot.rows.find(
    (each) =>
      each.value.kind === 'absent' && [...each.options].every(([id, option]) => (options.get(id) ?? option) === option),
  );
  if (row === undefined) return false;
  for (const [id, option] of row.options) options.set(id, option);
  return true;
}

/** Whether a child is a child of this value of its parent. */
export function concerns(child: Slot, value: Value): boolean {
  if (child.kind === 'argument') return value.kind === 'leaf';
  return child.kind === 'item' ? value.kind === 'list' || value.kind === 'each' : value.kind === 'map';
}

/** The choices about the values that stand at a slot. */
function choicesIn({ slot, assignment }: Surprise, explorer: Explorer): string[] {
  const used = new Set<string>();
  const visit = (json: Json | undefined) => {
    if (typeof json === 'string') {
      for (const part of explorer.marks.parts(json))
        if (typeof part !== 'string' && part.kind !== 'hash') used.add(part.reference.id);
    } else if (Array.isArray(json)) json.forEach(visit);
    else if (isObject(json)) for (const [key, value] of Object.entries(json)) [key, value].forEach(visit);
  };
  for (const run of [slot.witness, explorer.run(assignment)]) visit(slot.lookUp(run).json);
  return [...explorer.choices.values()]
    .filter(({ reference }) =>
      [...used].some(
        (id) => id === reference.id || (/^[.[]/.test(id.slice(reference.id.length)) && id.startsWith(reference.id)),
      ),
    )
    .map(({ id }) => id);
}

/** The fewest answers that have to differ from the slot's witness for the surprise to stay; `guesses` are tried first. */
function shrink(
  { slot, assignment: first }: Surprise,
  explorer: Explorer,
  guesses: readonly (readonly string[])[],
): string[] {
  const surprising = (candidate: Assignment) => {
    const { json, reachable } = slot.lookUp(explorer.run(candidate));
    return (
      reachable && signature(valueFrom(json), explorer) !== signature(rowFor(slot, candidate, explorer).value, explorer)
    );
  };
  let assignment = first;
  const differing = () =>
    [...new Set([...assignment.keys(), ...slot.witness.answers.keys()])].filter(
      (id) => optionIn(assignment, id) !== optionIn(slot.witness.answers, id),
    );
  /** Answers some choices as the witness does, if the surprise stays. */
  const settleOn = (ids: readonly string[]) => {
    const candidate = override(assignment, new Map(ids.map((id) => [id, optionIn(slot.witness.answers, id)])));
    const stays = surprising(candidate);
    if (stays) assignment = candidate;
    return stays;
  };
  guesses.find((guess) => {
    const ids = differing();
    const others = ids.filter((id) => !guess.includes(id));
    return others.length < ids.length && others.length > 0 && settleOn(others);
  });
  for (let size = Math.ceil(differing().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const ids = differing();
    for (let start = 0; start < ids.length; start += size) settleOn(ids.slice(start, start + size));
  }
  return differing();
}

function optionIn(assignment: Assignment, id: string): number {
  return assignment.get(id) ?? 0;
}

/**
 * Random assignments, each with some choices reached as exploration reached them, so that nested ones are asked too:
 * they find what shows only when several choices are flipped together.
 */
export function* coverOf(explorer: Explorer, rounds: number): Generator<Assignment> {
  const random = randomNumbers(rounds);
  const ids = [...explorer.choices.keys()];
  const usual = usualAnswers(explorer);
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 1) {
      // Conditions of many choices at once are mostly met near the default values, if at all.
      yield new Map([...explorer.choices.values()].map((choice) => [choice.id, usually(choice, usual, random)]));
      continue;
    }
    // Rounds with mostly first or mostly other options find what shows only when many choices are answered alike.
    const first = FIRST_OPTIONS[(round / 2) % FIRST_OPTIONS.length]!;
    let assignment: Assignment = new Map(
      ids.map((id) => {
        const count = explorer.choices.get(id)!.options.length;
        return [id, random() < first ? 0 : 1 + Math.floor(random() * (count - 1))];
      }),
    );
    for (let i = 0; i < ids.length / 4; i++) {
      const id = ids[Math.floor(random() * ids.length)]!;
      assignment = override(assignment, explorer.reachedBy.get(id)!);
    }
    yield assignment;
  }
}

/** How many of the choices take their first option, in turn. */
const FIRST_OPTIONS = [0.5, 0.8, 0.5, 0.2];
