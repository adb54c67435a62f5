import { compileTemplates } from '../compile.ts';
import { Evaluation } from '../evaluate.ts';
import type { Exploration } from '../exploration.ts';
import type { Json } from '../json.ts';
import type { Program } from '../program.ts';
import { programShape } from '../program-shape.ts';
import type { ObjectShape } from '../shape.ts';
import { validValues } from '../valid-values.ts';
import { NamedObjects } from './named-objects.ts';
import type { SchemaSource } from './schema-lines.ts';
import type { SourceProject } from './source-project.ts';
import { TemplateLines } from './template-lines.ts';

/** A program and everything that is asked for while it is explained. */
export interface ExplainedProgram {
  readonly program: Program;
  /** It and the programs of the same values, whose defaults are told as well. */
  readonly programs: readonly Program[];
  readonly shape: ObjectShape;
  /** Complete default values. */
  readonly defaults: Json;
  readonly exploration: Exploration;
  /** The chart's templates by path: those that are compiled, and raw ones. */
  readonly files: ReadonlyMap<string, string>;
  readonly lines: TemplateLines;
  readonly objects: NamedObjects;
  /** What the default values make. */
  readonly evaluation: Evaluation;
  readonly source: ProgramSource;
}

/** Where a program is written. */
export interface ProgramSource {
  readonly project: SourceProject;
  readonly schema: SchemaSource;
  /** Directories below the project's root whose files nobody writes. @default - none */
  readonly generated?: readonly string[];
}

/**
 * Compiles a program for questions about it: `explainValue` and `explainField`. What stands somewhere by default is
 * that of a release with the program's name.
 *
 * @param programs programs of the same values, whose defaults are told as well
 * @throws ChartError when it cannot be compiled
 */
export function explainedProgram(
  program: Program,
  source: ProgramSource,
  programs: readonly Program[] = [program],
): ExplainedProgram {
  const shape = programShape(program);
  const defaults = validValues(program, shape, {});
  const { files, documents, exploration } = compileTemplates(program);
  const release = { name: program.name, namespace: 'default' };
  const evaluation = new Evaluation(exploration.explorer, exploration.loops, defaults, release);
  const raw = Object.entries(program.templates ?? {}).map(([name, text]) => [`templates/${name}`, text] as const);
  return {
    program,
    programs,
    shape,
    defaults,
    exploration,
    files: new Map([...files, ...raw]),
    lines: new TemplateLines(exploration, files, documents),
    objects: new NamedObjects(program, exploration, documents, evaluation),
    evaluation,
    source,
  };
}
