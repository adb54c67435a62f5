/** A mistake in a program or in its values: shown to the user as it is, without a stack trace. */
export class ChartError extends Error {
  override readonly name = 'ChartError';
}

/** What went wrong in a run of `build` with values that are not known yet, and near which construct. */
export class BuildError extends Error {
  override readonly name = 'BuildError';

  constructor(
    override readonly cause: Error,
    readonly near?: string,
  ) {
    super(cause.message, { cause });
  }
}

/** What was thrown, as an error. Those of other realms are no instances of this one's. */
export function errorOf(thrown: unknown): Error {
  const isError = typeof (thrown as Error | undefined)?.message === 'string';
  return isError ? (thrown as Error) : new Error(String(thrown));
}
