import type { Assignment } from './choice.ts';
import { withOtherClock } from './clock.ts';
import { usualAnswers } from './cover.ts';
import { type Difference, firstDifference } from './difference.ts';
import { errorOf } from './errors.ts';
import { Evaluation } from './evaluate.ts';
import type { Tree } from './exploration.ts';
import { type Explorer, NOTES } from './explore.ts';
import { type Focuses, focusesOf, RELEASE } from './focus.ts';
import { type Json, type JsonObject, sameJson } from './json.ts';
import { place } from './loops.ts';
import { concreteDocuments } from './manifests.ts';
import { hasMark } from './marks.ts';
import { obeyRules } from './obey-rules.ts';
import type { Program, Release } from './program.ts';
import { wordsOf } from './program-words.ts';
import { coverOf } from './refine.ts';
import { plainSource, Sampler } from './sampler.ts';
import { type SampleSource, sampleOf } from './samples.ts';
import type { ObjectShape } from './shape.ts';
import type { Slot } from './skeleton.ts';
import { tellingRuns } from './telling-runs.ts';

/** Values for which the templates would print something else than `build` makes. */
export interface Dishonesty {
  readonly values: JsonObject;
  readonly release: Release;
  readonly difference: Found;
}

/** A difference, or what `build` threw instead. */
export interface Found extends Difference {
  readonly thrown?: Error;
}

/**
 * Compares what the templates will print with `build` for real values. JavaScript that looks into a string or a number
 * cannot be seen through a symbol, but it shows here: what `build` makes of the value is not what passing it on gives.
 */
export class HonestyCheck {
  constructor(
    readonly program: Program,
    readonly shape: ObjectShape,
    readonly tree: Tree,
    /**
     * Texts and numbers that values are worth trying to be, besides those that stand in the program's own functions. Asked
     * for only where nothing else shows a difference.
     */
    readonly otherWords: () => readonly (string | number)[] = () => [],
  ) {}

  /**
   * A sample that shows a difference: the first one, but rather a value that differs than how many there are. That is
   * not put off to large numbers where the program was seen to look into some: it might count up to them.
   */
  find(): Dishonesty | undefined {
    const { explorer, slots } = this.tree;
    const sampler = new Sampler(keysThatMeet(explorer, slots));
    let round = 0;
    let number: Dishonesty | undefined;
    for (const { assignment, focuses, word, names } of this.#rounds()) {
      if (number !== undefined && focuses.size === 0 && explorer.looks.size > 0) return number;
      const check = (short: boolean) => this.#check(sampler.next(assignment, { focuses, short, word, names }));
      // At other times too: what depends on them in some branch is not seen while values are not known.
      const clock = CLOCKS[round++ % CLOCKS.length];
      const found = clock === undefined ? check(false) : withOtherClock(clock, () => check(false));
      // Two equal elements make two constructs of one id, which cdk8s refuses and Kubernetes would as well.
      const dishonesty = found !== undefined && this.#isOfTwins(found) ? check(true) : found;
      if (dishonesty === undefined || this.#isOfTwins(dishonesty)) continue;
      const { built, printed } = dishonesty.difference;
      if (!Array.isArray(built) || !Array.isArray(printed)) return dishonesty;
      number ??= dishonesty;
    }
    return number;
  }

  /** The same for values near the defaults, where others have been tried already. */
  findNearDefaults(): Dishonesty | undefined {
    const { explorer } = this.tree;
    const usual = usualAnswers(explorer);
    const sampler = new Sampler();
    const sources = [plainSource(usual), ...Array.from({ length: NEAR_DEFAULTS }, () => sampler.next(usual))];
    for (const source of sources) {
      const found = this.#check(source);
      if (found !== undefined && !this.#isOfTwins(found)) return found;
    }
    return undefined;
  }

  /** The first of some samples that shows a difference still: what is explored since may say what `build` makes of them. */
  findAmong(samples: readonly Dishonesty[]): Dishonesty | undefined {
    for (const { values, release } of samples) {
      const difference = this.differenceFor(values, release);
      if (difference === undefined) continue;
      const found = { values, release, difference };
      if (!this.#isOfTwins(found)) return found;
    }
    return undefined;
  }

  /** Whether cdk8s refuses a second construct of an id, and the templates print a second object of a name. */
  #isOfTwins({ values, release, difference }: Dishonesty): boolean {
    if (!isSecondConstruct(difference.thrown)) return false;
    const { explorer, slots, loops } = this.tree;
    const evaluation = new Evaluation(explorer, loops, values, release);
    const names = slots
      .filter(({ key }) => key !== NOTES)
      .flatMap((slot) => evaluation.objects(slot))
      .map((object) => {
        const { apiVersion, kind, metadata } = object as { apiVersion?: Json; kind?: Json; metadata?: JsonObject };
        const group = String(apiVersion).split('/').slice(0, -1);
        return JSON.stringify([group, kind, metadata?.namespace, metadata?.name]);
      });
    return new Set(names).size < names.length;
  }

  #check(source: SampleSource): Dishonesty | undefined {
    const sample = sampleOf(this.shape, source) as JsonObject;
    const values = obeyRules(this.program.rules ?? [], this.shape, sample);
    if (values === undefined) return undefined;
    const release = {
      name: sampleOf(RELEASE.name, source) as string,
      namespace: sampleOf(RELEASE.namespace, source) as string,
    };
    const difference = this.differenceFor(values, release);
    return difference && { values, release, difference };
  }

  /**
   * First what the program was seen to look into, then the runs that together print everything, and chance; at last what
   * stands in the program itself.
   */
  *#rounds(): Generator<Round> {
    const { explorer } = this.tree;
    for (const focused of focusesOf(explorer)) for (let i = 0; i < FOCUSED; i++) yield focused;
    const telling = tellingRuns(explorer);
    let round = 0;
    const rounds = Math.min(MOST_SAMPLES, Math.max(SAMPLES, Math.ceil(SAMPLED_RUNS / explorer.runs.length)));
    for (const random of coverOf(explorer, rounds)) {
      yield { assignment: telling[round++ % telling.length]!.answers, focuses: new Map() };
      yield { assignment: random, focuses: new Map() };
    }
    const { compared, names } = wordsOf(this.program);
    const ofWord = (word: string | number): Round => {
      const { answers } = telling[round++ % telling.length]!;
      return { assignment: answers, focuses: new Map(), word };
    };
    yield* compared.map(ofWord);
    if (names.length > 0) for (const { answers } of telling) yield { assignment: answers, focuses: new Map(), names };
    yield* this.otherWords()
      .filter((word) => !compared.includes(word))
      .map(ofWord);
  }

  /** The first difference between what `build` makes and what the templates will print. */
  differenceFor(values: Json, release: Release): Found | undefined {
    const { program, shape } = this;
    const { explorer, slots, loops } = this.tree;
    let built: Map<string, Json>;
    let notes: string | undefined;
    try {
      built = concreteDocuments(program, shape, values, release);
      notes = program.notes?.(values as never, release);
    } catch (error) {
      return { at: '', built: undefined, printed: undefined, thrown: errorOf(error) };
    }
    const evaluation = new Evaluation(explorer, loops, values, release);
    for (const slot of slots.filter(({ key }) => key !== NOTES && !hasMark(key))) {
      const [printed] = evaluation.objects(slot);
      const found = firstDifference(built.get(slot.key), printed, slot.key);
      if (found !== undefined) return found;
      built.delete(slot.key);
    }
    const repeated = slots
      .filter(({ key }) => hasMark(key))
      .flatMap((slot) => evaluation.objects(slot).map((json) => ({ slot, json })));
    for (const [path, json] of built) {
      const same = repeated.findIndex((each) => sameJson(each.json, json));
      if (same === -1) return firstDifference(json, repeated[0]?.json, path);
      repeated.splice(same, 1);
    }
    if (repeated[0] !== undefined) return { at: place(repeated[0].slot), built: undefined, printed: repeated[0].json };
    const printed = evaluation.notes(slots);
    return notes === printed ? undefined : { at: NOTES, built: notes, printed };
  }
}

/** What a sample is made of. */
interface Round {
  readonly assignment: Assignment;
  readonly focuses: Focuses;
  readonly word?: string | number;
  readonly names?: readonly string[];
}

/** Rounds for what a program was seen to look into, and pairs of rounds for all the rest. */
const FOCUSED = 8;
const SAMPLES = 24;
/** Programs with few branches are soon run, and so more often: as if they had been run so many times, up to a limit. */
const SAMPLED_RUNS = 2400;
const MOST_SAMPLES = 100;
const NEAR_DEFAULTS = 8;
const CLOCKS = [undefined, 'low', 'high'] as const;

/** Two equal elements make two constructs of the same id, which cdk8s refuses and Kubernetes would as well. */
export function isSecondConstruct(error: Error | undefined): boolean {
  return error?.message.startsWith('There is already a Construct with name') === true;
}

/** For each map that is spread beside fixed keys, those keys. */
export function keysThatMeet(explorer: Explorer, slots: readonly Slot[]): Map<string, string[]> {
  const met = new Map<string, string[]>();
  const visit = (slot: Slot): void => {
    for (const mapKey of slot.winners?.keys() ?? []) {
      const mark = explorer.marks.whole(mapKey);
      if (mark?.kind !== 'key' || mark.reference.root !== 'key') continue;
      const path = mark.reference.scope.over.id;
      const fixed = slot.children.filter((child) => child.kind === 'key' && !hasMark(child.key)).map(({ key }) => key);
      met.set(path, [...new Set([...(met.get(path) ?? []), ...fixed])]);
    }
    slot.children.forEach(visit);
  };
  slots.forEach(visit);
  return met;
}
