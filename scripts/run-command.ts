import { ChartError } from '../chart/errors.ts';
import { CommandError } from './command-error.ts';
import { Interrupted, interruptible } from './process.ts';
import { wrapped } from './wrapped.ts';

/** What a command's work gets besides its options. */
export interface CommandWork {
  readonly signal: AbortSignal;
}

export interface CommandOptions {
  /** For `see npm run NAME -- --help`. */
  readonly name: string;
  /** Whether stdout is for machines: a failure is a JSON document there, too. */
  readonly json: boolean;
}

/**
 * Runs a command's work and shows what keeps it from its end: one line and its details on stderr, and the exit code.
 * A fault of the program itself is thrown.
 */
export async function runCommand(
  { name, json }: CommandOptions,
  work: (work: CommandWork) => Promise<void>,
): Promise<void> {
  try {
    await interruptible((signal) => work({ signal }));
  } catch (thrown) {
    const failure = asFailure(thrown, name);
    if (failure === undefined) throw thrown;
    const { message, details, exitCode, document = {} } = failure;
    if (json) console.log(JSON.stringify({ ok: false, error: { message, details }, ...document }, null, 2));
    console.error([...fitted(message, ''), ...details.flatMap((line) => fitted(line, '  '))].join('\n'));
    process.exitCode = exitCode;
  }
}

/** On a terminal, broken between words. */
function fitted(line: string, indent: string): string[] {
  const { isTTY, columns = 80 } = process.stderr;
  if (!isTTY) return [`${indent}${line}`];
  return wrapped(line, columns - indent.length - 2).map((part, i) => `${indent}${i === 0 ? '' : '  '}${part}`);
}

function asFailure(error: unknown, name: string): Failure | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof Interrupted) return { message: error.message, details: [], exitCode: error.exitCode };
  if (error instanceof ChartError) return { message: error.message, details: [], exitCode: 1 };
  // What `parseArgs` says of options; its second sentence is for programmers.
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS') === true)
    return { message: `${message.split('. ')[0]}; see npm run ${name} -- --help`, details: [], exitCode: 2 };
  return undefined;
}

interface Failure {
  readonly message: string;
  readonly details: readonly string[];
  readonly exitCode: number;
  readonly document?: object;
}
