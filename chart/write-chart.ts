import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { chartFiles } from './chart-files.ts';
import { ChartError } from './errors.ts';
import type { Program } from './program.ts';

export interface WrittenChart {
  /** Paths below the chart's directory, sorted. */
  readonly files: readonly string[];
  /** How often `build` ran to compile the templates. */
  readonly runs: number;
  /**
   * Lines of the program that no values were found to run, as `app.ts:12`: what they make is not known, so not proved to
   * be in the chart.
   */
  readonly codeLeft: readonly string[];
}

/**
 * Writes a program as a Helm chart. The directory is replaced as a whole: it holds the old chart or the new one, never
 * a part. The same program gives the same bytes.
 *
 * @throws ChartError when the program does something that a template cannot say.
 */
export async function writeChart(program: Program, dir: string): Promise<WrittenChart> {
  const { files, runs, codeLeft } = chartFiles(program);
  await refuseOthers(dir);
  await replaceDirectory(dir, files);
  return { files: [...files.keys()].sort(), runs, codeLeft };
}

/** What stands there is replaced as a whole, so it must be a chart. */
async function refuseOthers(dir: string): Promise<void> {
  const there = await readdir(dir).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new ChartError(
      `unable to write a chart to '${dir}': ${error.code === 'ENOTDIR' ? 'it is a file' : error.message}`,
    );
  });
  if (there.length > 0 && !there.includes('Chart.yaml')) {
    throw new ChartError(
      `'${dir}' has other files than a chart's, and would be replaced; name an empty or a new directory`,
    );
  }
}

/**
 * Replaces a directory's content at once, by renaming. What an interrupted replacement left beside it is put right
 * first: the old content comes back, and a half-written one goes.
 */
export async function replaceDirectory(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  const target = resolve(dir);
  const fresh = join(dirname(target), `.${basename(target)}.new`);
  const old = join(dirname(target), `.${basename(target)}.old`);
  if (existsSync(old) && !existsSync(target)) await rename(old, target);
  await remove(fresh, old);
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(fresh, path)), { recursive: true });
      await writeFile(join(fresh, path), text);
    }
    if (existsSync(target)) await rename(target, old);
    await rename(fresh, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) await rename(old, target);
    throw error;
  } finally {
    await remove(fresh, old);
  }
}

async function remove(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
}
