import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { ChartError, defineProgram, type Program, type ProgramProps, type Release } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { checkExamples } from '../../chart/testing.ts';
import { helmPaths } from './helm.ts';

/** Texts that YAML, Go or a template read as something else. */
export const HOSTILE: readonly string[] = [
  '',
  ' a ',
  'yes',
  '012',
  '1e3',
  '{{ .x }}',
  '%s',
  '"\\\n\t',
  '~',
  '- a: #b',
  '<&>',
  '\u007f\u0085\u2028\ufeff',
  '😀',
];

/** A snapshot serializer: templates as they are, without quotes around them. */
export const plainText = { test: (value: unknown) => typeof value === 'string', print: String };

type Values<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A program named `demo` with these values. */
export function programOf<Shape extends z.ZodRawShape>(
  shape: Shape,
  build: (chart: Chart, values: Values<Shape>, release: Release) => void,
  more: Partial<ProgramProps<z.ZodObject<Shape>>> = {},
): Program {
  const program = defineProgram({ name: 'demo', version: '1.0.0', values: z.object(shape), build, ...more });
  return program as unknown as Program;
}

/** A program of one ConfigMap that holds what `data` makes of the values; not all of it is text, which no test minds. */
export function configOf<Shape extends z.ZodRawShape>(
  shape: Shape,
  data: (values: Values<Shape>, release: Release) => unknown,
  more: Partial<ProgramProps<z.ZodObject<Shape>>> = {},
): Program {
  return programOf(shape, (chart, values, release) => addConfig(chart, 'config', data(values, release)), more);
}

export function addConfig(chart: Chart, id: string, data: unknown, name = id): void {
  new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

/** The text of one template. */
export function templateOf(program: Program, name = 'templates/config.yaml'): string {
  const { files } = compileTemplates(program);
  const text = files.get(name);
  if (text === undefined) throw new Error(`there is no ${name} among ${[...files.keys()].join(', ')}`);
  return text;
}

/** What stands below `data:` in the ConfigMap's template, two spaces to the left. */
export function dataOf(program: Program): string {
  const [, body] = templateOf(program).split(/^data:(?=[ \n])/m);
  return body!.replace(/^ {2}/gm, '').replace(/^\n/, '').trim();
}

/** Why a program is not compiled. Lines of tests are `app.ts:1`, so that they can move. */
export function refusalOf(program: Program): string {
  try {
    compileTemplates(program);
  } catch (error) {
    if (error instanceof ChartError) return error.message.replace(/__tests__\/[\w/-]+\.test\.ts:\d+/g, 'app.ts:1');
    throw error;
  }
  return 'not refused';
}

/** Renders the program with both Helms for each of the values, and expects what manifests() gives. */
export async function expectParity(program: Program, cases: readonly JsonObject[]): Promise<void> {
  const helm = await helmPaths();
  await checkExamples(program, cases, { helm, release: { name: 'my-release', namespace: 'space' } });
}
