import { goJson } from '../go-json.ts';
import type { Condition, Operand, Rule } from '../program.ts';
import { pathsIn, WORDS } from '../rules.ts';

/** Rules that read a value, in words. */
export function rulesAbout(path: string, rules: readonly Rule[]): string[] {
  return rules.filter((rule) => pathsOf(rule).includes(path)).map(wordsOf);
}

function pathsOf(rule: Rule): string[] {
  return [...pathsIn(rule.left), ...pathsIn(rule.right), ...(rule.when ?? []).map(({ path }) => path)];
}

function wordsOf(rule: Rule): string {
  const when = (rule.when ?? []).map(conditionWords).join(' and ');
  const must =
    rule.op === 'is set'
      ? `${operandWords(rule.left)} must be set`
      : `${operandWords(rule.left)} must be ${WORDS[rule.op]} ${operandWords(rule.right!)}`;
  return `${when === '' ? '' : `when ${when}, `}${must}: ${rule.message}`;
}

function conditionWords({ path, in: options }: Condition): string {
  if (options === undefined) return `${path} is set`;
  const words = options.map((option) => {
    if (typeof option === 'boolean') return option ? 'on' : 'off';
    return typeof option === 'string' && option !== '' ? option : goJson(option);
  });
  return `${path} is ${words.join(' or ')}`;
}

function operandWords(operand: Operand): string {
  if (typeof operand === 'number') return String(operand);
  if (typeof operand === 'string') return operand;
  if ('sum' in operand) return operand.sum.map(operandWords).join(' + ');
  return `${operand.path} (${operand.fallback} where it is null)`;
}
