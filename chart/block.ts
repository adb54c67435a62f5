import { and, type Condition, conditionText, endOfString } from './condition.ts';
import type { Position } from './expression.ts';

/** Template text before it is indented. */
export type Block =
  | { readonly kind: 'line'; readonly text: string }
  /** A key and what is below it. */
  | { readonly kind: 'entry'; readonly key: string; readonly body: readonly Block[] }
  /** An item of a list. */
  | { readonly kind: 'item'; readonly body: readonly Block[] }
  /** if, else if, else: the last branch may have no condition. */
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly at: Position }
  | { readonly kind: 'range'; readonly header: string; readonly body: readonly Block[] }
  /** A named template that prints a block. */
  | { readonly kind: 'include'; readonly name: string; readonly root: string };

export interface Branch {
  readonly when?: Condition;
  readonly body: readonly Block[];
}

const MAX_LINE = 160;

/** The blocks as lines. */
export function printBlocks(blocks: readonly Block[]): string {
  let text = printed.get(blocks);
  if (text === undefined) {
    const lines = linesOf(joinGuards(blocks), 0);
    text = lines.map((line) => (line.length > MAX_LINE ? breakActions(line) : line)).join('\n');
    printed.set(blocks, text);
  }
  return text;
}

/** Blocks never change, and are compared by their text again and again. */
const printed = new WeakMap<readonly Block[], string>();

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

function linesOf(blocks: readonly Block[], depth: number): string[] {
  return blocks.flatMap((block) => blockLines(block, depth));
}

function blockLines(block: Block, depth: number): string[] {
  const indent = ' '.repeat(depth);
  switch (block.kind) {
    case 'line':
      return [indent + block.text];
    case 'entry':
      return [`${indent}${block.key}:`, ...linesOf(joinGuards(block.body), depth + 2)];
    case 'item':
      return itemLines(block.body, depth);
    case 'range':
      return [
        `${indent}{{- range ${block.header} }}`,
        ...linesOf(joinGuards(block.body), depth),
        `${indent}{{- end }}`,
      ];
    case 'include':
      return [`${indent}{{- include ${JSON.stringify(block.name)} ${block.root} | nindent ${depth} }}`];
    case 'if': {
      const lines = block.branches.flatMap((branch, i) => {
        const guard = branch.when === undefined ? 'else' : `${i === 0 ? 'if' : 'else if'} ${guardText(branch, block)}`;
        return [`${indent}{{- ${guard} }}`, ...linesOf(joinGuards(branch.body), depth)];
      });
      return [...lines, `${indent}{{- end }}`];
    }
  }
}

/** The dash stands on the first line, so that line must always be there: an unguarded entry goes first. */
function itemLines(body: readonly Block[], depth: number): string[] {
  const name = body.findIndex((block) => block.kind === 'line' && block.text.startsWith('name: '));
  const firm = name !== -1 ? name : body.findIndex((block) => block.kind === 'line');
  const nested = body.findIndex((block) => block.kind === 'entry' || block.kind === 'item');
  const first = firm !== -1 ? firm : nested;
  if (first === -1) return [`${' '.repeat(depth)}-`, ...linesOf(joinGuards(body), depth + 2)];
  const [head, ...lines] = linesOf([body[first]!, ...joinGuards(body.filter((_, i) => i !== first))], depth + 2);
  return [`${' '.repeat(depth)}- ${head!.slice(depth + 2)}`, ...lines];
}

/** Breaks a long line inside its actions, where Go's templates allow it. */
function breakActions(line: string): string {
  const indent = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + 4);
  let result = '';
  let column = 0;
  let inAction = false;
  for (let i = 0; i < line.length; i++) {
    if (!inAction && line.startsWith('{{', i)) inAction = true;
    else if (inAction && line.startsWith('}}', i)) inAction = false;
    if (inAction && line[i] === '"') {
      const end = endOfString(line, i);
      result += line.slice(i, end + 1);
      column += end + 1 - i;
      i = end;
      continue;
    }
    const next = nextBreak(line, i + 1);
    if (inAction && line[i] === ' ' && column + (next - i) > 110 && !line.startsWith(' }}', i)) {
      result += `\n${indent}`;
      column = indent.length;
      continue;
    }
    result += line[i];
    column++;
  }
  return result;
}

/** Where the word that starts at `start` ends. */
function nextBreak(line: string, start: number): number {
  let i = start;
  while (i < line.length && line[i] !== ' ') i = line[i] === '"' ? endOfString(line, i) + 1 : i + 1;
  return i;
}
