import { RanCode } from './code-watch.ts';
import type { Tree } from './exploration.ts';
import { type Dishonesty, HonestyCheck, isSecondConstruct, keysThatMeet } from './honesty.ts';
import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { obeyRules } from './obey-rules.ts';
import type { Program, Release } from './program.ts';
import { wordsIn } from './program-words.ts';
import { randomNumbers } from './random-numbers.ts';
import { type SampleSource, sampleOf } from './samples.ts';
import type { ObjectShape, Shape } from './shape.ts';

export interface CodeSearch {
  readonly program: Program;
  readonly shape: ObjectShape;
  readonly tree: Tree;
  readonly release: Release;
  /** Keys that meet others, for each map. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** How many values are tried. */
  readonly tries: number;
  readonly seed: number;
  /** What has run before: then the search ends as soon as all has. @default - nothing, and all values are tried */
  readonly code?: RanCode;
}

export interface CodeFound {
  /** Valid values for which the templates print something else than `build` makes; undefined where none were found. */
  readonly values: JsonObject | undefined;
  /** Lines of the program that no values have run, as `app.ts:12`. */
  readonly left: readonly string[];
  /** Whether V8 has watched all of the functions that ran. */
  readonly isWatched: boolean;
}

/**
 * Tries values for which the program runs code that it has not run before, without Helm. Values that do are kept, and
 * changed a little for the next ones, so that a condition of many parts is met one part after the other. What stands
 * in the code that ran, in whatever file, is tried as a value too.
 */
export function searchCode(search: CodeSearch): CodeFound {
  return new Searcher(search).run();
}

/** Looks for values that run what nothing has run yet: fewer for programs of many runs and objects. */
export function searchCodeLeft(check: HonestyCheck, code: RanCode): Dishonesty | undefined {
  // What the check itself has run counts, too.
  if (code.left().length > 0) code.update();
  if (code.left().length === 0) return undefined;
  const { program, shape, tree } = check;
  const { explorer, slots } = tree;
  const release = { name: program.name, namespace: 'default' };
  const keys = keysThatMeet(explorer, slots);
  const objects = explorer.runs.length * slots.length;
  const tries = Math.min(MOST_TRIES, Math.max(FEWEST_TRIES, Math.ceil(TRIED_OBJECTS / objects)));
  const { values } = searchCode({ program, shape, tree, release, keys, tries, seed: 1, code });
  return values && { values, release, difference: check.differenceFor(values, release)! };
}

const TRIED_OBJECTS = 100_000;
const FEWEST_TRIES = 64;
const MOST_TRIES = 640;

/** Values that are run before V8 is asked once, which takes longer than they do. */
const BATCH = 16;
/** How often values are made from others that are kept, and how often a value is a word of the program. */
const FROM_KEPT = 0.7;
const WORD = 0.4;
const DEFAULT = 0.25;
/** How many values change, of those that are kept. */
const CHANGED = 2;
const MOST_WORDS = 1000;

class Searcher {
  readonly #random: () => number;
  readonly #check: HonestyCheck;
  readonly #code: RanCode;
  readonly #kept: JsonObject[] = [];
  /** The part of all values that changes in those that are kept. */
  readonly #share: number;
  /** Numbers, and texts: a value can be only one of them, and there are far more texts. */
  #words: readonly (readonly (string | number)[])[] = [[], []];

  constructor(private readonly search: CodeSearch) {
    this.#code = search.code ?? RanCode.begin();
    this.#random = randomNumbers(search.seed);
    this.#share = CHANGED / Math.max(CHANGED, leavesOf(search.shape));
    this.#check = new HonestyCheck(search.program, search.shape, search.tree);
  }

  run(): CodeFound {
    const code = this.#code;
    let left = code.left();
    this.#setWords();
    for (let tried = 0; tried < this.search.tries && !this.#isEnough(left); tried += BATCH) {
      const batch = Array.from({ length: BATCH }, () => this.#values()).filter((values) => values !== undefined);
      const values = batch.find((each) => this.#differs(each));
      if (values !== undefined) return { values, left: [], isWatched: false };
      if (!this.#keepNew(batch)) continue;
      left = code.left();
      this.#setWords();
    }
    return { values: undefined, left, isWatched: code.isWatched };
  }

  #isEnough(left: readonly string[]): boolean {
    return this.search.code !== undefined && left.length === 0;
  }

  #setWords(): void {
    const { compared, names } = wordsIn(this.#code.source, MOST_WORDS);
    const words = [...compared, ...names].slice(0, MOST_WORDS);
    this.#words = ['number', 'string'].map((kind) => words.filter((word) => typeof word === kind));
  }

  /** Keeps the values that have run something new; false where none have. */
  #keepNew(batch: readonly JsonObject[]): boolean {
    const { watch } = this.#code;
    const before = this.#code.copy();
    if (watch === undefined || !this.#code.add(watch.take())) return false;
    const isNew = (values: JsonObject) => {
      this.#differs(values);
      return before.add(watch.take());
    };
    this.#kept.push(...batch.filter(isNew));
    return true;
  }

  #differs(values: JsonObject): boolean {
    const found = this.#check.differenceFor(values, this.search.release);
    return found !== undefined && !isSecondConstruct(found.thrown);
  }

  /** Complete, valid values; undefined where rules refuse them. */
  #values(): JsonObject | undefined {
    const { program, shape } = this.search;
    const fresh = sampleOf(shape, this.#source) as JsonObject;
    const kept = this.#kept[Math.floor(this.#random() * this.#kept.length)];
    const from = kept !== undefined && this.#random() < FROM_KEPT ? kept : undefined;
    const values = from === undefined ? fresh : this.#mixed(shape, from, fresh);
    return obeyRules(program.rules ?? [], shape, values as JsonObject);
  }

  /** The one value, with some parts of the other. */
  #mixed(shape: Shape, one: Json, other: Json): Json {
    if (shape.kind !== 'object' || !isObject(one) || !isObject(other))
      return this.#random() < this.#share ? other : one;
    const mixed: JsonObject = {};
    for (const [key, field] of Object.entries(shape.fields))
      setKey(mixed, key, this.#mixed(field, one[key]!, other[key]!));
    return mixed;
  }

  get #source(): SampleSource {
    const below = (count: number) => Math.floor(this.#random() * count);
    const random = this.#random;
    const kinds = this.#words;
    return {
      option: (_, count) => below(count),
      pick: (_, candidates) => candidates[below(candidates.length)]!,
      length: (_, candidates) => candidates[below(candidates.length)]!,
      usesDefault: () => random() < DEFAULT,
      keys: (path) => this.search.keys.get(path) ?? [],
      get word() {
        const words = kinds[below(kinds.length)]!;
        return random() < WORD ? words[below(words.length)] : undefined;
      },
    };
  }
}

/** How many values there are, lists and maps as one. */
function leavesOf(shape: Shape): number {
  if (shape.kind !== 'object') return 1;
  return Object.values(shape.fields).reduce((sum, field) => sum + leavesOf(field), 0);
}
