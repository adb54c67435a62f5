import { expectation } from '../check-values.ts';
import { type Json, valueAt } from '../json.ts';
import { programShape } from '../program-shape.ts';
import { nameOf } from '../reference.ts';
import { defaultsOf, type Shape } from '../shape.ts';
import { Circumstances } from './circumstances.ts';
import { joined, wordsOfAll } from './condition-words.ts';
import type { ExplainedProgram } from './explained-program.ts';
import { rulesAbout } from './rule-words.ts';
import { schemaLines } from './schema-lines.ts';
import { fieldOf } from './slot-path.ts';
import { mentions } from './slot-text.ts';
import type { SourceLine } from './source-project.ts';
import { subchartsAbout } from './subchart-words.ts';
import { ROOT, resolved } from './template-argument.ts';
import type { LineRange } from './template-spot.ts';
import { type Use, usesOf } from './uses.ts';
import { leavesOf, referenceAt, shapeAtPath } from './value-path.ts';

/** What a value is and does. */
export interface ValueExplanation {
  readonly path: string;
  /** What it may be, in words. */
  readonly type: string;
  readonly description?: string;
  /** Its default in each program; none where it must be given, as in an element of a list. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Lines of the schema that declare it. */
  readonly declared: readonly SourceLine[];
  readonly uses: readonly ExplainedUse[];
  /** Rules across values that read it, in words. */
  readonly rules: readonly string[];
  /** What it does to subcharts, in words. */
  readonly subcharts: readonly string[];
  /** Lines of NOTES.txt and of raw templates that read it. */
  readonly mentions: readonly SourceLine[];
  /** Of an object: what its values are and do. */
  readonly parts?: readonly ValueExplanation[];
}

/** What a value does at one place. */
export interface ExplainedUse extends Pick<Use, 'role' | 'except'> {
  /** `Deployment/todo-backend` */
  readonly object: string;
  /** `spec.replicas`; '' for the object as a whole. */
  readonly field: string;
  /** Under which values it does that; '' for always. */
  readonly when: string;
  /** Under which values the object is there; '' for always. */
  readonly objectWhen: string;
  /** What `when` has on top of that. */
  readonly fieldWhen: string;
  /** What prints the field. */
  readonly lines: readonly LineRange[];
  /** Of `choice`: what it can be, with values as `<path>`. */
  readonly cases?: readonly { readonly what: string; readonly when: string }[];
  /** Of `hash`: which fields of what is hashed. */
  readonly hashed?: readonly string[];
}

/**
 * Explains the value at a path: where it is declared, and all that it does in manifests, rules and notes.
 *
 * @throws ChartError for a path that is no value, with those that are like it
 */
export function explainValue(path: string, program: ExplainedProgram): ValueExplanation {
  return explainShape(shapeAtPath(program.shape, path), program);
}

function explainShape(shape: Shape, program: ExplainedProgram): ValueExplanation {
  const { path } = shape;
  const { exploration, source } = program;
  const leaves = shape.kind === 'object' ? leavesOf(shape) : undefined;
  const reference = referenceAt(program.shape, path);
  return {
    path,
    type: typeOf(shape),
    description: shape.description,
    defaults: leaves === undefined || shape.nullable ? defaultsAt(path, program) : {},
    declared: schemaLines(path, source.schema, source.project),
    uses: usesOf(path, exploration).map((use) => explainUse(use, program)),
    rules: rulesAbout(path, program.program.rules ?? []),
    subcharts: subchartsAbout(path, program.program),
    mentions: reference === undefined || leaves !== undefined ? [] : mentionsOf(reference, program),
    parts: leaves?.map((leaf) => explainShape(leaf, program)),
  };
}

function typeOf(shape: Shape): string {
  if (shape.kind === 'object') return shape.nullable ? 'a map or null' : 'a map';
  return shape.kind === 'opaque' && shape.nullable ? 'anything' : expectation(shape);
}

function defaultsAt(path: string, { programs }: ExplainedProgram): Record<string, Json> {
  const entries = programs.flatMap((program) => {
    const shape = programShape(program);
    const { fixed, fallback } = shapeAtPath(shape, path);
    const json = fixed ? valueAt(defaultsOf(shape), path.split('.')) : fallback;
    return json === undefined ? [] : [[program.name, json] as const];
  });
  return Object.fromEntries(entries);
}

function explainUse(use: Use, { exploration, objects, lines }: ExplainedProgram): ExplainedUse {
  const { path, role, when, except, cases, hashed } = use;
  const { name, needs } = objects.of(path[0]);
  const objectWhen = new Circumstances(exploration).of([path[0]]);
  const ofObject = new Set(objectWhen.map((condition) => wordsOfAll([condition])));
  return {
    object: name,
    field: fieldOf(path, exploration),
    role,
    when: joined(needs, wordsOfAll(when)),
    objectWhen: joined(needs, wordsOfAll(objectWhen)),
    fieldWhen: wordsOfAll(when.filter((condition) => !ofObject.has(wordsOfAll([condition])))),
    lines: lines.of(path),
    except,
    cases: cases?.map((each) => ({ what: shown(each.json, exploration), when: wordsOfAll(each.when) })),
    hashed: hashed?.map((each) => fieldOf(each.path, exploration).slice(fieldOf(path, exploration).length + 1)),
  };
}

/** A leaf as text with `<path>` for values. */
function shown(json: Json | undefined, { explorer }: ExplainedProgram['exploration']): string {
  if (typeof json !== 'string') return json === undefined ? 'something else' : JSON.stringify(json);
  return explorer.marks
    .parts(json)
    .map((part) => {
      if (typeof part === 'string') return part;
      return part.kind === 'hash' ? '<sha256>' : `<${nameOf(part.reference).replace(/^values\./, '')}>`;
    })
    .join('');
}

/** The lines of templates that are not objects of the program. */
function mentionsOf(
  reference: NonNullable<ReturnType<typeof referenceAt>>,
  { files, program }: ExplainedProgram,
): SourceLine[] {
  const raw = Object.keys(program.templates ?? {}).map((name) => `templates/${name}`);
  return ['templates/NOTES.txt', ...raw].flatMap((file) =>
    (files.get(file) ?? '').split('\n').flatMap((text, i) => {
      const found = mentions(resolved(text, ROOT), reference);
      return found ? [{ file, line: i + 1, text: text.trim() }] : [];
    }),
  );
}
