import type { Exploration } from '../exploration.ts';
import { expressionOf, unparenthesised } from '../expression.ts';
import type { Json } from '../json.ts';
import { isRemoved } from '../known.ts';
import type { Reference, Scope } from '../reference.ts';
import { yamlScalar } from '../scalar.ts';
import type { Slot } from '../skeleton.ts';
import { headersOf, type Spot } from './template-spot.ts';

/** What is printed for a map or list with nothing in it. */
const EMPTY = /^(\{\}|\[\])$/;

/** Tells whether a template's text is what a slot is printed as. */
export class SlotText {
  constructor(
    private readonly exploration: Exploration,
    private readonly inside: (spot: Spot) => readonly Spot[],
  ) {}

  /** Whether a node prints this slot, given that it is in a node that prints the slot's parent. */
  isPrintedBy(spot: Spot, slot: Slot): boolean {
    if (slot.kind === 'item') return spot.node.kind === 'item' && this.#isItem(spot, slot);
    return spot.node.kind === 'entry' && this.#says(spot.head, slot.key, spot);
  }

  /** Items have no key: all that is in them must be of the slot. */
  #isItem(spot: Spot, slot: Slot): boolean {
    const opened = (this.exploration.loops.get(slot) ?? []).every((scope) => isOpenIn(headersOf(spot), scope));
    return opened && this.#isWhole(this.inside(spot), slot);
  }

  /** Whether all parts are the slot's, and all that the slot always has are among them. */
  #isWhole(inside: readonly Spot[], slot: Slot): boolean {
    const parts = inside.filter(({ node }) => !EMPTY.test(node.head));
    const always = slot.children.filter(
      ({ kind, rows }) => kind === 'key' && rows.every((row) => row.value.kind !== 'absent' && !isRemoved(row)),
    );
    const isScalar = parts.some(({ node }) => node.kind === 'text');
    return (
      parts.every((part) => this.#isPart(part, slot)) &&
      (isScalar || always.every((child) => parts.some((part) => this.isPrintedBy(part, child))))
    );
  }

  #isPart(spot: Spot, slot: Slot): boolean {
    if (spot.node.kind === 'text') return this.#isLeaf(spot, spot.head, slot);
    return slot.children.some((child) => {
      if (!this.isPrintedBy(spot, child)) return false;
      if (spot.node.kind === 'item' || EMPTY.test(spot.value)) return true;
      return spot.value === '' ? this.#isWhole(this.inside(spot), child) : this.#isLeaf(spot, spot.value, child);
    });
  }

  #isLeaf(spot: Spot, text: string, slot: Slot): boolean {
    // The text is in a named template then, whose name comes from the key.
    if (/^\{\{ include "/.test(text) && !/^\{\{ include "[^"]+\.json"/.test(text)) return true;
    const choices = slot.deps.map((id) => this.exploration.explorer.choices.get(id)!);
    return (
      slot.rows.some(({ value }) => value.kind === 'leaf' && this.#says(text, value.json, spot)) ||
      // A leaf that is what a choice answers is printed as the choice's value.
      choices.some(({ reference }) => mentions(text, reference, headersOf(spot)))
    );
  }

  /** Whether a text prints a literal, or mentions all values that a leaf or key is made of. */
  #says(text: string, json: Json, spot: Spot): boolean {
    const [, literal] = /^\{\{ ("(?:[^"\\]|\\.)*") \}\}$/.exec(text) ?? [];
    const plain = literal === undefined ? text : yamlScalar(JSON.parse(literal) as string);
    if (typeof json !== 'string') return plain === JSON.stringify(json);
    const parts = this.exploration.explorer.marks.parts(json);
    if (parts.every((part) => typeof part === 'string'))
      return plain === yamlScalar(json).replaceAll('{{', '{{ "{{" }}');
    return parts.every(
      (part) => typeof part === 'string' || part.kind === 'hash' || mentions(text, part.reference, headersOf(spot)),
    );
  }
}

/** Whether a template's text reads a value, inside loops with these headers. Paths start at the root. */
export function mentions(text: string, reference: Reference, headers: readonly string[] = []): boolean {
  if (reference.root === 'Values' || reference.root === 'Release') {
    const expression = unparenthesised(expressionOf(reference, { chart: '', open: [] }));
    const rest = text.split(expression).slice(1);
    return rest.some((after) => expression.endsWith(')') || !/^[\w.]/.test(after));
  }
  const key = reference.root === 'element' ? reference.path.at(-1) : undefined;
  return text.includes(key ?? '$') && isOpenIn(headers, reference.scope);
}

/** Whether one of these headers opens a loop. */
function isOpenIn(headers: readonly string[], scope: Scope): boolean {
  return headers.some(
    (header, i) => header.startsWith('{{- range ') && mentions(header, scope.over, headers.slice(0, i)),
  );
}
