import fc from 'fast-check';
import type { JsonObject } from '../json.ts';
import { withFewerBroken } from '../obey-rules.ts';
import type { Program } from '../program.ts';
import type { ObjectShape } from '../shape.ts';
import { type Aim, placesOf } from './aim.ts';
import type { Coverage } from './coverage.ts';
import { validOverrides } from './overrides.ts';
import type { Origin } from './shrink.ts';
import type { Target } from './targets.ts';

export interface AimedCases {
  readonly program: Program;
  readonly shape: ObjectShape;
  readonly coverage: Coverage;
  readonly keys: Aim['keys'];
  readonly seed: number;
  /** Takes values that rules allow; false where the program makes nothing of them. */
  readonly take: (values: JsonObject, origin: Origin) => boolean;
}

/**
 * Makes values for each target that chance has not reached. Where rules refuse all that were tried, the target is
 * impossible, and they are the reason.
 */
export function aimAtMissing(options: AimedCases): void {
  for (const target of options.coverage.missing) {
    if (options.coverage.isReached(target)) continue;
    const reason = aimAt(target, options);
    if (reason !== undefined) options.coverage.impossible.set(target.id, reason);
  }
}

const TRIES = 30;

/** Takes values that reach the target; the rule that refuses all of them where there is one. */
function aimAt(target: Target, { program, shape, coverage, keys, seed, take }: AimedCases): string | undefined {
  const rules = program.rules ?? [];
  let refusing = new Set(rules);
  for (const aim of target.aims) {
    const arbitrary = validOverrides(shape, { ...aim, keys });
    for (const [index, sample] of fc.sample(arbitrary, { numRuns: TRIES, seed }).entries()) {
      const { values, broken } = withFewerBroken(rules, shape, sample, (path) => isAimedAt(path, aim));
      if (broken.length > 0) refusing = new Set(broken.filter((rule) => refusing.has(rule)));
      else if (take(values, { arbitrary, seed, index })) {
        if (coverage.isReached(target)) return undefined;
        refusing = new Set();
      }
    }
  }
  const [rule] = refusing;
  return rule === undefined ? undefined : `a rule refuses it: ${rule.message}`;
}

/** Whether a value would no longer be as it was aimed at if it were set back to its default. */
function isAimedAt(path: string, aim: Aim): boolean {
  return placesOf(aim).some((place) => place === path || path.startsWith(`${place}.`));
}
