import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject, sameJson } from '../chart/json.ts';
import { parseValuesFile } from '../chart/values-file.ts';
import type { Revision } from './helm-release.ts';
import { rememberLast } from './remember-last.ts';

/** The chart's own values are asked about more than once in a run, and reading them takes its time. */
const readValues = rememberLast((text) => parseValuesFile(text, 'values.yaml'));

/**
 * Whether an upgrade to this chart and these values would record the same once more: same files, same values. Charts
 * with subcharts are never the same, because Helm does not record those.
 */
export async function sameRelease(
  { record, values: recordedValues }: Pick<Revision, 'record' | 'values'>,
  chartDirectory: string,
  values: JsonObject,
): Promise<boolean> {
  const { chart } = record;
  // As it went through JSON: undefined is nothing, -0 is 0.
  if (!sameJson(recordedValues, JSON.parse(JSON.stringify(values)))) return false;
  const files = await chartFiles(chartDirectory);
  if ([...files.keys()].some((name) => name.startsWith('charts/'))) return false;
  const text = (name: string) => files.get(name)?.toString('utf8') ?? '';
  const isSpecial = (name: string) => ['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json'].includes(name);
  const names = [...files.keys()].filter((name) => !isSpecial(name));
  const recorded = new Map([...(chart.templates ?? []), ...(chart.files ?? [])].map(({ name, data }) => [name, data]));
  return (
    names.length === recorded.size &&
    names.every((name) => recorded.get(name) === files.get(name)!.toString('base64')) &&
    (chart.schema ?? '') === (files.get('values.schema.json')?.toString('base64') ?? '') &&
    sameJson(
      withoutEmpty(chart.metadata as unknown as JsonObject),
      withoutEmpty(parseValuesFile(text('Chart.yaml'), 'Chart.yaml')),
    ) &&
    sameJson(chart.values ?? {}, readValues(text('values.yaml')))
  );
}

/** What Helm loads of a directory, by paths with `/`. */
async function chartFiles(directory: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(directory, { recursive: true })).map((name) => name.replaceAll('\\', '/')).sort();
  const rules = names.includes('.helmignore') ? await readFile(join(directory, '.helmignore'), 'utf8') : '';
  const isIgnored = ignoreRules(`${rules}\ntemplates/.?*`);
  const files = new Map<string, Buffer>();
  const skipped: string[] = [];
  for (const name of names) {
    if (skipped.some((path) => name.startsWith(path))) continue;
    const isDirectory = (await stat(join(directory, name))).isDirectory();
    if (isIgnored(name, isDirectory)) {
      if (isDirectory) skipped.push(`${name}/`);
    } else if (!isDirectory) files.set(name, withoutMark(await readFile(join(directory, name))));
  }
  return files;
}

/** @see https://helm.sh/docs/chart_template_guide/helm_ignore_file/ */
function ignoreRules(text: string): (path: string, isDirectory: boolean) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const pattern = line.replace(/^!/, '').replace(/\/$/, '');
      return {
        negated: line.startsWith('!'),
        ofDirectories: line.endsWith('/'),
        ofWholePath: pattern.includes('/'),
        expression: globExpression(pattern.replace(/^\//, '')),
      };
    });
  return (path, isDirectory) =>
    rules.some(({ negated, ofDirectories, ofWholePath, expression }) => {
      const matches =
        (!ofDirectories || isDirectory) && expression.test(ofWholePath ? path : path.slice(path.lastIndexOf('/') + 1));
      return negated ? !matches : matches;
    });
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`);
}

/** Helm drops a byte order mark. */
function withoutMark(content: Buffer): Buffer {
  return content.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? content.subarray(3) : content;
}

/** What Helm leaves out of its record. */
function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withoutEmpty(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => !isEmpty(each)));
}

function isEmpty(value: Json): boolean {
  return (
    value === null || value === '' || value === false || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
