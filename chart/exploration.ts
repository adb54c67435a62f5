import { answersFor } from './answers.ts';
import { searchCodeLeft } from './code-search.ts';
import { RanCode } from './code-watch.ts';
import { comparedWords } from './compared-words.ts';
import { dishonestyRefusal } from './dishonesty.ts';
import { ChartError } from './errors.ts';
import { Explorer } from './explore.ts';
import { type Dishonesty, HonestyCheck } from './honesty.ts';
import type { Json } from './json.ts';
import { findLoops, type Loops, QuestionInInnerLoop } from './loops.ts';
import type { Program } from './program.ts';
import { mergedTree } from './refine.ts';
import { keptCharacter, lookRefusal } from './refusal.ts';
import type { ObjectShape, Shape } from './shape.ts';
import type { Slot } from './skeleton.ts';
import { tellingRuns } from './telling-runs.ts';

/** All runs of a program, merged. */
export interface Tree {
  readonly explorer: Explorer;
  readonly slots: readonly Slot[];
  readonly loops: Loops;
}

/** What is known of a program. */
export interface Exploration extends Tree {
  /** Lines of the program that no values were found to run, as `app.ts:12`: what they make is not known. */
  readonly codeLeft: readonly string[];
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
    if (new HonestyCheck(program, shape, known.exploration).findNearDefaults() === undefined) return known.exploration;
  }
  const exploration = explore(program, shape);
  explored.set(program.build, { key, notes: program.notes, exploration });
  return exploration;
}

const explored = new WeakMap<Program['build'], { key: string; notes: Program['notes']; exploration: Exploration }>();

function explore(program: Program, shape: ObjectShape): Exploration {
  const shown: Dishonesty[] = [];
  const guessed = attempt(new Explorer(program, shape), program, shape, shown);
  if (guessed.refusal === undefined) return guessed.exploration;
  if (!hasElements(shape)) throw guessed.refusal();
  // What is made for each element of a list was a guess, and may have been a wrong one.
  const found = refusing(() => attempt(new Explorer(program, shape, true), program, shape, shown));
  if (found.refusal === undefined) return found.exploration;
  const refusal = found.refusal();
  throw refusal instanceof QuestionInInnerLoop ? refusal : guessed.refusal();
}

function hasElements(shape: Shape): boolean {
  if (shape.kind === 'object') return Object.values(shape.fields).some(hasElements);
  return shape.kind === 'list' || shape.kind === 'map';
}

type Attempt =
  | { readonly exploration: Exploration; readonly refusal?: undefined }
  | { readonly refusal: () => ChartError };

/**
 * Explores a program until the tree says what `build` does; `refusal` says why that cannot be. `shown`: values that have
 * shown something else before; those that it finds are added.
 */
function attempt(explorer: Explorer, program: Program, shape: ObjectShape, shown: Dishonesty[]): Attempt {
  const code = RanCode.begin();
  explorer.flipAll();
  for (;;) {
    const result = refusing((): Attempt | undefined => {
      const tree = treeOf(explorer);
      const check = new HonestyCheck(program, shape, tree, () => comparedWords(code));
      const found = check.find() ?? searchCodeLeft(check, code) ?? check.findAmong(shown);
      if (found === undefined) {
        refuseLooks(explorer);
        if (explorer.cutMark !== undefined) throw keptCharacter(explorer.cutMark);
        return { exploration: { ...tree, codeLeft: code.left() } };
      }
      shown.push(found);
      // Answers that were not met together before are explored too; what stays different is the program's doing.
      if (exploresMore(found.values, explorer)) return undefined;
      return {
        refusal: () => {
          explorer.lookClosely(answersFor(found.values, explorer.choices.values()));
          return dishonestyRefusal(check, found);
        },
      };
    });
    if (result !== undefined) return result;
  }
}

function treeOf(explorer: Explorer): Tree {
  const slots = mergedTree(explorer);
  refuseLooks(explorer, 'opaque');
  for (const { answers } of tellingRuns(explorer)) explorer.lookClosely(answers);
  return { explorer, slots, loops: findLoops(slots, explorer) };
}

function refusing<T>(action: () => T): T | { readonly refusal: () => ChartError } {
  try {
    return action();
  } catch (error) {
    if (error instanceof ChartError) return { refusal: () => error };
    throw error;
  }
}

/** What no template can say is refused, even where no sample shows it. */
function refuseLooks(explorer: Explorer, kind?: Shape['kind']): void {
  for (const { look, near } of explorer.looks.values()) {
    const { reference } = look;
    if (look.always && (kind === undefined || ('shape' in reference && reference.shape.kind === kind)))
      throw lookRefusal(look, near);
  }
}

/** Explores the program around the answers that the values give, for the first elements of each list. */
function exploresMore(values: Json, explorer: Explorer): boolean {
  const before = explorer.runs.length;
  for (let turn = 0; turn < 4; turn++) explorer.explore(answersFor(values, explorer.choices.values(), turn));
  return explorer.runs.length > before;
}

/** A shape without the defaults that values.yaml holds: templates do not depend on them. */
function keyOf(shape: ObjectShape): string {
  return JSON.stringify(shape, function (this: Shape, key, value: unknown) {
    if (key === 'description' || (key === 'fallback' && this.fixed)) return undefined;
    return value;
  });
}
