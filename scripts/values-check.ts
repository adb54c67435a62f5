import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chartFiles } from '../chart/chart-files.ts';
import type { Change } from '../chart/compare/change.ts';
import { type ChartData, readChart, takes } from '../chart/compare/chart-data.ts';
import { type ChartComparison, compareCharts } from '../chart/compare/compare-charts.ts';
import { concerning } from '../chart/compare/concerns.ts';
import { ChartError } from '../chart/errors.ts';
import type { JsonObject } from '../chart/json.ts';
import type { Program } from '../chart/program.ts';
import { installedPrograms } from '../chart/subcharts.ts';
import { committedFiles } from './committed-files.ts';
import { readOverrides } from './overrides.ts';
import { programs } from './programs.ts';
import { clearProgress, showProgress } from './synth.ts';
import { reportJson, reportText } from './values-report.ts';

export interface ValuesCheckOptions {
  /** Commit, branch or tag whose `dist/` is compared with. */
  readonly against: string;
  /** Name of one program. @default - all */
  readonly preset?: string;
  /** Somebody's values files, the last one wins. @default - none is looked at */
  readonly values?: readonly string[];
  /** A directory in the git repository, above `dist/`. @default '.' */
  readonly directory?: string;
  /** Called with a program's name before it is compiled. */
  readonly onProgress?: (name: string) => void;
}

export interface ValuesCheckResult {
  readonly against: string;
  readonly presets: readonly PresetCheck[];
  /** Presets whose charts are committed there, and that are none any more. */
  readonly gone: readonly string[];
  /** The values files that were looked at. */
  readonly files: readonly string[];
  /** Whether all versions fit, and all charts take the values files. */
  readonly ok: boolean;
}

export interface PresetCheck {
  readonly preset: string;
  readonly version: string;
  /** Absent where there was no such chart. */
  readonly comparison?: ChartComparison;
  /** Absent where there are no values files to look at. */
  readonly values?: ValuesVerdict;
}

/** What a chart says of somebody's values. */
export interface ValuesVerdict {
  /** Why it refuses them; none where it takes them. */
  readonly refusals: readonly string[];
  /** Whether it took them before; absent where there was no such chart. */
  readonly takenBefore?: boolean;
  /** The changes that have to do with them. */
  readonly concerning: readonly Change[];
}

/**
 * What has become of each program's values since a commit, and whether the charts' versions say so. The programs are
 * compiled as they are now: `dist/` need not be up to date, and nothing is written.
 *
 * @throws ChartError for wrong options, a commit without `dist/`, and programs that do not compile.
 */
export async function valuesCheck(
  programs: readonly Program[],
  options: ValuesCheckOptions,
): Promise<ValuesCheckResult> {
  const { against, preset, values: files = [] } = options;
  const names = programs.map(({ name }) => name);
  const chosen = programs.filter(({ name }) => preset === undefined || name === preset);
  if (chosen.length === 0) throw new ChartError(`'${preset}' is no preset; expected one of ${names.join(', ')}`);
  const charts = await committedCharts(against, options.directory ?? '.');
  const overrides = files.length === 0 ? undefined : readOverrides({ values: files });
  const presets = chosen.map((program) => {
    options.onProgress?.(program.name);
    return checkPreset(program, charts.get(program.name), against, overrides);
  });
  const gone = preset === undefined ? [...charts.keys()].filter((name) => !names.includes(name)) : [];
  return { against, presets, gone, files, ok: presets.every(isFine) };
}

/** The charts in `dist/` as they are committed: preset -> path in the chart -> text. */
async function committedCharts(against: string, directory: string): Promise<Map<string, Map<string, string>>> {
  const charts = new Map<string, Map<string, string>>();
  for (const [path, text] of await committedFiles(against, 'dist', directory)) {
    const [, preset, file] = /^([^/]+)\/chart\/(.+)$/.exec(path) ?? [];
    if (preset === undefined || file === undefined) continue;
    charts.set(preset, (charts.get(preset) ?? new Map<string, string>()).set(file, text));
  }
  if (charts.size > 0) return charts;
  throw new ChartError(`'${against}' has no charts in dist/; expected a commit that has, perhaps a later one`);
}

function checkPreset(
  program: Program,
  committed: ReadonlyMap<string, string> | undefined,
  against: string,
  overrides: JsonObject | undefined,
): PresetCheck {
  const { name, version } = program;
  const was = committed && readChart(committed, `${against}:dist/${name}/chart/`);
  const is = readChart(chartFiles(program).files, `${name}: `);
  const comparison = was && compareCharts(was, is);
  return {
    preset: name,
    version,
    ...(comparison === undefined ? {} : { comparison }),
    ...(overrides === undefined ? {} : { values: judge(program, was, is, comparison?.changes ?? [], overrides) }),
  };
}

function judge(
  program: Program,
  was: ChartData | undefined,
  is: ChartData,
  changes: readonly Change[],
  overrides: JsonObject,
): ValuesVerdict {
  return {
    refusals: refusalsOf(program, overrides),
    ...(was === undefined ? {} : { takenBefore: takes(was, overrides) }),
    concerning: concerning(changes, is, overrides),
  };
}

function refusalsOf(program: Program, overrides: JsonObject): string[] {
  try {
    installedPrograms(program, overrides);
    return [];
  } catch (error) {
    if (error instanceof ChartError) return error.message.split('\n');
    throw error;
  }
}

function isFine({ comparison, values }: PresetCheck): boolean {
  return (comparison?.version.fits ?? true) && (values?.refusals.length ?? 0) === 0;
}

const USAGE = `npm run values:check -- --against REF [options]

Says what has become of each chart's values since a commit, what that does to
somebody's values file, and whether the chart's version says so.

  --against REF      commit, branch or tag whose dist/ is compared with
  --preset NAME      only this preset
  --values FILE      somebody's values file: which changes concern it, and
                     whether it is still taken; repeatable, the last one wins
  --json             for machines
  --help             this text

What breaks a values file needs a major version, or a minor one before 1.0.0;
values that are new, wider or have another default need a minor one, or a patch
before 1.0.0; other files need a patch. Exits with 0 when all versions fit, 1
when one does not or a values file is refused, 2 when it could not be checked.`;

/** Runs the check for a command line and says what it found. Sets the exit code. */
export async function valuesCheckCommand(programs: readonly Program[], args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) return;
  try {
    const result = await valuesCheck(programs, { ...options, onProgress: showProgress });
    clearProgress();
    console.log(options.json === true ? reportJson(result) : reportText(result));
    if (!result.ok) process.exitCode = 1;
  } catch (error) {
    clearProgress();
    if (!(error instanceof ChartError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

function parse(args: readonly string[]): (ValuesCheckOptions & { json?: boolean }) | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        against: { type: 'string' },
        preset: { type: 'string' },
        values: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(USAGE);
      return undefined;
    }
    const { against } = values;
    if (against !== undefined && against !== '') return { ...values, against };
    throw new Error('--against needs a commit, branch or tag');
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run values:check -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await valuesCheckCommand(programs, process.argv.slice(2));
}
