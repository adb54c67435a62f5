import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChartError } from '../chart/errors.ts';
import { explainField, type FieldExplanation } from '../chart/explain/explain-field.ts';
import { explainValue, type ValueExplanation } from '../chart/explain/explain-value.ts';
import { explainedProgram } from '../chart/explain/explained-program.ts';
import { SourceProject } from '../chart/explain/source-project.ts';
import { shapeAtPath } from '../chart/explain/value-path.ts';
import type { Program } from '../chart/program.ts';
import { programShape } from '../chart/program-shape.ts';
import { fieldText } from './explain-field-text.ts';
import { valueText } from './explain-value-text.ts';
import { programs } from './programs.ts';

export interface ExplainOptions {
  /** A value's path; or an object, as `Kind/name` or the name of its template. */
  readonly what: string;
  /** A field of the object. @default - the object as a whole */
  readonly field?: string;
  /** Name of the program. @default - the first */
  readonly preset?: string;
}

/** What explain found. */
export type Explanation =
  | { readonly preset: string; readonly value: ValueExplanation }
  | { readonly preset: string; readonly fields: readonly FieldExplanation[] };

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the values of all presets are declared. */
export const SCHEMA = { file: 'values/schema.ts', name: 'schemaFor' };

/**
 * Tells what a value does, or what makes a field of a manifest.
 *
 * @throws ChartError for a preset, value, object or field that there is not
 */
export async function explain({ what, field, preset }: ExplainOptions): Promise<Explanation> {
  const program = programs.find(({ name }) => preset === undefined || name === preset);
  if (program === undefined)
    throw new ChartError(`'${preset}' is no preset; expected one of ${programs.map(({ name }) => name).join(', ')}`);
  const isValue = field === undefined && !isObject(what);
  // A mistake is told at once, before anything is compiled.
  if (isValue) shapeAtPath(programShape(program as unknown as Program), what);
  const project = new SourceProject(ROOT);
  try {
    const source = { project, schema: SCHEMA, generated: ['imports'] };
    const prepared = explainedProgram(program as unknown as Program, source, programs as unknown as Program[]);
    if (isValue) return { preset: program.name, value: explainValue(what, prepared) };
    return { preset: program.name, fields: explainField(what, field ?? '', prepared) };
  } finally {
    project.close();
  }
}

/** `Kind/name`, or a template; paths of values have neither slashes nor endings. */
function isObject(what: string): boolean {
  return what.includes('/') || /\.(yaml|tpl|txt)$/.test(what);
}

/** An explanation for people, in lines of at most 80 characters. */
export function explanationText(explanation: Explanation): string {
  const { preset } = explanation;
  const lines =
    'value' in explanation
      ? valueText(explanation.value)
      : explanation.fields.flatMap((field, i) => [...(i === 0 ? [] : ['']), ...fieldText(field, preset)]);
  return `${[...lines, '', `Templates are those of dist/${preset}/chart.`].join('\n')}\n`;
}

const USAGE = `npm run explain -- VALUE | OBJECT [FIELD] [options]

Tells where a value is declared and what it does in the chart:
  npm run explain -- backend.service.type
  npm run explain -- backend.service
Tells what stands at a field of an object, and which values and lines made it:
  npm run explain -- Deployment/todo-backend spec.replicas
  npm run explain -- backend-deployment.yaml 'spec.template.spec.containers[0].image'

  --preset NAME   the preset whose chart is explained (the first)
  --json          print JSON
  --help          this text`;

/** Runs explain for a command line. Sets the exit code: 1 for a mistake, 2 for wrong usage. */
export async function explainCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) return;
  try {
    const explanation = await explain(options);
    process.stdout.write(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation));
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function parse(args: readonly string[]): (ExplainOptions & { readonly json: boolean }) | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { preset: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const [what, field, ...others] = positionals;
    if (values.help === true) console.log(USAGE);
    else if (what === undefined) throw new Error('Nothing to explain: name a value, or an object and its field');
    else if (others.length > 0) throw new Error(`Unexpected argument '${others[0]}'`);
    else return { what, field, preset: values.preset, json: values.json === true };
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run explain -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await explainCommand(process.argv.slice(2));
}
