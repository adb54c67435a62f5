import type { Choice } from '../choice.ts';
import { Evaluation, type Observer } from '../evaluate.ts';
import type { Exploration } from '../exploration.ts';
import { isObject, type Json } from '../json.ts';
import type { Release } from '../program.ts';
import type { ValueReference } from '../reference.ts';
import { answerId, emptyId, loopId, meetingId, rowId, type Target, targetsOf } from './targets.ts';

/** What cases have reached of a program. */
export class Coverage {
  readonly targets: readonly Target[];
  /** Why the other targets cannot be reached, by their id. */
  readonly impossible = new Map<string, string>();
  readonly #reached = new Set<string>();
  readonly #wanted: ReadonlySet<string>;
  #left: number;

  constructor(private readonly exploration: Exploration) {
    this.targets = targetsOf(exploration);
    this.#wanted = new Set(this.targets.map(({ id }) => id));
    this.#left = this.#wanted.size;
  }

  /** Targets that no case has reached, and that are not known to be impossible. */
  get missing(): Target[] {
    return this.targets.filter(({ id }) => !this.#reached.has(id) && !this.impossible.has(id));
  }

  isReached({ id }: Target): boolean {
    return this.#reached.has(id);
  }

  /** Notes what complete, valid values reach. */
  add(values: Json, release: Release): void {
    if (this.#left === this.impossible.size) return;
    const { explorer, loops, slots } = this.exploration;
    for (const choice of explorer.choices.values()) {
      for (const option of answersIn(choice, values)) this.#reach(answerId(choice, option));
    }
    const observer: Observer = {
      row: (slot, row) => this.#reach(rowId(slot, row)),
      loop: (scope, turns) => this.#reach(loopId(scope, turns)),
      meeting: (map, one, other) => this.#reach(meetingId(map, one, other)),
      empty: (slot) => this.#reach(emptyId(slot)),
    };
    const evaluation = new Evaluation(explorer, loops, values, release, observer);
    for (const slot of slots) evaluation.objects(slot);
  }

  #reach(id: string): void {
    if (this.#reached.has(id) || !this.#wanted.has(id)) return;
    this.#reached.add(id);
    this.#left--;
  }
}

/** The options that a choice takes, for each element of the lists around it. */
function answersIn(choice: Choice, values: Json): number[] {
  return valuesOf(choice.reference, values).map((value) => {
    const filled = value !== null && Object.keys(value as object).length > 0;
    const answer = choice.kind === 'set' ? value !== null : choice.kind === 'filled' ? filled : value;
    return choice.options.indexOf(answer as boolean | string);
  });
}

/** What stands at a place: once for each element around it, not at all below null. */
function valuesOf(reference: ValueReference, values: Json): Json[] {
  const starts =
    reference.root === 'Values'
      ? [values]
      : valuesOf(reference.scope.over, values).flatMap((over): Json[] => Object.values(over ?? {}));
  return reference.path.reduce<Json[]>(
    (all, key) => all.flatMap((each) => (isObject(each) ? [each[key]!] : [])),
    starts,
  );
}
