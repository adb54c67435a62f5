import { type Condition, conditionFor, decide } from '../condition.ts';
import type { Exploration } from '../exploration.ts';
import { agrees, isFilled, isMissing, type Known } from '../known.ts';
import { Presence } from '../presence.ts';
import { concerns } from '../refine.ts';
import type { Row, Slot } from '../skeleton.ts';
import { allOf } from './condition-words.ts';
import { endOf, type SlotPath } from './slot-path.ts';

/** Under which conditions things stand in the merged tree. */
export class Circumstances {
  readonly #presence: Presence;

  constructor(private readonly exploration: Exploration) {
    this.#presence = new Presence(exploration.explorer, exploration.loops);
  }

  /** When something stands at the end of a path, or something of a kind: when all of these hold. */
  of(path: SlotPath, wanted?: (row: Row) => boolean): readonly Condition[] {
    const conditions = path.map((slot, i) => {
      const child = path[i + 1];
      return this.own(slot, path, child === undefined ? wanted : (row) => concerns(child, row.value));
    });
    return allOf(conditions.filter((condition) => typeof condition === 'object'));
  }

  /** When a slot of a path is there, or has a row of a kind, while what it is in is there and the loops of the path run. */
  own(slot: Slot, path: SlotPath, wanted?: (row: Row) => boolean): Condition | boolean {
    if (wanted === undefined) return this.#presence.of(slot, this.#running(path));
    const rows = this.#rows(slot, path);
    if (rows.length === 0) return false;
    const decision = decide(
      rows.map((row) => ({ options: row.options, result: row })),
      slot.deps.map((id) => this.exploration.explorer.choices.get(id)!),
      (row) => String(wanted(row)),
    );
    return conditionFor(decision, wanted);
  }

  /** The rows in which something stands at the end of a path. */
  present(path: SlotPath): readonly Row[] {
    return this.#rows(endOf(path), path).filter((row) => !isMissing(row));
  }

  #rows(slot: Slot, path: SlotPath): readonly Row[] {
    const running = this.#running(path);
    return slot.rows.filter((row) => row.value.kind !== 'unreachable' && running.every((each) => agrees(each, row)));
  }

  #running(path: SlotPath): Known[] {
    return path.flatMap((each) => this.exploration.loops.get(each) ?? []).map(isFilled);
  }
}
