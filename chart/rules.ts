import { ChartError } from './errors.ts';
import { goJson } from './go-json.ts';
import { type Json, sameJson, valueAt } from './json.ts';
import type { Condition, Operand, Rule } from './program.ts';

/** What is wrong with complete, valid values: one line for each broken rule, in the same words as the chart's templates. */
export function brokenRules(rules: readonly Rule[], values: Json): string[] {
  return rulesBroken(rules, values).map((rule) => {
    const left = read(rule.left, values);
    if (rule.op === 'is set') return `${left.name} is not set: ${rule.message}`;
    return `${described(left)} must be ${WORDS[rule.op]} ${described(read(rule.right!, values))}: ${rule.message}`;
  });
}

/** The rules that complete, valid values break. */
export function rulesBroken(rules: readonly Rule[], values: Json): Rule[] {
  return rulesInForce(rules, values).filter((rule) => isBroken(rule, values));
}

/**
 * Whether complete, valid values break a rule that is in force for them.
 *
 * @throws ChartError where it reads a quantity or duration that is none.
 */
export function isBroken(rule: Rule, values: Json): boolean {
  const left = read(rule.left, values);
  if (rule.op === 'is set') return left.value === null || left.value === '';
  return !compare(magnitude(left, rule), rule.op, magnitude(read(rule.right!, values), rule));
}

/** Whether both sides of a rule that is in force are the same. */
export function isAtEdge(rule: Rule, values: Json): boolean {
  const [left, right] = [rule.left, rule.right!].map((operand) => magnitude(read(operand, values), rule));
  return left === right;
}

/** The rules that say something of complete, valid values: kept or broken. */
export function rulesInForce(rules: readonly Rule[], values: Json): Rule[] {
  return rules.filter((rule) => {
    if (!(rule.when ?? []).every((condition) => holds(condition, values))) return false;
    return rule.op === 'is set' || [rule.left, rule.right!].every((operand) => read(operand, values).value !== null);
  });
}

/** Each operator in words. */
export const WORDS = {
  '<': 'less than',
  '<=': 'at most',
  '==': 'equal to',
  '!=': 'different from',
  '>=': 'at least',
  '>': 'more than',
};

interface Reading {
  /** The path the value came from; '' for a literal number. */
  readonly name: string;
  readonly value: Json;
}

function described({ name, value }: Reading): string {
  return name === '' ? goJson(value) : `${name} (${goJson(value)})`;
}

function holds(condition: Condition, values: Json): boolean {
  const value = at(condition.path, values);
  return condition.in === undefined ? value !== null : condition.in.some((each) => sameJson(each, value));
}

function read(operand: Operand, values: Json): Reading {
  if (typeof operand === 'number') return { name: '', value: operand };
  if (typeof operand === 'string') return { name: operand, value: at(operand, values) };
  if ('path' in operand)
    return at(operand.path, values) === null ? read(operand.fallback, values) : read(operand.path, values);
  const parts = operand.sum.map((each) => read(each, values));
  const sum = parts.some(({ value }) => value === null) ? null : sumOf(parts.map(({ value }) => Number(value)));
  return { name: parts.map(({ name, value }) => name || JSON.stringify(value)).join(' + '), value: sum };
}

function at(path: string, values: Json): Json {
  return valueAt(values, path.split('.'));
}

function magnitude(reading: Reading, { as = 'integer' }: Rule): number {
  const value = reading.value as string | number;
  const number = { integer: Number, quantity, duration }[as](value);
  if (number !== undefined) return number;
  throw new ChartError(`${described(reading)} is no ${as}; expected ${EXAMPLES[as as keyof typeof EXAMPLES]}`);
}

/** What is expected where a text is none. */
export const EXAMPLES = {
  quantity: 'a number with a unit such as m, Ki or Mi',
  duration: 'numbers with units such as 90s or 1m30s',
};

function compare(left: number, op: Exclude<Rule['op'], 'is set'>, right: number): boolean {
  switch (op) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>=':
      return left >= right;
    case '>':
      return left > right;
  }
}

/** A sum of decimals, rounded once, as Helm's `addf` does. */
function sumOf(numbers: readonly number[]): number {
  const parts = numbers.map(decimal);
  const least = Math.min(0, ...parts.map(({ exponent }) => exponent));
  const total = parts.reduce((sum, { digits, exponent }) => sum + digits * 10n ** BigInt(exponent - least), 0n);
  return Number(`${total}e${least}`);
}

/** What a quantity's unit multiplies by. */
export const UNITS: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/**
 * A Kubernetes quantity as a number: the product of two decimals, rounded once, as Helm's `mulf` does. Undefined for
 * text that is none.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(value: string | number): number | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const [, number, unit = ''] = QUANTITY.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined) return undefined;
  const a = decimal(Number(number));
  const b = decimal(factor);
  return Number(`${a.digits * b.digits}e${a.exponent + b.exponent}`);
}

const QUANTITY = /^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)([a-zA-Z]*)$/;

/** The shortest decimal of a double, exactly. */
function decimal(number: number): { digits: bigint; exponent: number } {
  const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };

/** A duration in seconds: a number of them, or text such as "1m30s". Undefined for text that is none. */
export function duration(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  if (!/^([0-9]+([.][0-9]+)?(ms|[smhd]))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/([0-9.]+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + quantity(count!)! * SECONDS[unit!]!, 0);
}

/** The paths that an operand reads. */
export function pathsIn(operand: Operand | undefined): string[] {
  if (operand === undefined || typeof operand === 'number') return [];
  if (typeof operand === 'string') return [operand];
  return 'path' in operand ? [operand.path, operand.fallback] : operand.sum.flatMap(pathsIn);
}
