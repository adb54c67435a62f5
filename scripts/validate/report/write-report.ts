import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../command-error.ts';
import { reportHtml } from './html.ts';
import { reportJunit } from './junit.ts';
import { reportMarkdown } from './markdown.ts';
import type { Report } from './report.ts';

/**
 * Writes report.json, report.md, junit.xml and report.html. They are complete before the first of them gets its name.
 *
 * @param directory made where there is none
 * @returns the files that were written
 * @throws CommandError where it cannot be written to
 */
export async function writeReport(directory: string, report: Report): Promise<string[]> {
  const texts = {
    'report.html': await reportHtml(report),
    'report.md': reportMarkdown(report),
    'junit.xml': reportJunit(report),
    // The last one: where it is new, so are the others.
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
  };
  const ending = `.${randomUUID()}.tmp`;
  const files = Object.entries(texts).map(([name, text]) => ({ path: join(directory, name), text }));
  try {
    await mkdir(directory, { recursive: true });
    for (const { path } of files) await requireFile(path);
    for (const { path, text } of files) await writeFile(path + ending, text, { flag: 'wx' });
    for (const { path } of files) await rename(path + ending, path);
  } catch (error) {
    for (const { path } of files) await rm(path + ending, { force: true }).catch(() => undefined);
    throw new CommandError(`unable to write the report to ${directory}: ${(error as Error).message}`, { cause: error });
  }
  return files.map(({ path }) => path);
}

/** The one thing that would stop a rename after others are done. */
async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new Error(`${path} is a directory`);
}
