import type { Condition } from '../condition.ts';
import type { Exploration } from '../exploration.ts';
import type { Mark } from '../marks.ts';
import { nameOf, type Reference, valuePath } from '../reference.ts';
import type { Slot } from '../skeleton.ts';
import { Circumstances } from './circumstances.ts';
import { choicesIn } from './condition-words.ts';
import { endOf, type SlotPath } from './slot-path.ts';
import { type Use, usesBelow } from './uses.ts';

/** A value that has to do with what stands at a place. */
export interface FieldValue {
  /** Its path, or `release.name` and the like. */
  readonly path: string;
  /** The id of its references. */
  readonly id: string;
  readonly role: Use['role'];
  readonly when: readonly Condition[];
}

/** The values that make what stands at the end of a path, and those that decide whether it is there. */
export function valuesOf(path: SlotPath, exploration: Exploration): FieldValue[] {
  const found = new Map<string, FieldValue>();
  const add = (id: string, name: string, role: Use['role'], when: readonly Condition[]) => {
    if (!found.has(id)) found.set(id, { path: name, id, role, when });
  };
  for (const reference of referencesIn(endOf(path), exploration)) {
    const [use] = usesBelow(valuePath(reference), path, exploration);
    if (use !== undefined) add(valuePath(reference), shortName(reference), use.role, use.when);
  }
  for (const slot of path)
    for (const { over } of exploration.loops.get(slot) ?? []) add(valuePath(over), shortName(over), 'each', []);
  for (const { reference } of new Circumstances(exploration).of(path).flatMap(choicesIn))
    add(valuePath(reference), shortName(reference), 'presence', []);
  return [...found.values()];
}

function shortName(reference: Reference): string {
  return nameOf(reference).replace(/^values\./, '');
}

/** The list or map for one of its elements as a whole. */
function ofWhole(reference: Reference): Reference {
  return reference.root === 'element' && reference.path.length === 0 ? reference.scope.over : reference;
}

/** Everything that a slot and what is below it is made of or depends on. */
function referencesIn(slot: Slot, exploration: Exploration): Reference[] {
  const { explorer, loops } = exploration;
  const texts = [slot.key, ...slot.rows.map(({ value }) => (value.kind === 'leaf' ? value.json : null))];
  const marks = texts.flatMap((text) => (typeof text === 'string' ? explorer.marks.parts(text) : []));
  return [
    ...marks.filter(
      (part): part is Exclude<Mark, { kind: 'hash' }> => typeof part !== 'string' && part.kind !== 'hash',
    ),
    ...slot.deps.map((id) => explorer.choices.get(id)!),
  ]
    .map(({ reference }) => ofWhole(reference))
    .filter(({ root }) => root !== 'key')
    .concat((loops.get(slot) ?? []).map(({ over }) => over))
    .concat(slot.children.flatMap((child) => referencesIn(child, exploration)));
}
