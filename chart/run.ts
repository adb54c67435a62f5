import { ApiObject, App, Chart, type IResolver, type ResolutionContext } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { whileCounted } from './code-watch.ts';
import { BuildError, ChartError, errorOf } from './errors.ts';
import { isObject, type Json, setKey } from './json.ts';
import { type Look, watching } from './looks.ts';
import { type Marks, rememberOrder } from './marks.ts';
import { NumberSymbol } from './number-symbol.ts';
import { collapse, opaqueValue, type SeenTrees, whilePrinting } from './opaque.ts';
import type { Program, Release } from './program.ts';
import { watchingStrings } from './string-looks.ts';

/** The objects of one run by construct path. Marks are left in their strings and keys. */
export type Documents = Map<string, Json>;

/** Watches what `build` looks into while values are not known yet. */
export interface Watch {
  /** The marks in strings, where their methods are watched as well: that slows what runs afterwards. */
  readonly marks?: Marks;
  /** `before`: the objects that were there by then. */
  onLook(look: Look, before: readonly string[]): void;
}

/**
 * Runs a program's `build` once and prints its objects. `values` are symbolic, and watched, or concrete.
 *
 * @throws BuildError for what is thrown while it is watched.
 */
export function runBuild(program: Program, values: unknown, release: Release, watch?: Watch): Documents {
  return whileCounted(() => documentsOf(program, values, release, watch));
}

function documentsOf(program: Program, values: unknown, release: Release, watch?: Watch): Documents {
  const app = new App();
  // One in place of all: cdk8s asks each of them about each value, and most values are of concern to none.
  app.resolvers.splice(0, Number.POSITIVE_INFINITY, new SymbolResolver([...app.resolvers]));
  const chart = new Chart(app, program.name, { disableResourceNameHashes: true });
  const located = <T>(action: () => T, near: () => IConstruct | undefined): T => {
    try {
      return action();
    } catch (error) {
      if (watch === undefined || error instanceof ChartError) throw error;
      const construct = near();
      throw new BuildError(errorOf(error), construct && pathOf(construct));
    }
  };
  const build = () => program.build(chart, values as never, release);
  const onLook = (look: Look) => watch!.onLook(look, objectsOf(chart).map(pathOf));
  const result: unknown = located(
    () => watched(build, watch && { marks: watch.marks, onLook }),
    () => lastIn(chart),
  );
  if (isPromise(result)) throw asyncBuild(result);
  const problems = app.node
    .findAll()
    .flatMap((construct) => construct.node.validate().map((problem) => ({ construct, problem })));
  if (problems.length > 0) {
    const error = new ChartError(
      problems.map(({ construct, problem }) => `${pathOf(construct)}: ${problem}`).join('\n'),
    );
    throw watch === undefined ? error : new BuildError(error);
  }
  const documents: Documents = new Map();
  for (const object of objectsOf(chart)) {
    const printed = located(
      () =>
        plainTree(
          whilePrinting(() => object.toJson()),
          pathOf(object),
        ),
      () => object,
    );
    documents.set(pathOf(object), printed);
  }
  return documents;
}

/**
 * Runs a program's `notes` once.
 *
 * @throws BuildError for what is thrown while it is watched.
 */
export function runNotes(
  notes: NonNullable<Program['notes']>,
  values: unknown,
  release: Release,
  watch: NotesWatch,
): string {
  let text: unknown;
  try {
    text = whileCounted(() => watched(() => notes(values as never, release), watch));
  } catch (error) {
    throw error instanceof ChartError ? error : new BuildError(errorOf(error), 'NOTES.txt');
  }
  if (typeof text === 'string') return text;
  if (isPromise(text)) text.then(undefined, () => undefined);
  throw new ChartError(`notes returns ${isPromise(text) ? 'a promise' : typeof text}; expected text`);
}

interface NotesWatch {
  readonly marks?: Marks;
  onLook(look: Look): void;
}

/** Runs a program's code, noting what it looks into. */
function watched<T>(action: () => T, watch?: NotesWatch): T {
  if (watch === undefined) return action();
  const { marks, onLook } = watch;
  return watching(onLook, marks === undefined ? action : () => watchingStrings(marks, action));
}

/** The construct that was made last. */
function lastIn(construct: IConstruct): IConstruct | undefined {
  const last = construct.node.children.at(-1);
  return last === undefined ? undefined : (lastIn(last) ?? last);
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}

function isPromise(result: unknown): result is Promise<unknown> {
  return typeof (result as Promise<unknown> | undefined)?.then === 'function';
}

/** What is made after the first await would be left out. */
function asyncBuild(result: Promise<unknown>): ChartError {
  // Nobody waits for it any more.
  result.then(undefined, () => undefined);
  return new ChartError(
    'build is async, and a chart is made of what is there when it returns; load what it needs before defineProgram',
  );
}

function pathOf(construct: { node: { path: string } }): string {
  return construct.node.path.split('/').slice(1).join('/') || construct.node.path;
}

/**
 * A printed object as JSON: symbols become their marks, copies of opaque values their mark.
 *
 * @throws ChartError saying that `name` has something in it that JSON has not.
 */
export function plainTree(tree: unknown, name: string, seen: SeenTrees = new Map()): Json {
  if (tree === undefined || tree === null) return null;
  if (tree instanceof NumberSymbol) return tree.mark;
  const opaque = collapse(tree, seen);
  if (opaque !== undefined) return opaque;
  if (Array.isArray(tree)) return tree.map((each) => plainTree(each, name, seen));
  if (!isObject(tree)) return leafOf(tree, name);
  const object = {};
  for (const [key, value] of Object.entries(rememberOrder(tree, (each) => each === undefined)))
    if (value !== undefined) setKey(object, key === HIDDEN ? CONSTRUCTOR : key, plainTree(value, name, seen));
  return object;
}

function leafOf(leaf: unknown, name: string): Json {
  if (typeof leaf === 'string' || typeof leaf === 'boolean') return leaf;
  // As JSON has it.
  if (typeof leaf === 'number') return Number.isFinite(leaf) ? leaf : null;
  throw new ChartError(
    `${name} has a ${typeof leaf} in it; expected text, numbers, true, false, null, lists and maps alone`,
  );
}

/** Opaque values of one concrete run: wrapped before `build`, put back after it. */
export class OpaqueValues {
  readonly #values = new Map<string, Json>();

  wrap(name: string, value: Json): unknown {
    const mark = `\uE000opaque ${this.#values.size}\uE001`;
    this.#values.set(mark, value);
    return opaqueValue(name, mark);
  }

  putBack(tree: Json): Json {
    if (this.#values.size === 0) return tree;
    if (typeof tree === 'string') return this.#values.get(tree) ?? tree;
    if (Array.isArray(tree)) return tree.map((each) => this.putBack(each));
    if (!isObject(tree)) return tree;
    const object = {};
    for (const [key, value] of Object.entries(tree)) setKey(object, key, this.putBack(value));
    return object;
  }
}

/** Lets symbols through cdk8s: it comes before cdk8s's own resolvers, which would look into them. */
class SymbolResolver implements IResolver {
  constructor(private readonly others: readonly IResolver[]) {}

  resolve(context: ResolutionContext): void {
    const value: unknown = context.value;
    if (typeof value !== 'object' && typeof value !== 'function') return;
    if (value instanceof NumberSymbol) context.replaceValue(value.mark);
    else if (isWrapper(value)) context.replaceValue({ value: value.value });
    else if (isPlain(value)) {
      // cdk8s leaves out null as well.
      const ordered = withoutConstructor(rememberOrder(value, (each) => each === undefined || each === null));
      if (ordered !== value) context.replaceValue(ordered);
    }
    for (const other of this.others) {
      if (context.replaced) return;
      other.resolve(context);
    }
  }
}

/** `IntOrString.fromNumber(symbol)`, `Quantity`, and the like. */
function isWrapper(value: unknown): value is { value: NumberSymbol } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isPlain(value) &&
    !Array.isArray(value) &&
    (value as { value?: unknown }).value instanceof NumberSymbol
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value)?.constructor === Object;
}

/** A key by which cdk8s would take a map for an object of a class, and what it is called until that has printed it. */
const CONSTRUCTOR = 'constructor';
const HIDDEN = '\uE008constructor';

function withoutConstructor(object: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(object, CONSTRUCTOR)) return object;
  return Object.fromEntries(Object.entries(object).map(([key, each]) => [key === CONSTRUCTOR ? HIDDEN : key, each]));
}
