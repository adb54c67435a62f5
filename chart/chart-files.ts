import { compileTemplates } from './compile.ts';
import { ChartError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { jsonSchema } from './json-schema.ts';
import { validValues } from './manifests.ts';
import type { Program } from './program.ts';
import { type ObjectShape, shapeOf } from './shape.ts';
import { profileYaml, valuesTable, valuesYaml } from './values-yaml.ts';
import { yamlBlock } from './yaml-writer.ts';

/** All files of a program's chart: path -> text. */
export function chartFiles(program: Program): { files: Map<string, string>; runs: number } {
  const shape = shapeOf(program.values);
  checkedAs('the defaults', () => validValues(program, shape, {}));
  const { files: templates, runs } = compileTemplates(program);
  const files = new Map<string, string>([
    ['Chart.yaml', yamlBlock(chartYaml(program))],
    ['values.yaml', valuesYaml(shape, `Default values of ${program.name}.`)],
    ['values.schema.json', `${JSON.stringify(jsonSchema(shape), null, 2)}\n`],
    ['README.md', readme(program, shape)],
    ['.helmignore', HELMIGNORE],
    ...templates,
  ]);
  for (const [name, text] of Object.entries(program.templates ?? {})) {
    if (files.has(`templates/${name}`))
      throw new ChartError(`templates/${name} is written twice; give the raw template another name`);
    files.set(`templates/${name}`, text);
  }
  for (const [profile, overrides] of Object.entries(program.profiles ?? {})) {
    checkedAs(`profile '${profile}'`, () => validValues(program, shape, overrides));
    const heading = `The ${profile} profile of ${program.name}: helm install -f values-${profile}.yaml`;
    files.set(`values-${profile}.yaml`, profileYaml(overrides as Json, heading));
  }
  return { files, runs };
}

function checkedAs(name: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (error instanceof ChartError) throw new ChartError(error.message.replace(/^/gm, `${name}: `), { cause: error });
    throw error;
  }
}

function chartYaml(program: Program): JsonObject {
  const fields: Record<string, unknown> = {
    apiVersion: 'v2',
    name: program.name,
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
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
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
