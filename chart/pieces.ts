import { endOfString, unparenthesised } from './expression.ts';

/** Template text before it is indented: blocks whose guards are settled. */
export type Piece =
  | { readonly kind: 'line'; readonly text: string }
  /** A key and what is below it. */
  | { readonly kind: 'entry'; readonly key: string; readonly body: readonly Piece[] }
  /** An item of a list. */
  | { readonly kind: 'item'; readonly body: readonly Piece[] }
  /** if, else if, else: the last branch may have no guard. */
  | { readonly kind: 'if'; readonly branches: readonly PieceBranch[] }
  | { readonly kind: 'range'; readonly header: string; readonly body: readonly Piece[] }
  /** A named template that prints a block. */
  | { readonly kind: 'include'; readonly name: string; readonly argument: string };

export interface PieceBranch {
  /** What follows `if`. */
  readonly guard?: string;
  readonly body: readonly Piece[];
}

const MAX_LINE = 160;

/** The pieces as lines. */
export function printPieces(pieces: readonly Piece[]): string {
  return linesOf(pieces, 0)
    .map((line) => (line.length > MAX_LINE ? breakActions(line) : line))
    .join('\n');
}

/** The piece with other bodies: itself, where they are the same ones. */
export function withBodies(
  piece: Piece,
  change: (body: readonly Piece[], inRange: boolean) => readonly Piece[],
): Piece {
  if (piece.kind === 'if') {
    const bodies = piece.branches.map(({ body }) => change(body, false));
    if (bodies.every((body, i) => body === piece.branches[i]!.body)) return piece;
    return { ...piece, branches: piece.branches.map((branch, i) => ({ ...branch, body: bodies[i]! })) };
  }
  if (!('body' in piece)) return piece;
  const body = change(piece.body, piece.kind === 'range');
  return body === piece.body ? piece : { ...piece, body };
}

/** The pieces, each changed: the same list, where none is another one then. */
export function mapPieces(pieces: readonly Piece[], change: (piece: Piece) => Piece): readonly Piece[] {
  const changed = pieces.map(change);
  return changed.every((piece, i) => piece === pieces[i]) ? pieces : changed;
}

function linesOf(pieces: readonly Piece[], depth: number): string[] {
  return pieces.flatMap((piece) => pieceLines(piece, depth));
}

function pieceLines(piece: Piece, depth: number): string[] {
  const indent = ' '.repeat(depth);
  switch (piece.kind) {
    case 'line':
      return [indent + piece.text];
    case 'entry':
      return [`${indent}${piece.key}:`, ...linesOf(piece.body, depth + 2)];
    case 'item':
      return itemLines(piece.body, depth);
    case 'range':
      return [`${indent}{{- range ${piece.header} }}`, ...linesOf(piece.body, depth), `${indent}{{- end }}`];
    case 'include':
      return [`${indent}{{- include ${JSON.stringify(piece.name)} ${piece.argument} | nindent ${depth} }}`];
    case 'if': {
      const lines = piece.branches.flatMap(({ guard, body }, i) => {
        const question = guard === undefined ? 'else' : `${i === 0 ? 'if' : 'else if'} ${unparenthesised(guard)}`;
        return [`${indent}{{- ${question} }}`, ...linesOf(body, depth)];
      });
      return [...lines, `${indent}{{- end }}`];
    }
  }
}

/** The dash stands on the first line, or alone where that may not be there. */
function itemLines(body: readonly Piece[], depth: number): string[] {
  const indent = ' '.repeat(depth);
  const lines = linesOf(body, depth + 2);
  if (body[0]?.kind === 'if' || body[0]?.kind === 'range' || body[0]?.kind === 'include')
    return [`${indent}-`, ...lines];
  return [`${indent}- ${lines[0]!.slice(depth + 2)}`, ...lines.slice(1)];
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
