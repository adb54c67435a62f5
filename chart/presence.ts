import { YES } from './choice.ts';
import { and, type Condition, conditionFor, decide } from './condition.ts';
import { ChartError } from './errors.ts';
import type { Explorer } from './explore.ts';
import { agrees, isFilled, isImplied, isMissing, isRemoved, isThere, type Known } from './known.ts';
import { type Loops, place } from './loops.ts';
import type { Scope, ValueReference } from './reference.ts';
import { combinationsOf, type Row, type Slot } from './skeleton.ts';

/** Whether a map or list has something in it. */
export type Fullness =
  | { readonly is: 'always' | 'never' }
  | { readonly is: 'when'; readonly condition: Condition; readonly known: readonly Known[] }
  /** It shows while its loops run. */
  | { readonly is: 'found' };

/** Answers when something stands at a slot, and when a map or list has anything in it. */
export class Presence {
  constructor(
    private readonly explorer: Explorer,
    private readonly loops: Loops,
  ) {}

  /** When a key is there, as far as the choices around it leave open. */
  of(slot: Slot, known: readonly Known[], isThere = (row: Row) => !isMissing(row)): Condition | boolean {
    const rows = slot.rows.filter(
      (row) => row.value.kind !== 'unreachable' && known.every((each) => agrees(each, row)),
    );
    const choices = slot.deps.map((id) => this.explorer.choices.get(id)!);
    if (rows.length === 0) return false;
    const decision = decide(
      rows.map((row) => ({ options: row.options, result: row })),
      choices,
      (row) => (isThere(row) ? 'present' : 'absent'),
    );
    const there = conditionFor(decision, isThere);
    if (!slot.vanishes) return there;
    // Whether it is there is up to its children alone.
    const fullness = this.fullness(slot.children, known);
    if (fullness.is === 'found') throw vanishesInLoop(slot);
    return fullness.is === 'when' ? fullness.condition : fullness.is === 'always';
  }

  /** When a key is there, or takes away what is spread before it. */
  claims(slot: Slot, known: readonly Known[]): Condition | boolean {
    return this.of(slot, known, (row) => !isMissing(row) || isRemoved(row));
  }

  /** When a map or list with these children has something in it. */
  fullness(children: readonly Slot[], known: readonly Known[]): Fullness {
    const conditions: Condition[] = [];
    const knowns: Known[] = [];
    let found = false;
    // What is spread may be taken away again.
    const takesAway = children.some(({ rows }) => rows.some(isRemoved));
    for (const child of children) {
      const opens = this.loops.get(child) ?? [];
      const there = this.of(child, [...known, ...opens.map(isFilled)]);
      if (there === false) continue;
      const inside = isEachSlot(child) ? this.fullness(child.children, [...known, ...opens.map(isFilled)]) : undefined;
      const filled = opens.length === 0 ? true : this.#filled(opens, known);
      const whole = inside === undefined ? opens.length === 0 || !takesAway : inside.is === 'always';
      if (there === true && filled === true && whole) return { is: 'always' };
      const local = !whole || (typeof there === 'object' && asks(there, opens));
      if (filled === undefined || local) found = true;
      else conditions.push(and([filled, there].filter((each) => typeof each === 'object')));
      knowns.push(isThere(child));
    }
    if (conditions.length === 0 && !found) return { is: 'never' };
    if (this.#neverEmpty(children, known)) return { is: 'always' };
    if (found) return { is: 'found' };
    const distinct = [...new Map(conditions.map((each) => [textOf(each), each])).values()];
    const condition: Condition = distinct.length === 1 ? distinct[0]! : { op: 'or', of: distinct };
    return { is: 'when', condition, known: knowns.length === 1 ? knowns : [] };
  }

  /** Whether each combination that is possible here, one by one, has some child. */
  #neverEmpty(children: readonly Slot[], known: readonly Known[]): boolean {
    const ids = [...new Set(children.flatMap(({ deps }) => deps))].filter(
      (id) => this.explorer.choices.get(id)!.scope === undefined,
    );
    const count = ids.reduce((product, id) => product * this.explorer.choices.get(id)!.options.length, 1);
    if (count > MOST_COMBINATIONS) return false;
    return combinationsOf(ids, this.explorer)
      .filter((options) => known.every((each) => agrees(each, { options })))
      .every((options) => {
        const exactly = [...known, { ids, allowed: [options] }];
        return children.some((child) => {
          const opens = this.loops.get(child) ?? [];
          const runs = opens.length === 0 || this.#filled(opens, exactly) === true;
          const inside = [...exactly, ...opens.map(isFilled)];
          const whole = isEachSlot(child)
            ? this.fullness(child.children, inside).is === 'always'
            : opens.length === 0 || !children.some(({ rows }) => rows.some(isRemoved));
          return runs && whole && this.of(child, inside) === true;
        });
      });
  }

  /** When one loop runs at all; undefined for loops in loops, which only show it while they run. */
  #filled(opens: readonly Scope[], known: readonly Known[]): Condition | true | undefined {
    const [scope, ...more] = opens;
    if (more.length > 0) return undefined;
    const { over } = scope!;
    const choice = this.explorer.choices.get(`filled:${over.id}`);
    // Only a list of at least one element is never asked whether it is empty, but it may be null.
    const sets = this.ancestorsSet(choice === undefined ? { ...over, parent: over } : over, known);
    if (choice === undefined || isImplied(known, choice.id)) return sets.length === 0 ? true : and(sets);
    return and([...sets, { op: 'is', choice, options: [YES] }]);
  }

  /** The conditions under which what is around a value is not null, as far as that is open. */
  ancestorsSet(reference: ValueReference, known: readonly Known[]): Condition[] {
    if (reference.parent === undefined) return [];
    const choice = this.explorer.choices.get(`set:${reference.parent.id}`);
    const outer = this.ancestorsSet(reference.parent, known);
    if (choice === undefined || isImplied(known, choice.id)) return outer;
    return [...outer, { op: 'is', choice, options: [YES] }];
  }

  /** Whether a value, or something around it, may be null. */
  isNullable(reference: ValueReference): boolean {
    const parent = reference.parent !== undefined && this.isNullable(reference.parent);
    return parent || this.explorer.choices.has(`set:${reference.id}`);
  }
}

/** More combinations than this are not looked through for whether something is always there. */
const MOST_COMBINATIONS = 256;

/** Whether a map that is left out when it is empty is empty shows too late, while its loops run. */
export function vanishesInLoop(slot: Slot): ChartError {
  return new ChartError(
    `${place(slot)} is left out when nothing is in it, which depends on the elements of a list; put something into it that is always there`,
  );
}

/** The same for equal conditions. */
function textOf(condition: Condition): string {
  if (condition.op === 'go') return condition.text;
  if (condition.op === 'is') return `${condition.choice.id} ${condition.options}`;
  return `${condition.op}(${condition.of.map(textOf).join()})`;
}

/** Whether a slot stands for what a loop makes of each element. */
function isEachSlot(slot: Slot): boolean {
  return slot.rows.some(({ value }) => value.kind === 'each');
}

/** Whether a condition asks the elements of these loops. */
export function asks(condition: Condition, opens: readonly Scope[]): boolean {
  if (condition.op === 'go') return false;
  if (condition.op !== 'is') return condition.of.some((each) => asks(each, opens));
  return opens.some(({ id }) => id === condition.choice.scope?.id);
}
