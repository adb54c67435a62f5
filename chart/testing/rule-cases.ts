import fc from 'fast-check';
import { checkValues, completeValues } from '../check-values.ts';
import { type Json, type JsonObject, withValueAt } from '../json.ts';
import { mergeOverDefaults } from '../merge-values.ts';
import type { Rule } from '../program.ts';
import { randomNumbers } from '../random-numbers.ts';
import { isAtEdge, pathsIn, rulesBroken, rulesInForce } from '../rules.ts';
import { shapeAt } from '../rules-template.ts';
import { defaultsOf, type ObjectShape } from '../shape.ts';
import { NO_AIM } from './aim.ts';
import { validOverrides, valuesFor } from './overrides.ts';

/** Values files for the rules of a program. */
export interface RuleCases {
  /** Each breaks some; together they break every rule that can be broken, also where both sides are the same. */
  readonly broken: readonly JsonObject[];
  /** None is broken; together they have every rule in force, also where both sides are the same. */
  readonly kept: readonly JsonObject[];
  /** No values were found that break these. */
  readonly unbroken: readonly Rule[];
  /** No values were found in which these are in force and none is broken. */
  readonly unkept: readonly Rule[];
}

/** Finds values that break each rule, and values that keep each. */
export function ruleCases(rules: readonly Rule[], shape: ObjectShape, seed: number): RuleCases {
  if (rules.length === 0) return { broken: [], kept: [], unbroken: [], unkept: [] };
  const samples = fc.sample(validOverrides(shape), { numRuns: SAMPLES, seed });
  const common = { rules, shape, seed, bases: samples };
  const breaking = cover({
    ...common,
    first: samples,
    shownBy: (values) => rulesBroken(rules, values),
    edges: ['<', '>'],
  });
  const keeping = cover({
    ...common,
    first: [{}],
    shownBy: (values) => (rulesBroken(rules, values).length === 0 ? rulesInForce(rules, values) : []),
    edges: ['<=', '>='],
  });
  return { broken: breaking.cases, kept: keeping.cases, unbroken: breaking.left, unkept: keeping.left };
}

const SAMPLES = 100;
const MOST_TRIES = 1000;

interface Wanted {
  readonly rules: readonly Rule[];
  readonly shape: ObjectShape;
  readonly seed: number;
  /** Tried first. */
  readonly first: readonly JsonObject[];
  /** What values for one rule are put over. */
  readonly bases: readonly JsonObject[];
  /** The rules that complete, valid values show. */
  readonly shownBy: (values: Json) => readonly Rule[];
  /** Operators that are to be shown with both sides the same, too. */
  readonly edges: readonly Rule['op'][];
}

/** Cases that show every rule at least once, and the rules for which none was found. */
function cover({ rules, shape, seed, first, bases, shownBy, edges }: Wanted): { cases: JsonObject[]; left: Rule[] } {
  const left = new Set(rules);
  const atEdge = new Set(rules.filter(({ op }) => edges.includes(op)));
  const cases: JsonObject[] = [];
  const take = (overrides: JsonObject): void => {
    const merged = mergeOverDefaults(defaultsOf(shape) as JsonObject, overrides);
    if (checkValues(shape, merged).length > 0) return;
    const values = completeValues(shape, merged);
    const fresh = shownBy(values).filter((rule) => {
      const [isNew, isEdge] = [left.delete(rule), atEdge.has(rule) && isAtEdge(rule, values)];
      if (isEdge) atEdge.delete(rule);
      return isNew || isEdge;
    });
    if (fresh.length > 0) cases.push(overrides);
  };
  first.forEach(take);
  for (const rule of rules) {
    for (const overrides of triesFor(rule, bases, shape, seed)) {
      if (!left.has(rule) && !atEdge.has(rule)) break;
      take(overrides);
    }
  }
  return { cases, left: [...left] };
}

/** Values with all that a rule reads chosen by chance, over the defaults and over other values. */
function* triesFor(rule: Rule, bases: readonly JsonObject[], shape: ObjectShape, seed: number): Generator<JsonObject> {
  const random = randomNumbers(seed);
  const oneOf = (candidates: readonly Json[]) => candidates[Math.floor(random() * candidates.length)]!;
  const conditions = (rule.when ?? []).map(({ path, in: options }) => ({
    path,
    candidates: options ?? valuesAt(path, shape, seed),
  }));
  const operands = [...pathsIn(rule.left), ...pathsIn(rule.right)].map((path) => ({
    path,
    candidates: valuesAt(path, shape, seed),
  }));
  for (let i = 0; i < MOST_TRIES; i++) {
    // Operands that are equal break and keep rules that chance would not.
    const common = i % 3 === 0 ? oneOf(operands[0]!.candidates) : undefined;
    let values: JsonObject = i % 2 === 0 ? {} : bases[i % bases.length]!;
    for (const { path, candidates } of operands)
      values = withValueAt(values, path.split('.'), common ?? oneOf(candidates)) as JsonObject;
    for (const { path, candidates } of conditions)
      values = withValueAt(values, path.split('.'), oneOf(candidates)) as JsonObject;
    yield values;
  }
}

/** As often as they are generated: null and what is at the bounds comes again and again. */
function valuesAt(path: string, shape: ObjectShape, seed: number): Json[] {
  return fc.sample(valuesFor(shapeAt(path, shape), NO_AIM), { numRuns: SAMPLES, seed });
}
