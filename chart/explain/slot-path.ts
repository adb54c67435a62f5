import type { Exploration } from '../exploration.ts';
import type { Slot } from '../skeleton.ts';

/** A way down the merged tree: a document, then what is in it. */
export type SlotPath = readonly [Slot, ...Slot[]];

/** The last slot of a path. */
export function endOf(path: SlotPath): Slot {
  return path.at(-1)!;
}

export function below(path: SlotPath, child: Slot): SlotPath {
  return [...path, child] as unknown as SlotPath;
}

/**
 * A field as people write it: `spec.template.spec.containers[backend].image`. `*` stands for the keys of a map and for
 * the elements of a list that the values give, `[0]` for an item without a name of its own. '' for the document.
 */
export function fieldOf(path: SlotPath, exploration: Exploration): string {
  return path
    .slice(1)
    .map((slot, i) => stepOf(slot, path[i]!, exploration))
    .join('')
    .replace(/^\./, '');
}

function stepOf(slot: Slot, parent: Slot, exploration: Exploration): string {
  if (slot.kind === 'item') return `[${itemName(slot, parent, exploration)}]`;
  if (slot.kind === 'argument') return '';
  if (isOpenKey(slot, exploration)) return '.*';
  return /^[\w-]+$/.test(slot.key) ? `.${slot.key}` : `[${slot.key}]`;
}

/** Whether a key comes from the values. */
export function isOpenKey(slot: Slot, { explorer }: Exploration): boolean {
  return slot.kind === 'key' && explorer.marks.parts(slot.key).some((part) => typeof part !== 'string');
}

/** What an item of a list is called: its `name` where that is fixed, `*` in a loop, else its number. */
export function itemName(item: Slot, list: Slot, exploration: Exploration): string {
  if (exploration.loops.has(item)) return '*';
  const name = fixedName(item, exploration);
  const isUnique = list.children.filter((other) => fixedName(other, exploration) === name).length === 1;
  return name !== undefined && isUnique ? name : String(numberOf(item, list));
}

/** The number that an item has where it is there. */
function numberOf(item: Slot, list: Slot): number {
  const { json } = list.lookUp(item.witness);
  return Array.isArray(json) && list.layout !== undefined ? list.layout.keysOf(json).indexOf(item.key) : -1;
}

function fixedName(item: Slot, { explorer }: Exploration): string | undefined {
  const name = item.children.find((child) => child.kind === 'key' && child.key === 'name');
  const texts = new Set(name?.rows.map(({ value }) => (value.kind === 'leaf' ? value.json : undefined)));
  const [text] = texts;
  const isFixed = texts.size === 1 && typeof text === 'string' && explorer.marks.whole(text) === undefined;
  return isFixed && explorer.marks.parts(text).length === 1 ? text : undefined;
}
