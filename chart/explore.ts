import { type Assignment, type Choice, YES } from './choice.ts';
import { ChartError } from './errors.ts';
import { foldDocuments, LoopsSeen } from './fold.ts';
import { interpreting, symbolicInterpretation } from './intrinsics.ts';
import { isObject, type Json, UniqueTrees } from './json.ts';
import { Marks, REMOVED, withoutMarks } from './marks.ts';
import type { Program } from './program.ts';
import { FIRST, SECOND } from './repeats.ts';
import { type Documents, runBuild } from './run.ts';
import type { ObjectShape } from './shape.ts';
import { symbolicRelease, symbolicValues } from './symbols.ts';

/** The document that holds the lines of NOTES.txt. */
export const NOTES = 'NOTES.txt';

/** One symbolic run of `build`. */
export interface Run {
  readonly index: number;
  /** What the choices that were asked answered; the first asked comes first. */
  readonly answers: ReadonlyMap<string, number>;
  /** How often each was asked: a branch that is entered asks more. */
  readonly asked: ReadonlyMap<string, number>;
  readonly documents: Documents;
}

/** How many choices in a row are taken to be combined in one condition. */
const NEIGHBOURS = 3;

/** Two runs of which the second differs from the first in one answer. */
export interface Flip {
  readonly from: number;
  readonly to: number;
  readonly choice: string;
}

/** Runs of the same answers are the same run, so they are kept along the questions in the order they were asked. */
type Known = { readonly run: Run } | { readonly choice: Choice; readonly next: Map<number, Known> };

/** Runs a program symbolically, as often as its branches need. */
export class Explorer {
  readonly marks = new Marks();
  readonly choices = new Map<string, Choice>();
  readonly runs: Run[] = [];
  readonly flips: Flip[] = [];
  /** The assignment under which each choice was first asked. */
  readonly reachedBy = new Map<string, Assignment>();
  /** Choices that some run asked one directly after the other, three at a time. */
  readonly neighbours = new Map<string, readonly string[]>();
  readonly #trees = new UniqueTrees();
  readonly #loopsSeen = new LoopsSeen();
  /** What each run made of two elements in each list, while choices are flipped. */
  #made: Map<Run, Documents> | undefined = new Map();
  #known: Known | undefined;

  /**
   * `findLoops`: whether lists have two elements while `build` runs, so that what it makes of each is seen, rather than
   * guessed from where elements are used.
   */
  constructor(
    readonly program: Program,
    readonly shape: ObjectShape,
    readonly findLoops = false,
  ) {}

  /** The run in which each choice takes its option in `assignment`, or its first one. */
  run(assignment: Assignment): Run {
    let known = this.#known;
    while (known !== undefined && 'next' in known) known = known.next.get(assignment.get(known.choice.id) ?? 0);
    if (known !== undefined) return known.run;
    const run = this.#execute(assignment, this.runs.length);
    this.runs.push(run);
    this.#remember(run);
    for (const id of run.answers.keys()) if (!this.reachedBy.has(id)) this.reachedBy.set(id, assignment);
    return run;
  }

  /** From the first option of each, flips each choice where it is first asked, and then those that the flip made the program ask. */
  flipAll(): void {
    const base = this.run(new Map());
    this.#refuseChanging(base);
    const queue: { run: Run; assignment: Assignment; flip: string[] }[] = [
      { run: base, assignment: new Map(), flip: [...base.answers.keys()] },
    ];
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      for (const id of entry.flip) {
        const choice = this.choices.get(id)!;
        for (let option = 0; option < choice.options.length; option++) {
          if (option === entry.run.answers.get(id)) continue;
          const assignment = new Map(entry.assignment).set(id, option);
          const before = this.runs.length;
          const run = this.run(assignment);
          this.flips.push({ from: entry.run.index, to: run.index, choice: id });
          if (run.index < before) continue;
          const flip = [...run.asked].filter(
            ([other, times]) => other !== id && !assignment.has(other) && times > (entry.run.asked.get(other) ?? 0),
          );
          queue.push({ run, assignment, flip: flip.map(([other]) => other) });
        }
      }
    }
    this.#keepAgain();
  }

  #execute(assignment: Assignment, index: number): Run {
    const answers = new Map<string, number>();
    const asked = new Map<string, number>();
    let last: readonly string[] = [];
    const ask = (choice: Choice) => {
      last = [...last.filter((id) => id !== choice.id), choice.id].slice(-NEIGHBOURS);
      if (last.length === NEIGHBOURS) this.#noteNeighbours(last);
      if (!this.choices.has(choice.id)) this.choices.set(choice.id, choice);
      const option = assignment.get(choice.id) ?? 0;
      answers.set(choice.id, option);
      asked.set(choice.id, (asked.get(choice.id) ?? 0) + 1);
      return choice.options[option]!;
    };
    const values = symbolicValues(this.shape, this.marks, ask, this.findLoops ? [FIRST, SECOND] : ['']);
    const release = symbolicRelease(this.marks);
    try {
      return interpreting(symbolicInterpretation(this.marks), () => {
        const made = runBuild(this.program, values, release);
        const notes = this.program.notes?.(values as never, release);
        if (made.has(NOTES)) throw new ChartError(`a construct cannot be named ${NOTES}; give it another id`);
        if (notes !== undefined) made.set(NOTES, notes.split('\n') as Json);
        const run: Run = { index, answers, asked, documents: new Map() };
        if (this.findLoops) this.#made?.set(run, made);
        this.#keep(run, made);
        return run;
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const readable = withoutMarks(error.message);
      if (error instanceof ChartError && readable === error.message) throw error;
      throw new ChartError(`build failed for symbolic values (${this.#describe(answers)}): ${readable}`, {
        cause: error,
      });
    }
  }

  #keep({ answers, documents }: Run, made: Documents): void {
    const isFilled = (list: string) => (answers.get(`filled:${list}`) ?? YES) === YES;
    const kept = this.findLoops ? foldDocuments(made, this.marks, this.#loopsSeen, isFilled) : made;
    documents.clear();
    for (const [path, document] of kept)
      documents.set(
        path,
        this.#trees.unique(document, (text) => this.#checkText(text, path, kept)),
      );
  }

  /** Looks at what runs made again, now that all loops have been seen. */
  #keepAgain(): void {
    for (const [run, made] of this.#made ?? []) this.#keep(run, made);
    this.#made = undefined;
  }

  /** Refuses text that would be taken for a mark, and marks where none can be printed. */
  #checkText(text: string, path: string, documents: Documents): void {
    if (text === REMOVED) return;
    const left = withoutMarks(text);
    if (/\uE000\d|\d\uE001/.test(left)) {
      throw new ChartError(
        `${placeOf(text, path, documents)} has a piece of a value that is not known yet (slice, split, an index); pass strings on whole or in a template literal, or make the piece a value of its own`,
      );
    }
    if (/[\uE002-\uE008]/.test(text) || /[\uE000\uE001]/.test(left)) {
      throw new ChartError(
        `${placeOf(text, path, documents)} has one of U+E000 to U+E008 in it, which the compiler keeps for itself; use another character`,
      );
    }
    const parts = this.marks.parts(text);
    const hashes = parts.some((part) => typeof part !== 'string' && part.kind === 'hash');
    if (hashes && path === NOTES) throw new ChartError('NOTES.txt has a sha256 in it; leave it to the objects');
    if (hashes && parts.length > 1) {
      throw new ChartError(
        `${placeOf(text, path, documents)} has a sha256 inside a longer text; make it a value of its own`,
      );
    }
  }

  #noteNeighbours(ids: readonly string[]): void {
    const sorted = ids.toSorted();
    const key = sorted.join(' ');
    if (!this.neighbours.has(key)) this.neighbours.set(key, sorted);
  }

  #describe(answers: ReadonlyMap<string, number>): string {
    const said = [...answers].map(([id, option]) => {
      const { reference, options } = this.choices.get(id)!;
      return `${reference.id} ${JSON.stringify(options[option])}`;
    });
    return said.join(', ') || 'no branches';
  }

  #remember(run: Run): void {
    const questions = [...run.answers];
    const leaf: Known = { run };
    const grow = (known: Known | undefined, depth: number): Known => {
      const question = questions[depth];
      if (question === undefined) return leaf;
      const [id, option] = question;
      const node =
        known !== undefined && 'next' in known
          ? known
          : { choice: this.choices.get(id)!, next: new Map<number, Known>() };
      node.next.set(option, grow(node.next.get(option), depth + 1));
      return node;
    };
    this.#known = grow(this.#known, 0);
  }

  /** The same answers again, at another time and with other random numbers. */
  #refuseChanging(base: Run): void {
    const again = withOtherClock(() => this.#execute(new Map(), base.index));
    const changed = [...base.documents].find(
      ([path, document]) => JSON.stringify(document) !== JSON.stringify(again.documents.get(path)),
    );
    if (changed === undefined && base.documents.size === again.documents.size) return;
    throw new ChartError(
      `two runs of build with the same values differ${changed === undefined ? '' : ` at ${withoutMarks(changed[0])}`}; ` +
        'build must depend on its arguments alone: no Date, no Math.random, no state between runs',
    );
  }
}

/** Runs `action` with a clock a year ahead and with other random numbers. */
function withOtherClock<T>(action: () => T): T {
  const { Date: RealDate, Math: RealMath } = globalThis;
  const random = RealMath.random;
  const ahead = 366 * 24 * 3600 * 1000;
  class LaterDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(RealDate.now() + ahead);
      else super(...(args as [number]));
    }
    static override now(): number {
      return RealDate.now() + ahead;
    }
  }
  globalThis.Date = LaterDate as DateConstructor;
  RealMath.random = () => (random() + 0.5) % 1;
  try {
    return action();
  } finally {
    globalThis.Date = RealDate;
    RealMath.random = random;
  }
}

/** Where a text stands in a document, for messages. */
function placeOf(text: string, path: string, documents: Documents): string {
  const find = (json: Json | undefined, at: string): string | undefined => {
    if (json === text) return at;
    if (Array.isArray(json))
      return json.map((each, i) => find(each, `${at}[${i}]`)).find((found) => found !== undefined);
    if (!isObject(json)) return undefined;
    return Object.keys(json)
      .map((key) => find(json[key], `${at}.${withoutMarks(key)}`))
      .find((found) => found !== undefined);
  };
  return find(documents.get(path), withoutMarks(path)) ?? withoutMarks(path);
}
