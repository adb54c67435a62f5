import { ChartError } from '../errors.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Exploration } from '../exploration.ts';
import { NOTES } from '../explore.ts';
import { isObject, type Json, valueAt } from '../json.ts';
import { withoutMarks } from '../marks.ts';
import { optionalApiOf } from '../optional-apis.ts';
import type { Program } from '../program.ts';
import type { Slot } from '../skeleton.ts';
import { nearest, shortened } from './nearest.ts';

/** An object of the chart by the names that people know it by. */
export interface NamedObject {
  readonly slot: Slot;
  /** `Deployment/todo-backend`. Where the values decide the name, it is the one that the default values give. */
  readonly name: string;
  /** The template that prints it: path below templates/. */
  readonly file: string;
  /** Whether the default values make it. */
  readonly byDefault: boolean;
  /** What must be there besides values, in words: `the cluster has monitoring.coreos.com/v1`. '' for nothing. */
  readonly needs: string;
}

/** The objects of a chart. */
export class NamedObjects {
  readonly all: readonly NamedObject[];

  /**
   * @param documents the template of each document, by the document's key
   * @param evaluation what the default values make
   */
  constructor(
    program: Program,
    exploration: Exploration,
    documents: ReadonlyMap<string, string>,
    evaluation: Evaluation,
  ) {
    this.all = exploration.slots
      .filter(({ key }) => key !== NOTES)
      .map((slot) => {
        const [object, ...others] = evaluation.objects(slot);
        const isOne = others.length === 0 && (object !== undefined || !exploration.loops.has(slot));
        return {
          slot,
          name: nameOf(object ?? slot.witness.documents.get(slot.key)!, slot, isOne ? evaluation : undefined),
          file: documents.get(slot.key)!.replace(/^templates\//, ''),
          byDefault: object !== undefined,
          needs: needsOf(slot.witness.documents.get(slot.key)!, program),
        };
      });
  }

  of(slot: Slot): NamedObject {
    return this.all.find((each) => each.slot === slot)!;
  }

  /**
   * The object of a name such as `Deployment/todo-backend`, or of a template such as `backend-deployment.yaml`. Of
   * several with one name, the one that the default values make.
   *
   * @throws ChartError with the names that there are
   */
  find(wanted: string): NamedObject {
    const file = wanted.replace(/^templates\//, '');
    const found = this.all.filter((each) => each.file === file || sameName(each.name, wanted));
    const made = found.filter(({ byDefault }) => byDefault);
    const [only] = made.length === 1 ? made : found;
    if (only !== undefined && (found.length === 1 || made.length === 1)) return only;
    if (found.length > 1) {
      const files = found.map((each) => each.file);
      throw new ChartError(`${wanted} is the name of several objects; name one by its template: ${files.join(', ')}`);
    }
    throw new ChartError(`there is no ${wanted} in the chart; there is ${shortened(this.#insteadOf(wanted))}`);
  }

  /** Objects of the same kind, or names that are like it, or all. */
  #insteadOf(wanted: string): string[] {
    const [, stem, extension] = /^(.*?)(\.\w+)?$/.exec(wanted)!;
    const names = this.all.map((each) => (extension === undefined ? each.name : each.file));
    const [kind = ''] = wanted.split('/');
    const sameKind = names.filter((name) => name.toLowerCase().startsWith(`${kind.toLowerCase()}/`));
    const stems = names.map((name) => name.replace(/\.yaml$/, ''));
    const like = nearest(stem!, stems, '/', 5).map((name) => `${name}${extension === undefined ? '' : '.yaml'}`);
    const first = [sameKind, like, names].find((each) => each.length > 0)!;
    return [...new Set(first)];
  }
}

/**
 * An object that the default values do not make gets the name that it would have with them; those that are made for
 * each element of a list share the name `*`.
 */
function nameOf(object: Json, slot: Slot, evaluation: Evaluation | undefined): string {
  const name = ['metadata', 'name'].reduce<Slot | undefined>(
    (at, key) => at?.children.find((each) => each.key === key),
    slot,
  );
  const [entry] = name === undefined || evaluation === undefined ? [] : evaluation.along([name]);
  const text = evaluation === undefined ? '*' : (entry?.json ?? valueAt(object, ['metadata', 'name']));
  return `${isObject(object) ? String(object.kind) : 'object'}/${withoutMarks(String(text))}`;
}

/** Objects of an optional API are only there where the cluster has it. */
function needsOf(object: Json, { optionalApis = [] }: Program): string {
  const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) => valueAt(object, [key]));
  const api = optionalApiOf(optionalApis, apiVersion!, kind!);
  return api === undefined ? '' : `the cluster has ${api}`;
}

function sameName(a: string, b: string): boolean {
  const [kind, ...name] = a.split('/');
  const [wantedKind, ...wanted] = b.split('/');
  return kind!.toLowerCase() === wantedKind!.toLowerCase() && name.join('/') === wanted.join('/');
}
