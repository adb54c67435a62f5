import { readFile } from 'node:fs/promises';

/** Why a mutant that no test kills makes no difference. */
export interface Explanation {
  readonly file: string;
  /** The line, and what becomes of it. */
  readonly text: string;
}

/**
 * Reads explanations: below a heading with the file's name, lines as
 *
 *     - `the line => what becomes of it`: why it makes no difference
 *
 * in as many backquotes as it takes.
 */
export async function explanationsIn(path: string): Promise<Explanation[]> {
  const found: Explanation[] = [];
  let file = '';
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    file = /^## (.*)$/.exec(line)?.[1] ?? file;
    const text = /^- (`+) ?(.*?) ?\1: ./.exec(line)?.[2];
    if (text !== undefined) found.push({ file, text });
  }
  return found;
}

export function explains({ file, text }: Explanation, mutant: Explanation): boolean {
  return mutant.file === file && mutant.text === text;
}
