import { CommandError } from '../command-error.ts';

/** What a step has come to. */
export interface StepResult {
  /** `skipped`: nothing was to be done. */
  readonly outcome: 'done' | 'skipped';
  /** What was done, or why nothing was: one line. */
  readonly what: string;
  /** What the user should know besides: one line each. @default - nothing */
  readonly notes?: readonly string[];
  /** More lines for people, as they are. @default - none */
  readonly lines?: readonly string[];
}

/** Called with what goes on in a step: one line that the next one replaces. */
export type Tell = (line: string) => void;

export function done(what: string, notes: readonly string[] = []): StepResult {
  return { outcome: 'done', what, notes };
}

export function skipped(what: string, notes: readonly string[] = []): StepResult {
  return { outcome: 'skipped', what, notes };
}

/** @throws CommandError with all problems at once */
export function refuse(what: string, problems: readonly string[]): void {
  const [only, ...more] = problems;
  if (only === undefined) return;
  if (more.length === 0) throw new CommandError(only);
  throw new CommandError(`${what}: ${problems.length} problems`, { details: problems });
}
