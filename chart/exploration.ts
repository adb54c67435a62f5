import { ChartError } from './errors.ts';
import { Explorer } from './explore.ts';
import { HonestyCheck, runsOf } from './honesty.ts';
import { findLoops, type Loops } from './loops.ts';
import type { Program } from './program.ts';
import { mergedTree } from './refine.ts';
import type { ObjectShape, Shape } from './shape.ts';
import type { Slot } from './skeleton.ts';

/** What is known of a program: all its runs, merged. */
export interface Exploration {
  readonly explorer: Explorer;
  readonly slots: readonly Slot[];
  readonly loops: Loops;
}

/**
 * Explores a program and checks the result against real values. Programs of the same `build` that differ in defaults
 * alone are explored once, and each is checked.
 *
 * @throws ChartError when the program does something that a template cannot say.
 */
export function explorationOf(program: Program, shape: ObjectShape): Exploration {
  const key = keyOf(shape);
  const known = explored.get(program.build);
  if (known?.key === key && known.notes === program.notes) {
    if (new HonestyCheck(program, shape, known.exploration).find() === undefined) return known.exploration;
  }
  const exploration = explore(program, shape);
  explored.set(program.build, { key, notes: program.notes, exploration });
  return exploration;
}

const explored = new WeakMap<Program['build'], { key: string; notes: Program['notes']; exploration: Exploration }>();

function explore(program: Program, shape: ObjectShape): Exploration {
  const guessed = attempt(new Explorer(program, shape), program, shape);
  if (guessed.refused === undefined) return guessed.exploration;
  // What is made for each element of a list was a guess, and may have been a wrong one.
  const found = refusing(() => attempt(new Explorer(program, shape, true), program, shape));
  if (found.refused === undefined) return found.exploration;
  throw guessed.refused;
}

type Attempt = { readonly exploration: Exploration; readonly refused?: undefined } | { readonly refused: ChartError };

/** Explores a program until the tree says what `build` does; `refused` where that cannot be. */
function attempt(explorer: Explorer, program: Program, shape: ObjectShape): Attempt {
  for (;;) {
    const slots = mergedTree(explorer);
    const result = refusing((): Attempt | undefined => {
      const exploration = { explorer, slots, loops: findLoops(slots, explorer) };
      const check = new HonestyCheck(program, shape, exploration);
      const found = check.find();
      if (found === undefined) return { exploration };
      // Answers that were not met together before are explored too; what stays different is the program's doing.
      return runsOf(found.values, explorer) ? undefined : { refused: check.refusal(found) };
    });
    if (result !== undefined) return result;
  }
}

function refusing<T>(action: () => T): T | { readonly refused: ChartError } {
  try {
    return action();
  } catch (error) {
    if (error instanceof ChartError) return { refused: error };
    throw error;
  }
}

/** A shape without the defaults that values.yaml holds: templates do not depend on them. */
function keyOf(shape: ObjectShape): string {
  return JSON.stringify(shape, function (this: Shape, key, value: unknown) {
    if (key === 'description' || (key === 'fallback' && this.fixed)) return undefined;
    return value;
  });
}
