import type { Assignment } from '../choice.ts';
import { valuePath } from '../reference.ts';
import { override, type Row } from '../skeleton.ts';
import { Circumstances } from './circumstances.ts';
import type { ExplainedProgram } from './explained-program.ts';
import type { FieldValue } from './field-values.ts';
import { type Frame, nearestTo, type Provenance, provenanceOf, type Trace } from './provenance.ts';
import { endOf, isOpenKey, itemName, type SlotPath } from './slot-path.ts';
import type { SourceLine } from './source-project.ts';
import type { FieldStep } from './written-keys.ts';
import { writtenLines } from './written-lines.ts';

/** Finds the lines of the program that a field comes from, by runs of `build` in which it is there. */
export class FieldOrigin {
  readonly #runs = new Map<string, Provenance>();

  constructor(
    private readonly path: SlotPath,
    private readonly program: ExplainedProgram,
  ) {}

  /** The lines that write the field, and those that make the hash that stands there. */
  written(): SourceLine[] {
    const lines = writtenLines(this.#trace(), this.#steps(), this.program.source.project);
    return [...lines, ...this.#linesOf(this.#hashTraces().flatMap(([frame]) => frame ?? []))];
  }

  /** The calls that made the object. */
  made(): SourceLine[] {
    return this.#linesOf(this.#trace());
  }

  /** The lines that read a value for this object: that put it into text, where it stands there as a part of one. */
  readsOf({ id, role }: FieldValue): SourceLine[] {
    const run = this.#run(this.#answersWith(id));
    const texts = role === 'text' || this.#isText(id) ? run.texts.get(id) : undefined;
    // What is hashed was read for the hash, which may have been made for another object.
    const [near = this.#trace()] = role === 'hash' ? this.#hashTraces() : [];
    return this.#linesOf(nearestTo(near, texts ?? run.reads.get(id) ?? []));
  }

  #linesOf(frames: readonly Frame[]): SourceLine[] {
    const { project, generated = [] } = this.program.source;
    const lines = frames
      .map((frame) => project.lineOfFrame(frame))
      .filter(({ file }) => !generated.some((directory) => file.startsWith(`${directory}/`)));
    return [...new Map(lines.map((line) => [`${line.file}:${line.line}`, line])).values()];
  }

  #hashTraces(): readonly Trace[] {
    const { json } = endOf(this.path).lookUp(endOf(this.path).witness);
    return typeof json === 'string' ? (this.#run(endOf(this.path).witness.answers).hashes.get(json) ?? []) : [];
  }

  #trace(): Trace {
    return this.#run(endOf(this.path).witness.answers).constructs.get(this.path[0].key) ?? [];
  }

  #run(assignment: Assignment): Provenance {
    const key = JSON.stringify([...assignment]);
    const { exploration, shape } = this.program;
    const known = this.#runs.get(key) ?? provenanceOf(exploration.explorer, shape, assignment);
    this.#runs.set(key, known);
    return known;
  }

  /** Answers with which the value stands in the field, or else with which it is asked. */
  #answersWith(id: string): Assignment {
    const { explorer } = this.program.exploration;
    const { witness } = endOf(this.path);
    const row = this.#rows().find((each) => this.#marksIn(each).some((mark) => mark.id === id));
    if (row !== undefined) return override(witness.answers, row.options);
    const isAsked = [...witness.answers.keys()].some(
      (choice) => valuePath(explorer.choices.get(choice)!.reference) === id,
    );
    const asked = [...explorer.reachedBy].find(([choice]) => valuePath(explorer.choices.get(choice)!.reference) === id);
    return isAsked || asked === undefined ? witness.answers : asked[1];
  }

  /** Whether a number stands there as text. */
  #isText(id: string): boolean {
    return this.#rows().some((row) =>
      this.#marksIn(row).some((mark) => mark.id === id && (mark.kind === 'digits' || mark.kind === 'quantity text')),
    );
  }

  #rows(): readonly Row[] {
    return new Circumstances(this.program.exploration).present(this.path);
  }

  #marksIn({ value }: Row): { readonly id: string; readonly kind: string }[] {
    const text = value.kind === 'leaf' && typeof value.json === 'string' ? value.json : '';
    return this.program.exploration.explorer.marks
      .parts(text)
      .flatMap((part) =>
        typeof part === 'string' || part.kind === 'hash' ? [] : [{ id: valuePath(part.reference), kind: part.kind }],
      );
  }

  /** The fixed steps of the path; what the values name is not written anywhere. */
  #steps(): FieldStep[] {
    const { exploration } = this.program;
    const steps: FieldStep[] = [];
    for (const [i, slot] of this.path.entries()) {
      if (i === 0) continue;
      if (slot.kind === 'argument' || isOpenKey(slot, exploration)) break;
      if (slot.kind === 'key') steps.push({ key: slot.key });
      else {
        const name = itemName(slot, this.path[i - 1]!, exploration);
        steps.push(/^\d+$/.test(name) ? { index: Number(name) } : { name });
      }
    }
    return steps;
  }
}
