import { ChartError } from '../errors.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Exploration } from '../exploration.ts';
import type { Slot } from '../skeleton.ts';
import { shortened } from './nearest.ts';
import { below, endOf, fieldOf, isOpenKey, itemName, type SlotPath } from './slot-path.ts';

/**
 * The places that a field's name means: `spec.template.spec.containers[0].image`, `containers[backend]`,
 * `metadata.labels[app.kubernetes.io/name]`, or the same with dots. Several where a key can come from several maps.
 *
 * @throws ChartError that names what there is instead
 */
export function findField(document: Slot, field: string, exploration: Exploration, evaluation: Evaluation): SlotPath[] {
  return new FieldFinder(exploration, evaluation).find([document], field.replace(/^\./, ''));
}

class FieldFinder {
  constructor(
    private readonly exploration: Exploration,
    private readonly evaluation: Evaluation,
  ) {}

  find(path: SlotPath, rest: string): SlotPath[] {
    if (rest === '') return [path];
    const steps = this.#steps(path, rest);
    const [first] = steps;
    if (first === undefined) throw this.#unknown(path, rest);
    if (first.slot.kind === 'key') return steps.flatMap(({ slot, left }) => this.find(below(path, slot), left));
    // Different items can have one number, by what the values say: the one that is there by default comes first.
    const found = steps.flatMap(({ slot, left }) => this.#tried(() => this.find(below(path, slot), left)) ?? []);
    return found.length > 0 ? found : this.find(below(path, first.slot), first.left);
  }

  #tried(find: () => SlotPath[]): SlotPath[] | undefined {
    try {
      return find();
    } catch (error) {
      if (error instanceof ChartError) return undefined;
      throw error;
    }
  }

  /** The children that the text goes on with, and what is left of it. */
  #steps(path: SlotPath, rest: string): { slot: Slot; left: string }[] {
    const { children } = endOf(path);
    const after = (length: number) => rest.slice(length).replace(/^\./, '');
    const bracket = this.#bracket(path, rest);
    if (bracket !== undefined) {
      const items = this.#items(path, bracket.name);
      const found = items.length > 0 ? items : this.#keys(children, bracket.name);
      return found.map((slot) => ({ slot, left: after(bracket.text.length) }));
    }
    const fixed = children
      .filter((child) => child.kind === 'key' && !isOpenKey(child, this.exploration) && startsWithKey(rest, child.key))
      .sort((a, b) => b.key.length - a.key.length);
    // A key that loses to a spread map in one branch and wins in another has two slots.
    const longest = fixed.filter(({ key }) => key === fixed[0]!.key);
    if (longest.length > 0) return longest.map((slot) => ({ slot, left: after(slot.key.length) }));
    return children
      .filter((child) => isOpenKey(child, this.exploration))
      .map((slot) => ({ slot, left: slot.children.length === 0 ? '' : after(/^[^.[]*/.exec(rest)![0].length) }));
  }

  /** `[name]` at the beginning of a text, with quotes or without; names can have brackets themselves. */
  #bracket(path: SlotPath, rest: string): { readonly text: string; readonly name: string } | undefined {
    const list = endOf(path);
    const known = list.children.flatMap((child) => {
      const name = child.kind === 'item' ? itemName(child, list, this.exploration) : child.key;
      return ['', "'", '"'].map((quote) => ({ text: `[${quote}${name}${quote}]`, name }));
    });
    const [longest] = known.filter(({ text }) => rest.startsWith(text)).sort((a, b) => b.text.length - a.text.length);
    const [text, , name] = /^\[(["']?)(.*?)\1\]/.exec(rest) ?? [];
    return longest ?? (text === undefined ? undefined : { text, name: name! });
  }

  #keys(children: readonly Slot[], name: string): Slot[] {
    const fixed = children.filter((child) => child.kind === 'key' && child.key === name);
    return fixed.length > 0 ? fixed : children.filter((child) => isOpenKey(child, this.exploration));
  }

  /** Items of a name or number; the one that has the number by default comes first. */
  #items(path: SlotPath, name: string): Slot[] {
    const list = endOf(path);
    const items = list.children.filter(({ kind }) => kind === 'item');
    const named = items.filter((item) => itemName(item, list, this.exploration) === name);
    if (!/^\d+$/.test(name)) return named;
    const inOrder = items.flatMap((item) => this.evaluation.along(below(path, item)).map(() => item));
    const numbered = [...new Set([...inOrder.slice(Number(name), Number(name) + 1), ...named])];
    return numbered.length > 0 ? numbered : items.filter((item) => this.exploration.loops.has(item));
  }

  #unknown(path: SlotPath, rest: string): ChartError {
    const slot = endOf(path);
    const here = fieldOf(path, this.exploration);
    const names = slot.children
      .filter(({ kind }) => kind !== 'argument')
      .map((child) =>
        child.kind === 'item'
          ? `[${itemName(child, slot, this.exploration)}]`
          : isOpenKey(child, this.exploration)
            ? '*'
            : child.key,
      );
    const there = names.length === 0 ? 'nothing below it' : shortened([...new Set(names)]);
    const where = here === '' ? 'the object' : here;
    const [missing] = /^(\[.*?\]|[^.[]+)/.exec(rest) ?? [rest];
    return new ChartError(`${where} has no ${missing}; it has ${there}`);
  }
}

function startsWithKey(rest: string, key: string): boolean {
  return rest.startsWith(key) && /^$|[.[]/.test(rest.charAt(key.length));
}
