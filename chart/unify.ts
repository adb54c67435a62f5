import { goString } from './expression.ts';
import type { Piece } from './pieces.ts';
import { mapTokens, type Token, tokensOf } from './template-tokens.ts';

/** What a named template expects as its argument: the root, a value, or a dict with these entries. */
export type Takes = 'root' | 'value' | readonly string[];

/** What several blocks have in common: one body, and for each of them the argument that makes it of the body. */
export interface Common {
  readonly body: readonly Piece[];
  readonly takes: Takes;
  /** The argument of each block, where the root is `root`. */
  argument(member: number, root: '.' | '$'): string;
}

const MAX_LITERALS = 2;

/**
 * Blocks that differ in one prefix of the values they use (`.Values.backend` here, `.Values.frontend` there), and in a
 * few words: undefined where they differ in more.
 */
export function unify(members: readonly (readonly Piece[])[]): Common | undefined {
  const all = members.map(cachedTokens);
  const [first] = all;
  if (all.some((tokens) => tokens.length !== first!.length)) return undefined;
  const prefix = new Prefix(members.length);
  const literals = new Literals();
  const changes: Change[] = [];
  let constant = false;
  for (let i = 0; i < first!.length; i++) {
    const column = all.map((tokens) => tokens[i]!);
    const [token] = column;
    const same = column.every(({ text }) => text === token!.text);
    if (column.some(({ kind }) => kind !== token!.kind)) return undefined;
    switch (token!.kind) {
      case 'fixed':
      case 'structure':
        if (!same) return undefined;
        changes.push('keep');
        break;
      case 'path':
        if (!same && !prefix.take(column as PathToken[])) return undefined;
        constant ||= same;
        changes.push(same ? 'constant' : { suffix: token!.keys });
        break;
      default:
        changes.push(same ? 'keep' : { literal: literals.add(column as LiteralToken[]) });
    }
  }
  if (literals.count > MAX_LITERALS) return undefined;
  return commonOf(members[0]!, changes, prefix, literals, constant);
}

/** How the tokens of a block look, whatever their paths and words are: only blocks that look alike can be unified. */
export function looks(body: readonly Piece[]): string {
  return cachedTokens(body)
    .map((token) => (token.kind === 'fixed' || token.kind === 'structure' ? token.text : `\u0000${token.kind}`))
    .join('');
}

const tokens = new WeakMap<readonly Piece[], readonly Token[]>();

function cachedTokens(body: readonly Piece[]): readonly Token[] {
  let known = tokens.get(body);
  if (known === undefined) {
    known = tokensOf(body);
    tokens.set(body, known);
  }
  return known;
}

type PathToken = Extract<Token, { kind: 'path' }>;
type LiteralToken = Extract<Token, { kind: 'scalar' | 'string' }>;
type Change = 'keep' | 'constant' | { readonly suffix: readonly string[] } | { readonly literal: string };

/** The part of the paths in which blocks differ: the same one wherever they do. */
class Prefix {
  /** For each member; undefined while no path differs. */
  paths: readonly (readonly string[])[] | undefined;
  /** Keys that follow the prefix in all paths seen. */
  #after: readonly string[] = [];

  constructor(private readonly members: number) {}

  /** Whether the paths differ in this prefix alone. */
  take(column: readonly PathToken[]): boolean {
    const suffix = column.map(({ keys }) => keys).reduce(commonEnd);
    const paths = column.map(({ keys }) => keys.slice(0, keys.length - suffix.length));
    if (this.paths === undefined) {
      this.paths = paths;
      this.#after = suffix;
      return true;
    }
    if (paths.some((path, i) => path.join('.') !== this.paths![i]!.join('.'))) return false;
    this.#after = commonStart(this.#after, suffix);
    return true;
  }

  /** The whole prefix of each member: what follows in all paths belongs to it. */
  get whole(): readonly (readonly string[])[] {
    return Array.from({ length: this.members }, (_, i) => [...(this.paths?.[i] ?? []), ...this.#after]);
  }
}

function commonStart(a: readonly string[], b: readonly string[]): readonly string[] {
  const end = a.findIndex((key, i) => key !== b[i]);
  return end === -1 ? a : a.slice(0, end);
}

function commonEnd(a: readonly string[], b: readonly string[]): readonly string[] {
  return commonStart([...a].reverse(), [...b].reverse()).toReversed();
}

/** Words in which blocks differ, each set of them under one name. */
class Literals {
  readonly #names = new Map<string, { name: string; texts: readonly string[] }>();

  get count(): number {
    return this.#names.size;
  }

  get all(): readonly { name: string; texts: readonly string[] }[] {
    return [...this.#names.values()];
  }

  add(column: readonly LiteralToken[]): string {
    const texts = column.map(({ kind, text }) => (kind === 'scalar' ? goString(text) : text));
    const key = `${column[0]!.kind} ${texts.join()}`;
    let known = this.#names.get(key);
    if (known === undefined) {
      known = { name: this.#free(nameFor(column[0]!.key)), texts };
      this.#names.set(key, known);
    }
    return known.name;
  }

  #free(name: string): string {
    const taken = new Set(['context', 'values', ...this.all.map((each) => each.name)]);
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name}${i}`;
    return free;
  }
}

/** `component` for app.kubernetes.io/component. */
function nameFor(key: string): string {
  const word = key
    .split('/')
    .at(-1)!
    .replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
  return /^[A-Za-z_]\w*$/.test(word) ? word : 'text';
}

function commonOf(
  body: readonly Piece[],
  changes: readonly Change[],
  prefix: Prefix,
  literals: Literals,
  constant: boolean,
): Common {
  const differs = prefix.paths !== undefined;
  const byItself = literals.count === 0 && !(differs && constant);
  const drop = prefix.whole[0]!.length;
  const entries = [
    ...(constant ? ['context'] : []),
    ...(differs ? ['values'] : []),
    ...literals.all.map(({ name }) => name),
  ];
  // `mapTokens` does not show structure.
  const inPlace = changes.filter((_, i) => cachedTokens(body)[i]!.kind !== 'structure');
  let i = 0;
  const rewritten = mapTokens(body, (token) => {
    const change = inPlace[i++]!;
    if (change === 'keep') return token.text;
    if (token.kind === 'path') {
      if (change === 'constant') return byItself ? token.text : pathText(token.root, ['context', ...token.keys]);
      return pathText(token.root, [...(byItself ? [] : ['values']), ...token.keys.slice(drop)]);
    }
    const { literal } = change as { literal: string };
    const { kind, inRange } = token as LiteralToken;
    const text = pathText(inRange ? '$' : '.', [literal]);
    return kind === 'scalar' ? `{{ ${text} }}` : text;
  });
  return {
    body: rewritten,
    takes: !byItself ? entries : differs ? 'value' : 'root',
    argument: (member, root) => {
      const values = pathText(root, prefix.whole[member]!);
      if (byItself) return differs ? values : root;
      const given = [
        ...(constant ? [`"context" ${root}`] : []),
        ...(differs ? [`"values" ${values}`] : []),
        ...literals.all.map(({ name, texts }) => `${goString(name)} ${texts[member]}`),
      ];
      return `(dict ${given.join(' ')})`;
    },
  };
}

function pathText(root: '.' | '$', keys: readonly string[]): string {
  if (keys.length === 0) return root;
  return root === '$' ? `$.${keys.join('.')}` : `.${keys.join('.')}`;
}
