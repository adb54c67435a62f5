import type { Assignment } from './choice.ts';
import { ChartError } from './errors.ts';
import { Evaluation } from './evaluate.ts';
import type { Exploration } from './exploration.ts';
import { type Explorer, NOTES } from './explore.ts';
import { isObject, type Json, type JsonObject, sameJson, valueAt, withValueAt } from './json.ts';
import { place } from './loops.ts';
import { concreteDocuments } from './manifests.ts';
import { hasMark } from './marks.ts';
import { obeyRules, withDefault } from './obey-rules.ts';
import type { Program, Release } from './program.ts';
import { coverOf } from './refine.ts';
import { type SampleSource, sampleOf } from './samples.ts';
import { defaultsOf, type ObjectShape, type Shape } from './shape.ts';
import type { Slot } from './skeleton.ts';

/** Values for which the templates would print something else than `build` makes. */
export interface Dishonesty {
  readonly values: JsonObject;
  readonly release: Release;
  readonly difference: Difference;
}

/**
 * Compares what the templates will print with `build` for real values. JavaScript that looks into a string or a number
 * cannot be seen through a symbol, but it shows here: what `build` makes of the value is not what passing it on gives.
 */
export class HonestyCheck {
  constructor(
    private readonly program: Program,
    private readonly shape: ObjectShape,
    private readonly exploration: Exploration,
  ) {}

  /** The first sample that shows a difference. */
  find(): Dishonesty | undefined {
    const { explorer, slots } = this.exploration;
    const met = keysThatMeet(explorer, slots);
    let round = 0;
    for (const assignment of coverOf(explorer, SAMPLES)) {
      const sample = sampleOf(this.shape, sourceFor(assignment, round++, met)) as JsonObject;
      const values = obeyRules(this.program.rules ?? [], this.shape, sample);
      const release = RELEASES[round % RELEASES.length]!;
      const difference = values === undefined ? undefined : this.#differenceFor(values, release);
      if (difference !== undefined && !isSecondConstruct(difference.thrown))
        return { values: values!, release, difference };
    }
    return undefined;
  }

  /** The first difference between what `build` makes and what the templates will print. */
  #differenceFor(values: Json, release: Release): Difference | undefined {
    const { program, shape } = this;
    const { explorer, slots, loops } = this.exploration;
    let built: Map<string, Json>;
    try {
      built = concreteDocuments(program, shape, values, release);
    } catch (error) {
      return { at: '', built: undefined, printed: undefined, thrown: error as Error };
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
    return this.#notesDifference(evaluation, values, release);
  }

  #notesDifference(evaluation: Evaluation, values: Json, release: Release): Difference | undefined {
    const built = this.program.notes === undefined ? undefined : notesFor(this.program.notes, values, release);
    const printed = evaluation.notes(this.exploration.slots);
    return built === printed ? undefined : { at: NOTES, built, printed };
  }

  /** What to tell the author: only the values that the difference needs stay unlike their defaults. */
  refusal({ values, release, difference }: Dishonesty): ChartError {
    const { program, shape } = this;
    let culprits: JsonObject = values;
    for (const path of leafPaths(shape)) {
      const candidate = withDefault(culprits, shape, path) as JsonObject;
      if (sameJson(candidate, culprits) || obeyRules(program.rules ?? [], shape, candidate) !== candidate) continue;
      const still = this.#differenceFor(candidate, release);
      if (still !== undefined && (still.thrown === undefined) === (difference.thrown === undefined))
        culprits = candidate;
    }
    const shrunk = this.#differenceFor(culprits, release)!;
    const { at, built, printed, thrown } = shrunk;
    const changed = leafPaths(shape).filter(
      (path) => !sameJson(valueAt(culprits, path), valueAt(defaultsOf(shape), path)),
    );
    const involved = changed.length > 0 ? changed : this.#involved(culprits, release, shrunk);
    const named = involved.map((path) => `values.${path.join('.')} = ${JSON.stringify(valueAt(culprits, path))}`);
    if (this.#changesWith(culprits, RELEASES.find((other) => other !== release)!, shrunk))
      named.push(`release.name = "${release.name}"`);
    const where = named.join(', ') || 'the default values';
    if (thrown !== undefined) {
      return new ChartError(
        `build fails for values that the schema allows (${where}): ${thrown.message}; let the schema or a rule refuse them`,
        { cause: thrown },
      );
    }
    return new ChartError(
      `${at} looks into a value: for ${where} build makes ${shown(built)}, where a template that passes the value on prints ${shown(printed)}; ` +
        'pass strings and numbers on whole or in a template literal, and branch on a boolean, an enum, null, or the emptiness of a list or map',
    );
  }

  /** The values that a difference at the defaults has to do with: with another one it is another difference, or none. */
  #involved(values: JsonObject, release: Release, difference: Difference): string[][] {
    return leafPaths(this.shape).filter((path) =>
      OTHERS.some((round) => {
        const other = sampleOf(shapeAt(this.shape, path), sourceFor(new Map(), round, new Map()));
        if (sameJson(other, valueAt(values, path))) return false;
        return this.#changesWith(withValueAt(values, path, other), release, difference);
      }),
    );
  }

  #changesWith(values: Json, release: Release, difference: Difference): boolean {
    const now = this.#differenceFor(values, release);
    return now?.thrown === undefined && (now?.at !== difference.at || !sameJson(now.built, difference.built));
  }
}

/** Enough for each of the usual texts to have its turn. */
const SAMPLES = 52;
/** Rounds of samples that are tried in place of a value, to see whether a difference has to do with it. */
const OTHERS = [1, 2, 3, 7, 11];
const RELEASES: readonly Release[] = [
  { name: 'sample', namespace: 'default' },
  { name: 'r-2', namespace: 'space-2' },
  { name: 'prod', namespace: 'prod' },
  { name: 'staging', namespace: 'kube-system' },
];

/** Two equal elements make two constructs of the same id, which cdk8s refuses and Kubernetes would as well. */
export function isSecondConstruct(error: Error | undefined): boolean {
  return error?.message.startsWith('There is already a Construct with name') === true;
}

interface Difference {
  /** Where, and what stands there. */
  readonly at: string;
  readonly built: Json | undefined;
  readonly printed: Json | undefined;
  /** build threw instead. */
  readonly thrown?: Error;
}

function notesFor(notes: NonNullable<Explorer['program']['notes']>, values: Json, release: Release): string {
  return notes(values as never, release);
}

function shown(json: Json | undefined): string {
  const text = json === undefined ? 'nothing' : JSON.stringify(json);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

function firstDifference(built: Json | undefined, printed: Json | undefined, at: string): Difference | undefined {
  if (sameJson(built, printed)) return undefined;
  if (isObject(built) && isObject(printed)) {
    for (const key of new Set([...Object.keys(built), ...Object.keys(printed)])) {
      const found = firstDifference(built[key], printed[key], `${at}.${key}`);
      if (found !== undefined) return found;
    }
  }
  if (Array.isArray(built) && Array.isArray(printed) && built.length === printed.length) {
    for (const [i, item] of built.entries()) {
      const found = firstDifference(item, printed[i], `${at}[${i}]`);
      if (found !== undefined) return found;
    }
  }
  return { at, built, printed };
}

// ---- samples

function sourceFor(assignment: Assignment, round: number, met: ReadonlyMap<string, readonly string[]>): SampleSource {
  return {
    option: (choice, count, turn) => {
      const base = assignment.get(choice) ?? 0;
      // Further elements of a list differ from the first in some of their choices.
      return turn === 0 ? base % count : (base + hash(`${choice} ${turn} ${round}`)) % count;
    },
    pick: (path, candidates, turn) => {
      // In one round of five all values are alike, so that equal ones meet; in the others each candidate has its turn.
      const alike = round % 5 === 4 && !path.endsWith('[key]');
      const others = round - Math.floor((round + 1) / 5);
      return candidates[(alike ? round : others + turn + hash(path)) % candidates.length]!;
    },
    keys: (path) => met.get(path) ?? [],
  };
}

function hash(text: string): number {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum >>> 3;
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

/** Runs the program symbolically with the answers that the values give, for the first elements of each list. */
export function runsOf(values: Json, explorer: Explorer): boolean {
  const before = explorer.runs.length;
  for (let turn = 0; turn < 4; turn++) {
    const assignment = new Map<string, number>();
    for (const choice of explorer.choices.values()) {
      const value = elementAt(values, choice.reference.id.split('.'), turn);
      if (value === undefined) continue;
      const answer =
        choice.kind === 'set'
          ? value !== null
          : choice.kind === 'filled'
            ? value !== null && Object.keys(value as object).length > 0
            : value;
      const option = choice.options.indexOf(answer as boolean | string);
      if (option !== -1) assignment.set(choice.id, option);
    }
    explorer.run(assignment);
  }
  return explorer.runs.length > before;
}

/** The value at a path with `[]` in it, taking the element number `turn` of each list or map, or the last. */
function elementAt(values: Json | undefined, path: readonly string[], turn: number): Json | undefined {
  let current = values;
  for (const key of path) {
    const name = key.replace(/(\[\])+$/, '');
    if (!isObject(current)) return undefined;
    current = current[name];
    for (let depth = key.length - name.length; depth > 0; depth -= 2) {
      const elements: Json[] = typeof current === 'object' && current !== null ? Object.values(current) : [];
      current = elements[Math.min(turn, elements.length - 1)];
    }
  }
  return current;
}

function leafPaths(shape: Shape, path: readonly string[] = []): string[][] {
  if (shape.kind !== 'object' || !shape.fixed || shape.nullable) return [[...path]];
  return Object.entries(shape.fields).flatMap(([key, field]) => leafPaths(field, [...path, key]));
}

function shapeAt(shape: Shape, path: readonly string[]): Shape {
  return path.reduce<Shape>((at, key) => (at.kind === 'object' ? at.fields[key]! : at), shape);
}
