import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { chartFiles } from './chart-files.ts';
import type { Program } from './program.ts';

export interface WrittenChart {
  /** Paths below the chart's directory, sorted. */
  readonly files: readonly string[];
  /** How often `build` ran to compile the templates. */
  readonly runs: number;
}

/**
 * Writes a program as a Helm chart. The directory is replaced as a whole: it holds the old chart or the new one, never
 * a part. The same program gives the same bytes.
 *
 * @throws ChartError when the program does something that a template cannot say.
 */
export async function writeChart(program: Program, dir: string): Promise<WrittenChart> {
  const { files, runs } = chartFiles(program);
  await replaceDirectory(dir, files);
  return { files: [...files.keys()].sort(), runs };
}

/** Replaces a directory's content at once, by renaming. */
export async function replaceDirectory(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  const target = resolve(dir);
  await mkdir(dirname(target), { recursive: true });
  const fresh = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(fresh, path)), { recursive: true });
      await writeFile(join(fresh, path), text);
    }
    const old = `${fresh}-old`;
    const replaced = await rename(target, old).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    try {
      await rename(fresh, target);
    } catch (error) {
      if (replaced) await rename(old, target);
      throw error;
    }
    if (replaced) await rm(old, { recursive: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
