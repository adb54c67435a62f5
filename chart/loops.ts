import { ChartError } from './errors.ts';
import type { Explorer } from './explore.ts';
import { isMap } from './expression.ts';
import { described } from './looks.ts';
import { type Mark, withoutMarks } from './marks.ts';
import { nameOf, type Scope, scopeChain, scopeOf } from './reference.ts';
import type { Slot } from './skeleton.ts';
import { wayAround } from './ways.ts';

/** Which slots are inside a loop of their own: for each, the loops that it opens, the outermost first. */
export type Loops = ReadonlyMap<Slot, readonly Scope[]>;

/**
 * Finds where the elements of lists and maps are used. An item of a list, a key that is a mark, or a document with an
 * element's value in its construct path is repeated for every element.
 *
 * @throws ChartError when an element is used outside of its list.
 */
export function findLoops(slots: readonly Slot[], explorer: Explorer): Loops {
  const loops = new Map<Slot, readonly Scope[]>();
  const find = explorer.findLoops ? visitFound : visit;
  for (const slot of slots) find(slot, [], loops, explorer);
  return loops;
}

function visit(slot: Slot, open: readonly Scope[], loops: Map<Slot, readonly Scope[]>, explorer: Explorer): void {
  const used = [...scopesUsed(slot, explorer).flatMap(scopeChain), ...loopsAround(slot, explorer)];
  const opens = [...new Map(used.map((scope) => [scope.id, scope])).values()].filter(
    (scope) => !open.some(({ id }) => id === scope.id),
  );
  const inside = [...open, ...opens];
  if (opens.length > 0) {
    if (!canOpen(slot, explorer)) throw outsideOfList(slot, opens[0]!, explorer);
    const split = inside.findIndex((scope, i) => scope.parent !== undefined && scope.parent.id !== inside[i - 1]!.id);
    const unrelated = opens.slice(1).find((scope) => scope.parent === undefined);
    if (unrelated !== undefined || split !== -1) {
      throw new ChartError(
        `${place(slot)} uses elements of ${opens.map((scope) => nameOf(scope.over)).join(' and of ')} at once; make one of them a list inside the other`,
      );
    }
    loops.set(slot, opens);
  }
  for (const child of slot.children) visit(child, inside, loops, explorer);
}

/** A branch on an element of a list inside two loops over it: a template can tell the two, exploration cannot. */
export class QuestionInInnerLoop extends ChartError {}

/** As `visit`, where the explorer has found the loops: they are what the items of lists, and keys, say. */
function visitFound(slot: Slot, open: readonly Scope[], loops: Map<Slot, readonly Scope[]>, explorer: Explorer): void {
  const opens = scopesOpened(slot, explorer).filter((scope) => !open.some(({ id }) => id === scope.id));
  const inside = [...open, ...opens];
  if (opens.length > 0) loops.set(slot, opens);
  const used = scopesUsed(slot, explorer);
  const outside = used.find((scope) => !inside.some(({ id }) => id === scope.id));
  if (outside !== undefined) throw outsideOfList(slot, outside, explorer);
  // Questions are asked of the elements of a list, and not of those of one of two loops over it.
  const twice = inside.find(({ turn }) => turn !== '');
  const asked = slot.deps.map((id) => explorer.choices.get(id)!.scope);
  if (twice !== undefined && asked.some((scope) => scopeChain(scope).some(({ over }) => over.id === twice.over.id))) {
    throw new QuestionInInnerLoop(
      `${place(slot)} asks about an element of ${nameOf(twice.over)} in a loop over it that is inside another one; ask in the outer one alone, or make the inner one a list of its own`,
    );
  }
  for (const child of slot.children) visitFound(child, inside, loops, explorer);
}

/** The loops that a slot is repeated in, the outermost first. */
function scopesOpened(slot: Slot, explorer: Explorer): Scope[] {
  const texts = slot.rows.flatMap(({ value }) => (value.kind === 'each' ? [value.loop] : []));
  if (slot.kind === 'document' || slot.kind === 'key') texts.push(slot.key);
  const scopes = texts.flatMap((text) => marksIn(text, explorer).flatMap((mark) => scopeChain(markScope(mark))));
  return [...new Map(scopes.map((scope) => [scope.id, scope])).values()].sort(
    (a, b) => scopeChain(a).length - scopeChain(b).length,
  );
}

/**
 * Loops around those of a slot's parts. Where an item of a list is there only while such a list is filled, it is made
 * for each element of it, even if it uses the element in its parts alone.
 */
function loopsAround(slot: Slot, explorer: Explorer): Scope[] {
  if (!canOpen(slot, explorer)) return [];
  return partsBelow(slot)
    .filter((part) => canOpen(part, explorer))
    .flatMap((part) => scopesUsed(part, explorer).flatMap((scope) => scopeChain(scope.parent)))
    .filter((scope) => slot.deps.includes(`filled:${scope.over.id}`));
}

function partsBelow(slot: Slot): Slot[] {
  return slot.children.flatMap((child) => [child, ...partsBelow(child)]);
}

function canOpen(slot: Slot, explorer: Explorer): boolean {
  if (slot.kind === 'document' || slot.kind === 'key')
    return marksIn(slot.key, explorer).some((mark) => markScope(mark) !== undefined);
  if (explorer.findLoops) return slot.rows.some(({ value }) => value.kind === 'each');
  return slot.kind === 'item';
}

/** The loops whose elements a slot uses by itself, not in a part that can be repeated by itself. */
function scopesUsed(slot: Slot, explorer: Explorer): Scope[] {
  const scopes = slot.deps.map((id) => explorer.choices.get(id)!.scope);
  for (const { value } of slot.rows)
    if (value.kind === 'leaf' && typeof value.json === 'string')
      scopes.push(...marksIn(value.json, explorer).map(markScope));
  if (slot.kind === 'document' || slot.kind === 'key') scopes.push(...marksIn(slot.key, explorer).map(markScope));
  const used = scopes.filter((scope) => scope !== undefined);
  for (const child of slot.children) if (!canOpen(child, explorer)) used.push(...scopesUsed(child, explorer));
  return used;
}

/** Whether a slot, or a part of it, uses the element of a loop that is around it. */
export function usesLoopAround(slot: Slot, loops: Loops, explorer: Explorer): boolean {
  const parts = [slot, ...partsBelow(slot)];
  const opened = new Set(parts.flatMap((part) => loops.get(part) ?? []).map(({ id }) => id));
  return parts.some((part) => scopesUsed(part, explorer).some(({ id }) => !opened.has(id)));
}

function marksIn(text: string, explorer: Explorer): Mark[] {
  return explorer.marks.parts(text).filter((part) => typeof part !== 'string');
}

function markScope(mark: Mark): Scope | undefined {
  return mark.kind === 'hash' ? undefined : scopeOf(mark.reference);
}

function outsideOfList(slot: Slot, scope: Scope, explorer: Explorer): ChartError {
  const user = userOf(slot, scope, explorer);
  const looks = [...explorer.looks.values()].map(({ look }) => look);
  const look = looks.find(({ reference, always }) => always && reference.id === scope.over.id);
  const way = look && wayAround({ operation: look.operation, shape: scope.over.shape });
  return new ChartError(
    `${place(user)} uses an element of ${nameOf(scope.over)} outside of its ${isMap(scope) ? 'map' : 'list'}${described(look)}; ` +
      (way ?? 'use it inside what .map makes of it, or, to make an object for each element, in the construct id'),
  );
}

/** The part that uses the elements of a loop by itself. */
function userOf(slot: Slot, scope: Scope, explorer: Explorer): Slot {
  const inside = slot.children.filter((child) => !canOpen(child, explorer));
  const user = inside.find((child) => scopesUsed(child, explorer).some(({ id }) => id === scope.id));
  return user === undefined ? slot : userOf(user, scope, explorer);
}

/** How messages name a slot. */
export function place(slot: Pick<Slot, 'id'>): string {
  return withoutMarks(slot.id)
    .replace(/\uE009[^ ]*/g, '')
    .trim()
    .replace(/ /g, '.')
    .replace(/\.\[(\d+)\]/g, '[$1]')
    .replace(/\.$/, '');
}
