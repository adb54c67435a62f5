import type { Program } from './program.ts';

interface CommonDependency {
  /** What the subchart is called here: the key of its values. @default - its own name */
  readonly alias?: string;
  /**
   * Dotted path of a boolean of the values schema that switches the subchart on and off, or several, separated by
   * commas, of which the first that is not null counts. Below the subchart's own name it is passed on to the subchart,
   * which has to take it. @default - what the tags say
   */
  readonly condition?: string;
  /** Switched on and off together, by `tags` in a values file: on unless all that are set there are false. */
  readonly tags?: readonly string[];
  /** Other defaults than the subchart's own, as plain data without nulls. `build` does not see them. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Values of the subchart that raw templates of this chart read under a name of their own. */
  readonly importValues?: readonly ImportedValues[];
}

/** A map of a subchart's values, and the dotted path that it gets below `.Values`. `build` does not see it. */
export interface ImportedValues {
  readonly child: string;
  readonly parent: string;
}

/**
 * A chart from elsewhere: `helm dependency update` fetches it into a written chart, each time that it is written.
 * Nothing of it is in manifests().
 */
export interface ChartDependency extends CommonDependency {
  readonly name: string;
  /** A version, or a range such as `^1.2.0`. */
  readonly version: string;
  /** https://, http://, oci://, file:// (from the chart's directory), or @ and the name of a repository. */
  readonly repository: string;
}

/**
 * Another program, whose chart is written into `charts/` and whose objects are in manifests(). There must not be another
 * program of its name.
 */
export interface ProgramDependency extends CommonDependency {
  readonly program: Program;
}

/**
 * A subchart. Its values are below its name: those that the values schema declares there reach `build`, all are passed
 * on to the subchart, with `global`. The schema declares them in a z.object(), without maps and nullables, because the
 * subchart's own defaults would be in these for Helm, and for nobody else. A values file that has null for the whole
 * subchart is refused where the schema declares some of it; Helm takes it where the subchart has the same values.
 */
export type Dependency = ChartDependency | ProgramDependency;

/** The key of a subchart's values. */
export function keyOf(dependency: Dependency): string {
  return dependency.alias ?? ('program' in dependency ? dependency.program.name : dependency.name);
}

export function isProgram(dependency: Dependency): dependency is ProgramDependency {
  return 'program' in dependency;
}

/** What Chart.yaml says of a subchart. */
export function dependencyYaml(dependency: Dependency): Record<string, unknown> {
  const { condition, tags, importValues } = dependency;
  const more = { condition, tags, 'import-values': importValues };
  // Not under an alias: Helm 3 loses it in a chart that is itself there twice.
  if (isProgram(dependency)) {
    return { name: keyOf(dependency), version: dependency.program.version, repository: '', ...more };
  }
  const { name, alias, version, repository } = dependency;
  return { name, alias, version, repository, ...more };
}

/** Whether some subchart, or one of its own, has tags. */
export function hasTags(dependencies: readonly Dependency[]): boolean {
  return dependencies.some(
    (each) => (each.tags ?? []).length > 0 || (isProgram(each) && hasTags(each.program.dependencies ?? [])),
  );
}

/** The key below `.Values` that imported values come under. */
export function importedKey({ parent }: ImportedValues): string {
  return parent.split('.')[0]!;
}
