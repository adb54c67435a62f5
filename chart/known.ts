import { YES } from './choice.ts';
import { REMOVED } from './marks.ts';
import type { Scope, ValueReference } from './reference.ts';
import type { Row, Slot } from './skeleton.ts';

/** What is known at some place of the templates: only these combinations of choices are possible there. */
export interface Known {
  readonly ids: readonly string[];
  readonly allowed: readonly ReadonlyMap<string, number>[];
}

/** Whether a row is possible where this is known. */
export function agrees(known: Known, row: Pick<Row, 'options'>): boolean {
  const shared = known.ids.filter((id) => row.options.has(id));
  return known.allowed.some((options) => shared.every((id) => options.get(id) === row.options.get(id)));
}

/** Whether it is known that a choice is true, set or filled. */
export function isImplied(known: readonly Known[], id: string): boolean {
  return known.some(({ ids, allowed }) => ids.includes(id) && allowed.every((options) => options.get(id) === YES));
}

/** Inside a loop, the list is not empty, and neither it nor what it is in is null. */
export function isFilled(scope: Scope): Known {
  const ids = [`filled:${scope.over.id}`];
  for (let at: ValueReference | undefined = scope.over; at !== undefined; at = at.parent) ids.push(`set:${at.id}`);
  return { ids, allowed: [new Map(ids.map((id) => [id, YES]))] };
}

/** Where something stands at a slot. */
export function isThere(slot: Slot): Known {
  return { ids: slot.deps, allowed: slot.rows.filter((row) => !isMissing(row)).map(({ options }) => options) };
}

/** Lists, or maps, that have no child in common, not even over others, are different things, printed apart. */
export function familiesOf(slot: Slot, present: readonly Row[]): ReadonlyMap<Row, number> {
  const families = new Map<Row, number>();
  const owner = new Map<Slot, number>();
  present.forEach((row, i) => {
    const known = { ids: slot.deps, allowed: [row.options] };
    const children = slot.children.filter((child) =>
      child.rows.some((each) => !isMissing(each) && agrees(known, each)),
    );
    const met = new Set(children.map((child) => owner.get(child)));
    for (const [other, family] of families) if (met.has(family)) families.set(other, i);
    for (const [child, family] of owner) if (met.has(family)) owner.set(child, i);
    families.set(row, i);
    for (const child of children) owner.set(child, i);
  });
  return families;
}

/** Whether nothing stands in a row. */
export function isMissing(row: Row): boolean {
  return row.value.kind === 'absent' || row.value.kind === 'unreachable' || isRemoved(row);
}

/** Whether a row takes away what is spread before it, and prints nothing. */
export function isRemoved({ value }: Row): boolean {
  return value.kind === 'leaf' && value.json === REMOVED;
}
