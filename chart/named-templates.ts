import { shareAlike } from './alike-blocks.ts';
import { type Block, settled } from './block.ts';
import type { NamedBlock } from './emit.ts';
import { mapPieces, type Piece, printPieces, withBodies } from './pieces.ts';
import type { Takes } from './unify.ts';

export interface TemplateFile {
  /** Path below templates/, without its extension. */
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/** A named template. */
export interface Helper {
  readonly name: string;
  readonly takes: Takes;
  readonly pieces: readonly Piece[];
}

/**
 * Prints blocks that stand in several places once, as named templates: shared labels, above all. The argument of a
 * hash is always one, and the place that prints the same block uses it too.
 */
export function shareBlocks(
  chart: string,
  documents: readonly { readonly name: string; readonly blocks: readonly Block[] }[],
  hashed: readonly NamedBlock[],
): { files: TemplateFile[]; helpers: Helper[]; names: Map<string, string> } {
  const files = documents.map(({ name, blocks }): TemplateFile => ({ name, pieces: settled(blocks) }));
  const named = new Map<string, Helper>();
  const names = new Map<string, string>();
  for (const { placeholder, body } of hashed) {
    const pieces = settled(body);
    const text = textOf(pieces);
    const taken = new Set([...named.values()].map((helper) => helper.name));
    const helper = named.get(text) ?? {
      name: freeName(nameOf(chart, placeholder, files, hashed), taken),
      takes: 'root',
      pieces,
    };
    named.set(text, helper);
    names.set(placeholder, helper.name);
  }
  const replaced = files.map((file) => ({ ...file, pieces: replaceNamed(file.pieces, named) }));
  return { ...shareAlike(chart, replaced, [...named.values()]), names };
}

/** Pieces never change, and are compared by their text again and again. */
export function textOf(pieces: readonly Piece[]): string {
  let text = texts.get(pieces);
  if (text === undefined) {
    text = printPieces(pieces);
    texts.set(pieces, text);
  }
  return text;
}

const texts = new WeakMap<readonly Piece[], string>();

/**
 * Where a hash stands: the annotation `checksum/config` in backend-deployment gives the name `backend.config`. One that
 * is hashed itself is named after its key alone.
 */
function nameOf(
  chart: string,
  placeholder: string,
  files: readonly TemplateFile[],
  hashed: readonly NamedBlock[],
): string {
  const places = [
    ...files.map(({ name, pieces }) => ({ files: [name], pieces })),
    ...hashed.map(({ body }) => ({ files: [], pieces: settled(body) })),
  ];
  for (const place of places) {
    const line = textOf(place.pieces)
      .split('\n')
      .find((each) => each.includes(placeholder));
    if (line !== undefined) return templateName(chart, place.files, line.trim().split(':')[0]!.split('/').at(-1)!);
  }
  throw new Error(`no file prints ${placeholder}`);
}

/** The name of what stands under a key in some files, such as `chart.backend.ports`. */
export function templateName(chart: string, files: readonly string[], key: string): string {
  return [chart, commonWord(files), key.replace(/\W+/g, '')].filter((part) => part !== '').join('.');
}

export function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let i = 2; taken.has(name) || isStandard(name); i++) name = `${base}${i}`;
  return name;
}

/** Whether a chart's own templates for JSON and for rules may have this name: of two the later one would count. */
function isStandard(name: string): boolean {
  const [, noun, ...more] = name.split('.');
  return more.length === 0 && STANDARD.has(noun!);
}

const STANDARD: ReadonlySet<string> = new Set(['json', 'rules', 'rule', 'operand', 'integer', 'quantity', 'duration']);

/** `backend` for backend-deployment, backend-service and network-policy-backend: the first word that most files share. */
function commonWord(files: readonly string[]): string {
  const words = files.map((file) => file.split(/[-/]/));
  const share = (word: string) => words.filter((each) => each.includes(word)).length;
  const candidates = [...new Set(words.flat())].filter((word) => share(word) * 2 > files.length && !KINDS.has(word));
  return candidates.sort((a, b) => share(b) - share(a))[0] ?? '';
}

/** Words of file names that say what an object is, not what it belongs to. */
const KINDS = new Set(['deployment', 'service', 'statefulset', 'hpa', 'pdb', 'policy', 'network', 'account', 'tests']);

function replaceNamed(
  pieces: readonly Piece[],
  named: ReadonlyMap<string, Helper>,
  argument: '.' | '$' = '.',
): readonly Piece[] {
  return mapPieces(pieces, (piece) => {
    const helper = piece.kind === 'entry' ? named.get(textOf(piece.body)) : undefined;
    if (helper !== undefined && piece.kind === 'entry')
      return { ...piece, body: [{ kind: 'include', name: helper.name, argument }] };
    return withBodies(piece, (body, inRange) => replaceNamed(body, named, inRange ? '$' : argument));
  });
}
