import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { CommandError } from './command-error.ts';

export interface ProcessOptions {
  /** @default - this process's */
  readonly cwd?: string;
  /** Added to this process's own. @default - nothing */
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads from its stdin. @default - nothing */
  readonly input?: string | undefined;
  /** Ends the program when it is aborted. @default - runs to its end */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stdout and of stderr as it comes. @default - nobody is told */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a program has ended, whether well or not. */
export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a program to its end. That it fails is a result and no error.
 *
 * @throws CommandError when the program is not installed
 * @throws Interrupted when `signal` is aborted
 */
export async function runProcess(
  program: string,
  args: readonly string[],
  { cwd, env = {}, input, signal, onLine }: ProcessOptions = {},
): Promise<ProcessResult> {
  throwIfInterrupted(signal);
  const child = execa(program, args, {
    env,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const listening = onLine && Promise.all([tellLines(child.stdout, onLine), tellLines(child.stderr, onLine)]);
  const result = await child;
  await listening;
  return ended(program, result, signal);
}

/**
 * Runs a program and gives its stdout to `read`, for what is too much to hold.
 *
 * @throws CommandError when the program is not installed
 * @throws Interrupted when `signal` is aborted
 */
export async function readProcess<T>(
  program: string,
  args: readonly string[],
  read: (stdout: Readable) => Promise<T>,
  { signal }: Pick<ProcessOptions, 'signal'> = {},
): Promise<ProcessResult & { value: T | undefined }> {
  throwIfInterrupted(signal);
  const child = execa(program, args, {
    reject: false,
    stdin: 'ignore',
    buffer: { stdout: false },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const reading = read(child.stdout).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => {
      child.kill();
      return { value: undefined, error };
    },
  );
  const result = await child;
  const { value, error } = await reading;
  const { stderr, exitCode } = ended(program, result, signal);
  if (error !== undefined && (exitCode === 0 || result.isTerminated)) throw error;
  return { stdout: '', stderr, exitCode, value };
}

interface Ended {
  readonly code?: string | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly exitCode?: number | undefined;
}

function ended(program: string, result: Ended, signal: AbortSignal | undefined): ProcessResult {
  throwIfInterrupted(signal);
  if (result.code === 'ENOENT') throw new CommandError(`unable to run '${program}'. Is it installed?`);
  if (result.code === 'EACCES') throw new CommandError(`unable to run '${program}': it may not be executed`);
  return {
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    // A program that a signal has ended has none.
    exitCode: result.exitCode ?? 1,
  };
}

async function tellLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  });
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
  if (rest !== '') onLine(rest);
}

/** A command was told to end, by Ctrl-C or a signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** What a shell expects of a program that this signal has ended. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('interrupted');
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/**
 * Gives `work` a signal that Ctrl-C and SIGTERM abort, so that it ends its programs and cleans up. npm passes
 * the signal on that the terminal has given already: the second one changes nothing.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => controller.abort(new Interrupted(signal as 'SIGINT' | 'SIGTERM'));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}
