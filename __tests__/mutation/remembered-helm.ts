import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { HelmResult, RunHelmOptions, runHelm } from '../../chart/testing/helm-process.ts';

/** Asks Helm what it was not asked before; `directory` holds what it has said. */
export function remembering(directory: string): (ask: typeof runHelm) => typeof runHelm {
  mkdirSync(directory, { recursive: true });
  return (ask) =>
    async (path, args, options = {}) => {
      const file = join(directory, questionOf(path, args, options));
      if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HelmResult;
      const result = await ask(path, args, options);
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(result));
      renameSync(`${file}.${process.pid}`, file);
      return result;
    };
}

/** All that the answer depends on: files and directories count by what is in them. */
function questionOf(path: string, args: readonly string[], { input = '', cwd }: RunHelmOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([path, input]));
  for (const arg of args) {
    const file = arg.replace(/^--?[\w-]+=/, '');
    if (isAbsolute(file) && existsSync(file)) addContent(file, hash);
    else hash.update(JSON.stringify(arg));
  }
  if (cwd !== undefined) addContent(cwd, hash);
  return hash.digest('hex');
}

function addContent(path: string, hash: ReturnType<typeof createHash>): void {
  if (!statSync(path).isDirectory()) {
    hash.update(JSON.stringify(readFileSync(path, 'utf8')));
    return;
  }
  for (const name of readdirSync(path).sort()) {
    hash.update(JSON.stringify(name));
    addContent(join(path, name), hash);
  }
}
