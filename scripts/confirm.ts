import { createInterface } from 'node:readline/promises';
import { CommandError } from './command-error.ts';

export interface ConfirmOptions {
  /** Whether the user has said yes beforehand. */
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks on the terminal whether to go on.
 *
 * @param what as `change context 'prod'`
 * @throws CommandError when the answer is no, or nobody can be asked
 */
export async function confirm(what: string, { yes, signal }: ConfirmOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new CommandError(`this would ${what}, and nobody can be asked; add --yes if that is meant`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`This will ${what}. Go on? [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('not done: the answer was no');
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}
