import { type Dependency, hasTags, importedKey, isProgram, keyOf } from './dependency.ts';
import { type JsonObject, setKey } from './json.ts';
import { opened } from './open-shape.ts';
import type { Program } from './program.ts';
import { type ObjectShape, type Shape, shapeOf } from './shape.ts';

/** The shape of all values of a program's chart: the schema, and what Helm needs for its dependencies. */
export function programShape(program: Program): ObjectShape {
  const shape = shapeOf(program.values);
  const { dependencies = [] } = program;
  if (dependencies.length === 0) return shape;
  const fields = { ...shape.fields };
  for (const dependency of dependencies) {
    const key = keyOf(dependency);
    const rest = (dependency.values ?? {}) as JsonObject;
    const declared = Object.hasOwn(fields, key) ? fields[key]! : passedOn(key, rest);
    const description = declared.description ?? `Values of the subchart ${sourceOf(dependency)}.`;
    setKey(fields, key, { ...opened(declared, rest), description });
  }
  for (const { child, parent, from } of dependencies.flatMap(importsOf)) {
    const key = importedKey({ child, parent });
    setKey(fields, key, { ...passedOn(key), description: `Values that ${from} gives: its ${child}.` });
  }
  if (hasTags(dependencies) && !Object.hasOwn(fields, 'tags')) setKey(fields, 'tags', TAGS);
  return { ...shape, fields };
}

function sourceOf(dependency: Dependency): string {
  if (!isProgram(dependency)) return `${dependency.name}, ${dependency.repository}`;
  const { name, version } = dependency.program;
  return `${name} ${version}, in charts/${keyOf(dependency)}`;
}

function importsOf(dependency: Dependency) {
  return (dependency.importValues ?? []).map((each) => ({ ...each, from: keyOf(dependency) }));
}

/** A map of any keys. Null is as good as an empty one, because Helm makes one of it. */
function passedOn(path: string, rest: JsonObject = {}): ObjectShape {
  return { kind: 'object', path, fields: {}, rest, nullable: true, fallback: {}, fixed: true };
}

const TAGS: Shape = {
  kind: 'map',
  path: 'tags',
  description: 'Switches subcharts on and off by their tags.',
  key: { kind: 'string', path: 'tags[key]', minLength: 0, patterns: [], examples: [], nullable: false, fixed: false },
  value: { kind: 'boolean', path: 'tags[]', nullable: false, fixed: false },
  nullable: false,
  fallback: {},
  fixed: true,
};
