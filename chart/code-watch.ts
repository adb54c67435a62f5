import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { placesLeft } from './code-places.ts';

/** A part of a script's text, in characters; `end` is not in it. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** A function of the program that ran. */
export interface RanFunction extends Part {
  readonly script: string;
  readonly url: string;
  /** The parts of it that did not; undefined where it had run before it was watched, so that V8 does not count them. */
  readonly left: readonly Part[] | undefined;
}

/** By a key that is the function's own. */
export type Ran = ReadonlyMap<string, RanFunction>;

let watch: CodeWatch | undefined;

/**
 * The watch of this process. V8 counts the blocks of what is run for the first time after it was started, and forgets them
 * when it is stopped: so it is not.
 *
 * @returns undefined where something else has V8 count, which has only one set of counters
 */
export function codeWatch(): CodeWatch | undefined {
  if (process.env.NODE_V8_COVERAGE === undefined) watch ??= new CodeWatch();
  return watch;
}

/**
 * Runs code of a program so that V8 counts it: what its optimizing compilers make of a function counts no calls. So while
 * there is a watch, Maglev is off, and TurboFan while such code runs.
 */
export function whileCounted<T>(action: () => T): T {
  if (watch === undefined || counts) return action();
  counts = true;
  setFlagsFromString('--no-turbofan');
  try {
    return action();
  } finally {
    setFlagsFromString('--turbofan');
    counts = false;
  }
}

let counts = false;

/**
 * Sees which code of programs runs, block by block. The compiler's own code is not among it, and neither is that of
 * packages, nor what `cdk8s import` has generated.
 */
export class CodeWatch {
  readonly #session = new Session();
  readonly #sources = new Map<string, string>();
  /** Their addresses. */
  readonly #scripts = new Map<string, string>();

  constructor() {
    this.#session.connect();
    this.#session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => this.#scripts.set(scriptId, url));
    setFlagsFromString('--no-maglev');
    // Switched off again it would take the counters of blocks with it.
    this.#post('Debugger.enable');
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What has run since this was called last. It takes some milliseconds, in a process that has loaded much. */
  take(): Ran {
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    return new Map(result.filter(({ url }) => isOfProgram(url)).flatMap(functionsOf));
  }

  /** The texts of all scripts of programs. */
  sources(): string[] {
    return [...this.#scripts].filter(([, url]) => isOfProgram(url)).map(([script]) => this.sourceOf(script));
  }

  /** The text of a script as V8 has it, which may be what a compiler made of the file. */
  sourceOf(script: string): string {
    let source = this.#sources.get(script);
    if (source === undefined) {
      source = (this.#post('Debugger.getScriptSource', { scriptId: script }) as { scriptSource: string }).scriptSource;
      this.#sources.set(script, source);
    }
    return source;
  }

  /** A session in its own process answers at once. */
  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, params, (error: Error | null, result: unknown) => {
      if (error !== null) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** What has run of a program's code. */
export class RanCode {
  readonly #functions: Map<string, RanFunction>;

  private constructor(
    readonly watch: CodeWatch | undefined,
    functions: Ran = new Map(),
  ) {
    this.#functions = new Map(functions);
  }

  /** From now on. */
  static begin(): RanCode {
    const watch = codeWatch();
    watch?.take();
    return new RanCode(watch);
  }

  copy(): RanCode {
    return new RanCode(this.watch, this.#functions);
  }

  /** Adds what has run since anybody asked last. */
  update(): void {
    if (this.watch !== undefined) this.add(this.watch.take());
  }

  /** Whether there is something in it that had not run. */
  add(ran: Ran): boolean {
    let isNew = false;
    for (const [key, now] of ran) {
      const before = this.#functions.get(key);
      const left = before?.left === undefined ? now.left : common(before.left, now.left ?? before.left);
      if (before !== undefined && lengthOf(left) === lengthOf(before.left)) continue;
      isNew = true;
      this.#functions.set(key, { ...now, left });
    }
    return isNew;
  }

  /** Whether V8 has watched all of the functions that ran. */
  get isWatched(): boolean {
    return this.watch !== undefined && [...this.#functions.values()].every(({ left }) => left !== undefined);
  }

  /** The text of the functions that ran. */
  get source(): string {
    const { watch } = this;
    if (watch === undefined) return '';
    return [...this.#functions.values()]
      .map(({ script, start, end }) => watch.sourceOf(script).slice(start, end))
      .join('\n');
  }

  /** Lines that have not run, of functions that have: as `constructs/labels.ts:23`. */
  left(): string[] {
    return this.watch === undefined ? [] : placesLeft(this.#functions.values(), this.watch);
  }
}

const COMPILER = new URL('.', import.meta.url).href;

function isOfProgram(url: string): boolean {
  let known = ofProgram.get(url);
  if (known === undefined) {
    const file = /^file:/.test(url)
      ? new URL(url)
      : url === '' || url.startsWith('node:')
        ? undefined
        : pathToFileURL(url);
    known = file !== undefined && !isForeign(file.href) && !isGenerated(file);
    ofProgram.set(url, known);
  }
  return known;
}

const ofProgram = new Map<string, boolean>();

function isForeign(href: string): boolean {
  return href.startsWith(COMPILER) || href.includes('/node_modules/');
}

function isGenerated(file: URL): boolean {
  try {
    return readFileSync(fileURLToPath(file), 'utf8').startsWith('// generated by cdk8s');
  } catch {
    // What was never a file was not generated into one.
    return false;
  }
}

function functionsOf({ scriptId, url, functions }: Profiler.ScriptCoverage): [string, RanFunction][] {
  return functions
    .filter(({ ranges }) => ranges[0]!.count > 0)
    .map(({ ranges, isBlockCoverage }) => {
      const [{ startOffset: start, endOffset: end }] = ranges as [Profiler.CoverageRange];
      const left = isBlockCoverage ? partsLeft(ranges) : undefined;
      return [`${scriptId} ${start} ${end}`, { script: scriptId, url, start, end, left }];
    });
}

/** Of the ranges that contain a character, which follow each other from outside in, the last one counts. */
function partsLeft(ranges: readonly Profiler.CoverageRange[]): Part[] {
  const edges = [...new Set(ranges.flatMap(({ startOffset, endOffset }) => [startOffset, endOffset]))];
  edges.sort((a, b) => a - b);
  const parts: { start: number; end: number }[] = [];
  for (const [i, start] of edges.slice(0, -1).entries()) {
    const end = edges[i + 1]!;
    const inner = ranges.findLast((range) => range.startOffset <= start && end <= range.endOffset);
    if (inner === undefined || inner.count > 0) continue;
    const last = parts.at(-1);
    if (last?.end === start) last.end = end;
    else parts.push({ start, end });
  }
  return parts;
}

function common(some: readonly Part[], others: readonly Part[]): Part[] {
  return some.flatMap((one) =>
    others
      .map((other) => ({ start: Math.max(one.start, other.start), end: Math.min(one.end, other.end) }))
      .filter(({ start, end }) => start < end),
  );
}

function lengthOf(parts: readonly Part[] = []): number {
  return parts.reduce((sum, { start, end }) => sum + end - start, 0);
}
