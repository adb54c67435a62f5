import type { Block } from './block.ts';
import { isText } from './check-values.ts';
import { conditionText } from './condition.ts';
import { ChartError } from './errors.ts';
import type { Explorer } from './explore.ts';
import { expressionOf, goString, isMap, keyVariable, type Position, parenthesised } from './expression.ts';
import { isFilled, type Known } from './known.ts';
import { place } from './loops.ts';
import { hasMark, type Mark } from './marks.ts';
import { asks, type Presence } from './presence.ts';
import { type Scope, scopeChain, scopeOf } from './reference.ts';
import type { MapShape } from './shape.ts';
import type { Slot } from './skeleton.ts';

/** Keys that could stand in a map twice: fixed ones and those of maps that are spread beside them. */
export class MeetingKeys {
  readonly #omitted = new Map<Slot, readonly string[]>();

  constructor(
    private readonly explorer: Explorer,
    private readonly presence: Presence,
  ) {}

  /** Keys that the loop over a map leaves out, because others win them. */
  omittedFrom(slot: Slot): readonly string[] {
    return this.#omitted.get(slot) ?? [];
  }

  /** A key that is made of values must come out otherwise in each turn of its loops, and than those beside it. */
  requireDistinct(map: Slot, slot: Slot, around: Position, inner: Position, known: readonly Known[]): void {
    if (!this.#isMade(slot)) return;
    const loops = inner.open.slice(around.open.length);
    const turning = new Set(this.#parts(slot.key).filter((part) => isTurnedBy(part, loops)));
    if (turning.size > 1 || loops.length > 1) throw this.#keysRepeat(slot);
    for (const other of map.children) {
      if (other === slot || !this.#isMade(other)) continue;
      const apart = areApart(this.#parts(slot.key), this.#parts(other.key), around);
      if (!apart && this.presence.claims(other, known) !== false) throw this.#keysMeet(slot, other.key);
    }
  }

  /** In the loop over a map, leaves out the keys that others win. */
  withoutLosers(map: Slot, slot: Slot, blocks: Block[], at: Position, known: readonly Known[]): Block[] {
    this.#requireApart(map, slot, known);
    const winners = [...(map.winners?.get(slot.entry) ?? [])];
    if (winners.length === 0) return blocks;
    const scope = this.#mapScope(slot, winners);
    const always: string[] = [];
    const guards: string[] = [];
    const sometimes = new Map<string, string[]>();
    for (const key of winners) {
      const rival = map.children.find((child) => child.kind === 'key' && child.entry === key)!;
      const otherMap = this.#wholeKeyScope(key);
      if (otherMap !== undefined) guards.push(...this.#has(rival, otherMap, keyVariable(scope, at), at, known));
      else if (isText((scope.over.shape as MapShape).key, rival.key)) {
        const there = this.presence.claims(rival, [...known, isFilled(scope)]);
        const when = typeof there === 'boolean' ? '' : conditionText(there, at);
        if (there === true) always.push(rival.key);
        else if (there !== false) sometimes.set(when, [...(sometimes.get(when) ?? []), rival.key]);
      }
    }
    for (const [when, keys] of sometimes) {
      guards.push(`and ${parenthesised(when)} (eq ${keyVariable(scope, at)} ${keys.map(goString).join(' ')})`);
    }
    this.#omitted.set(slot, always);
    if (guards.length === 0) return blocks;
    const text =
      guards.length === 1 ? `not (${guards[0]})` : `not (or ${guards.map((guard) => `(${guard})`).join(' ')})`;
    return [{ kind: 'if', branches: [{ when: { op: 'go', text }, body: blocks }], at }];
  }

  /** A fixed key that a spread map overrides: only where the map is spread and does not have it. */
  withoutRivals(map: Slot, slot: Slot, blocks: Block[], at: Position, known: readonly Known[]): Block[] {
    if (this.#parts(slot.key).some((part) => typeof part !== 'string')) return blocks;
    const guards: string[] = [];
    for (const rival of map.children) {
      const wins = map.winners?.get(rival.entry)?.has(slot.entry) === true;
      if (rival.kind !== 'key' || wins || !this.#couldBe(rival.key, slot.key)) continue;
      const scope = this.#wholeKeyScope(rival.key);
      if (scope === undefined) throw this.#keysMeet(slot, rival.key);
      if (!isText((scope.over.shape as MapShape).key, slot.key)) continue;
      guards.push(...this.#has(rival, scope, goString(slot.key), at, known).map((has) => `not (${has})`));
    }
    if (guards.length === 0) return blocks;
    const text = guards.length === 1 ? guards[0]! : `and ${guards.map(parenthesised).join(' ')}`;
    return [{ kind: 'if', branches: [{ when: { op: 'go', text }, body: blocks }], at }];
  }

  /** The test that a map is spread and has a key; none where it is not spread at all. */
  #has(spread: Slot, scope: Scope, key: string, at: Position, known: readonly Known[]): string[] {
    const map = expressionOf(scope.over, at);
    const has = `hasKey ${map} ${key}`;
    // A map that is there and has the key is filled; one that may be null is asked for that first.
    const there = this.presence.of(spread, this.presence.isNullable(scope.over) ? known : [...known, isFilled(scope)]);
    if (typeof there === 'boolean') return there ? [has] : [];
    if (!asks(there, [scope])) return [`and ${parenthesised(conditionText(there, at))} (${has})`];
    // The element that has the key decides: it is asked after null, also of the map itself, and the key.
    const elements = new Map([[scope.id, `(index ${map} ${key})`]]);
    const around = { ...scope.over, parent: scope.over };
    const sets = this.presence.ancestorsSet(around, known).map((set) => parenthesised(conditionText(set, at)));
    return [`and ${[...sets, `(${has})`, parenthesised(conditionText(there, { ...at, elements }))].join(' ')}`];
  }

  /** Keys that are made of values cannot be left out of a map, nor a map's keys beside them: neither is known. */
  #requireApart(map: Slot, slot: Slot, known: readonly Known[]): void {
    if (this.#wholeKeyScope(slot.key) === undefined) return;
    for (const other of map.children) {
      if (this.#isMade(other) && this.presence.claims(other, known) !== false) throw this.#keysMeet(slot, other.key);
    }
  }

  /** Whether a key has values in it, and is not just the key of a map. */
  #isMade({ kind, key }: Slot): boolean {
    return kind === 'key' && hasMark(key) && this.#wholeKeyScope(key) === undefined;
  }

  /** Whether a key that is made of values could come out as a fixed one. */
  #couldBe(key: string, fixed: string): boolean {
    const parts = this.#parts(key);
    if (parts.every((part) => typeof part === 'string')) return false;
    const pattern = parts.map((part) => (typeof part === 'string' ? part.replace(/\W/g, '\\$&') : '.*')).join('');
    return new RegExp(`^${pattern}$`, 's').test(fixed);
  }

  #mapScope(slot: Slot, winners: readonly string[]): Scope {
    const scope = this.#wholeKeyScope(slot.key);
    if (scope === undefined) throw this.#keysMeet(slot, winners[0]!);
    return scope;
  }

  /** No hash is a key: exploration refuses that. */
  #parts(key: string): readonly KeyPart[] {
    return this.explorer.marks.parts(key) as readonly KeyPart[];
  }

  /** The loop of a key that is exactly the key of a map. */
  #wholeKeyScope(key: string): Scope | undefined {
    const mark = this.explorer.marks.whole(key);
    return mark?.kind === 'key' && mark.reference.root === 'key' && isMap(mark.reference.scope)
      ? mark.reference.scope
      : undefined;
  }

  #keysMeet(slot: Slot, other: string): ChartError {
    return new ChartError(
      `${place(slot)}: keys made from elements stand beside the key '${this.#shown(other)}' and could be equal to it; put them into a map of their own`,
    );
  }

  #keysRepeat(slot: Slot): ChartError {
    return new ChartError(
      `${place(slot)}: keys '${this.#shown(slot.key)}' made from more than the key of one map could be equal for two elements; make them of that key alone`,
    );
  }

  #shown(key: string): string {
    return this.#parts(key)
      .map((part) => (typeof part === 'string' ? part : '...'))
      .join('');
  }
}

/** What a key is made of: words, and marks of values. */
type KeyPart = string | Exclude<Mark, { kind: 'hash' }>;

/** Whether a part of a key may be another one in each turn of these loops. */
function isTurnedBy(part: KeyPart, loops: readonly Scope[]): boolean {
  if (typeof part === 'string') return false;
  return scopeChain(scopeOf(part.reference)).some(({ id }) => loops.some((loop) => loop.id === id));
}

/** Whether keys differ whatever their values are: by their first or last words, but for what both have in common. */
function areApart(one: readonly KeyPart[], other: readonly KeyPart[], { open }: Position): boolean {
  const [left, right] = [one, other].map((parts) =>
    parts.flatMap((part): KeyPart[] => (typeof part === 'string' ? [...part] : [part])),
  ) as [KeyPart[], KeyPart[]];
  const isCommon = (part: KeyPart) =>
    typeof part === 'string' ||
    scopeChain(scopeOf(part.reference)).every(({ id }) => open.some((each) => each.id === id));
  const beginApart = (a: readonly KeyPart[], b: readonly KeyPart[]) => {
    const same = a.findIndex((part, i) => part !== b[i] || !isCommon(part));
    const [restOfA, restOfB] = [a, b].map((parts) => parts.slice(same === -1 ? a.length : same)) as [
      KeyPart[],
      KeyPart[],
    ];
    if (restOfA.length > 0 && restOfB.length > 0)
      return [restOfA[0], restOfB[0]].every((part) => typeof part === 'string');
    return [...restOfA, ...restOfB].some((part) => typeof part === 'string');
  };
  return beginApart(left, right) || beginApart(left.reverse(), right.reverse());
}
