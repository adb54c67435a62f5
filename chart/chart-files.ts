import { codeWatch } from './code-watch.ts';
import { compileTemplates } from './compile.ts';
import { crdFiles } from './crds.ts';
import { dependencyYaml, isProgram, keyOf } from './dependency.ts';
import { ChartError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { jsonSchema } from './json-schema.ts';
import type { Program } from './program.ts';
import { programShape } from './program-shape.ts';
import type { ObjectShape } from './shape.ts';
import { checkAll } from './subcharts.ts';
import { profileYaml, valuesTable, valuesYaml } from './values-yaml.ts';
import { yamlBlock } from './yaml-writer.ts';

/** A program's chart. */
export interface ChartFiles {
  /** Path -> text. */
  readonly files: Map<string, string>;
  /** How often `build` ran to compile the templates. */
  readonly runs: number;
  /** Lines of the program that no values were found to run, as `app.ts:12`: what they make is not known. */
  readonly codeLeft: readonly string[];
}

/** All files of a program's chart. As a subchart it may have another name. */
export function chartFiles(program: Program, name = program.name): ChartFiles {
  // Before the program runs for the first time.
  codeWatch();
  const shape = programShape(program);
  checkedAs('the defaults', () => checkAll(program, {}));
  const { files: templates, runs: ownRuns, exploration } = compileTemplates(program);
  let runs = ownRuns;
  const codeLeft = new Set(exploration.codeLeft);
  const files = new Map<string, string>([
    ['Chart.yaml', yamlBlock(chartYaml(program, name))],
    ['values.yaml', valuesYaml(shape, `Default values of ${program.name}.`)],
    ['values.schema.json', `${JSON.stringify(jsonSchema(shape), null, 2)}\n`],
    ['README.md', readme(program, shape)],
    ['.helmignore', HELMIGNORE],
    ...crdFiles(program.crds ?? {}),
    ...templates,
  ]);
  for (const [name, text] of Object.entries(program.templates ?? {})) {
    if (files.has(`templates/${name}`))
      throw new ChartError(`templates/${name} is written twice; give the raw template another name`);
    files.set(`templates/${name}`, text);
  }
  for (const [profile, overrides] of Object.entries(program.profiles ?? {})) {
    checkedAs(`profile '${profile}'`, () => checkAll(program, overrides));
    const heading = `The ${profile} profile of ${program.name}: helm install -f values-${profile}.yaml`;
    files.set(`values-${profile}.yaml`, profileYaml(overrides as Json, heading));
  }
  for (const dependency of (program.dependencies ?? []).filter(isProgram)) {
    const key = keyOf(dependency);
    const subchart = chartFiles(dependency.program, key);
    for (const [path, text] of subchart.files) files.set(`charts/${key}/${path}`, text);
    runs += subchart.runs;
    for (const line of subchart.codeLeft) codeLeft.add(line);
  }
  return { files, runs, codeLeft: [...codeLeft] };
}

function checkedAs(name: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (error instanceof ChartError) throw new ChartError(error.message.replace(/^/gm, `${name}: `), { cause: error });
    throw error;
  }
}

function chartYaml(program: Program, name: string): JsonObject {
  const fields = {
    apiVersion: 'v2',
    name,
    description: program.description,
    type: 'application',
    version: program.version,
    appVersion: program.appVersion,
    kubeVersion: program.kubeVersion,
    keywords: program.keywords,
    home: program.home,
    icon: program.icon,
    sources: program.sources,
    maintainers: program.maintainers,
    annotations: program.annotations,
    dependencies: program.dependencies?.map((each) => defined(dependencyYaml(each))),
  };
  return defined(fields) as JsonObject;
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function readme(program: Program, shape: ObjectShape): string {
  const intro = program.readme ?? program.description ?? '';
  return `# ${program.name}\n\n${intro === '' ? '' : `${intro.trim()}\n\n`}## Values\n\n${valuesTable(shape)}\n`;
}

const HELMIGNORE = `.DS_Store
.git/
.gitignore
.idea/
.vscode/
*.bak
*.orig
*.swp
*.tmp
*~
`;
