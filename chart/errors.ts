/** A mistake in a program or in its values: shown to the user as it is, without a stack trace. */
export class ChartError extends Error {
  override readonly name = 'ChartError';
}
