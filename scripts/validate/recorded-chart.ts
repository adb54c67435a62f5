import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { ReleaseRecord } from '../helm-release.ts';

/**
 * Writes the chart that a release was installed with as a directory that Helm takes. Nothing but Helm's record is
 * needed: neither the chart's own directory nor a repository.
 *
 * @throws CommandError for a chart with subcharts, which Helm does not record
 */
export async function writeRecordedChart(
  { chart, manifest }: Pick<ReleaseRecord, 'chart' | 'manifest'>,
  directory: string,
): Promise<void> {
  const { metadata, templates, files, values, schema } = chart;
  const { name, version } = metadata;
  if (hasSubcharts(chart, manifest))
    throw new CommandError(
      `chart ${name} ${version} has subcharts, which Helm does not record; there is no copy of it without its directory`,
    );
  await mkdir(directory, { recursive: true });
  // JSON is YAML.
  await write(directory, 'Chart.yaml', JSON.stringify(metadata, undefined, 2));
  if (values !== undefined && values !== null)
    await write(directory, 'values.yaml', JSON.stringify(values, undefined, 2));
  if (schema !== undefined && schema !== null && schema !== '')
    await write(directory, 'values.schema.json', Buffer.from(schema, 'base64'));
  for (const { name: path, data } of [...(templates ?? []), ...(files ?? [])])
    await write(directory, path, Buffer.from(data, 'base64'));
}

/** Those that Chart.yaml declares, and those whose objects are there. */
function hasSubcharts({ metadata }: ReleaseRecord['chart'], manifest: string): boolean {
  const { name, dependencies } = metadata as typeof metadata & { readonly dependencies?: readonly unknown[] | null };
  return (dependencies ?? []).length > 0 || manifest.includes(`# Source: ${name}/charts/`);
}

async function write(directory: string, path: string, content: string | Buffer): Promise<void> {
  const normal = posix.normalize(path);
  if (posix.isAbsolute(normal) || normal.startsWith('..'))
    throw new CommandError(`the recorded chart has a file '${path}'; expected a path inside the chart`);
  const file = join(directory, normal);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
