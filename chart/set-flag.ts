import { ChartError } from './errors.ts';
import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { readJsonPrefix } from './json-prefix.ts';
import { mergeFiles } from './merge-values.ts';

/** One of Helm's flags that set values, with its text: `a.b=1,c[0]=x`. */
export type SetFlag =
  | { readonly kind: 'set' | 'set-string' | 'set-json' | 'set-literal'; readonly text: string }
  /** `read` returns the content of a file that the text names. */
  | { readonly kind: 'set-file'; readonly text: string; readonly read: (path: string) => string };

const order: readonly SetFlag['kind'][] = ['set-json', 'set', 'set-string', 'set-file', 'set-literal'];
const maxIndex = 65_536;
const maxDepth = 30;

/**
 * The values with all flags applied in Helm's order: --set-json, --set, --set-string, --set-file, --set-literal, each
 * kind as given.
 * @throws ChartError as {@link applySet} does
 */
export function applySets(values: JsonObject, flags: readonly SetFlag[]): JsonObject {
  return flags.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).reduce(applySet, values);
}

/**
 * The values with one flag applied, by the grammar of Helm's strvals. `values` are those of the user's files and of
 * earlier flags, without the chart's defaults; they are not changed.
 *
 * @throws ChartError one line with the flag and the key, never with the value, which may be a secret
 * @see https://github.com/helm/helm/blob/v4.3.1/pkg/strvals/parser.go
 */
export function applySet(values: JsonObject, flag: SetFlag): JsonObject {
  // A whole object is Helm 4's; Helm 3 refuses it.
  if (flag.kind === 'set-json' && /^\s*\{/.test(flag.text)) return mergeFiles(values, readObject(flag.text.trim()));
  const copy = copyOf(values) as JsonObject;
  new SetParser(flag).applyTo(copy);
  return copy;
}

function readObject(text: string): JsonObject {
  const json = readJsonPrefix(text);
  if (json?.end !== text.length) {
    throw new ChartError(`--set-json: the text is not a JSON object; write '{"key": "text"}'`);
  }
  return json.value as JsonObject;
}

function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, element] of Object.entries(value)) setKey(copy, key, copyOf(element));
  return copy;
}

/** Reads assignments from left to right and writes each into the values before it reads the next one, as Helm does. */
class SetParser {
  private readonly text: string;
  private readonly escapes: boolean;
  private at = 0;
  private start = 0;

  constructor(private readonly flag: SetFlag) {
    this.text = flag.text;
    this.escapes = flag.kind !== 'set-literal';
  }

  applyTo(values: JsonObject): void {
    do {
      this.start = this.at;
    } while (this.assignKey(values, 0));
  }

  /** Reads `name=value`, `name[0]...` or `name. ...` into a map. False where the text ended without a value. */
  private assignKey(map: JsonObject, depth: number): boolean {
    const { text: name, stop } = this.readUntil(this.escapes ? '=[,.' : '=[.');
    if (stop === undefined && name === '') return false;
    if (stop === '=') {
      const { value, isOpen } = this.readValue();
      set(map, name, value);
      return !isOpen;
    }
    if (stop === '[') {
      const index = this.readIndex();
      const list = Object.hasOwn(map, name) ? this.expectList(map[name]) : [];
      const goesOn = this.assignItem(list, index, depth);
      set(map, name, list);
      return goesOn;
    }
    if (stop === '.') {
      if (depth === maxDepth) this.fail(`has more than ${maxDepth} dots`);
      const inner = Object.hasOwn(map, name) ? this.expectMap(map[name]) : {};
      const goesOn = this.assignKey(inner, depth + 1);
      if (Object.keys(inner).length > 0) set(map, name, inner);
      else if (goesOn) this.fail('has an empty key behind a dot; name one');
      return goesOn;
    }
    return this.fail(`has no value; write '${name}=VALUE'`);
  }

  /** Reads what follows an index: `=value`, `[0]...` or `.name...`. */
  private assignItem(list: Json[], index: number, depth: number): boolean {
    const { text: rest, stop } = this.readUntil('[.=');
    if (rest !== '') this.fail(`has '${rest}' behind an index; expected '=', '.' or '['`);
    const known = list[index] ?? null;
    if (stop === '=') {
      setItem(list, index, this.readValue().value);
      return true;
    }
    if (stop === '[') {
      const next = this.readIndex();
      const inner = known === null ? [] : this.expectList(known);
      const goesOn = this.assignItem(inner, next, depth);
      if (goesOn) setItem(list, index, inner);
      return goesOn;
    }
    if (stop === '.') {
      const inner = isObject(known) ? known : {};
      if (index < list.length) list[index] = inner;
      const goesOn = this.assignKey(inner, depth);
      // Helm forgets a new item here where the text ends behind '=': after `a[0].b=` the list a is empty.
      if (goesOn) setItem(list, index, inner);
      return goesOn;
    }
    return false;
  }

  private readIndex(): number {
    const { text, stop } = this.readUntil(']');
    const index = /^[-+]?\d+$/.test(text) ? Number(text) : -1;
    // Helm 4 ignores an assignment whose ']' is missing; Helm 3 refuses it.
    if (stop === undefined || index < 0 || index > maxIndex) {
      this.fail(`has the index '${text}'; expected 0 to ${maxIndex}, then ']'`);
    }
    return index;
  }

  /** `isOpen`: the text ended right behind '='. */
  private readValue(): { readonly value: Json; readonly isOpen?: true } {
    if (this.flag.kind === 'set-literal') return { value: this.readRest() };
    if (this.flag.kind === 'set-json') return { value: this.readJson() };
    if (this.at === this.text.length) return { value: '', isOpen: true };
    if (this.text[this.at] === '{') return { value: this.readList() };
    return { value: this.interpret(this.readUntil(',').text) };
  }

  private readRest(): string {
    const rest = this.text.slice(this.at);
    this.at = this.text.length;
    return rest;
  }

  private readJson(): Json {
    if (this.skipSeparator()) return null;
    const json = readJsonPrefix(this.text.slice(this.at));
    if (json === undefined) return this.fail(`has a value that is not JSON; a string needs double quotes: '="text"'`);
    this.at += json.end;
    this.skipSeparator();
    return json.value;
  }

  /** Skips spaces and one comma. False where something else comes before it. */
  private skipSeparator(): boolean {
    while (/^\p{White_Space}$/u.test(this.text.charAt(this.at))) this.at++;
    if (this.at < this.text.length && this.text[this.at] !== ',') return false;
    this.at++;
    return true;
  }

  private readList(): Json[] {
    this.at++;
    const list: Json[] = [];
    for (;;) {
      const { text, stop } = this.readUntil(',}');
      if (stop === undefined) this.fail("has a list without '}' at its end");
      list.push(this.interpret(text));
      if (stop === '}') break;
    }
    if (this.text[this.at] === ',') this.at++;
    return list;
  }

  private interpret(text: string): Json {
    if (this.flag.kind === 'set-file') return this.flag.read(text);
    if (this.flag.kind !== 'set') return text;
    const value = typed(text);
    // Helm keeps all digits of an integer that it is given like this.
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      this.fail(`is ${text}, whose last digits JavaScript would lose; set it as text with --set-string`);
    return value;
  }

  /** Reads up to one of the characters and skips it. A backslash makes the next character an ordinary one. */
  private readUntil(stops: string): { readonly text: string; readonly stop: string | undefined } {
    let text = '';
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at++);
      if (stops.includes(char)) return { text, stop: char };
      text += this.escapes && char === '\\' ? this.text.charAt(this.at++) : char;
    }
    return { text, stop: undefined };
  }

  private expectList(value: Json | undefined): Json[] {
    return Array.isArray(value)
      ? value
      : this.fail(`goes into ${kindOf(value)} as if it were a list; set the whole list`);
  }

  private expectMap(value: Json | undefined): JsonObject {
    return isObject(value) ? value : this.fail(`goes into ${kindOf(value)} as if it were a map; set the whole map`);
  }

  private fail(what: string): never {
    const key = this.text.slice(this.start, this.at).replace(/[=,].*$/s, '');
    throw new ChartError(`--${this.flag.kind}: '${key}' ${what}`);
  }
}

/** The type that --set gives to a text. */
function typed(text: string): Json {
  // With /iu they ignore case as Go does.
  if (/^true$/iu.test(text)) return true;
  if (/^false$/iu.test(text)) return false;
  if (/^null$/iu.test(text)) return null;
  const isInteger = /^(?:0|[-+]\d+|[1-9]\d*)$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return isInteger ? Number(BigInt(text)) : text;
}

function set(map: JsonObject, name: string, value: Json): void {
  // Helm ignores an assignment to an empty key.
  if (name !== '') setKey(map, name, value);
}

function setItem(list: Json[], index: number, value: Json): void {
  while (list.length < index) list.push(null);
  list[index] = value;
}

function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'object' ? 'map' : typeof value}`;
}
