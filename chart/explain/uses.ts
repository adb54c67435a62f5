import { isText } from '../check-values.ts';
import type { Choice } from '../choice.ts';
import { type Condition, conditionFor, decide } from '../condition.ts';
import type { Exploration } from '../exploration.ts';
import { NOTES } from '../explore.ts';
import type { Json } from '../json.ts';
import type { Part } from '../marks.ts';
import { type Reference, valuePath } from '../reference.ts';
import type { MapShape } from '../shape.ts';
import { type Row, type Slot, signature } from '../skeleton.ts';
import { Circumstances } from './circumstances.ts';
import { allOf, choicesIn } from './condition-words.ts';
import { below, endOf, isOpenKey, type SlotPath } from './slot-path.ts';

/** What a value does at a place in the manifests. */
export interface Use {
  readonly path: SlotPath;
  /**
   * - `value`: it stands there as it is
   * - `text`: it is a part of the text
   * - `key`: it is the name of what is there, or a part of it
   * - `each`: its elements or entries stand there
   * - `hash`: it is a part of what is hashed
   * - `presence`: it decides whether something is there
   * - `choice`: it decides which of several things is there
   * - `replaces`: a map whose entry of that name takes the place of what is there
   */
  readonly role: 'value' | 'text' | 'key' | 'each' | 'hash' | 'presence' | 'choice' | 'replaces';
  /** All of this holds where it does that. */
  readonly when: readonly Condition[];
  /** Of `choice`: what there is to choose from. */
  readonly cases?: readonly { readonly json: Json | undefined; readonly when: readonly Condition[] }[];
  /** Of `each`: keys that stand there already and stay. */
  readonly except?: readonly string[];
  /** Of `hash`: where it is in what is hashed. */
  readonly hashed?: readonly Use[];
}

/** Everything that a value does in the manifests; NOTES.txt aside. */
export function usesOf(value: string, exploration: Exploration): Use[] {
  const finder = new UseFinder(value, exploration);
  return exploration.slots.filter(({ key }) => key !== NOTES).flatMap((slot) => finder.below([slot]));
}

/** What a value does at the end of a path and below it. */
export function usesBelow(value: string, path: SlotPath, exploration: Exploration): Use[] {
  return new UseFinder(value, exploration).below(path);
}

class UseFinder {
  readonly #circumstances: Circumstances;

  constructor(
    private readonly value: string,
    private readonly exploration: Exploration,
  ) {
    this.#circumstances = new Circumstances(exploration);
  }

  below(path: SlotPath): Use[] {
    const each = this.#each(path);
    if (each !== undefined) return [each];
    const slot = endOf(path);
    const inner = slot.children.flatMap((child) => this.below(below(path, child)));
    const isHash = slot.children.some(({ kind }) => kind === 'argument');
    const found = isHash && inner.length > 0 ? [this.#use(path, 'hash', { hashed: inner })] : inner;
    const own = this.#content(path) ?? this.#presence(path, inner) ?? this.#choice(path);
    return [own, this.#replaced(path), ...found].filter((use) => use !== undefined);
  }

  #use(path: SlotPath, role: Use['role'], more: Partial<Use> = {}, wanted?: (row: Row) => boolean): Use {
    return { path, role, when: this.#circumstances.of(path, wanted), ...more };
  }

  /** A loop over the value. */
  #each(path: SlotPath): Use | undefined {
    const slot = endOf(path);
    const loop = this.exploration.loops.get(slot)?.some(({ over }) => valuePath(over) === this.value);
    if (loop !== true) return undefined;
    const parent = path.at(-2);
    const except = [...(parent?.winners?.get(slot.entry) ?? [])].flatMap((key) => {
      const rival = parent!.children.find((child) => child.entry === key);
      const over = rival && this.exploration.loops.get(rival)?.at(-1)?.over;
      if (over !== undefined) return [`those of ${valuePath(over)}`];
      return this.#mayHave(slot, key) ? [key] : [];
    });
    return this.#use(path, 'each', { except });
  }

  /** A leaf that is the value, or has it inside its text. */
  #content(path: SlotPath): Use | undefined {
    const slot = endOf(path);
    const present = this.#circumstances.present(path);
    if (slot.kind === 'key' && this.exploration.explorer.marks.parts(slot.key).some((part) => this.#isValue(part)))
      return this.#use(path, 'key');
    const itself = this.#choicesAt(slot)
      .map((choice) => saysItself(present, choice))
      .find((role) => role !== undefined);
    if (itself !== undefined) return this.#use(path, itself);
    const parts = present.map((row) => this.#partsOf(row)).find((each) => each.some((part) => this.#isValue(part)));
    if (parts === undefined) return undefined;
    return this.#use(path, parts.length === 1 ? 'value' : 'text', {}, (row) =>
      this.#partsOf(row).some((part) => this.#isValue(part)),
    );
  }

  /** What is there only if the value says so. A list or map that is left out where it is empty says so by itself. */
  #presence(path: SlotPath, inner: readonly Use[]): Use | undefined {
    const asked = this.#askedBy(this.#circumstances.own(endOf(path), path));
    const isOwnEmptiness = asked.every(({ kind }) => kind === 'filled' || kind === 'set');
    const isPassedOn = inner.some(({ role }) => role === 'value' || role === 'text' || role === 'each');
    return asked.length === 0 || (isOwnEmptiness && isPassedOn) ? undefined : this.#use(path, 'presence');
  }

  /** One of several things, by what the value says. */
  #choice(path: SlotPath): Use | undefined {
    const slot = endOf(path);
    if (this.#choicesAt(slot).length === 0) return undefined;
    const { explorer } = this.exploration;
    const present = this.#circumstances.present(path);
    const label = (row: Row) => signature(row.value, explorer);
    const labels = [...new Set(present.map(label))];
    if (labels.length < 2) return undefined;
    const decision = decide(
      present.map((row) => ({ options: row.options, result: row })),
      slot.deps.map((id) => explorer.choices.get(id)!),
      label,
    );
    const conditions = labels.map((wanted) => conditionFor(decision, (row) => label(row) === wanted));
    if (!conditions.some((condition) => this.#askedBy(condition).length > 0)) return undefined;
    const cases = labels.map((wanted, i) => {
      const { value } = present.find((row) => label(row) === wanted)!;
      const condition = conditions[i]!;
      return {
        json: value.kind === 'leaf' ? value.json : undefined,
        when: typeof condition === 'object' ? allOf([condition]) : [],
      };
    });
    return this.#use(path, 'choice', { cases });
  }

  /** A fixed key that gives way to a key of the value. */
  #replaced(path: SlotPath): Use | undefined {
    const slot = endOf(path);
    const parent = path.at(-2);
    if (parent?.winners === undefined || slot.kind !== 'key' || isOpenKey(slot, this.exploration)) return undefined;
    const rival = parent.children.find(
      (child) =>
        parent.winners!.get(child.entry)?.has(slot.entry) === false &&
        this.exploration.loops.get(child)?.some(({ over }) => valuePath(over) === this.value) === true &&
        this.#mayHave(child, slot.key),
    );
    return rival === undefined ? undefined : this.#use(path, 'replaces');
  }

  /** Whether the map that a key is made from may have this key. */
  #mayHave(slot: Slot, key: string): boolean {
    const over = this.exploration.loops.get(slot)?.at(-1)?.over.shape;
    return over?.kind === 'map' && isText((over as MapShape).key, key);
  }

  #choicesAt(slot: Slot): Choice[] {
    return slot.deps.map((id) => this.exploration.explorer.choices.get(id)!).filter((choice) => this.#concerns(choice));
  }

  #askedBy(condition: Condition | boolean): Choice[] {
    return typeof condition === 'boolean' ? [] : choicesIn(condition).filter((choice) => this.#concerns(choice));
  }

  #concerns({ reference }: Choice): boolean {
    return this.#isPartOfValue(reference);
  }

  #isValue(part: Part): boolean {
    return typeof part !== 'string' && part.kind !== 'hash' && this.#isPartOfValue(part.reference);
  }

  /** The value itself, or something in an element of it. */
  #isPartOfValue(reference: Reference): boolean {
    const id = valuePath(reference);
    return id === this.value || id.startsWith(`${this.value}[]`);
  }

  #partsOf({ value }: Row): readonly Part[] {
    return value.kind === 'leaf' && typeof value.json === 'string'
      ? this.exploration.explorer.marks.parts(value.json)
      : [];
  }
}

/** Whether a leaf always says what a choice answers, whole or with the same text around it. */
function saysItself(present: readonly Row[], choice: Choice): 'value' | 'text' | undefined {
  if (choice.kind !== 'enum' && choice.kind !== 'boolean') return undefined;
  const answers = new Set(present.map((row) => row.options.get(choice.id)));
  const rest = new Set(
    present.map(({ value, options }) => {
      const answer = choice.options[options.get(choice.id)!]!;
      const json = value.kind === 'leaf' ? value.json : undefined;
      if (json === answer) return ANSWER;
      return typeof json === 'string' ? json.replace(String(answer), ANSWER) : undefined;
    }),
  );
  const [text] = rest;
  if (answers.size < 2 || rest.size > 1 || text === undefined) return undefined;
  if (text === ANSWER) return 'value';
  return text.includes(ANSWER) ? 'text' : undefined;
}

const ANSWER = '\uE004';
