export interface CommandErrorOptions {
  /** @default 1 */
  readonly exitCode?: number;
  /** What to look at besides, such as the last lines of a program's output. @default - nothing */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/** Why a command cannot do its work: shown to the user as one line and its details, without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly details: readonly string[];

  constructor(message: string, { exitCode = 1, details = [], cause }: CommandErrorOptions = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.details = details;
  }
}
