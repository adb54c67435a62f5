import { type Dependency, isProgram, keyOf } from './dependency.ts';
import { ChartError } from './errors.ts';
import { isObject, type Json, type JsonObject, setKey, valueAt } from './json.ts';
import { mergeFiles, mergeOverDefaults } from './merge-values.ts';
import type { Program } from './program.ts';
import { programShape } from './program-shape.ts';
import { defaultsOf, type ObjectShape } from './shape.ts';
import { validValues } from './valid-values.ts';

/** A program of a release, with the values that its chart gets: complete and checked. */
export interface Installed {
  readonly program: Program;
  readonly shape: ObjectShape;
  readonly values: Json;
}

/**
 * A program and the programs that it depends on, those that are switched off left out.
 *
 * @throws ChartError with one line for each value that is wrong; that of a subchart begins with its name.
 */
export function installedPrograms(program: Program, overrides: unknown): Installed[] {
  return installedWith(program, overrides, isOn);
}

/** Checks overrides of a program, and what they and its defaults give to programs that it depends on, also to those that are off. */
export function checkAll(program: Program, overrides: unknown): void {
  installedWith(program, overrides, () => true);
}

type IsOn = (dependency: Dependency, values: Json, tags: Json) => boolean;

/** `tagsAbove`: those of the whole release, which Helm puts over the defaults of a nested chart. */
function installedWith(program: Program, overrides: unknown, choose: IsOn, tagsAbove?: Json): Installed[] {
  const shape = programShape(program);
  const values = validValues(program, shape, overrides);
  const given = overrides as JsonObject;
  const defaults = defaultsOf(shape) as JsonObject;
  const { global = null } = mergeOverDefaults(defaults, given);
  const tags = mergeFiles(mapAt(defaults, 'tags'), asMap(tagsAbove ?? valueAt(given, ['tags'])));
  const below = (program.dependencies ?? []).filter(isProgram).flatMap((dependency) => {
    if (!choose(dependency, values, tags)) return [];
    const key = keyOf(dependency);
    const ofParent = Object.hasOwn(given, key) && given[key] === null ? {} : mapAt(defaults, key);
    const inner = withGlobals(mergeFiles(ofParent, mapAt(given, key)), global);
    return namedAs(key, () => installedWith(dependency.program, inner, choose, tags));
  });
  return [{ program, shape, values }, ...below];
}

/** A condition counts more than tags do. */
function isOn({ condition, tags: names = [] }: Dependency, values: Json, tags: Json): boolean {
  const answers = (condition?.split(',') ?? []).map((path) => valueAt(values, path.split('.')));
  const answer = answers.find((each) => typeof each === 'boolean');
  if (answer !== undefined) return answer;
  const set = names.map((name) => valueAt(tags, [name])).filter((each) => each !== null);
  return set.length === 0 || set.includes(true);
}

/** What a chart above gives as `global` wins; where only one of both is a map, the subchart's own stays. */
function withGlobals(values: JsonObject, above: Json): JsonObject {
  const own = valueAt(values, ['global']) ?? {};
  if (!isObject(above) || !isObject(own)) return values;
  const global = { ...own };
  for (const [key, value] of Object.entries(above)) {
    const below = Object.hasOwn(own, key) ? own[key]! : undefined;
    if (below !== undefined && isObject(below) !== isObject(value)) continue;
    setKey(global, key, isObject(below) && isObject(value) ? mergeFiles(below, value) : value);
  }
  return { ...values, global };
}

function namedAs<T>(key: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    throw new ChartError(error.message.replace(/^/gm, `${key}: `), { cause: error });
  }
}

function mapAt(map: JsonObject, key: string): JsonObject {
  return asMap(Object.hasOwn(map, key) ? map[key]! : {});
}

function asMap(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
