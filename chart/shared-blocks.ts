import { type Block, printBlocks } from './block.ts';
import type { NamedBlock } from './emit.ts';

export interface TemplateFile {
  /** Path below templates/, without its extension. */
  readonly name: string;
  readonly blocks: readonly Block[];
}

export interface Helper {
  readonly name: string;
  readonly usedBy: readonly string[];
  readonly blocks: readonly Block[];
}

interface Use {
  readonly file: string;
  readonly key: string;
}

interface Candidate {
  readonly uses: Use[];
  readonly body: readonly Block[];
  readonly lines: number;
}

/** What keys that say the same are called in the name of a helper. */
const NOUNS: Readonly<Record<string, string>> = { matchLabels: 'selectorLabels', selector: 'selectorLabels' };
const FEWEST_LINES = 3;

/**
 * Prints blocks that stand in several places once, as named templates: shared labels, above all. The argument of a
 * hash is always one, and the place that prints the same block uses it too.
 */
export function shareBlocks(
  chart: string,
  files: readonly TemplateFile[],
  hashed: readonly NamedBlock[],
): { files: TemplateFile[]; helpers: Helper[]; names: Map<string, string> } {
  const candidates = new Map<string, Candidate>();
  for (const file of files) collect(file.blocks, file.name, candidates);
  const forced = new Map(hashed.map((block) => [printBlocks(block.body), block]));
  for (const [text, block] of forced) {
    const known = candidates.get(text);
    if (known === undefined)
      candidates.set(text, { uses: [useOf(block, files)], body: block.body, lines: FEWEST_LINES });
  }
  const chosen = choose(candidates, forced);
  const named = nameAll(chart, chosen);
  const replace = (blocks: readonly Block[]): Block[] => replaceShared(blocks, named);
  const helpers = [...named].map(([text, name]): Helper => {
    const { uses, body } = chosen.get(text)!;
    return { name, usedBy: [...new Set(uses.map(({ file }) => file))], blocks: replace(body) };
  });
  const names = new Map(hashed.map((block) => [block.placeholder, named.get(printBlocks(block.body))!]));
  return { files: files.map((file) => ({ ...file, blocks: replace(file.blocks) })), helpers, names };
}

/** Where a hash stands: its annotation `checksum/config` gives the name `config`. */
function useOf(block: NamedBlock, files: readonly TemplateFile[]): Use {
  for (const file of files) {
    const line = printBlocks(file.blocks)
      .split('\n')
      .find((each) => each.includes(block.placeholder));
    if (line !== undefined) return { file: file.name, key: line.trim().split(':')[0]!.split('/').at(-1)! };
  }
  throw new Error(`no file prints ${block.placeholder}`);
}

function collect(blocks: readonly Block[], file: string, candidates: Map<string, Candidate>): void {
  for (const block of blocks) {
    if (block.kind === 'entry') {
      const text = printBlocks(block.body);
      const known = candidates.get(text);
      const use = { file, key: block.key };
      if (known !== undefined) known.uses.push(use);
      else if (isFree(text)) candidates.set(text, { uses: [use], body: block.body, lines: text.split('\n').length });
    }
    for (const inner of insideOf(block)) collect(inner, file, candidates);
  }
}

function insideOf(block: Block): readonly (readonly Block[])[] {
  if (block.kind === 'if') return block.branches.map(({ body }) => body);
  return block.kind === 'entry' || block.kind === 'item' || block.kind === 'range' ? [block.body] : [];
}

/** Whether the text uses no variable of a loop around it. */
function isFree(text: string): boolean {
  const bound = new Set([...text.matchAll(/\{\{- range (\$\w+)(?:, (\$\w+))? :=/g)].flatMap(([, a, b]) => [a, b]));
  return [...text.matchAll(/\$\w+/g)].every(([name]) => bound.has(name));
}

/** Blocks that are worth a name: the most used first, and of those used alike the longest. */
function choose(
  candidates: ReadonlyMap<string, Candidate>,
  forced: ReadonlyMap<string, NamedBlock>,
): Map<string, Candidate> {
  const chosen = new Map<string, Candidate>([...candidates].filter(([text]) => forced.has(text)));
  const ranked = [...candidates].sort(([, a], [, b]) => b.uses.length - a.uses.length || b.lines - a.lines);
  for (const [text, candidate] of ranked) {
    if (chosen.has(text) || candidate.uses.some(({ key }) => WHOLE.has(key))) continue;
    const outside =
      candidate.uses.length -
      [...chosen.values()].reduce((sum, outer) => sum + (outer.uses.length - 1) * occurrences(outer.body, text), 0);
    const lines =
      candidate.lines -
      [...chosen].reduce((sum, [inner, { lines }]) => sum + (lines - 1) * occurrences(candidate.body, inner), 0);
    if (outside > 1 && lines >= FEWEST_LINES) chosen.set(text, candidate);
  }
  return chosen;
}

/** Keys that a reader wants to see in place. */
const WHOLE = new Set(['metadata', 'spec', 'template']);

/** How often a block stands under a key inside others. */
function occurrences(blocks: readonly Block[], text: string): number {
  return blocks.reduce(
    (sum, block) =>
      sum +
      insideOf(block).reduce(
        (inside, inner) =>
          inside + (block.kind === 'entry' && printBlocks(inner) === text ? 1 : occurrences(inner, text)),
        0,
      ),
    0,
  );
}

function nameAll(chart: string, chosen: ReadonlyMap<string, Candidate>): Map<string, string> {
  const named = new Map<string, string>();
  const taken = new Set<string>();
  for (const [text, { uses }] of chosen) {
    const component = commonWord([...new Set(uses.map(({ file }) => file))]);
    const key = (uses.find(({ key }) => key in NOUNS) ?? uses[0]!).key.replace(/\W+/g, '');
    const noun = NOUNS[key] ?? key;
    const base = [chart, component, noun].filter((part) => part !== '').join('.');
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}${i}`;
    taken.add(name);
    named.set(text, name);
  }
  return named;
}

/** `backend` for backend-deployment, backend-service and network-policy-backend: the first word that most files share. */
function commonWord(files: readonly string[]): string {
  const words = files.map((file) => file.split(/[-/]/));
  const share = (word: string) => words.filter((each) => each.includes(word)).length;
  const candidates = [...new Set(words.flat())].filter((word) => share(word) * 2 > files.length && !KINDS.has(word));
  return candidates.sort((a, b) => share(b) - share(a))[0] ?? '';
}

/** Words of file names that say what an object is, not what it belongs to. */
const KINDS = new Set(['deployment', 'service', 'statefulset', 'hpa', 'pdb', 'policy', 'network', 'account', 'tests']);

function replaceShared(blocks: readonly Block[], named: ReadonlyMap<string, string>, root = '.'): Block[] {
  return blocks.map((block): Block => {
    switch (block.kind) {
      case 'entry': {
        const name = named.get(printBlocks(block.body));
        return name === undefined
          ? { ...block, body: replaceShared(block.body, named, root) }
          : { ...block, body: [{ kind: 'include', name, root }] };
      }
      case 'item':
        return { ...block, body: replaceShared(block.body, named, root) };
      case 'range':
        return { ...block, body: replaceShared(block.body, named, '$') };
      case 'if':
        return {
          ...block,
          branches: block.branches.map((branch) => ({ ...branch, body: replaceShared(branch.body, named, root) })),
        };
      default:
        return block;
    }
  });
}
