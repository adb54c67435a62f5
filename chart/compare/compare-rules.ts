import { type Json, sameJson } from '../json.ts';
import type { Condition, Operand, Rule } from '../program.ts';
import { WORDS } from '../rules.ts';
import type { Change } from './change.ts';
import { inWords } from './taken.ts';

/** Rules across values that are new, changed or gone. Another explanation alone is no change. */
export function compareRules(was: readonly Rule[], is: readonly Rule[]): Change[] {
  const gone = was.filter((rule) => !is.some((other) => sameRule(rule, other)));
  const come = is.filter((rule) => !was.some((other) => sameRule(rule, other)));
  const changes = come.map((rule): Change => {
    const before = takePredecessor(rule, gone);
    const subject = ruleInWords(rule);
    if (before === undefined) return { kind: 'new rule', breaking: true, subject, ...refusal(rule) };
    const what = `before, ${ruleInWords(before)}`;
    return isLooser(rule, before)
      ? { kind: 'changed rule', breaking: false, subject, what, effect: 'it refuses less than before' }
      : { kind: 'changed rule', breaking: true, subject, what, ...refusal(rule) };
  });
  const dropped = gone.map((rule): Change => {
    return {
      kind: 'dropped rule',
      breaking: false,
      subject: ruleInWords(rule),
      effect: 'a file that breaks it is taken',
    };
  });
  return [...changes, ...dropped];
}

function refusal(rule: Rule): Pick<Change, 'effect' | 'reach'> {
  return { effect: `a file that breaks it is refused: "${rule.message}"`, reach: { files: 'that break', rule } };
}

function sameRule(one: Rule, other: Rule): boolean {
  return sameJson({ ...one, message: '' }, { ...other, message: '' });
}

/** Takes the rule that another one was from those that are gone. */
function takePredecessor(rule: Rule, gone: Rule[]): Rule | undefined {
  const at = gone.findIndex(
    (old) =>
      sameJson(old.left, rule.left) &&
      (old.message === rule.message || (old.op === rule.op && sameJson(old.right, rule.right))),
  );
  return at === -1 ? undefined : gone.splice(at, 1)[0];
}

/** Whether a rule surely refuses nothing that the old one took. */
function isLooser(rule: Rule, old: Rule): boolean {
  const seldom = (old.when ?? []).every((condition) => (rule.when ?? []).some((other) => implies(other, condition)));
  return seldom && sameJson(rule.left, old.left) && rule.as === old.as && comparesLooser(rule, old);
}

function implies({ path, in: options }: Condition, other: Condition): boolean {
  if (path !== other.path) return false;
  if (other.in === undefined) return options === undefined || !options.includes(null);
  return options?.every((option) => other.in!.includes(option)) ?? false;
}

function comparesLooser(rule: Rule, old: Rule): boolean {
  const sameSide = sameJson(rule.right, old.right);
  if (sameSide && rule.op === old.op) return true;
  const up = { '>': '>=', '>=': '>=', '<': '<=', '<=': '<=', '==': '==', '!=': '!=', 'is set': 'is set' } as const;
  if (sameSide) return up[old.op] === rule.op;
  if (rule.op !== old.op || typeof rule.right !== 'number' || typeof old.right !== 'number') return false;
  if (rule.op === '>' || rule.op === '>=') return rule.right < old.right;
  return (rule.op === '<' || rule.op === '<=') && rule.right > old.right;
}

/** `a must be at least b (or c while it is null), when d is true`. */
export function ruleInWords({ when = [], left, op, right, as }: Rule): string {
  const must = op === 'is set' ? 'set' : `${WORDS[op]} ${operandInWords(right!)}`;
  const conditions = when.map(conditionInWords).join(' and ');
  const kind = as === undefined ? '' : ` as a ${as}`;
  return `${operandInWords(left)} must be ${must}${kind}${conditions === '' ? '' : `, when ${conditions}`}`;
}

function operandInWords(operand: Operand): string {
  if (typeof operand !== 'object') return String(operand);
  if ('path' in operand) return `${operand.path} (or ${operand.fallback} while it is null)`;
  return operand.sum.map(operandInWords).join(' + ');
}

function conditionInWords({ path, in: options }: Condition): string {
  return options === undefined
    ? `${path} is not null`
    : `${path} is ${options.map((each: Json) => inWords(each)).join(' or ')}`;
}
