/** An expression of a Go template, as far as rules need it. */
export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  /** A dotted path, '' for none, below `.Values` or a variable such as `$values`. */
  | { readonly kind: 'value'; readonly of: string; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** Reads an expression such as `eq .Values.type "a" "b"`; undefined for one of another form. */
export function readExpression(text: string): Expression | undefined {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) return undefined;
  const reader = new Reader(tokens.filter((token) => token.trim() !== ''));
  const expression = reader.read(false);
  return reader.atEnd ? expression : undefined;
}

/** Texts, parentheses with fields behind them, and words. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\(|\)(?:\.\w+)*|[^\s()"]+|\s+/g;

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** What stands before a closing parenthesis, or before the end. */
  read(inside: boolean): Expression | undefined {
    const parts: (Expression | string | undefined)[] = [];
    while (!this.atEnd && !this.#tokens[this.#at]!.startsWith(')')) parts.push(this.#part(this.#tokens[this.#at++]!));
    const close = inside ? this.#tokens[this.#at++] : '';
    const [name, ...args] = parts;
    if (close === undefined || args.some((arg) => arg === undefined || typeof arg === 'string')) return undefined;
    const expression =
      typeof name === 'string' ? called(name, args as Expression[]) : args.length === 0 ? name : undefined;
    const fields = close.slice(1);
    if (fields === '' || expression === undefined) return expression;
    return expression.kind === 'value' ? below(expression, fields.split('.')) : undefined;
  }

  /** A function's name stays a string. */
  #part(token: string): Expression | string | undefined {
    if (token === '(') return this.read(true);
    if (token.startsWith('"')) return { kind: 'text', text: JSON.parse(token) as string };
    if (/^-?\d/.test(token)) return { kind: 'number', number: Number(token) };
    const [, of, path = ''] = /^(\$?\.Values|\$\w+)(?:\.(.*))?$/.exec(token) ?? [];
    return of === undefined ? token : { kind: 'value', of: of.replace('$.', '.'), path };
  }
}

/** `index` with names is a path, too. */
function called(name: string, args: readonly Expression[]): Expression | undefined {
  const [first, ...keys] = args;
  if (name !== 'index' || first?.kind !== 'value') return { kind: 'call', name, args };
  return keys.every((key) => key.kind === 'text')
    ? below(
        first,
        keys.map((key) => key.text),
      )
    : undefined;
}

function below({ of, path }: Extract<Expression, { kind: 'value' }>, keys: readonly string[]): Expression {
  return { kind: 'value', of, path: [path, ...keys].filter((part) => part !== '').join('.') };
}
