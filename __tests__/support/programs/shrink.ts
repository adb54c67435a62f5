import type { Node, ProgramDescription } from './description.ts';
import { isSensible } from './sensible.ts';

/** What may stand in place of what. */
const SORTS: readonly (readonly string[])[] = [
  [
    'literal',
    'undefined',
    'reference',
    'template',
    'choose',
    'coalesce',
    'object',
    'list',
    'map',
    'from entries',
    'condition',
    'hash',
    'forbidden',
  ],
  ['is true', 'is set', 'has items', 'has keys', 'is option', 'not', 'and', 'or'],
];

/** Programs that are one step smaller, those that drop most first. */
export function* smallerPrograms(program: ProgramDescription): Generator<ProgramDescription> {
  const sensible = isSensible(program);
  for (const smaller of smallerValues(program) as Generator<ProgramDescription>)
    if (!sensible || isSensible(smaller)) yield smaller;
}

/** Smaller versions of a part: without some of its lists' members, with a part of it in its place, or smaller inside. */
function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) yield* smallerLists(value);
  else if (typeof value === 'object' && value !== null) {
    yield* replacements(value as Node);
    for (const [key, inner] of Object.entries(value)) {
      if (LEAVES.has(key)) continue;
      for (const smaller of smallerValues(inner)) {
        // A text has characters to spread, which is not what anybody writes.
        if (key !== 'value' || !SPREADS.test((value as Node).kind) || !isLiteral(smaller))
          yield { ...value, [key]: smaller };
      }
      if (key === 'filter') yield { ...value, filter: undefined };
    }
  }
}

const SPREADS = /^(spread|optional) (entries|items)$/;

function isLiteral(value: unknown): boolean {
  return (value as Node).kind === 'literal';
}

/** What is shown as it is. */
const LEAVES = new Set(['json', 'fallback', 'names', 'options', 'kind', 'flavour']);

function* smallerLists(list: readonly unknown[]): Generator<unknown[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < list.length; start += size)
      yield [...list.slice(0, start), ...list.slice(start + size)];
  }
  for (const [i, each] of list.entries()) {
    // Statements that hold others can go while those stay.
    const { kind, yes, no, body } = (each ?? {}) as Record<string, unknown>;
    if (kind === 'if') for (const inner of [yes, no]) yield spliced(list, i, inner as unknown[]);
    if (kind === 'for') yield spliced(list, i, body as unknown[]);
    for (const smaller of smallerValues(each)) yield spliced(list, i, [smaller]);
  }
}

function spliced(list: readonly unknown[], at: number, instead: readonly unknown[]): unknown[] {
  return [...list.slice(0, at), ...instead, ...list.slice(at + 1)];
}

function* replacements(node: Node): Generator<Node> {
  if (node.kind === 'document' && node.parts.some(({ name }) => name !== 'spec'))
    for (const part of node.parts) yield { ...node, flavour: 'Widget', parts: [{ ...part, name: 'spec' }] };
  const sort = SORTS.find((kinds) => kinds.includes(node.kind));
  if (sort === undefined) return;
  const [simplest] = sort;
  if (simplest === 'literal') {
    if (node.kind !== 'literal') yield { kind: 'literal', json: 'x' };
    else if (node.json !== 'x' && node.json !== 1)
      yield { kind: 'literal', json: typeof node.json === 'number' ? 1 : 'x' };
    if (node.kind === 'object' && node.entries.length > 0) yield { kind: 'object', entries: [] };
    if (node.kind === 'list' && node.items.length > 0) yield { kind: 'list', items: [] };
  }
  for (const inner of partsOf(node)) {
    if (sort.includes(inner.kind)) yield inner;
  }
}

/** The nearest nodes below a node that are of its sort, or hold one. */
function partsOf(node: Node): Node[] {
  return Object.values(node).flatMap((value): Node[] => {
    const inner = Array.isArray(value) ? value : [value];
    return inner.flatMap((each): Node[] => {
      if (typeof each !== 'object' || each === null || !('kind' in each)) return [];
      const isHolder =
        ['entry', 'item', 'source'].includes(each.kind) ||
        each.kind.startsWith('spread') ||
        each.kind.startsWith('optional');
      return isHolder ? partsOf(each as Node) : [each as Node];
    });
  });
}
