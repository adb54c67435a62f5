import { and, type Condition, conditionText } from './condition.ts';
import type { Position } from './expression.ts';
import type { Piece } from './pieces.ts';

/** Template text with conditions still open: neighbours may come to share one. */
export type Block =
  | { readonly kind: 'line'; readonly text: string }
  /** A key and what is below it. */
  | { readonly kind: 'entry'; readonly key: string; readonly body: readonly Block[] }
  /** An item of a list. */
  | { readonly kind: 'item'; readonly body: readonly Block[] }
  /** if, else if, else: the last branch may have no condition. */
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly at: Position }
  | { readonly kind: 'range'; readonly header: string; readonly body: readonly Block[] };

export interface Branch {
  readonly when?: Condition;
  readonly body: readonly Block[];
}

/** The blocks with their guards joined where they can be, as text. */
export function settled(blocks: readonly Block[]): Piece[] {
  return joinGuards(blocks).map((block): Piece => {
    switch (block.kind) {
      case 'line':
        return block;
      case 'if':
        return {
          kind: 'if',
          branches: block.branches.map((branch) => ({
            guard: branch.when === undefined ? undefined : guardText(branch, block),
            body: settled(branch.body),
          })),
        };
      case 'item':
        return { kind: 'item', body: settled(dashFirst(block.body)) };
      default:
        return { ...block, body: settled(block.body) };
    }
  });
}

/**
 * The dash of an item stands on its first line, so that line must always be there: an unguarded one goes first. Only keys
 * may change places, not the items of a list in a list.
 */
function dashFirst(body: readonly Block[]): readonly Block[] {
  if (hasItems(body)) return body;
  const name = body.findIndex((block) => block.kind === 'line' && block.text.startsWith('name: '));
  const firm = name !== -1 ? name : body.findIndex((block) => block.kind === 'line');
  const first = firm !== -1 ? firm : body.findIndex((block) => block.kind === 'entry' || block.kind === 'item');
  return first === -1 ? body : [body[first]!, ...body.filter((_, i) => i !== first)];
}

function hasItems(blocks: readonly Block[]): boolean {
  return blocks.some((block) => {
    if (block.kind === 'if') return block.branches.some((branch) => hasItems(branch.body));
    return block.kind === 'item' || (block.kind === 'range' && hasItems(block.body));
  });
}

/** Neighbours under the same guard share it, and a guard followed by its opposite becomes if and else. */
function joinGuards(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks.map(flattened)) {
    const last = joined.at(-1);
    if (last?.kind === 'if' && block.kind === 'if' && sameGuards(last, block)) {
      joined[joined.length - 1] = {
        ...last,
        branches: last.branches.map((branch, i) => ({ ...branch, body: [...branch.body, ...block.branches[i]!.body] })),
      };
    } else if (last?.kind === 'if' && block.kind === 'if' && areOpposite(last, block)) {
      joined[joined.length - 1] = { ...last, branches: [...last.branches, { body: block.branches[0]!.body }] };
    } else joined.push(block);
  }
  return joined;
}

/** A guard around nothing but a guard asks both at once, and an else of nothing but an if is an else if. */
function flattened(block: Block): Block {
  if (block.kind !== 'if') return block;
  const branches = block.branches.map((branch) => ({ ...branch, body: joinGuards(branch.body) }));
  const [only] = branches;
  const inner = onlyIf(only?.body);
  if (branches.length === 1 && inner?.branches.length === 1 && only!.when !== undefined) {
    const when = and([only!.when, inner.branches[0]!.when!]);
    return flattened({ ...block, branches: [{ when, body: inner.branches[0]!.body }] });
  }
  const last = branches.at(-1)!;
  const nested = last.when === undefined ? onlyIf(last.body) : undefined;
  if (nested === undefined) return { ...block, branches };
  return { ...block, branches: [...branches.slice(0, -1), ...nested.branches] };
}

function onlyIf(blocks: readonly Block[] | undefined): If | undefined {
  const [first] = blocks ?? [];
  return blocks?.length === 1 && first?.kind === 'if' ? first : undefined;
}

type If = Extract<Block, { kind: 'if' }>;

function sameGuards(a: If, b: If): boolean {
  return (
    a.branches.length === b.branches.length &&
    a.branches.every((branch, i) => guardText(branch, a) === guardText(b.branches[i]!, b))
  );
}

function areOpposite(a: If, b: If): boolean {
  if (a.branches.length !== 1 || b.branches.length !== 1) return false;
  const first = guardText(a.branches[0]!, a);
  const second = guardText(b.branches[0]!, b);
  return (
    first === `not ${second}` || second === `not ${first}` || first === `not (${second})` || second === `not (${first})`
  );
}

function guardText(branch: Branch, block: If): string {
  return branch.when === undefined ? '' : conditionText(branch.when, block.at);
}
