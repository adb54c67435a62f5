import type { Piece } from './pieces.ts';

/**
 * A part of a template's text. A path starts at the template's root: the dot, or `$` inside a loop. A scalar is a
 * plain value after a key; a string is one of Go's, inside an action. The rest is fixed.
 */
export type Token =
  | { readonly kind: 'fixed'; readonly text: string }
  /** Where a piece begins or ends. */
  | { readonly kind: 'structure'; readonly text: string }
  | { readonly kind: 'path'; readonly text: string; readonly root: '.' | '$'; readonly keys: readonly string[] }
  | { readonly kind: 'scalar' | 'string'; readonly text: string; readonly key: string; readonly inRange: boolean };

/** A copy of the pieces in which each token is what `change` makes of it; it is not called for structure. */
export function mapTokens(pieces: readonly Piece[], change: (token: Token) => string, inRange = false): Piece[] {
  const action = (text: string) => actionTokens(text, '', inRange).map(change).join('');
  const inside = (body: readonly Piece[]) => mapTokens(body, change, inRange);
  return pieces.map((piece): Piece => {
    switch (piece.kind) {
      case 'line':
        return { ...piece, text: textTokens(piece.text, inRange).map(change).join('') };
      case 'entry':
        return { ...piece, key: textTokens(piece.key, inRange).map(change).join(''), body: inside(piece.body) };
      case 'item':
        return { ...piece, body: inside(piece.body) };
      case 'if':
        return {
          ...piece,
          branches: piece.branches.map(({ guard, body }) => ({
            guard: guard === undefined ? undefined : action(guard),
            body: inside(body),
          })),
        };
      case 'range':
        return { ...piece, header: action(piece.header), body: mapTokens(piece.body, change, true) };
      default:
        return { ...piece, argument: action(piece.argument) };
    }
  });
}

/** The tokens of pieces in order, and between them their structure. */
export function tokensOf(pieces: readonly Piece[]): Token[] {
  const tokens: Token[] = [];
  const structure = (text: string) => tokens.push({ kind: 'structure', text });
  const keep = (token: Token) => {
    tokens.push(token);
    return token.text;
  };
  const visit = (body: readonly Piece[], inRange: boolean) => {
    for (const piece of body) {
      structure(`<${piece.kind}${piece.kind === 'include' ? ` ${piece.name}` : ''}>`);
      const shallow: Piece =
        piece.kind === 'if' ? { ...piece, branches: [] } : 'body' in piece ? ({ ...piece, body: [] } as Piece) : piece;
      mapTokens([shallow], keep, inRange);
      if (piece.kind === 'if') {
        for (const branch of piece.branches) {
          structure(branch.guard === undefined ? '<else>' : '<branch>');
          if (branch.guard !== undefined) tokens.push(...actionTokens(branch.guard, '', inRange));
          visit(branch.body, inRange);
        }
      } else if ('body' in piece) visit(piece.body, inRange || piece.kind === 'range');
      structure('</>');
    }
  };
  visit(pieces, false);
  return tokens;
}

/** A line: literal text and actions in turn. */
function textTokens(text: string, inRange: boolean): Token[] {
  const [, key = '', scalar] = PLAIN.exec(text) ?? [];
  if (scalar !== undefined) {
    return [
      { kind: 'fixed', text: text.slice(0, text.length - scalar.length) },
      { kind: 'scalar', text: scalar, key, inRange },
    ];
  }
  const label = /^([^{}":\s]+): /.exec(text)?.[1] ?? '';
  return text
    .split(/(\{\{(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`])*?\}\})/)
    .flatMap((part, i): Token[] =>
      i % 2 === 0 ? (part === '' ? [] : [{ kind: 'fixed', text: part }]) : actionTokens(part, label, inRange),
    );
}

/** `key: value`, neither of them quoted. */
const PLAIN = /^([^{}":\s]+): ([A-Za-z][\w./-]*)$/;

const ACTION =
  /"(?:[^"\\]|\\.)*"|`[^`]*`|\$\w+(?:\.\w+)*|(?<path>(?<![\w$)\]"])[$.](?:\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?(?![\w.]))|[^"`.$]+|[.$]/g;

function actionTokens(text: string, key: string, inRange: boolean): Token[] {
  const tokens: Token[] = [];
  let before = '';
  let label = key;
  for (const match of text.matchAll(ACTION)) {
    const [part] = match;
    // Names of templates and formats stay where they are: a reader looks for them there.
    const isName = /\b(include|printf) $/.test(before);
    before = part;
    if (match.groups!.path !== undefined) {
      const keys = part.split('.').filter((each) => each !== '' && each !== '$');
      tokens.push({ kind: 'path', text: part, root: part.startsWith('$') ? '$' : '.', keys });
    } else if (part.startsWith('"') && !isName) {
      tokens.push({ kind: 'string', text: part, key: label, inRange });
      // In a dict, a string is the key of the one after it.
      label = part.slice(1, -1);
    } else tokens.push({ kind: 'fixed', text: part });
  }
  return tokens;
}
