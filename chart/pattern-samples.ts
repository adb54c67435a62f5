/**
 * Texts that a portable pattern is likely to match: short and long ones, with each alternative, and with the characters
 * that code stumbles over wherever the pattern takes them. Who uses them checks them against the pattern.
 */
export function textsLike(pattern: string): readonly string[] {
  let texts = known.get(pattern);
  if (texts === undefined) {
    const variants = Array.from({ length: VARIANTS }, (_, variant) => variant);
    const tastes = variants.flatMap((variant) => REPEATS.map((repeats) => ({ repeats, variant })));
    texts = [...new Set(tastes.map((taste) => new Reader(pattern, taste).alternatives()))];
    known.set(pattern, texts);
  }
  return texts;
}

const known = new Map<string, readonly string[]>();
const VARIANTS = 8;
/** Of long texts, one is longer than a DNS label, which is what names are cut to, and one is not. */
const REPEATS = [70, 60, 9, 4, 2, 1, 0];
const LONGEST = 70;

/** Characters to try in a class: those that mean something to somebody first. */
const CHARACTERS = [
  ...[...'A.-/_:@ 0z"\\\n%{}<>#&=+,;?!*~|^$()[]\'`é😀'],
  ...Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i)),
  ...[...'123456789BCDEFGHIJKLMNOPQRSTUVWXYZ\t\r'],
];

interface Taste {
  /** How often to repeat what may be repeated, as far as the pattern allows. */
  readonly repeats: number;
  /** Which alternative, and which characters of a class. */
  readonly variant: number;
}

/** Reads a pattern from left to right and writes a text as it goes. */
class Reader {
  #position = 0;
  readonly #picks = new Map<string, number>();

  constructor(
    private readonly pattern: string,
    private readonly taste: Taste,
  ) {}

  /** One of the alternatives up to the end, or to the bracket that closes a group. */
  alternatives(): string {
    const texts = [this.#sequence()];
    while (this.pattern[this.#position] === '|') {
      this.#position++;
      texts.push(this.#sequence());
    }
    return texts[this.taste.variant % texts.length]!;
  }

  #sequence(): string {
    let text = '';
    while (this.#position < this.pattern.length && !'|)'.includes(this.pattern[this.#position]!)) text += this.#atom();
    return text;
  }

  #atom(): string {
    const from = this.#position;
    const [token] = TOKEN.exec(this.pattern.slice(from))!;
    this.#position += token.length;
    if (token === '^' || token === '$' || token === '\\b' || token === '\\B') return '';
    const group = token.startsWith('(') ? this.#group() : undefined;
    const times = this.#times(group?.length ?? 1);
    return Array.from({ length: times }, () => group ?? this.#character(token)).join('');
  }

  #group(): string {
    const text = this.alternatives();
    this.#position++;
    return text;
  }

  #times(length: number): number {
    const [quantifier] = QUANTIFIER.exec(this.pattern.slice(this.#position)) ?? [''];
    this.#position += quantifier.length;
    if (quantifier === '') return 1;
    const [, least, comma, most] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
    const min = least === undefined ? (quantifier.startsWith('+') ? 1 : 0) : Number(least);
    const open = quantifier.startsWith('?') ? 1 : Number.POSITIVE_INFINITY;
    const max = least === undefined ? open : comma === '' ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    return Math.max(min, Math.min(max, this.taste.repeats, Math.max(1, Math.floor(LONGEST / length))));
  }

  #character(token: string): string {
    if (!token.startsWith('[') && !/^\\[dDwWsS]$/.test(token))
      return token.length === 1 ? token : (ESCAPES[token[1]!] ?? token.slice(1));
    const characters = charactersOf(token);
    const picks = this.#picks.get(token) ?? 0;
    this.#picks.set(token, picks + 1);
    return characters[(this.taste.variant + picks) % characters.length] ?? '';
  }
}

const classes = new Map<string, readonly string[]>();

function charactersOf(token: string): readonly string[] {
  const pattern = new RegExp(`^${token}$`, 'u');
  const characters = classes.get(token) ?? CHARACTERS.filter((character) => pattern.test(character));
  classes.set(token, characters);
  return characters;
}

const TOKEN = /^(?:\[(?:\\.|[^\]\\])*\]|\\.|\((?:\?:)?|.)/su;
const QUANTIFIER = /^(?:[*+?]|\{\d+,?\d*\})\??/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };
