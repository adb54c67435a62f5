import type { Assignment, Choice } from './choice.ts';
import { expressionOf, type Position, parenthesised, schemaString } from './expression.ts';
import { alwaysTruthy } from './shape.ts';

/** A condition that a template can test. */
export type Condition =
  | { readonly op: 'is'; readonly choice: Choice; readonly options: readonly number[] }
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'go'; readonly text: string };

/** Which of several results holds, asked choice by choice. */
export type Decision<T> =
  | { readonly result: T }
  | {
      readonly choice: Choice;
      readonly branches: readonly { readonly options: readonly number[]; readonly then: Decision<T> }[];
    };

export interface Case<T> {
  readonly options: Assignment;
  readonly result: T;
}

/** The smallest tree of questions that tells the cases apart. Combinations that are not among the cases cannot happen. */
export function decide<T>(
  cases: readonly Case<T>[],
  choices: readonly Choice[],
  label: (result: T) => string,
): Decision<T> {
  const first = cases[0]!;
  if (cases.every((each) => label(each.result) === label(first.result))) return { result: first.result };
  let best: { decision: Decision<T>; size: number } | undefined;
  const askable = choices.filter(
    (choice) => !choices.some((other) => other !== choice && mustComeFirst(other, choice)),
  );
  const candidates =
    askable.length > 5
      ? [...askable].sort((a, b) => gain(cases, b, label) - gain(cases, a, label)).slice(0, 1)
      : askable;
  for (const choice of candidates) {
    const groups = new Map<number, Case<T>[]>();
    for (const each of cases) {
      const option = each.options.get(choice.id)!;
      const group = groups.get(option);
      if (group === undefined) groups.set(option, [each]);
      else group.push(each);
    }
    const rest = choices.filter((each) => each !== choice);
    const branches = new Map<string, { options: number[]; then: Decision<T> }>();
    for (const [option, group] of groups) {
      const then = decide(group, rest, label);
      const text = describe(then, label);
      const same = branches.get(text);
      if (same === undefined) branches.set(text, { options: [option], then });
      else same.options.push(option);
    }
    // Known by now: what it guards may be asked.
    if (branches.size < 2) return [...branches.values()][0]!.then;
    const decision = { choice, branches: [...branches.values()] };
    const size = sizeOf(decision);
    if (best === undefined || size < best.size) best = { decision, size };
  }
  return best!.decision;
}

/** What is below null cannot be read, so null is asked for first. */
function mustComeFirst(first: Choice, choice: Choice): boolean {
  const { id } = first.reference;
  if (first.kind !== 'set') return false;
  return choice.reference.id === id || choice.reference.id.startsWith(`${id}.`);
}

/** How many pairs of different results a question separates. */
function gain<T>(cases: readonly Case<T>[], choice: Choice, label: (result: T) => string): number {
  const groups = new Map<number, Set<string>>();
  for (const each of cases) {
    const option = each.options.get(choice.id)!;
    groups.set(option, (groups.get(option) ?? new Set()).add(label(each.result)));
  }
  return -[...groups.values()].reduce((sum, labels) => sum + labels.size, 0) / groups.size;
}

function describe<T>(decision: Decision<T>, label: (result: T) => string): string {
  if ('result' in decision) return label(decision.result);
  return `${decision.choice.id}?${decision.branches.map((each) => `${each.options}:${describe(each.then, label)}`).join('|')}`;
}

function sizeOf<T>(decision: Decision<T>): number {
  return 'result' in decision ? 1 : 1 + decision.branches.reduce((sum, each) => sum + sizeOf(each.then), 0);
}

/** When a decision's result is one of those wanted; true or false where that does not depend on anything. */
export function conditionFor<T>(decision: Decision<T>, wanted: (result: T) => boolean): Condition | boolean {
  if ('result' in decision) return wanted(decision.result);
  const { choice } = decision;
  const branches = decision.branches.map(({ options, then }) => ({ options, condition: conditionFor(then, wanted) }));
  const certain = branches.filter(({ condition }) => condition === true).flatMap(({ options }) => options);
  const open = branches.filter(
    (branch): branch is { options: readonly number[]; condition: Condition } => typeof branch.condition === 'object',
  );
  if (open.length === 0 && certain.length === 0) return false;
  const alternatives: Condition[] = certain.length > 0 ? [{ op: 'is', choice, options: certain }] : [];
  for (const { options, condition } of open) {
    // Where all other branches are certain, the question need not be asked again.
    const implied = branches.every((branch) => branch.condition === true || branch.condition === condition);
    alternatives.push(implied ? condition : and([{ op: 'is', choice, options }, condition]));
  }
  if (certain.length === branches.flatMap(({ options }) => options).length) return true;
  const flat = alternatives.flatMap((condition) => (condition.op === 'or' ? condition.of : [condition]));
  return flat.length === 1 ? flat[0]! : { op: 'or', of: flat };
}

export function and(conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((condition) => (condition.op === 'and' ? condition.of : [condition]));
  return flat.length === 1 ? flat[0]! : { op: 'and', of: flat };
}

/** The condition as what follows `if`. */
export function conditionText(condition: Condition, at: Position): string {
  switch (condition.op) {
    case 'go':
      return condition.text;
    case 'is':
      return choiceText(condition.choice, condition.options, at);
    default:
      return `${condition.op} ${condition.of.map((each) => parenthesised(conditionText(each, at))).join(' ')}`;
  }
}

function choiceText(choice: Choice, options: readonly number[], at: Position): string {
  const value = expressionOf(choice.reference, at);
  const yes = choice.options[options[0]!] === true;
  switch (choice.kind) {
    case 'boolean':
    case 'filled':
      return yes ? value : `not ${value}`;
    case 'set':
      // A nullable is tested by nil where 0, "", false or an empty map are values of their own.
      if (alwaysTruthy(choice.reference.shape)) return yes ? value : `not ${value}`;
      return yes ? `not (kindIs "invalid" ${value})` : `kindIs "invalid" ${value}`;
    case 'enum': {
      const others = choice.options.filter((_, i) => !options.includes(i));
      const names = (values: readonly (boolean | string)[]) =>
        values.map((each) => schemaString(String(each))).join(' ');
      if (others.length === 1 && options.length > 1) return `ne ${value} ${names(others)}`;
      return `eq ${value} ${names(options.map((option) => choice.options[option]!))}`;
    }
  }
}
