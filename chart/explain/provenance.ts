import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assignment, Choice } from '../choice.ts';
import type { Explorer } from '../explore.ts';
import { type Interpretation, interpreting, symbolicInterpretation } from '../intrinsics.ts';
import { NumberSymbol } from '../number-symbol.ts';
import { runBuild } from '../run.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { ONE_ELEMENT, symbolicRelease, symbolicValues } from '../symbols.ts';

/** A place in the program's own source, by which a call went. */
export interface Frame {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Calls of the program's own code, the innermost first. */
export type Trace = readonly Frame[];

/** Which lines of the program did what, in one run of `build`. */
export interface Provenance {
  /** What made each construct, by its path below the chart. */
  readonly constructs: ReadonlyMap<string, Trace>;
  /** Where each value was read, by its path: `backend.image.tag`, `extraEnv[].name`. */
  readonly reads: ReadonlyMap<string, readonly Trace[]>;
  /** Where each number was put into text. */
  readonly texts: ReadonlyMap<string, readonly Trace[]>;
  /** Where each hash was made, by the hash or the mark that stands for it. */
  readonly hashes: ReadonlyMap<string, readonly Trace[]>;
}

/**
 * Runs `build` once more, with values and constructs that remember which lines touched them.
 *
 * @param assignment the answers of the run
 */
export function provenanceOf(explorer: Explorer, shape: ObjectShape, assignment: Assignment): Provenance {
  const recorder = new Recorder();
  const ask = (choice: Choice) => choice.options[assignment.get(choice.id) ?? 0]!;
  const values = recorder.watched(symbolicValues(shape, { marks: explorer.marks, ask, elements: ONE_ELEMENT }), shape);
  const { program } = explorer;
  const build: typeof program.build = (chart, each, release) =>
    recorder.watchingConstructs(chart.node, () => program.build(chart, each, release));
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  try {
    interpreting(recorder.watchingHashes(symbolicInterpretation(explorer.marks)), () =>
      runBuild({ ...program, build }, values, symbolicRelease(explorer.marks)),
    );
  } finally {
    Error.stackTraceLimit = limit;
  }
  return recorder;
}

class Recorder implements Provenance {
  readonly constructs = new Map<string, Trace>();
  readonly reads = new Map<string, Trace[]>();
  readonly texts = new Map<string, Trace[]>();
  readonly hashes = new Map<string, Trace[]>();
  readonly #watched = new WeakMap<object, unknown>();

  /** A value whose fields tell who reads them. */
  watched(value: unknown, shape: Shape): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#watched.get(value);
    if (known !== undefined) return known;
    const watched = this.#watch(value, shape);
    this.#watched.set(value, watched);
    return watched;
  }

  #watch(value: object, shape: Shape): unknown {
    if (value instanceof NumberSymbol) return new WatchedNumber(value, () => note(this.texts, shape.path));
    switch (shape.kind) {
      case 'object':
        return new Proxy(value, {
          get: (target, key) => {
            const field = typeof key === 'string' ? shape.fields[key] : undefined;
            if (field === undefined) return Reflect.get(target, key);
            note(this.reads, field.path);
            return this.watched(Reflect.get(target, key), field);
          },
        });
      case 'list':
      case 'map': {
        const element = shape.kind === 'list' ? shape.element : shape.value;
        const elements = value as Record<string, unknown>;
        for (const key of Object.keys(elements)) elements[key] = this.watched(elements[key], element);
        return value;
      }
      default:
        return value;
    }
  }

  watchingHashes({ hash }: Interpretation): Interpretation {
    return {
      hash: (tree) => {
        const made = hash(tree);
        note(this.hashes, made);
        return made;
      },
    };
  }

  /** Runs an action with the tree's nodes telling who adds to them. */
  watchingConstructs(node: object, action: () => void): void {
    const prototype = Object.getPrototypeOf(node) as TreeNode;
    const { addChild } = prototype;
    const { constructs } = this;
    prototype.addChild = function (this: TreeNode, child, name) {
      constructs.set([...this.path.split('/'), name].slice(1).join('/'), traceHere());
      addChild.call(this, child, name);
    };
    try {
      action();
    } finally {
      prototype.addChild = addChild;
    }
  }
}

/** What is private of a construct's node. */
interface TreeNode {
  readonly path: string;
  addChild(child: unknown, name: string): void;
}

class WatchedNumber extends NumberSymbol {
  constructor(
    number: NumberSymbol,
    private readonly onText: () => void,
  ) {
    super(number.reference, number.mark, number.digits, number.sample);
  }

  override [Symbol.toPrimitive](hint: string): number | string {
    if (hint !== 'number') this.onText();
    return super[Symbol.toPrimitive](hint);
  }
}

function note(traces: Map<string, Trace[]>, path: string): void {
  traces.set(path, [...(traces.get(path) ?? []), traceHere()]);
}

/** The calls of the program's own code that are under way, up to `build`: not those of the compiler and of packages. */
function traceHere(): Trace {
  const trace: Frame[] = [];
  for (const call of (new Error().stack ?? '').split('\n')) {
    const [, place, line, column] = /^\s+at (?:.* \()?(.+):(\d+):(\d+)\)?$/.exec(call) ?? [];
    if (place === undefined || place.startsWith('node:')) continue;
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (file === HERE && trace.length > 0) break;
    if (file.startsWith(COMPILER) || /[\\/]node_modules[\\/]/.test(file)) continue;
    trace.push({ file, line: Number(line), column: Number(column) });
  }
  return trace;
}

const HERE = fileURLToPath(import.meta.url);
const COMPILER = join(dirname(HERE), '..', sep);

/** Of some traces, where those are that have the most calls in common with another: its own rather than a neighbour's. */
export function nearestTo(trace: Trace, traces: readonly Trace[]): Frame[] {
  const shared = traces.map((each) => callsInCommon(each, trace));
  const most = Math.max(...shared);
  const frames = traces.filter((_, i) => shared[i] === most).flatMap(([frame]) => frame ?? []);
  return [...new Map(frames.map((frame) => [`${frame.file}:${frame.line}`, frame])).values()];
}

function callsInCommon(a: Trace, b: Trace): number {
  let count = 0;
  while (count < a.length && count < b.length && sameFrame(a.at(-1 - count)!, b.at(-1 - count)!)) count++;
  return count;
}

function sameFrame(a: Frame, b: Frame): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}
