import type { Assignment, Choice } from './choice.ts';
import { withOtherClock } from './clock.ts';
import { firstDifferenceIn } from './difference.ts';
import { isLoop } from './each.ts';
import { BuildError, ChartError } from './errors.ts';
import { failureOf } from './failure.ts';
import { interpreting, symbolicInterpretation } from './intrinsics.ts';
import { isObject, type Json, UniqueTrees } from './json.ts';
import type { Look } from './looks.ts';
import { hasMark, Marks, printedKey, REMOVED, withoutMarks } from './marks.ts';
import type { Program, Release } from './program.ts';
import { changeRefusal, keptCharacter, lookRefusal } from './refusal.ts';
import { type Documents, runBuild, runNotes, type Watch } from './run.ts';
import type { ObjectShape } from './shape.ts';
import {
  type Elements,
  type KnownValues,
  ONE_ELEMENT,
  symbolicRelease,
  symbolicValues,
  type ValuesContext,
} from './symbols.ts';
import { type MakeAgain, TWO_ELEMENTS, withLoops } from './two-elements.ts';

/** The document that holds the lines of NOTES.txt. */
export const NOTES = 'NOTES.txt';

/** One symbolic run of `build`. */
export interface Run {
  readonly index: number;
  /** What the choices that were asked answered; the first asked comes first. */
  readonly answers: ReadonlyMap<string, number>;
  /** The answers that are not about elements, as one text. */
  readonly outside: string;
  /** How often each was asked: a branch that is entered asks more. */
  readonly asked: ReadonlyMap<string, number>;
  /** The paths in the schema of the values that were read. */
  readonly read: ReadonlySet<string>;
  readonly documents: Documents;
}

/** How many choices in a row are taken to be combined in one condition. */
const NEIGHBOURS = 3;
/** A look into a value, and where it was made. */
export interface SeenLook {
  readonly look: Look;
  /** Of the run in which it was first made. */
  readonly answers: Run['answers'];
  /** The object that was made next; the last one where there was none. */
  readonly near?: string;
}

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
  /** What the program was seen to look into: the same look at the same line once. */
  readonly looks = new Map<string, SeenLook>();
  /** Where text has characters of a mark, but no mark. */
  cutMark: string | undefined;
  readonly #trees = new UniqueTrees();
  #watchesStrings = false;
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
    this.#flip(base, new Map());
  }

  /**
   * The run in which choices answer so, and flips of each of them from there: what a few of them make together shows which
   * of the others it needs.
   */
  explore(assignment: Assignment): void {
    const before = this.runs.length;
    const run = this.run(assignment);
    if (run.index >= before) this.#flip(run, assignment);
  }

  #flip(from: Run, given: Assignment): void {
    const queue = [{ run: from, assignment: given, flip: [...from.answers.keys()] }];
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
  }

  /** What `build` makes where some values are known, by the paths of their shapes. */
  documentsKnowing(known: KnownValues, assignment: Assignment): Documents {
    return this.#folded(this.#makeKnowing(assignment, known), assignment, known);
  }

  #makeKnowing(assignment: Assignment, known?: KnownValues, elements?: Elements): Documents {
    const ask = (choice: Choice) => choice.options[assignment.get(choice.id) ?? 0]!;
    return this.#make(this.#values({ ask, known, elements }), symbolicRelease(this.marks, known));
  }

  /** Runs once more and notes looks into strings too, which would slow down all of the runs. */
  lookClosely(assignment: Assignment): void {
    this.#closely(() => this.#execute(assignment, 0));
  }

  #closely<T>(action: () => T): T {
    this.#watchesStrings = true;
    try {
      return action();
    } finally {
      this.#watchesStrings = false;
    }
  }

  #execute(assignment: Assignment, index: number): Run {
    const answers = new Map<string, number>();
    const asked = new Map<string, number>();
    let last: readonly string[] = [];
    const ask = (choice: Choice) => {
      if (last.at(-1) !== choice.id) {
        last = [...last.filter((id) => id !== choice.id), choice.id].slice(-NEIGHBOURS);
        if (last.length === NEIGHBOURS) this.#noteNeighbours(last);
      }
      if (!this.choices.has(choice.id)) this.choices.set(choice.id, choice);
      const option = assignment.get(choice.id) ?? 0;
      answers.set(choice.id, option);
      asked.set(choice.id, (asked.get(choice.id) ?? 0) + 1);
      return choice.options[option]!;
    };
    const read = new Set<string>();
    const values = this.#values({ ask, onRead: (path) => read.add(path) });
    const looks: { look: Look; before: readonly string[] }[] = [];
    const onLook = (look: Look, before: readonly string[]) => {
      if (!this.looks.has(keyOf(look))) looks.push({ look, before });
    };
    try {
      const made = this.#make(values, symbolicRelease(this.marks), onLook);
      this.#keepLooks(looks, answers, [...made.keys()]);
      const outside = [...answers].filter(([id]) => this.choices.get(id)!.scope === undefined).join(' ');
      const run: Run = { index, answers, outside, asked, read, documents: new Map() };
      this.#keep(run, made);
      return run;
    } catch (error) {
      if (error instanceof ChartError)
        throw hasMark(error.message) ? new ChartError(this.marks.named(error.message), { cause: error }) : error;
      if (!(error instanceof BuildError)) throw error;
      if (!this.#watchesStrings) return this.#closely(() => this.#execute(assignment, index));
      throw failureOf(error, this, answers, looks.at(-1)?.look);
    }
  }

  #values(context: Partial<ValuesContext> & Pick<ValuesContext, 'ask'>): unknown {
    const elements = context.elements ?? (this.findLoops ? TWO_ELEMENTS : ONE_ELEMENT);
    return symbolicValues(this.shape, { ...context, elements, marks: this.marks });
  }

  #make(values: unknown, release: Release, onLook: Watch['onLook'] = () => undefined): Documents {
    const { program } = this;
    const marks = this.#watchesStrings ? this.marks : undefined;
    return interpreting(symbolicInterpretation(this.marks), () => {
      const documents = runBuild(program, values, release, { marks, onLook });
      if (documents.has(NOTES)) throw new ChartError(`a construct cannot be named ${NOTES}; give it another id`);
      if (program.notes !== undefined) {
        const before = [...documents.keys()];
        const text = runNotes(program.notes, values, release, { marks, onLook: (look) => onLook(look, before) });
        documents.set(NOTES, text.split('\n'));
      }
      return documents;
    });
  }

  #keepLooks(
    looks: readonly { look: Look; before: readonly string[] }[],
    answers: Run['answers'],
    paths: readonly string[],
  ) {
    for (const { look, before } of looks) {
      const near = paths.find((path) => !before.includes(path)) ?? paths.at(-1);
      this.looks.set(keyOf(look), { look, near: near && withoutMarks(near), answers });
    }
  }

  #keep({ answers, documents }: Run, made: Documents): void {
    const kept = this.#folded(made, answers);
    for (const [path, document] of kept) {
      const check = (text: string, isKey: boolean) => this.#checkText(text, isKey, path, kept);
      documents.set(path, this.#trees.unique(document, check));
    }
  }

  /** With what is made of two elements of each list said once. */
  #folded(made: Documents, answers: Assignment, known?: KnownValues): Documents {
    if (!this.findLoops) return made;
    const again: MakeAgain = (elements) => this.#makeKnowing(answers, known, elements);
    return withLoops(made, this.marks, again);
  }

  /** Refuses text that would be taken for a mark, and marks where none can be printed. */
  #checkText(text: string, isKey: boolean, path: string, documents: Documents): void {
    if (text === REMOVED || (isKey && isLoop(text))) return;
    const place = () => placeOf(text, path, documents);
    // Keys that lose were checked before they got their name.
    if (/[\uE002-\uE009]/.test(isKey && this.findLoops ? printedKey(text) : text)) throw keptCharacter(place());
    // Either the program's own, or a mark that it has cut: then real values show which value it looks into.
    const parts = this.marks.parts(text);
    if (parts.some((part) => typeof part === 'string' && /[\uE000\uE001]/.test(part))) this.cutMark ??= place();
    for (const part of parts) {
      if (typeof part === 'string') continue;
      if (part.kind === 'hash' && path === NOTES)
        throw new ChartError('NOTES.txt has a sha256 in it; leave it to the objects');
      if (part.kind === 'hash' && isKey) throw new ChartError(`${place()} has a sha256 as a key; make it a value`);
      if (part.kind === 'hash' && parts.length > 1) {
        throw new ChartError(`${place()} has a sha256 inside a longer text; make it a value of its own`);
      }
      if (part.kind === 'opaque' && (isKey || parts.length > 1)) {
        const seen = [...this.looks.values()].find(({ look }) => look.reference.id === part.reference.id);
        throw lookRefusal(seen?.look ?? { reference: part.reference }, place());
      }
    }
  }

  #noteNeighbours(ids: readonly string[]): void {
    const sorted = ids.toSorted();
    const key = sorted.join(' ');
    if (!this.neighbours.has(key)) this.neighbours.set(key, sorted);
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

  /** The same answers again, at other times and with other random numbers. */
  #refuseChanging(base: Run): void {
    for (const clock of ['low', 'high'] as const) {
      const uses: string[] = [];
      const again = withOtherClock(
        clock,
        () => this.#execute(new Map(), base.index),
        (use) => uses.push(use),
      );
      const difference = firstDifferenceIn(base.documents, again.documents);
      if (difference !== undefined) throw changeRefusal(this.marks.named(difference.at), uses);
    }
  }
}

function keyOf({ reference, operation, line }: Look): string {
  return `${reference.id} ${operation} ${line}`;
}

/** Where a text stands in a document, for messages. */
function placeOf(text: string, path: string, documents: Documents): string {
  const find = (json: Json | undefined, at: string): string | undefined => {
    if (json === text) return at;
    if (Array.isArray(json))
      return json.map((each, i) => find(each, `${at}[${i}]`)).find((found) => found !== undefined);
    if (!isObject(json)) return undefined;
    return Object.keys(json)
      .map((key) => (key === text ? at : find(json[key], `${at}.${withoutMarks(key)}`)))
      .find((found) => found !== undefined);
  };
  return find(documents.get(path), withoutMarks(path)) ?? withoutMarks(path);
}
