import { type JsonObject, sameJson } from '../json.ts';
import { parseValuesFile } from '../values-file.ts';
import type { Change } from './change.ts';
import type { ChartData } from './chart-data.ts';
import { compareRules } from './compare-rules.ts';
import { compareValues, differences } from './compare-values.ts';
import { pathText } from './path.ts';
import { inWords } from './taken.ts';
import { type Extent, type VersionStep, versionStep } from './version-step.ts';

export interface ChartComparison {
  /** What somebody who installs the chart may notice. */
  readonly changes: readonly Change[];
  /** Files that are not as they were, by path; the version in Chart.yaml does not count. */
  readonly files: readonly FileChange[];
  readonly version: VersionStep;
}

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
}

/**
 * What two versions of a chart do otherwise, and whether the versions say so. It goes by the values' schema, their
 * defaults, the rules across them, the profiles and kubeVersion, also of subcharts that are compiled with it; of all other
 * files it is only told that they changed.
 */
export function compareCharts(was: ChartData, is: ChartData): ChartComparison {
  const changes = [...changesOf(was, is), ...compareProfiles(was.profiles, is.profiles)];
  const files = compareFiles(was.files, is.files);
  return { changes, files, version: versionStep(was.version, is.version, extentOf(changes, files)) };
}

function changesOf(was: ChartData, is: ChartData): Change[] {
  const below = [...is.subcharts].flatMap(([key, chart]) => {
    const before = was.subcharts.get(key);
    return before === undefined ? [] : changesOf(before, chart).map((change) => inSubchart(key, change));
  });
  return [
    ...compareValues(was, is),
    ...rulesOf(was, is),
    ...compareKubeVersions(was.kubeVersion, is.kubeVersion),
    ...compareDependencies(was.dependencies, is.dependencies),
    ...below,
  ];
}

function inSubchart(key: string, change: Change): Change {
  return { ...change, subchart: [key, ...(change.subchart ?? [])] };
}

/** Charts from elsewhere: what they take is not known. Their keys are among the values. */
function compareDependencies(was: readonly JsonObject[], is: readonly JsonObject[]): Change[] {
  const keyOf = ({ alias, name }: JsonObject) => alias ?? name;
  return is.flatMap((now): Change[] => {
    const old = was.find((each) => keyOf(each) === keyOf(now));
    if (old === undefined || sameJson(old, now)) return [];
    const [before, after] = [old, now].map(({ name, version, repository }) => `${name} ${version} from ${repository}`);
    return [
      {
        kind: 'dependency',
        breaking: false,
        subject: `dependency ${keyOf(now)} in Chart.yaml`,
        what: before === after ? after : `${after} (was ${before})`,
        effect: 'what it does with its values is not known here; see what changed in it',
      },
    ];
  });
}

function extentOf(changes: readonly Change[], files: readonly FileChange[]): Extent {
  if (changes.some(({ breaking }) => breaking)) return 'breaking';
  if (changes.length > 0) return 'compatible';
  return files.length > 0 ? 'files' : 'nothing';
}

function rulesOf(was: ChartData, is: ChartData): Change[] {
  if (was.rules !== undefined && is.rules !== undefined) return compareRules(was.rules, is.rules);
  const path = 'templates/_helpers.tpl';
  if (was.files.get(path) === is.files.get(path)) return [];
  return [
    {
      kind: 'changed rule',
      breaking: true,
      subject: 'rules across values',
      what: 'not written as data on both sides, so that they cannot be compared',
      effect: `a file may be refused that was taken; see what changed in ${path}`,
    },
  ];
}

function compareProfiles(was: ReadonlyMap<string, JsonObject>, is: ReadonlyMap<string, JsonObject>): Change[] {
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((file): Change[] => {
    const [old, now] = [was.get(file), is.get(file)];
    const kind = 'profile';
    if (old === undefined)
      return [{ kind, breaking: false, subject: file, what: 'new', effect: 'an install may name it with -f' }];
    if (now === undefined)
      return [{ kind, breaking: true, subject: file, what: 'gone', effect: 'an install that names it with -f fails' }];
    return differences(old, now).map(({ path, from, to }) => ({
      kind,
      breaking: false,
      subject: `${pathText(path)} in ${file}`,
      effect:
        to === undefined
          ? `an install with it no longer gets ${inWords(from)}`
          : `an install with it gets ${inWords(to)}${from === undefined ? '' : ` instead of ${inWords(from)}`}`,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }));
  });
}

function compareKubeVersions(was: string | undefined, is: string | undefined): Change[] {
  if (was === is) return [];
  const what = `${is ?? 'any'} (was ${was ?? 'any'})`;
  const common = { kind: 'kubeVersion', subject: 'kubeVersion in Chart.yaml', what } as const;
  if (is === undefined) return [{ ...common, breaking: false, effect: 'every cluster is taken' }];
  return [{ ...common, breaking: true, effect: 'a cluster that was taken may be refused (ranges are not compared)' }];
}

function compareFiles(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): FileChange[] {
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path): FileChange[] => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old === now) return [];
    if (old === undefined) return [{ path, change: 'added' }];
    if (now === undefined) return [{ path, change: 'removed' }];
    return path === 'Chart.yaml' && sameJson(unversioned(old), unversioned(now)) ? [] : [{ path, change: 'changed' }];
  });
}

function unversioned(chartYaml: string): JsonObject {
  return { ...parseValuesFile(chartYaml, 'Chart.yaml'), version: '' };
}
