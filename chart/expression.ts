import { isObject, type Json, sameJson } from './json.ts';
import { KEPT, type Part } from './marks.ts';
import { takesAsciiAlone } from './portable-pattern.ts';
import type { Reference, Scope, ValueReference } from './reference.ts';
import { escaped, quoted } from './scalar.ts';
import type { Shape } from './shape.ts';

/** Where in the templates an expression stands. */
export interface Position {
  /** The chart's name, which prefixes its named templates. */
  readonly chart: string;
  /** The loops around it, the outermost first. */
  readonly open: readonly Scope[];
  /** What stands for the element of a loop that is not open, by the loop's id. */
  readonly elements?: ReadonlyMap<string, string>;
}

/** A value in Go's template language, such as `.Values.backend.port`. */
export function expressionOf(reference: Reference, at: Position): string {
  const root = at.open.length > 0 ? '$' : '';
  if (reference.root === 'Release') return `${root}.Release.${reference.path[0]}`;
  if (reference.root === 'key') return keyVariable(reference.scope, at);
  if (reference.parent === undefined)
    return reference.root === 'Values' ? `${root}.Values` : elementVariable(reference.scope, at);
  const parent = expressionOf(reference.parent, at);
  const key = reference.path.at(-1)!;
  const { shape } = reference;
  const mayBeAbsent = !shape.fixed && shape.fallback !== undefined && shape.fallback !== null;
  // `default` would replace 0, "" and false as well.
  if (mayBeAbsent) return `(dig ${schemaString(key)} ${goLiteral(ownDefault(shape))} ${parent})`;
  return fieldOf(parent, key);
}

/** What Helm's type of `.Values` has as methods: behind a dot they come before values of that name. */
const METHODS = new Set(['AsMap', 'Encode', 'PathValue', 'Table', 'YAML']);

/** A field of what an expression gives. */
export function fieldOf(parent: string, key: string): string {
  const isMethod = /^(\$?\.Values|\$values)$/.test(parent) && METHODS.has(key);
  return isIdentifier(key) && !isMethod ? `${parent}.${key}` : `(index ${parent} ${schemaString(key)})`;
}

/** A default as Go has to be told it: what the fields of an object have by themselves is asked for where they are read. */
function ownDefault(shape: Shape): Json {
  if (shape.kind !== 'object' || !isObject(shape.fallback)) return shape.fallback!;
  const own = Object.entries(shape.fallback).filter(([key, value]) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    return field !== undefined && !sameJson(value, field.fallback ?? null);
  });
  return Object.fromEntries(own);
}

/** Whether a key can follow a dot in Go's templates. */
function isIdentifier(key: string): boolean {
  return /^[A-Za-z_]\w*$/.test(key);
}

/** The variable of a loop's element: `$env`, or `$value` of a map. */
export function elementVariable(scope: Scope, at: Position): string {
  const known = at.elements?.get(scope.id);
  if (known !== undefined) return known;
  return variablesOf(scope, at).element;
}

/** The variable of a map's key. */
export function keyVariable(scope: Scope, at: Position): string {
  return variablesOf(scope, at).key;
}

/** Loops inside each other need different names. */
function variablesOf(scope: Scope, at: Position): { key: string; element: string } {
  const taken = new Set<string>(['found']);
  const unique = (name: string) => {
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name}${i}`;
    taken.add(free);
    return `$${free}`;
  };
  for (const each of at.open) {
    const variables = isMap(each)
      ? { key: unique('key'), element: unique('value') }
      : { key: '', element: unique(singular(each.over)) };
    if (each.id === scope.id) return variables;
  }
  throw new Error(`${scope.id} is not open`);
}

export function isMap(scope: Scope): boolean {
  return scope.over.shape.kind === 'map';
}

function singular(over: ValueReference): string {
  const name = (over.path.at(-1) ?? 'item').replace(/\W/g, '');
  return /[^s]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}

/** Whether Go prints the number's digits as JavaScript does: from 1e6 on it writes 1e+06. */
export function printsPlainly(shape: Shape): boolean {
  return shape.kind === 'number' && shape.integer && shape.min.value > -1e6 && shape.max.value < 1e6;
}

/** A leaf made of marks, as the text after `key: `. Literal leaves are not its concern. */
export function leafAction(parts: readonly Part[], at: Position): string {
  const [only] = parts;
  if (parts.length === 1 && typeof only !== 'string') {
    const mark = only!;
    if (mark.kind === 'hash') throw new Error('a hash is not a leaf of its own');
    const argument = expressionOf(mark.reference, at);
    const value = unparenthesised(argument);
    switch (mark.kind) {
      case 'number':
        return `{{ ${isPlainNumber(mark.reference) ? value : `${value} | toJson`} }}`;
      case 'digits':
        return `{{ ${isPlainNumber(mark.reference) ? value : `${value} | toJson`} | quote }}`;
      case 'quantity':
        return quantityAction(argument, [mark.reference], at);
      case 'quantity text':
        return `{{ ${unparenthesised(textArgument(mark, at))} | quote }}`;
      case 'opaque':
        return jsonAction(argument, at);
      default:
        return `{{ ${value} | quote }}`;
    }
  }
  return `{{ ${formatted(parts, at)} | quote }}`;
}

/** A string or number as it is given. Go's JSON is YAML, but for some characters, which few patterns take. */
export function quantityAction(argument: string, references: readonly Reference[], at: Position): string {
  const isYaml = references.every(
    (reference) =>
      'shape' in reference &&
      reference.shape.kind === 'quantity' &&
      reference.shape.text.patterns.some(takesAsciiAlone),
  );
  return isYaml ? `{{ ${unparenthesised(argument)} | toJson }}` : jsonAction(argument, at);
}

function jsonAction(argument: string, at: Position): string {
  return `{{ include ${goString(`${at.chart}.json`)} ${argument} }}`;
}

/** `printf "%s:%v" .Values.a .Values.b` */
export function formatted(parts: readonly Part[], at: Position): string {
  const format = parts.map((part) => (typeof part === 'string' ? part.replaceAll('%', '%%') : verb(part))).join('');
  const values = parts.filter((part) => typeof part !== 'string').map((part) => textArgument(part, at));
  return `printf ${goString(format)} ${values.join(' ')}`;
}

function verb(part: Exclude<Part, string>): string {
  return part.kind === 'digits' && isPlainNumber(part.reference) ? '%v' : '%s';
}

function textArgument(part: Exclude<Part, string>, at: Position): string {
  if (part.kind === 'hash') throw new Error('a hash inside text is refused before emission');
  const value = expressionOf(part.reference, at);
  if (part.kind === 'digits') return isPlainNumber(part.reference) ? value : `(${value} | toJson)`;
  if (part.kind === 'quantity text') return `(kindIs "string" ${value} | ternary ${value} (${value} | toJson))`;
  return value;
}

function isPlainNumber(reference: Reference): boolean {
  return 'shape' in reference && printsPlainly(reference.shape);
}

/** A string in Go's syntax. */
export function goString(text: string): string {
  return quoted(text);
}

/** A string of the values' schema in Go's syntax: other than what `build` writes, it may have characters of marks. */
export function schemaString(text: string): string {
  return goString(text).replace(KEPT, escaped);
}

/** An expression as an argument of another. */
export function parenthesised(text: string): string {
  return /^[$.\w]+$/.test(text) || isOneParenthesis(text) ? text : `(${text})`;
}

/** An expression where nothing stands beside it, or only what it is passed on to. */
export function unparenthesised(text: string): string {
  return isOneParenthesis(text) ? text.slice(1, -1) : text;
}

function isOneParenthesis(text: string): boolean {
  if (!text.startsWith('(')) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') i = endOfString(text, i);
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}

/** The index of the quote that closes the string which starts at `start`. */
export function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

function goLiteral(value: Json): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return schemaString(value);
  if (Array.isArray(value)) return value.length === 0 ? 'list' : `(list ${value.map(goLiteral).join(' ')})`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${schemaString(key)} ${goLiteral(each)}`);
  return entries.length === 0 ? 'dict' : `(dict ${entries.join(' ')})`;
}
