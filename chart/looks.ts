import { ChartError } from './errors.ts';
import { type Caller, callerOf } from './program-line.ts';
import { nameOf, type Reference } from './reference.ts';

/** Something that a program does with a value that is not known yet, and that a template cannot say. */
export interface Look {
  readonly reference: Reference;
  /** As in the program, such as `.trim()`. */
  readonly operation: string;
  /** Where in the program it is done; undefined where that is not known. */
  readonly line?: string;
  /** Whether no value is passed on like this, so that values that happen to come out alike do not excuse it. */
  readonly always: boolean;
  /** Values that the program may be looking for. */
  readonly clues: readonly unknown[];
}

export type NewLook = Omit<Look, 'line'>;

let note: ((look: Look) => void) | undefined;

/** Runs `action` and gives `onLook` what it looks into, as far as symbols can see that. */
export function watching<T>(onLook: (look: Look) => void, action: () => T): T {
  const before = note;
  note = onLook;
  try {
    return action();
  } finally {
    note = before;
  }
}

/**
 * Notes a look into a value. `operation` is the function that stands for the symbol's: what called it did the look.
 * The compiler's own looks are none, and those of libraries only where `byLibraries` says so: they check numbers and
 * names, and use them as they are.
 */
export function noteLook(look: NewLook, operation: (...args: never[]) => unknown, byLibraries = true): void {
  if (note === undefined) return;
  const onLook = note;
  // Finding the caller reads strings too.
  note = undefined;
  try {
    const caller: Caller | undefined = callerOf(operation);
    if (caller?.from === 'program' || (caller?.from === 'library' && byLibraries))
      onLook({ ...look, line: caller.line });
  } finally {
    note = onLook;
  }
}

/**
 * Refuses that a program changes one of its values. Libraries may, as far as they then take what they changed.
 *
 * @throws ChartError
 */
export function refuseChange(reference: Reference, operation: (...args: never[]) => unknown): void {
  const caller = callerOf(operation);
  if (caller?.from !== 'program') return;
  throw new ChartError(`${nameOf(reference)} is changed at ${caller.line}; ${WAY_AROUND_CHANGES}`);
}

/** What to do instead of changing a value. */
export const WAY_AROUND_CHANGES = 'build must leave its values alone: make a variable or a copy of your own';

/** The look in words, after the value's name: ` (.trim() at app.ts:12)`. */
export function described(look: Partial<Look> | undefined): string {
  if (look?.operation === undefined) return '';
  return ` (${look.operation}${look.line === undefined ? '' : ` at ${look.line}`})`;
}
