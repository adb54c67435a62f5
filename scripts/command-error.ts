export interface CommandErrorOptions {
  /** @default 1 */
  readonly exitCode?: number;
  /** What to look at besides, such as the last lines of a program's output. @default - nothing */
  readonly details?: readonly string[];
  /** What machines are told besides. @default - nothing */
  readonly document?: object;
  readonly cause?: unknown;
}

/** Why a command cannot do its work: shown to the user as one line and its details, without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly details: readonly string[];
  readonly document: object;

  constructor(message: string, { exitCode = 1, details = [], document = {}, cause }: CommandErrorOptions = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.details = details;
    this.document = document;
  }
}
