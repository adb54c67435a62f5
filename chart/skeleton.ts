import type { Assignment, Choice } from './choice.ts';
import { isEach, itemsOf, loopOf } from './each.ts';
import { ChartError } from './errors.ts';
import type { Explorer, Run } from './explore.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { alignLists, type ListLayout, layoutOf, type Variants } from './list-layout.ts';
import { place } from './loops.ts';
import { orderOf, printedKey, withoutMarks } from './marks.ts';
import { nameOf, scopeOf } from './reference.ts';

/**
 * A place in the merged tree of all runs: a document, a key of a map, an item of a list, or the argument of a hash.
 * What stands there depends on few choices (`deps`); `rows` says what it is for each combination of their options.
 */
export interface Slot {
  readonly id: string;
  /** The path of the document that it is in. */
  readonly document: string;
  readonly kind: 'document' | 'key' | 'item' | 'argument';
  /** The document's path, the map's key, the item's identity, or ''. */
  readonly key: string;
  /** As `key`; of a key over which spread maps win in some branch, the name that it has there. */
  readonly entry: string;
  readonly deps: readonly string[];
  readonly rows: readonly Row[];
  /** For a map its keys, for a list its items, for a leaf with a hash the hash's argument. */
  readonly children: readonly Slot[];
  /** How the items of the lists here line up. */
  readonly layout?: ListLayout;
  /** Of a map with a key that is a mark: the keys that win over it. */
  readonly winners?: ReadonlyMap<string, ReadonlySet<string>>;
  /** It is left out where nothing is in it, as cdk8s leaves out empty labels. */
  readonly vanishes: boolean;
  /** A run in which the slot is there. */
  readonly witness: Run;
  /** What stands here in a run; not reachable where the slot's parent is not there. */
  readonly lookUp: (run: Run) => Finding;
}

export interface Finding {
  readonly json: Json | undefined;
  readonly reachable: boolean;
}

export interface Row {
  /** The option of each choice in `deps`. */
  readonly options: Assignment;
  readonly value: Value;
}

export type Value =
  | { readonly kind: 'absent' }
  /** The slot's parent is not there either. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'leaf'; readonly json: Json }
  | { readonly kind: 'map' }
  | { readonly kind: 'list' }
  /** Items of a list that are there for each element of a loop; the mark of the element. */
  | { readonly kind: 'each'; readonly loop: string };

const ABSENT: Value = { kind: 'absent' };
const UNREACHABLE: Value = { kind: 'unreachable' };
const MAX_ROWS = 1024;
/** With more choices than these behind it, a map that is not there is looked at as one that is empty. */
const FEW_CHOICES = 2;

/** Equal for values that are printed alike, children aside. */
export function signature(value: Value, explorer: Explorer): string {
  if (value.kind === 'each') return `each ${value.loop}`;
  if (value.kind !== 'leaf') return value.kind;
  const argument = hashArgument(value.json, explorer);
  return argument === undefined ? `leaf ${JSON.stringify(value.json)}` : 'hash';
}

/** What stands at a place of a printed object. Whether a map or list is empty is up to its children. */
export function valueFrom(json: Json | undefined): Value {
  if (json === undefined) return ABSENT;
  if (Array.isArray(json)) return { kind: 'list' };
  if (isEach(json)) return { kind: 'each', loop: loopOf(json) };
  return isObject(json) ? { kind: 'map' } : { kind: 'leaf', json };
}

export function hashArgument(json: Json, explorer: Explorer): Json | undefined {
  return typeof json === 'string' ? (explorer.marks.hashed(json) as Json | undefined) : undefined;
}

/** What stands at a child of a place that holds `json`, which has children of its kind; undefined where it is absent. */
function childOf(
  slot: Pick<Slot, 'kind' | 'entry'>,
  json: Json,
  layout: ListLayout | undefined,
  explorer: Explorer,
): Json | undefined {
  if (slot.kind === 'argument') return hashArgument(json, explorer);
  if (slot.kind === 'item') return itemsOf(json)[layout!.keysOf(itemsOf(json)).indexOf(slot.entry)];
  return entryOf(json as JsonObject, slot.entry);
}

/** Whether something has items. */
function isList(json: Json | undefined): json is Json {
  return Array.isArray(json) || isEach(json);
}

function entryOf(map: JsonObject, key: string): Json | undefined {
  if (Object.hasOwn(map, key)) return map[key];
  return Object.entries(map).find(([each]) => orderOf(each).key === key)?.[1];
}

/** Dependencies that no single flip shows, found by checking: the choices by the slot's id. */
type Forced = ReadonlyMap<string, ReadonlySet<string>>;

/** An assignment for which something else stands at a slot than its rows say. */
export interface Surprise {
  readonly slot: Surprising;
  readonly assignment: Assignment;
}

/** A slot of which it is not clear yet what is in it. */
type Surprising = Omit<Slot, 'children'>;

/** Merges all runs known so far, as often as there are more. */
export class Skeleton {
  readonly #explorer: Explorer;
  readonly #forced = new Map<string, Set<string>>();
  readonly #vanishing = new Set<string>();
  readonly #documents = new Map<string, Merged>();
  /** The documents about which something was explained since they were merged. */
  readonly #explained = new Set<string>();

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
  }

  /** Filling the rows may make further runs, which are not looked at yet. */
  merge(): { slots: Slot[]; surprises: Surprise[] } {
    const runs = [...this.#explorer.runs];
    for (const path of new Set(runs.flatMap(({ documents }) => [...documents.keys()]))) {
      const known = this.#documents.get(path);
      const isNew = known === undefined || this.#explained.delete(path);
      if (!isNew && runs.slice(known.runs).every((run) => isExpected(run, path, known))) continue;
      this.#documents.set(path, this.#mergedDocument(path, runs));
    }
    const merged = [...this.#documents.values()];
    return { slots: merged.map(({ slot }) => slot), surprises: merged.flatMap(({ surprises }) => surprises) };
  }

  /** Takes the choices behind a surprise into account, which flips do not show. */
  explain({ slot, assignment }: Surprise, ids: readonly string[]): void {
    if (ids.length > FEW_CHOICES && this.#seemsToVanish(slot, assignment)) this.#vanishing.add(slot.id);
    else {
      const known = this.#forced.get(slot.id) ?? new Set(slot.deps);
      for (const id of ids) known.add(id);
      this.#forced.set(slot.id, known);
    }
    this.#explained.add(slot.document);
  }

  /** Whether a map or list is there in some runs, with nothing that is in it in all of them, and not in others. */
  #seemsToVanish(slot: Surprising, assignment: Assignment): boolean {
    const present = this.#explorer.runs.map((run) => slot.lookUp(run).json).filter((json) => json !== undefined);
    const contents = present.map((json) =>
      isObject(json) ? Object.keys(json) : Array.isArray(json) ? json.map((item) => JSON.stringify(item)) : undefined,
    );
    const [first] = contents;
    return (
      !slot.vanishes &&
      slot.lookUp(this.#explorer.run(assignment)).json === undefined &&
      contents.every((each) => each !== undefined && each.length > 0) &&
      !first!.some((part) => contents.every((each) => each!.includes(part)))
    );
  }

  /** The choices that anything in a slot's document is known to depend on. */
  depsAround(slot: Surprising): ReadonlySet<string> {
    return this.#documents.get(slot.document)!.deps;
  }

  #mergedDocument(path: string, runs: readonly Run[]): Merged {
    const [explorer, forced, vanishing] = [this.#explorer, this.#forced, this.#vanishing];
    const context: Context = { explorer, forced, vanishing, document: path, runs, surprises: [] };
    const slot = merge(
      {
        id: path,
        kind: 'document',
        key: path,
        views: group(runs.map((run) => ({ run: run.index, json: run.documents.get(path) }))),
        lookUp: (run) => ({ json: run.documents.get(path), reachable: true }),
      },
      context,
    );
    const deps = depsBelow(slot);
    const expected = new Map(runs.map((run) => [answersTo(deps, run), run.documents.get(path)]));
    return { slot, surprises: context.surprises, deps, expected, runs: runs.length };
  }
}

/** A document as it was merged last. */
interface Merged {
  readonly slot: Slot;
  readonly surprises: readonly Surprise[];
  readonly deps: ReadonlySet<string>;
  /** What it was for the answers that it depends on. */
  readonly expected: ReadonlyMap<string, Json | undefined>;
  readonly runs: number;
}

/** Whether a run says nothing new of a document: the same was there for the same answers. */
function isExpected(run: Run, path: string, { deps, expected }: Merged): boolean {
  const answers = answersTo(deps, run);
  return expected.has(answers) && expected.get(answers) === run.documents.get(path);
}

function answersTo(deps: ReadonlySet<string>, { answers }: Run): string {
  let text = '';
  for (const id of deps) text += `${answers.get(id) ?? ''},`;
  return text;
}

function depsBelow(slot: Slot, deps = new Set<string>()): Set<string> {
  for (const id of slot.deps) deps.add(id);
  for (const child of slot.children) depsBelow(child, deps);
  return deps;
}

interface Context {
  readonly explorer: Explorer;
  readonly forced: Forced;
  readonly vanishing: ReadonlySet<string>;
  readonly document: string;
  readonly runs: readonly Run[];
  readonly surprises: Surprise[];
}

/** The runs in which the same JSON stands at a place. */
interface View {
  readonly json: Json | undefined;
  readonly runs: readonly number[];
  /** The least of `runs`. */
  readonly first: number;
}

interface Place {
  readonly id: string;
  readonly kind: Slot['kind'];
  readonly key: string;
  readonly views: readonly View[];
  readonly lookUp: (run: Run) => Finding;
}

function merge(given: Place, context: Context): Slot {
  const { explorer } = context;
  const vanishes = context.vanishing.has(given.id) && !given.views.some(({ json }) => isEmpty(json));
  const place = vanishes ? withEmptiness(given) : given;
  const seen = place.views.map((view) => ({ ...view, signature: signature(valueFrom(view.json), explorer) }));
  const deps = dependencies(place, seen, context);
  const witness = context.runs[Math.min(...seen.filter((view) => view.json !== undefined).map(({ first }) => first))]!;
  const rows = combinations(deps, place.id, explorer).map((options): Row => {
    if (deps.length === 0) return { options, value: valueFrom(seen.find((view) => view.json !== undefined)!.json) };
    const { json, reachable } = place.lookUp(explorer.run(override(witness.answers, options)));
    return { options, value: reachable ? valueFrom(json) : UNREACHABLE };
  });
  const { id, kind, key: entry, lookUp } = place;
  const key = printedKey(entry);
  const { document } = context;
  const leaf: Surprising = { id, document, kind, key, entry, deps, rows, vanishes, witness, lookUp };
  const surprising = surprisingRuns(leaf, seen, context);
  const expected = surprising.size === 0 ? place.views : place.views.map((view) => withoutRuns(view, surprising));
  return { ...leaf, ...childrenOf({ ...place, views: expected.filter(({ runs }) => runs.length > 0) }, context) };
}

/** The place with an empty map or list where nothing stands. */
function withEmptiness(place: Place): Place {
  const empty: Json = place.views.some(({ json }) => Array.isArray(json)) ? EMPTY_LIST : EMPTY_MAP;
  return {
    ...place,
    views: regroup(place.views, (json) => json ?? empty),
    lookUp: (run) => {
      const { json, reachable } = place.lookUp(run);
      return { json: reachable ? (json ?? empty) : json, reachable };
    },
  };
}

/** Whether something is a map or list with nothing in it. */
function isEmpty(json: Json | undefined): boolean {
  return typeof json === 'object' && json !== null && Object.keys(json).length === 0;
}

const EMPTY_MAP: Json = {};
const EMPTY_LIST: Json = [];

function withoutRuns(view: View, left: ReadonlySet<number>): View {
  const runs = view.runs.filter((run) => !left.has(run));
  return { ...view, runs, first: runs.reduce((least, run) => Math.min(least, run), Number.POSITIVE_INFINITY) };
}

/** Notes the first assignment for which the rows are wrong; gives all runs of that kind, whose children are not looked at. */
function surprisingRuns(
  slot: Surprising,
  seen: readonly (View & { signature: string })[],
  context: Context,
): ReadonlySet<number> {
  const surprising = new Set<number>();
  if (slot.deps.length === 0 && new Set(seen.map((view) => view.signature)).size === 1) return surprising;
  const signatures = slot.rows.map(({ value }) => signature(value, context.explorer));
  for (const view of seen) {
    for (const index of view.runs) {
      const { answers } = context.runs[index]!;
      // A choice that was not asked may have any answer.
      const wrong = slot.rows.find(
        (row, i) =>
          signatures[i] !== view.signature &&
          slot.deps.every((id) => (answers.get(id) ?? row.options.get(id)) === row.options.get(id)),
      );
      if (wrong === undefined) continue;
      if (surprising.size === 0) context.surprises.push({ slot, assignment: override(answers, wrong.options) });
      surprising.add(index);
    }
  }
  return surprising;
}

/** The row of a slot for an assignment of choices; those that it leaves open take their default option. */
export function rowFor(slot: Pick<Slot, 'deps' | 'rows'>, assignment: Assignment, explorer: Explorer): Row {
  return rowWhere(slot, explorer, ({ id }) => assignment.get(id) ?? 0);
}

/** The row for what each choice answers. */
export function rowWhere(
  slot: Pick<Slot, 'deps' | 'rows'>,
  explorer: Explorer,
  answer: (choice: Choice) => number,
): Row {
  let index = 0;
  for (const id of slot.deps) {
    const choice = explorer.choices.get(id)!;
    index = index * choice.options.length + answer(choice);
  }
  return slot.rows[index]!;
}

function dependencies(place: Place, seen: readonly (View & { signature: string })[], context: Context): string[] {
  const deps = new Set(context.forced.get(place.id));
  if (new Set(seen.map((view) => view.signature)).size > 1) {
    const signatures = new Map(seen.flatMap((view) => view.runs.map((run) => [run, view.signature])));
    for (const { from, to, choice } of context.explorer.flips) {
      const left = signatures.get(from);
      const right = signatures.get(to);
      if (left !== undefined && right !== undefined && left !== right) deps.add(choice);
    }
  }
  return [...context.explorer.choices.keys()].filter((id) => deps.has(id));
}

function childrenOf(place: Place, context: Context): Pick<Slot, 'children' | 'layout' | 'winners'> {
  const { explorer } = context;
  const maps = place.views.filter((view) => valueFrom(view.json).kind === 'map');
  const lists = place.views.filter((view) => isList(view.json));
  const hashes = place.views.filter(
    (view) => view.json !== undefined && hashArgument(view.json, explorer) !== undefined,
  );
  const child = (kind: Slot['kind'], key: string, views: readonly View[], layout?: ListLayout): Slot =>
    merge(
      {
        id: `${place.id} ${kind === 'item' ? `[${key}]` : key}`,
        kind,
        key,
        views: regroup(views, (json) => childOf({ kind, entry: key }, json!, layout, explorer)),
        lookUp: (run) => {
          const parent = place.lookUp(run);
          const holder = parent.reachable && holds(kind, parent.json, explorer);
          return {
            json: holder ? childOf({ kind, entry: key }, parent.json!, layout, explorer) : undefined,
            reachable: holder,
          };
        },
      },
      context,
    );
  const children: Slot[] = [];
  if (maps.length > 0) {
    const keys = layoutOf(maps.map((view) => Object.keys(view.json as JsonObject).map((key) => orderOf(key).key)));
    for (const key of keys ?? sortedUnion(maps)) children.push(child('key', key, maps));
  }
  const layout =
    lists.length > 0
      ? alignLists(
          lists.map((view) => itemsOf(view.json!)),
          (text) => elementsIn(text, explorer),
          lists.length > 1 ? variantsAmong(lists, context) : [],
        )
      : undefined;
  if (layout !== undefined) for (const key of layout.keys) children.push(child('item', key, lists, layout));
  if (hashes.length > 0) children.push(child('argument', '', hashes));
  return { children, layout, winners: winnersOf(maps, place.id) };
}

/** Lists that differ by answers of elements alone. */
function variantsAmong(lists: readonly View[], { explorer }: Context): Variants[] {
  const firsts = new Map<string, View>();
  const variants = new Map<View, Variants>();
  for (const view of lists) {
    for (const run of view.runs) {
      const around = explorer.runs[run]!.outside;
      const first = firsts.get(around) ?? view;
      firsts.set(around, first);
      if (first !== view) variants.set(view, [itemsOf(first.json!), itemsOf(view.json!)]);
    }
  }
  return [...variants.values()];
}

/** The loops whose elements a text has, so that items of different lists are told apart. */
function elementsIn(text: string, explorer: Explorer): string {
  const scopes = explorer.marks
    .parts(text)
    .map((part) => (typeof part === 'string' || part.kind === 'hash' ? undefined : scopeOf(part.reference)?.id));
  return [...new Set(scopes)].join(' ');
}

function holds(kind: Slot['kind'], json: Json | undefined, explorer: Explorer): boolean {
  const value = valueFrom(json);
  if (kind === 'argument') return value.kind === 'leaf' && hashArgument(value.json, explorer) !== undefined;
  return kind === 'item' ? isList(json) : value.kind === 'map';
}

function sortedUnion(maps: readonly View[]): string[] {
  return [
    ...new Set(maps.flatMap((view) => Object.keys(view.json as JsonObject).map((key) => orderOf(key).key))),
  ].sort();
}

/** For each key that is a mark, the fixed keys that come after it and so win. */
function winnersOf(maps: readonly View[], id: string): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const winners = new Map<string, Set<string>>();
  const losers = new Map<string, Set<string>>();
  for (const view of maps) {
    const keys = Object.keys(view.json as JsonObject).map(orderOf);
    for (const { key, later } of keys.filter((each) => each.key.startsWith('\uE000'))) {
      const won = winners.get(key) ?? winners.set(key, new Set()).get(key)!;
      const lost = losers.get(key) ?? losers.set(key, new Set()).get(key)!;
      for (const other of keys) if (other.key !== key) (later.includes(other.key) ? won : lost).add(other.key);
    }
  }
  for (const [key, won] of winners) {
    const both = [...won].find((other) => losers.get(key)!.has(other));
    if (both !== undefined) {
      throw new ChartError(
        `${place({ id })}: the key '${withoutMarks(both)}' is before a spread map in one branch and after it in another; spread it in one place`,
      );
    }
  }
  return winners.size > 0 ? winners : undefined;
}

/** Groups runs by what stands at a place; equal trees are identical. */
function group(entries: readonly { run: number; json: Json | undefined }[]): View[] {
  return regroup(
    entries.map(({ run, json }) => ({ json, runs: [run], first: run })),
    (json) => json,
  );
}

/** Groups views by what stands at a part of what they have. */
function regroup(views: readonly View[], part: (json: Json | undefined) => Json | undefined): View[] {
  const parts = new Map<Json | undefined, { json: Json | undefined; runs: number[]; first: number; own: boolean }>();
  for (const { json, runs, first } of views) {
    const inner = part(json);
    const view = parts.get(inner);
    if (view === undefined) {
      // Most parts are in one view alone, whose runs need no copy.
      parts.set(inner, { json: inner, runs: runs as number[], first, own: false });
      continue;
    }
    if (!view.own) view.runs = [...view.runs];
    view.own = true;
    for (const run of runs) view.runs.push(run);
    view.first = Math.min(view.first, first);
  }
  return [...parts.values()];
}

function combinations(deps: readonly string[], id: string, explorer: Explorer): Assignment[] {
  const count = deps.reduce((product, dep) => product * explorer.choices.get(dep)!.options.length, 1);
  if (count <= MAX_ROWS) return combinationsOf(deps, explorer);
  const names = deps.map((each) => nameOf(explorer.choices.get(each)!.reference)).join(', ');
  throw new ChartError(
    `${place({ id })} depends on more than ${MAX_ROWS} combinations of ${names}; split it into parts that depend on fewer`,
  );
}

/** Every combination of the options of some choices; the last one changes fastest. */
export function combinationsOf(ids: readonly string[], explorer: Explorer): Assignment[] {
  return ids.reduce<Assignment[]>(
    (all, id) =>
      all.flatMap((each) => explorer.choices.get(id)!.options.map((_, option) => new Map(each).set(id, option))),
    [new Map()],
  );
}

export function override(assignment: Assignment, options: Assignment): Assignment {
  const result = new Map(assignment);
  for (const [id, option] of options) result.set(id, option);
  return result;
}
