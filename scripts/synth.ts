import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { type ChartFiles, chartFiles } from '../chart/chart-files.ts';
import { ChartError } from '../chart/errors.ts';
import type { JsonObject } from '../chart/json.ts';
import { type Manifest, manifests } from '../chart/manifests.ts';
import { mergeFiles } from '../chart/merge-values.ts';
import { programShape } from '../chart/program-shape.ts';
import { validValues } from '../chart/valid-values.ts';
import { replaceDirectory } from '../chart/write-chart.ts';
import { yamlDocuments } from '../chart/yaml-writer.ts';
import type { Values } from '../values/schema.ts';
import { type Overrides, readOverrides, SET_OPTIONS, setFlags } from './overrides.ts';
import type { TodoProgram } from './programs.ts';
import { wrapped } from './wrapped.ts';

/** A program, and the plain manifests that are written beside its chart. */
export interface SynthTarget {
  readonly program: TodoProgram;
  /** Namespace that the manifests' heading and notes name. */
  readonly namespace: string;
  /** What has to be there before the manifests are applied, as text. */
  readonly needs: (values: Values, namespace: string) => string;
}

/** With overrides over the profile. */
export interface SynthOptions extends Overrides {
  /** Names of the programs. @default - all */
  readonly preset?: string;
  /** Only the plain manifests of this profile, `default` for none. @default - the chart and all profiles */
  readonly profile?: string;
  /** @default - the program's name */
  readonly release?: string;
  /** @default - the target's */
  readonly namespace?: string;
  /** Directory that is written to. @default 'dist' */
  readonly out?: string;
  /** Print the manifests instead of writing files. @default false */
  readonly stdout?: boolean;
  /** Write nothing; tell what is not as it would be written. @default false */
  readonly check?: boolean;
  /** Called with a program's name before it is compiled. */
  readonly onProgress?: (name: string) => void;
}

/** What was written, or is not as it would be written. */
export interface SynthResult {
  /** One line for each program, and others for what of it is not proved. */
  readonly summary: readonly string[];
  /** With `check`: paths that differ, are missing, or should not be there. */
  readonly stale: readonly string[];
  /** With `stdout`: YAML documents. */
  readonly yaml?: string;
}

/**
 * Writes charts and plain manifests. All of it is made before anything is written, and a program's directory is
 * replaced as a whole, so that a failure leaves what was there.
 *
 * @throws ChartError for wrong options, values and programs.
 */
export async function synth(targets: readonly SynthTarget[], options: SynthOptions = {}): Promise<SynthResult> {
  const chosen = choose(targets, options);
  const overrides = readOverrides(options);
  if (options.stdout === true) {
    return {
      summary: [],
      stale: [],
      yaml: plainManifests(chosen[0]!, options.profile ?? 'default', overrides, options).yaml,
    };
  }
  const out = options.out ?? 'dist';
  const made = chosen.map((target) => {
    options.onProgress?.(target.program.name);
    return filesOf(target, overrides, options);
  });
  if (options.check === true) {
    const stale = await Promise.all(
      made.map(({ name, files }) => differences(join(out, name), files, options.profile !== undefined)),
    );
    return { summary: [], stale: stale.flat() };
  }
  for (const { name, files } of made) {
    if (options.profile === undefined) await replaceDirectory(join(out, name), files);
    else await writeEach(join(out, name), files);
  }
  return { summary: made.flatMap(({ summary }) => summary), stale: [] };
}

function choose(targets: readonly SynthTarget[], { preset, profile, stdout }: SynthOptions): readonly SynthTarget[] {
  const names = targets.map(({ program }) => program.name);
  const chosen = targets.filter(({ program }) => preset === undefined || program.name === preset);
  if (chosen.length === 0) throw new ChartError(`'${preset}' is no preset; expected one of ${names.join(', ')}`);
  if (stdout === true && chosen.length > 1)
    throw new ChartError(`--stdout prints one preset; add --preset with one of ${names.join(', ')}`);
  const profiles = profilesOf(chosen[0]!);
  if (profile !== undefined && !profiles.includes(profile)) {
    throw new ChartError(`'${profile}' is no profile; expected one of ${profiles.join(', ')}`);
  }
  return chosen;
}

function profilesOf({ program }: SynthTarget): string[] {
  return ['default', ...Object.keys(program.profiles ?? {})];
}

function filesOf(target: SynthTarget, overrides: JsonObject, options: SynthOptions) {
  const { program } = target;
  const { name } = program;
  const chart = options.profile === undefined ? chartFiles(program) : undefined;
  const profiles = options.profile === undefined ? profilesOf(target) : [options.profile];
  const plain = profiles.map((profile) => ({ profile, ...plainManifests(target, profile, overrides, options) }));
  const files = new Map(plain.map(({ profile, yaml }) => [`${profile}.k8s.yaml`, yaml]));
  const counts = plain.map(({ profile, objects }) => `${profile} ${objects.length}`).join(', ');
  if (chart === undefined) return { name, files, summary: [`${name}: objects: ${counts}`] };
  for (const [path, text] of chart.files) files.set(`chart/${path}`, text);
  const summary = `${name}: chart ${chart.files.size} files from ${chart.runs} runs; objects: ${counts}`;
  return { name, files, summary: [summary, ...notProved(chart)] };
}

/** What is not known of a chart. */
function notProved({ codeLeft }: ChartFiles): string[] {
  if (codeLeft.length === 0) return [];
  return wrapped(`not proved, as no values were found that run it: ${codeLeft.join(', ')}`, 78, '  ', '    ');
}

function plainManifests(
  target: SynthTarget,
  profile: string,
  overrides: JsonObject,
  options: SynthOptions,
): { yaml: string; objects: Manifest[] } {
  const { program } = target;
  const base = (program.profiles?.[profile] ?? {}) as JsonObject;
  const values = mergeFiles(base, overrides);
  const namespace = options.namespace ?? target.namespace;
  const complete = validValues(program, programShape(program), values);
  const objects = manifests(program, { values, release: { name: options.release ?? program.name, namespace } });
  const heading = `${program.name} ${program.version}, ${profile} profile. Written by 'npm run synth': do not edit.\n${target.needs(complete as unknown as Values, namespace)}`;
  return {
    yaml: `${heading.trimEnd().replace(/^/gm, '# ').replace(/ +$/gm, '')}\n${yamlDocuments(objects as never)}`,
    objects,
  };
}

async function writeEach(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, text] of files) {
    const fresh = join(dir, `.${path}`);
    await writeFile(fresh, text);
    await rename(fresh, join(dir, path));
  }
}

/** Paths below a program's directory that are not as they would be written. */
async function differences(dir: string, files: ReadonlyMap<string, string>, partial: boolean): Promise<string[]> {
  const there = partial ? [...files.keys()] : await filesIn(dir);
  const stale: string[] = [];
  for (const path of new Set([...files.keys(), ...there])) {
    const text = await readFile(join(dir, path), 'utf8').catch(() => undefined);
    if (text === files.get(path)) continue;
    const what = text === undefined ? 'missing' : files.has(path) ? 'stale' : 'not written by synth';
    stale.push(`${join(dir, path)}: ${what}`);
  }
  return stale.sort();
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const USAGE = `npm run synth -- [options]

Writes Helm charts and plain manifests for every preset into dist/.

  --preset NAME      only this preset
  --profile NAME     only the plain manifests of this profile: default, local, cluster
  -f, --values FILE  values over the profile's; repeatable, the last one wins
  --set PATH=VALUE   a value over the files, as helm --set has it; repeatable,
                     as are --set-string, --set-json, --set-file, --set-literal
  --release NAME     release name in the plain manifests (the preset's name)
  --namespace NAME   namespace named in their heading (the preset's)
  --out DIR          where to write (dist)
  --stdout           print the plain manifests of one preset instead of writing
  --check            write nothing; exit 1 when dist/ is not up to date
  --help             this text`;

/** Runs synth for a command line and says what happened. Sets the exit code: 1 for a mistake, 2 for wrong usage. */
export async function synthCommand(targets: readonly SynthTarget[], args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) return;
  const started = performance.now();
  try {
    const { summary, stale, yaml } = await synth(targets, { ...options, onProgress: showProgress });
    clearProgress();
    if (yaml !== undefined) process.stdout.write(yaml);
    for (const line of summary) console.log(line);
    if (summary.length > 0)
      console.log(`written to ${options.out} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (stale.length > 0) {
      for (const line of stale) console.error(line);
      console.error(`${options.out} is not up to date; run 'npm run synth' and commit what it writes`);
      process.exitCode = 1;
    } else if (options.check === true) console.log(`${options.out} is up to date`);
  } catch (error) {
    clearProgress();
    if (!(error instanceof ChartError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

const CLEAR_LINE = '\r\u001b[K';

/** One line that the next one replaces, on a terminal alone. */
export function showProgress(name: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}compiling ${name} ...`);
}

/** Takes that line away again. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
}

function parse(args: readonly string[]): (SynthOptions & { out: string }) | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        preset: { type: 'string' },
        profile: { type: 'string' },
        values: { type: 'string', short: 'f', multiple: true },
        ...SET_OPTIONS,
        release: { type: 'string' },
        namespace: { type: 'string' },
        out: { type: 'string' },
        stdout: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const out = values.out ?? process.env.CDK8S_OUTDIR ?? 'dist';
    if (values.help !== true) return { ...values, set: setFlags(values), out };
    console.log(USAGE);
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run synth -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}
