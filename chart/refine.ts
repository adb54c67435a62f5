import type { Assignment } from './choice.ts';
import type { Explorer } from './explore.ts';
import { mergeRuns, override, rowFor, type Slot, type Surprise, signature, type Value, valueFrom } from './skeleton.ts';

/** Explores a program until the merged tree says what `build` says, for every run made. */
export function mergedTree(explorer: Explorer): Slot[] {
  explorer.flipAll();
  const forced = new Map<string, Set<string>>();
  let covered = false;
  for (;;) {
    const before = explorer.runs.length;
    const { slots, surprises } = mergeRuns(explorer, forced);
    if (explorer.runs.length > before) continue;
    if (surprises.length > 0) {
      for (const surprise of surprises) join(forced, surprise.slot, shrink(surprise, explorer));
      continue;
    }
    if (covered) return slots;
    covered = true;
    const rounds = Math.ceil(6 * Math.log2(explorer.choices.size + 2));
    for (const assignment of [...coverOf(explorer, rounds), ...emptying(slots)]) explorer.run(assignment);
  }
}

/** For each map or list that may be empty, answers that empty it: cdk8s leaves some out then, and chance rarely does. */
function* emptying(slots: readonly Slot[]): Generator<Assignment> {
  for (const slot of slots) {
    const options = new Map<string, number>();
    const emptied = slot.children.every((child) => {
      const row = child.rows.find(
        (each) =>
          each.value.kind === 'absent' &&
          [...each.options].every(([id, option]) => (options.get(id) ?? option) === option),
      );
      for (const [id, option] of row?.options ?? []) options.set(id, option);
      return row !== undefined;
    });
    if (emptied && slot.children.length > 0) yield override(slot.witness.answers, options);
    yield* emptying(slot.children);
  }
}

/** Whether a child is a child of this value of its parent. */
export function concerns(child: Slot, value: Value): boolean {
  if (child.kind === 'argument') return value.kind === 'leaf' && typeof value.json === 'string';
  return value.kind === (child.kind === 'item' ? 'list' : 'map');
}

/** The fewest answers that have to differ from the slot's witness for the surprise to stay. */
function shrink({ slot, assignment: first }: Surprise, explorer: Explorer): string[] {
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
  for (let size = Math.ceil(differing().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const ids = differing();
    for (let start = 0; start < ids.length; start += size) {
      const chunk = ids.slice(start, start + size);
      const candidate = override(assignment, new Map(chunk.map((id) => [id, optionIn(slot.witness.answers, id)])));
      if (surprising(candidate)) assignment = candidate;
    }
  }
  return differing();
}

function optionIn(assignment: Assignment, id: string): number {
  return assignment.get(id) ?? 0;
}

function join(forced: Map<string, Set<string>>, slot: Slot, ids: readonly string[]): void {
  const known = forced.get(slot.id) ?? new Set(slot.deps);
  for (const id of ids) known.add(id);
  forced.set(slot.id, known);
}

/**
 * Random assignments, each with some choices reached as exploration reached them, so that nested ones are asked too:
 * they find what shows only when several choices are flipped together.
 */
export function* coverOf(explorer: Explorer, rounds: number): Generator<Assignment> {
  const random = randomNumbers(rounds);
  const ids = [...explorer.choices.keys()];
  for (let round = 0; round < rounds; round++) {
    let assignment: Assignment = new Map(
      ids.map((id) => [id, Math.floor(random() * explorer.choices.get(id)!.options.length)]),
    );
    for (let i = 0; i < ids.length / 4; i++) {
      const id = ids[Math.floor(random() * ids.length)]!;
      const own = new Map([[id, assignment.get(id)!]]);
      assignment = override(override(assignment, explorer.reachedBy.get(id)!), own);
    }
    yield assignment;
  }
}

/** Numbers from 0 to 1 that are the same in every run (xorshift32). */
export function randomNumbers(seed: number): () => number {
  let state = seed * 2654435761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
