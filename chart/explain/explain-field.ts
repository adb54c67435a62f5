import { isObject, type Json, type JsonObject, sameJson, setKey } from '../json.ts';
import type { Slot } from '../skeleton.ts';
import { Circumstances } from './circumstances.ts';
import { joined, wordsOfAll } from './condition-words.ts';
import type { ExplainedProgram } from './explained-program.ts';
import { FieldOrigin } from './field-origin.ts';
import { type FieldValue, valuesOf } from './field-values.ts';
import { findField } from './find-field.ts';
import { endOf, fieldOf, isOpenKey, type SlotPath } from './slot-path.ts';
import type { SourceLine } from './source-project.ts';
import type { LineRange } from './template-spot.ts';

/** What stands at a field of a manifest, and what made it. */
export interface FieldExplanation {
  /** `Deployment/todo-backend` */
  readonly object: string;
  /** `spec.template.spec.containers[backend].image`; '' for the object as a whole. */
  readonly field: string;
  /** Whether it is one value, and no map or list. */
  readonly isLeaf: boolean;
  /** What the default values put there: nothing, one thing, or one for each element of a list. */
  readonly byDefault: readonly Json[];
  /** Under which values something stands there; '' for always. */
  readonly when: string;
  /** What prints it. */
  readonly lines: readonly (LineRange & { readonly text: readonly string[] })[];
  /** The values that made it; for a map or list those of all that is in it. */
  readonly values: readonly ExplainedFieldValue[];
  /** The lines of the program that write it, from the object's construct outwards; none where that cannot be told. */
  readonly written: readonly SourceLine[];
  /** The lines that made the object, from its construct outwards. */
  readonly made: readonly SourceLine[];
}

/** A value that has to do with a field. */
export interface ExplainedFieldValue extends Pick<FieldValue, 'path' | 'role'> {
  /** Under which values, on top of those under which the field is there; '' for always. */
  readonly when: string;
  /** The lines of the program that read it for this object; none for a map or list. */
  readonly read: readonly SourceLine[];
}

/**
 * Explains a field of an object, such as `spec.replicas` of `Deployment/todo-backend`. More than one explanation
 * comes of a key that several maps may have.
 *
 * @param object `kind/name`, or the name of a template
 * @throws ChartError for an object or field that there is not, with those that there are
 */
export function explainField(object: string, field: string, program: ExplainedProgram): FieldExplanation[] {
  const { slot } = program.objects.find(object);
  return findField(slot, field, program.exploration, program.evaluation).map((path) => explainPath(path, program));
}

function explainPath(path: SlotPath, program: ExplainedProgram): FieldExplanation {
  const { exploration, files, lines, objects } = program;
  const { name, needs } = objects.of(path[0]);
  const origin = new FieldOrigin(path, program);
  const when = new Circumstances(exploration).of(path);
  const known = new Set(when.map((condition) => wordsOfAll([condition])));
  return {
    object: name,
    field: fieldOf(path, exploration),
    isLeaf: isLeaf(endOf(path)),
    byDefault: defaultAt(path, program),
    when: joined(needs, wordsOfAll(when)),
    lines: lines.of(path).map((range) => ({
      ...range,
      text: files
        .get(range.file)!
        .split('\n')
        .slice(range.from - 1, range.to),
    })),
    values: valuesOf(path, exploration).map((value) => ({
      path: value.path,
      role: value.role,
      when: wordsOfAll(value.when.filter((condition) => !known.has(wordsOfAll([condition])))),
      read: isLeaf(endOf(path)) ? origin.readsOf(value) : [],
    })),
    written: origin.written(),
    made: origin.made(),
  };
}

function isLeaf({ children }: Slot): boolean {
  return children.every(({ kind }) => kind === 'argument');
}

function defaultAt(path: SlotPath, { evaluation, exploration }: ExplainedProgram): Json[] {
  const last = endOf(path);
  if (last.kind !== 'key') return evaluation.along(path).map(({ json }) => json);
  const maps = evaluation.along(path.slice(0, -1)).flatMap(({ json }) => (isObject(json) ? [json] : []));
  if (!isOpenKey(last, exploration))
    return maps.flatMap((map) => (Object.hasOwn(map, last.key) ? [map[last.key]!] : []));
  // Of the entries of a map, those that no other key wins.
  const entries: JsonObject = {};
  for (const { key, json } of evaluation.along(path))
    if (maps.some((map) => sameJson(map[key], json))) setKey(entries, key, json);
  return Object.keys(entries).length === 0 ? [] : [entries];
}
