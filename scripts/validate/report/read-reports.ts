import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../command-error.ts';
import type { Report } from './report.ts';
import { REPORT_SCHEMA, reportSchema } from './report-schema.ts';

/** A command line that names something that is no report is a wrong one. */
const EXIT_CODE = 2;

/**
 * Reads two reports to compare.
 *
 * @param paths files, or directories that hold a report.json
 * @throws CommandError with one line for each that cannot be read
 */
export async function readReports(...paths: readonly [old: string, new: string]): Promise<[Report, Report]> {
  const [first, second] = await Promise.allSettled([readReport(paths[0]), readReport(paths[1])]);
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  const reasons: unknown[] = [first, second].flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const bug = reasons.find((reason) => !(reason instanceof CommandError));
  if (bug !== undefined) throw bug;
  const [message = '', ...details] = reasons.map((reason) => (reason as CommandError).message);
  throw new CommandError(message, { exitCode: EXIT_CODE, details });
}

/** @throws CommandError where it is no report of this version */
export async function readReport(path: string): Promise<Report> {
  const file = (await isDirectory(path)) ? join(path, 'report.json') : path;
  const document = parsed(await textOf(file), file);
  const { schema } = Object(document) as { readonly schema?: unknown };
  if (schema !== REPORT_SCHEMA) {
    const what = schema === undefined ? 'is no report' : `has schema ${JSON.stringify(schema)}`;
    throw wrong(`${file} ${what}; expected a report.json of npm run validate with schema "${REPORT_SCHEMA}"`);
  }
  const { success, data, error } = reportSchema.safeParse(document);
  if (success) return data;
  const { path: place, message } = error.issues[0]!;
  throw wrong(`${file} is no whole report: ${place.join('.')}: ${message}`);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw wrong(`unable to read the report ${file}: ${why}; expected a report.json, or a directory with one`, error);
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`${file} is no JSON; expected a report.json of npm run validate`, error);
  }
}

function wrong(message: string, cause?: unknown): CommandError {
  return new CommandError(message, { exitCode: EXIT_CODE, cause });
}
