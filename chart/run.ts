import { ApiObject, App, Chart, type IResolver, type ResolutionContext } from 'cdk8s';
import { ChartError } from './errors.ts';
import { isObject, type Json, setKey } from './json.ts';
import { rememberOrder, withoutMarks } from './marks.ts';
import { collapse, opaqueValue, whilePrinting } from './opaque.ts';
import type { Program, Release } from './program.ts';
import { NumberSymbol } from './symbols.ts';

/** The objects of one run by construct path. Marks are left in their strings and keys. */
export type Documents = Map<string, Json>;

/** Runs a program's `build` once and prints its objects. `values` are symbolic or concrete. */
export function runBuild(program: Program, values: unknown, release: Release): Documents {
  const app = new App({ resolvers: [new SymbolResolver()] });
  const chart = new Chart(app, program.name, { disableResourceNameHashes: true });
  program.build(chart, values as never, release);
  const problems = app.node
    .findAll()
    .flatMap((construct) => construct.node.validate().map((problem) => `${pathOf(construct)}: ${problem}`));
  if (problems.length > 0) throw new ChartError(withoutMarks(problems.join('\n')));
  const documents: Documents = new Map();
  for (const construct of chart.node.findAll()) {
    if (ApiObject.isApiObject(construct))
      documents.set(pathOf(construct), plainTree(whilePrinting(() => construct.toJson())));
  }
  return documents;
}

function pathOf(construct: { node: { path: string } }): string {
  return construct.node.path.split('/').slice(1).join('/') || construct.node.path;
}

/** A printed object as JSON: symbols become their marks, copies of opaque values their mark. */
export function plainTree(tree: unknown): Json {
  if (tree === undefined || tree === null) return null;
  if (tree instanceof NumberSymbol) return tree.mark;
  const opaque = collapse(tree);
  if (opaque !== undefined) return opaque;
  if (Array.isArray(tree)) return tree.map(plainTree);
  if (!isObject(tree)) return tree as Json;
  const object = {};
  for (const [key, value] of Object.entries(rememberOrder(tree, (each) => each === undefined)))
    if (value !== undefined) setKey(object, key, plainTree(value));
  return object;
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
  resolve(context: ResolutionContext): void {
    const value: unknown = context.value;
    if (value instanceof NumberSymbol) context.replaceValue(value.mark);
    else if (isWrapper(value)) context.replaceValue({ value: value.value });
    else if (isPlain(value)) {
      // cdk8s leaves out null as well.
      const ordered = rememberOrder(value, (each) => each === undefined || each === null);
      if (ordered !== value) context.replaceValue(ordered);
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
  return typeof value === 'object' && value !== null && value.constructor === Object;
}
