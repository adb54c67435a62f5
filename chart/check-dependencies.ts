import { checkProgramTree } from './check-program-tree.ts';
import { type Dependency, type ImportedValues, importedKey, isProgram, keyOf } from './dependency.ts';
import { ChartError } from './errors.ts';
import { isObject } from './json.ts';
import type { Program } from './program.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { isVersionRange } from './version-range.ts';

type Refuse = (fact: string, way: string) => never;

/**
 * Checks the dependencies of a program whose values have this shape.
 *
 * @throws ChartError for a name that is there twice, a version that is no range, a condition that is no boolean, and
 * values that Helm and `build` would see differently.
 */
export function checkDependencies(program: Program, shape: ObjectShape): void {
  const dependencies = program.dependencies ?? [];
  const keys = new Set<string>();
  for (const dependency of dependencies) {
    const key = keyOf(dependency);
    const refuse: Refuse = (fact, way) => {
      throw new ChartError(`dependency '${key}' ${fact}; ${way}`);
    };
    checkName(dependency, refuse);
    if (keys.has(key)) refuse('is there twice', 'give one of them an alias');
    keys.add(key);
    if (!isProgram(dependency)) checkSource(dependency.version, dependency.repository, refuse);
    const declared = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (declared !== undefined && declared.kind !== 'object')
      refuse(`is declared as values.${key}, which is no object`, 'use z.object()');
    if (declared !== undefined) checkDeclared(declared, refuse);
    checkDefaults(dependency.values ?? {}, declared, `values.${key}`, refuse);
    for (const path of dependency.condition?.split(',') ?? []) checkCondition(path, key, shape, refuse);
    for (const imported of dependency.importValues ?? []) checkImport(imported, shape, refuse);
  }
  for (const imported of dependencies.flatMap((each) => each.importValues ?? [])) {
    if (keys.has(importedKey(imported))) throw refusedImport(imported, 'is the name of a dependency');
  }
  if (dependencies.some(({ tags = [] }) => tags.length > 0)) checkTags(shape.fields.tags);
  checkProgramTree(program, shape);
}

/** Keys of values that mean something to Helm. */
const RESERVED = ['global', 'tags'];

function checkName(dependency: Dependency, refuse: Refuse): void {
  const { alias } = dependency;
  if (alias !== undefined && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
    refuse('has an alias that Helm refuses', 'expected letters, digits, dashes and underscores');
  }
  if (!isProgram(dependency) && !/^[a-zA-Z0-9._-]*[a-zA-Z0-9_-][a-zA-Z0-9._-]*$/.test(dependency.name)) {
    refuse(`has the name '${dependency.name}'`, 'expected letters, digits, dashes, dots and underscores');
  }
  if (RESERVED.includes(keyOf(dependency)))
    refuse('has a name that means something else to Helm', 'give it another alias');
}

function checkSource(version: string, repository: string, refuse: Refuse): void {
  if (!isVersionRange(version)) {
    refuse(`has the version '${version}'`, 'expected a semantic version or a range such as ^1.2.0');
  }
  if (!/^((https?|oci|file):\/\/|@|alias:)\S+$/.test(repository)) {
    refuse(`has the repository '${repository}'`, 'expected https://, http://, oci://, file://, or @ and a name');
  }
}

/** What `build` reads has to come from this chart alone: a subchart adds keys to maps and takes the place of null. */
function checkDeclared(shape: Shape, refuse: Refuse): void {
  const { path } = shape;
  if (shape.nullable || shape.fallback === null) {
    refuse(
      `gets values.${path}, which may be null: the subchart's own default would come instead`,
      'give it a default',
    );
  }
  if (shape.kind === 'object') for (const field of Object.values(shape.fields)) checkDeclared(field, refuse);
  else if (shape.kind === 'map' || shape.kind === 'opaque') {
    refuse(
      `gets values.${path}, to which the subchart adds its own keys`,
      "use z.object() for what build reads, and the dependency's `values` for the rest",
    );
  }
}

function checkDefaults(values: unknown, declared: Shape | undefined, path: string, refuse: Refuse): void {
  if (!isObject(values)) {
    if (declared !== undefined) refuse(`has a default for ${path}, which the schema declares`, 'give it there');
    const unfit = Array.isArray(values) ? values.map((each, i) => [`${path}[${i}]`, each] as const) : undefined;
    for (const [at, each] of unfit ?? []) checkDefaults(each, undefined, at, refuse);
    if (unfit === undefined && typeof values !== 'string' && typeof values !== 'boolean' && !Number.isFinite(values)) {
      refuse(`has the default ${String(values)} for ${path}`, 'expected plain data without nulls');
    }
    return;
  }
  if (declared !== undefined && declared.kind !== 'object') {
    refuse(`has a default for ${path}, which the schema declares`, 'give it there');
  }
  for (const [key, each] of Object.entries(values)) {
    checkDefaults(each, declared?.kind === 'object' ? declared.fields[key] : undefined, `${path}.${key}`, refuse);
  }
}

function checkCondition(path: string, key: string, shape: ObjectShape, refuse: Refuse): void {
  const at = path.split('.').reduce<Shape | undefined>((parent, name) => {
    return parent?.kind === 'object' ? parent.fields[name] : undefined;
  }, shape);
  if (at?.kind === 'boolean' && at.fixed) return;
  const [, name] = path.startsWith(`${key}.`) ? path.split('.') : [];
  refuse(
    `has the condition '${path}', which is no boolean of the values schema`,
    name === undefined || path.split('.').length > 2
      ? 'expected the dotted path of one'
      : `add ${key}: z.object({ ${name}: z.boolean().default(true) }).prefault({})`,
  );
}

function checkImport(imported: ImportedValues, shape: ObjectShape, refuse: Refuse): void {
  for (const path of [imported.child, imported.parent]) {
    if (!path.split('.').every((name) => name !== ''))
      refuse(`imports '${imported.child}' as '${path}'`, 'expected dotted paths');
  }
  const key = importedKey(imported);
  if (Object.hasOwn(shape.fields, key)) throw refusedImport(imported, 'is a value of the schema');
  if (RESERVED.includes(key)) throw refusedImport(imported, 'means something else to Helm');
}

function refusedImport({ parent, child }: ImportedValues, why: string): ChartError {
  const key = parent.split('.')[0];
  return new ChartError(
    `'${child}' cannot be imported as '${parent}', because '${key}' ${why}; use a name that nothing else has`,
  );
}

function checkTags(tags: Shape | undefined): void {
  if (tags === undefined) return;
  const values = tags.kind === 'object' ? Object.values(tags.fields) : tags.kind === 'map' ? [tags.value] : undefined;
  if (values?.every(({ kind, nullable }) => kind === 'boolean' && !nullable) === true && !tags.nullable) return;
  throw new ChartError(
    `values.tags is something else than booleans, but a dependency has tags; rename it, or use condition instead of tags`,
  );
}
