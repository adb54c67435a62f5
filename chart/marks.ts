import { nameOf, type Reference } from './reference.ts';

/**
 * A mark stands for a value inside an ordinary string while `build` runs symbolically: two private-use characters
 * around a number, so that template literals, map keys and copies keep it.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /\uE000(\d+)(?:!([^\uE001]*))?\uE001/g;

/** All characters that stand for something only while compiling: no template has one. */
export const KEPT = /[\uE000-\uE009]/g;

export type Mark =
  | { readonly kind: 'string' | 'key' | 'opaque'; readonly reference: Reference }
  /** A number: a whole leaf, or the digits of one inside text. */
  | { readonly kind: 'number' | 'digits'; readonly reference: Reference }
  /** A value that may be a string or a number: a whole leaf, or inside text. */
  | { readonly kind: 'quantity' | 'quantity text'; readonly reference: Reference }
  /** sha256 of a tree that has marks in it. */
  | { readonly kind: 'hash'; readonly argument: unknown };

/** A string taken apart: literal text and marks in turn. */
export type Part = string | Mark;

/** The marks of one compilation. */
export class Marks {
  readonly #marks: Mark[] = [];
  readonly #known = new Map<string, number>();
  readonly #hashes = new Map<string, unknown>();
  readonly #parts = new Map<string, readonly Part[]>();

  text(mark: Mark): string {
    const key =
      mark.kind === 'hash'
        ? `hash ${JSON.stringify(mark.argument)}`
        : `${mark.kind} ${mark.reference.root} ${mark.reference.id}`;
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.#marks.push(mark) - 1;
      this.#known.set(key, index);
    }
    // cdk8s sorts keys: of the same length, marks stay in the order in which they were made.
    return `${OPEN}${String(index).padStart(5, '0')}${CLOSE}`;
  }

  parts(text: string): readonly Part[] {
    if (!text.includes(OPEN)) return [text];
    const known = this.#parts.get(text) ?? this.#split(text);
    this.#parts.set(text, known);
    return known;
  }

  #split(text: string): Part[] {
    const parts: Part[] = [];
    let end = 0;
    for (const match of text.matchAll(MARK)) {
      if (match.index > end) parts.push(text.slice(end, match.index));
      // One of another compilation is text.
      parts.push(this.#marks[Number(match[1])] ?? match[0]);
      end = match.index + match[0].length;
    }
    if (end < text.length) parts.push(text.slice(end));
    return parts;
  }

  /** A hash of literals: text like any other, but its argument may have marks in another run. */
  rememberHash(hash: string, argument: unknown): string {
    this.#hashes.set(hash, argument);
    return hash;
  }

  /** What a text is the hash of, as a mark or a literal. */
  hashed(text: string): unknown {
    const mark = this.whole(text);
    return mark?.kind === 'hash' ? mark.argument : this.#hashes.get(text);
  }

  /** The text with names of values in place of marks, for messages. */
  named(text: string): string {
    const parts = this.parts(text).map((part) => {
      if (typeof part === 'string') return part;
      return part.kind === 'hash' ? 'sha256(...)' : nameOf(part.reference);
    });
    return parts.join('');
  }

  /** The mark that a string is, whole. */
  whole(text: string): Mark | undefined {
    const parts = this.parts(text);
    return parts.length === 1 && typeof parts[0] !== 'string' ? parts[0] : undefined;
  }
}

export function hasMark(text: string): boolean {
  return text.includes(OPEN);
}

/** What is before and after the first place of a word in a text, not inside a mark; undefined where it is not there. */
export function aroundWord(text: string, word: string): readonly [string, string] | undefined {
  const start = text.replace(MARK, (mark) => OPEN.repeat(mark.length)).indexOf(word);
  return start === -1 ? undefined : [text.slice(0, start), text.slice(start + word.length)];
}

/** The text with its marks taken out, for file names and messages. */
export function withoutMarks(text: string): string {
  return text.replace(MARK, '');
}

/** Stands at a key that is taken away from what is spread before it, where nothing is printed. */
export const REMOVED = '\uE008removed\uE008';

let keysAreReal = false;

/** Runs something with real values, whose keys may look like marks and are none. */
export function withRealKeys<T>(action: () => T): T {
  const before = keysAreReal;
  keysAreReal = true;
  try {
    return action();
  } finally {
    keysAreReal = before;
  }
}

/**
 * Writes into each key that is a mark which keys come after it. Object literals and spreads let the later key win,
 * and cdk8s sorts keys afterwards, so the order has to be kept before that. `isGone` tells values that are not printed:
 * at a later key they take away what is spread.
 */
export function rememberOrder(
  object: Record<string, unknown>,
  isGone: (value: unknown) => boolean,
): Record<string, unknown> {
  if (keysAreReal) return object;
  const keys = Object.keys(object);
  const spread = keys.findIndex((key) => isBareMark(key));
  if (spread === -1) return object;
  return Object.fromEntries(
    keys.map((key, i) => [
      isBareMark(key) ? withOrder(key, keys.slice(i + 1)) : key,
      i > spread && isGone(object[key]) ? REMOVED : object[key],
    ]),
  );
}

/** A key without what `rememberOrder` wrote, and the keys that come after it. */
export function orderOf(key: string): { key: string; later: string[] } {
  const match = /^\uE000(\d+)!([^\uE001]*)\uE001$/.exec(key);
  if (match === null) return { key, later: [] };
  const later = JSON.parse(Buffer.from(match[2]!, 'base64').toString()) as string[];
  return { key: `${OPEN}${match[1]}${CLOSE}`, later };
}

/** Whether a key is one mark, without what `rememberOrder` writes. */
export function isBareMark(key: string): boolean {
  return key.startsWith(OPEN) && /^\uE000\d+\uE001$/.test(key);
}

/** The opposite of `orderOf`. */
export function withOrder(key: string, later: readonly string[]): string {
  const plain = later.map((each) => orderOf(each).key);
  return `${key.slice(0, -1)}!${Buffer.from(JSON.stringify(plain)).toString('base64')}${CLOSE}`;
}

/** Between a key and the maps that win over it. */
const LOSING = '\uE009';

/** Another name for a key of a map over which some spread maps win. */
export function losing(key: string, maps: readonly string[]): string {
  return maps.length === 0 ? key : `${key}${LOSING}${maps.join()}`;
}

/** A key without what `losing` wrote. */
export function printedKey(key: string): string {
  return key.split(LOSING)[0]!;
}
