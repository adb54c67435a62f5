import { type Argument, resolved } from './template-argument.ts';
import type { OutlineNode } from './template-outline.ts';

/** Lines of a template; the first one is 1. */
export interface LineRange {
  /** Path below the chart's directory. */
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** What surrounds a node of a template. */
export interface Surroundings {
  readonly file: string;
  readonly argument: Argument;
  /** The controls around it, as text. */
  readonly headers: readonly string[];
  /** The lines that include the named templates that it is in. */
  readonly via: readonly LineRange[];
}

/** A node of a template where it stands, with its texts in terms of the values. */
export interface Spot extends Surroundings {
  readonly node: OutlineNode;
  readonly head: string;
  readonly value: string;
  /** The controls between it and the node that it is in, the outermost first. */
  readonly controls: readonly OutlineNode[];
}

/** The controls around a spot, as text in terms of the values. */
export function headersOf({ headers, controls, argument }: Spot): string[] {
  return [...headers, ...controls.map(({ head }) => resolved(head, argument))];
}

export function rangeOf({ file, node: { from, to } }: Spot): LineRange {
  return { file, from, to };
}
