import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { CommandError } from './command-error.ts';

/** What an environment file says. */
export interface EnvFile {
  /** As it is called in messages. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
  /** Lines that readers of such files disagree about. Their values are not among `values`. */
  readonly doubts: readonly EnvFileDoubt[];
}

export interface EnvFileDoubt {
  /** What the line begins with, and is probably about. */
  readonly name?: string;
  /** With the number of the line, and never with its value. */
  readonly message: string;
}

/** @throws CommandError for a file that cannot be read */
export async function readEnvFile(path: string): Promise<EnvFile> {
  const file = await tryReadEnvFile(path);
  if (file === undefined) throw new CommandError(`unable to read '${path}': there is no such file`);
  return file;
}

/**
 * @param name how messages call it
 * @returns undefined where there is none
 */
export async function tryReadEnvFile(path: string, name = path): Promise<EnvFile | undefined> {
  try {
    return parseEnvFile(name, await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(`unable to read '${name}': ${(error as Error).message}`, { cause: error });
  }
}

const LINE = /^\s*(?:export\s+)?(?<name>[^\s=]+)\s*=(?<value>.*)$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Nothing, quoted, or without quotes and then without a `#`, but for a comment after a space. */
const PLAIN = /^\s*(?:"[^"\\]*"|'[^']*'|`[^`]*`|[^\s#"'`][^#]*?|)(?:\s+#.*|\s*)$/;

/** Lines as `NAME=value`, with quotes or not. What other readers would read otherwise is doubted and not guessed. */
export function parseEnvFile(path: string, text: string): EnvFile {
  const values: Record<string, string> = {};
  const lines = new Map<string, number>();
  const doubts: EnvFileDoubt[] = [];
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [i, line] of all.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const where = `line ${i + 1} of ${path}`;
    const { name, value } = LINE.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined || !NAME.test(name)) {
      const [, first] = /^\s*(?:export\s+)?(\w+)/.exec(line) ?? [];
      doubts.push({ ...(first === undefined ? {} : { name: first }), message: `${where} is not NAME=value` });
    } else if (lines.has(name)) {
      doubts.push({ name, message: `${name} is in lines ${lines.get(name)} and ${i + 1} of ${path}; expected one` });
    } else if (!PLAIN.test(value)) {
      doubts.push({ name, message: `${where}, ${name}: ${doubtOf(value.trim())}` });
    } else {
      lines.set(name, i + 1);
      // Node 20 takes a tab for a part of the name.
      Object.assign(values, parseEnv(`${name}=${value.replace(/^[ \t]+|[ \t]+$/g, '')}`));
    }
  }
  return { path, values, doubts };
}

function doubtOf(value: string): string {
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined) return "a '#' outside of quotes may begin a comment; put the value into single quotes";
  if (quote === '"' && value.includes('\\')) return 'a backslash in double quotes; put the value into single quotes';
  if (!value.slice(1).includes(quote)) return `the quote ${quote} does not end in its line`;
  return 'there is something behind the quotes';
}
