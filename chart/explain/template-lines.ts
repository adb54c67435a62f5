import type { Exploration } from '../exploration.ts';
import type { Slot } from '../skeleton.ts';
import type { SlotPath } from './slot-path.ts';
import { SlotText } from './slot-text.ts';
import { argumentOf, ROOT, resolved } from './template-argument.ts';
import { definitionIn, type OutlineNode, outlineOf } from './template-outline.ts';
import { headersOf, type LineRange, rangeOf, type Spot, type Surroundings } from './template-spot.ts';

const HELPERS = 'templates/_helpers.tpl';

/** Finds the lines of templates that print a slot, by reading the templates again. */
export class TemplateLines {
  readonly #text: SlotText;

  /**
   * @param files the chart's templates by path
   * @param documents the template of each document, by the document's key
   */
  constructor(
    exploration: Exploration,
    private readonly files: ReadonlyMap<string, string>,
    private readonly documents: ReadonlyMap<string, string>,
  ) {
    this.#text = new SlotText(exploration, (spot) => this.#inside(spot));
  }

  /** The template that prints a document. */
  fileOf(document: Slot): string {
    return this.documents.get(document.key)!;
  }

  /** The lines that print what stands at the end of a path, with the guards and loops that are around it alone. */
  of(path: SlotPath): LineRange[] {
    const file = this.fileOf(path[0]);
    const text = this.files.get(file)!;
    let ranges: readonly LineRange[] = [{ file, from: 1, to: text.trimEnd().split('\n').length }];
    let spots = this.#spots(outlineOf(text), { file, argument: ROOT, headers: [], via: [] }, []);
    for (const slot of path.slice(1)) {
      // What is hashed is the text of a named template, which is inside an entry already.
      if (slot.kind === 'argument') {
        spots = spots.flatMap((spot) => (spot.node.kind === 'text' ? this.#inside(spot) : [spot]));
        continue;
      }
      const found = spots.filter((spot) => this.#text.isPrintedBy(spot, slot));
      if (found.length === 0) break;
      ranges = found.flatMap((spot) => [...spot.via, widened(spot, found), ...this.#leafTemplate(spot)]);
      spots = found.flatMap((spot) => this.#inside(spot));
    }
    return merged(ranges);
  }

  /** What is in a node: below it, or in the named template that its value is printed by. */
  #inside(spot: Spot): Spot[] {
    const around = { ...spot, headers: headersOf(spot) };
    const [, name, argument] = /\binclude "([^"]+)" (.+?) (?:\||\}\})/.exec(leafOf(spot)) ?? [];
    const isTemplate = name !== undefined && !name.endsWith('.json');
    return isTemplate
      ? this.#included(name, argument!, rangeOf(spot), around)
      : this.#spots(spot.node.children, around, []);
  }

  /** The lines of the named template that prints a leaf. */
  #leafTemplate({ node }: Spot): LineRange[] {
    const [, name] = /^\{\{ include "([^"]+)" [^|]+\}\}$/.exec(node.value) ?? [];
    const definition = name === undefined || name.endsWith('.json') ? undefined : this.#definition(name);
    if (definition === undefined) return [];
    return [{ file: HELPERS, from: definition.line, to: definition.line + definition.text.split('\n').length - 1 }];
  }

  /** Nodes without the controls around them, and with what they include. */
  #spots(nodes: readonly OutlineNode[], around: Surroundings, controls: readonly OutlineNode[]): Spot[] {
    return nodes.flatMap((node) => {
      if (node.kind === 'control') return this.#spots(node.children, around, [...controls, node]);
      const { file, argument, headers, via } = around;
      const [head, value] = [node.head, node.value].map((text) => resolved(text, argument)) as [string, string];
      const spot: Spot = { file, argument, headers, via, node, head, value, controls };
      if (node.kind !== 'include') return [spot];
      return this.#included(node.head, node.value, rangeOf(spot), { ...around, headers: headersOf(spot) });
    });
  }

  #included(name: string, argument: string, at: LineRange, around: Surroundings): Spot[] {
    const definition = this.#definition(name);
    if (definition === undefined) return [];
    const inside: Surroundings = {
      file: HELPERS,
      argument: argumentOf(argument, around.argument),
      headers: around.headers,
      via: [...around.via, at],
    };
    return this.#spots(outlineOf(definition.text, definition.line), inside, []);
  }

  #definition(name: string): { text: string; line: number } | undefined {
    return definitionIn(this.files.get(HELPERS) ?? '', name);
  }
}

/** The text of a leaf as it is printed. What follows a dash is a node of its own. */
function leafOf({ node }: Spot): string {
  if (node.kind === 'text') return node.head;
  return node.kind === 'entry' ? node.value : '';
}

/** The lines of a node, and of the controls that have nothing else in them than what was found. */
function widened(spot: Spot, found: readonly Spot[]): LineRange {
  const nodes = new Set(found.map(({ node }) => node));
  const holdsFound = (node: OutlineNode): boolean =>
    node.kind === 'control' ? node.children.every(holdsFound) : nodes.has(node);
  const outer = spot.controls.find(holdsFound);
  return { ...rangeOf(spot), ...(outer && { from: outer.from, to: outer.to }) };
}

/** Ranges in order, those that touch as one. */
function merged(ranges: readonly LineRange[]): LineRange[] {
  const sorted = [...ranges].sort((a, b) => Number(a.file === HELPERS) - Number(b.file === HELPERS) || a.from - b.from);
  const all: LineRange[] = [];
  for (const range of sorted) {
    const last = all.at(-1);
    if (last?.file !== range.file || range.from > last.to + 1) all.push(range);
    else all[all.length - 1] = { ...last, to: Math.max(last.to, range.to) };
  }
  return all;
}
