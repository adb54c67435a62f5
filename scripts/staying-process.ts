import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { CommandError } from './command-error.ts';
import type { ProcessResult } from './process.ts';

const PATIENCE = 3000;

/** A program that runs until it is stopped, such as a tunnel. It also ends when this process does. */
export class StayingProcess {
  /** How it has ended; `exitCode` is undefined where a signal has ended it, or it could not be started. */
  readonly ended: Promise<Omit<ProcessResult, 'exitCode'> & { readonly exitCode: number | undefined }>;
  readonly #program: string;
  readonly #child: ReturnType<typeof start>;
  #isRunning = true;
  #text = '';

  constructor(program: string, args: readonly string[]) {
    this.#program = program;
    this.#child = start(program, args);
    this.#child.stdout.setEncoding('utf8');
    this.#child.stdout.on('data', (text: string) => {
      this.#text += text;
    });
    this.ended = this.#child.then(({ stdout, stderr, exitCode }) => {
      this.#isRunning = false;
      return { stdout, stderr, exitCode };
    });
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /**
   * The first place of its output that a pattern finds, whether it has ended since or not.
   *
   * @returns undefined where it ends without
   * @throws CommandError when the program is not installed; the signal's reason when it is aborted
   */
  async find(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const isOver = !this.#isRunning;
      const found = pattern.exec(this.#text);
      if (found !== null) return found;
      if (isOver) {
        const { code } = await this.#child;
        if (code === 'ENOENT') throw new CommandError(`unable to run '${this.#program}'. Is it installed?`);
        return undefined;
      }
      await Promise.race([this.ended, sleep(50)]);
    }
  }

  /** Asks it to end as Ctrl-C does, so that it ends its own programs; makes it end where it does not. */
  async stop(): Promise<void> {
    if (this.#isRunning) this.#child.kill('SIGINT');
    const isOver = await Promise.race([this.ended.then(() => true), sleep(PATIENCE, false, { ref: false })]);
    if (isOver) return;
    this.#child.kill('SIGKILL');
    // Programs of its own may still hold them.
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await this.ended;
  }
}

function start(program: string, args: readonly string[]) {
  return execa(program, args, { reject: false, stdin: 'ignore' });
}
