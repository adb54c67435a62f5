import { ChartError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { mergeOverDefaults } from '../merge-values.ts';
import type { Rule } from '../program.ts';
import { rulesBroken } from '../rules.ts';
import { parseValuesFile } from '../values-file.ts';
import { accepts } from './accepts.ts';
import { readRules } from './read-rules.ts';

/** What a chart's files say about its values. */
export interface ChartData {
  readonly version: string;
  /** Versions of Kubernetes that it takes; undefined for all. */
  readonly kubeVersion: string | undefined;
  readonly schema: Json;
  readonly defaults: JsonObject;
  /** Rules across values; undefined where they are written in a way that cannot be read. */
  readonly rules: readonly Rule[] | undefined;
  /** Values files beside values.yaml, by file name. */
  readonly profiles: ReadonlyMap<string, JsonObject>;
  /** Subcharts in charts/ that check their values as this one does, by directory. */
  readonly subcharts: ReadonlyMap<string, ChartData>;
  /** Subcharts from elsewhere, as in Chart.yaml. */
  readonly dependencies: readonly JsonObject[];
  /** All files: path -> text. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads a chart's files.
 *
 * @param prefix what comes before their paths in errors: `v1:dist/demo/chart/`
 * @throws ChartError for a file that is missing or cannot be read
 */
export function readChart(files: ReadonlyMap<string, string>, prefix: string): ChartData {
  const { name, version, kubeVersion, dependencies = [] } = yaml(files, 'Chart.yaml', prefix);
  if (typeof name !== 'string' || typeof version !== 'string')
    throw new ChartError(`${prefix}Chart.yaml has no name and version as texts; is it a chart's?`);
  const profiles = [...files.keys()].filter((path) => /^values-[^/]+\.yaml$/.test(path));
  return {
    version,
    kubeVersion: typeof kubeVersion === 'string' ? kubeVersion : undefined,
    schema: json(files, 'values.schema.json', prefix),
    defaults: yaml(files, 'values.yaml', prefix),
    rules: rulesIn(files),
    profiles: new Map(profiles.map((path) => [path, yaml(files, path, prefix)])),
    subcharts: subchartsIn(files, prefix),
    dependencies: (dependencies as JsonObject[]).filter(({ repository }) => repository !== ''),
    files,
  };
}

function textOf(files: ReadonlyMap<string, string>, path: string, prefix: string): string {
  const text = files.get(path);
  if (text === undefined) throw new ChartError(`${prefix}${path} is not there, and every chart of ours has one`);
  return text;
}

function yaml(files: ReadonlyMap<string, string>, path: string, prefix: string): JsonObject {
  return parseValuesFile(textOf(files, path, prefix), `${prefix}${path}`);
}

function json(files: ReadonlyMap<string, string>, path: string, prefix: string): Json {
  const text = textOf(files, path, prefix);
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new ChartError(`${prefix}${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

function subchartsIn(files: ReadonlyMap<string, string>, prefix: string): ReadonlyMap<string, ChartData> {
  const found = new Map<string, Map<string, string>>();
  for (const [path, text] of files) {
    const [, key, rest] = /^charts\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (key !== undefined) found.set(key, (found.get(key) ?? new Map<string, string>()).set(rest!, text));
  }
  const ours = [...found].filter(([, inner]) => inner.has('values.schema.json'));
  return new Map(ours.map(([key, inner]) => [key, readChart(inner, `${prefix}charts/${key}/`)]));
}

/** A subchart's name is not always the one that its templates begin with. */
function rulesIn(files: ReadonlyMap<string, string>): readonly Rule[] | undefined {
  const [, template] = /include "([^"]+)"/.exec(files.get('templates/rules.yaml') ?? '') ?? [];
  if (template === undefined) return [];
  try {
    return readRules(files.get('templates/_helpers.tpl') ?? '', template);
  } catch (error) {
    if (error instanceof ChartError) return undefined;
    throw error;
  }
}

/** Whether a chart takes values, as far as its rules can be read, and whatever its subcharts say. */
export function takes(chart: ChartData, overrides: JsonObject): boolean {
  const merged = mergeOverDefaults(chart.defaults, overrides);
  return accepts(chart.schema, merged) && rulesBroken(chart.rules ?? [], merged).length === 0;
}
