import { ChartError } from './errors.ts';
import { goString, isIdentifier } from './expression.ts';
import { isObject, type Json, sameJson } from './json.ts';
import type { Condition, Operand, Rule } from './program.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** What is wrong with complete, valid values: one line for each broken rule, in the same words as the chart's templates. */
export function brokenRules(rules: readonly Rule[], values: Json): string[] {
  return rulesBroken(rules, values).map((rule) => {
    const left = read(rule.left, values);
    if (rule.op === 'is set') return `${left.name} is not set: ${rule.message}`;
    return `${left.name} (${JSON.stringify(left.value)}) must be ${WORDS[rule.op]} ${described(read(rule.right!, values))}: ${rule.message}`;
  });
}

/** The rules that complete, valid values break. */
export function rulesBroken(rules: readonly Rule[], values: Json): Rule[] {
  return rules.filter((rule) => {
    if (!(rule.when ?? []).every((condition) => holds(condition, values))) return false;
    const left = read(rule.left, values).value;
    if (rule.op === 'is set') return left === null || left === '';
    const right = read(rule.right!, values).value;
    return left !== null && right !== null && !compare(magnitude(left, rule), rule.op, magnitude(right, rule));
  });
}

const WORDS = {
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
  return name === '' ? JSON.stringify(value) : `${name} (${JSON.stringify(value)})`;
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
  const sum = parts.some(({ value }) => value === null)
    ? null
    : parts.reduce((total, { value }) => total + Number(value), 0);
  return { name: parts.map(({ name, value }) => name || JSON.stringify(value)).join(' + '), value: sum };
}

function at(path: string, values: Json): Json {
  return path.split('.').reduce<Json>((value, key) => (isObject(value) ? (value[key] ?? null) : null), values);
}

function magnitude(value: Json, rule: Rule): number {
  if (rule.as === 'quantity') return quantity(value as string | number);
  if (rule.as === 'duration') return duration(value as string | number);
  return Number(value);
}

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

const UNITS: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/**
 * A Kubernetes quantity as a number: the product of two decimals, rounded once, as Helm's `mulf` does.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(value: string | number): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const [, number = '0', unit = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(.*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined)
    throw new ChartError(`'${text}' is no quantity; expected a number with a unit such as m, Ki or Mi`);
  const a = decimal(Number(number));
  const b = decimal(factor);
  return Number(`${a.digits * b.digits}e${a.exponent + b.exponent}`);
}

/** The shortest decimal of a double, exactly. */
function decimal(number: number): { digits: bigint; exponent: number } {
  const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };

/** A duration in seconds: a number of them, or text such as "1m30s". */
export function duration(value: string | number): number {
  if (typeof value === 'number') return value;
  const parts = [...value.matchAll(/([0-9.]+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + quantity(count!) * SECONDS[unit!]!, 0);
}

// ---- the same in Helm's templates

/** Named templates that fail with the words of `brokenRules`; '' where there are no rules. */
export function rulesTemplate(rules: readonly Rule[], chart: string, shape: ObjectShape): string {
  if (rules.length === 0) return '';
  const parts = [
    `{{/*\nRules across values: fails with every one that is broken.\n*/}}\n{{- define "${chart}.rules" -}}\n{{- $broken := list }}`,
  ];
  for (const rule of rules) parts.push(ruleText(rule, chart, shape));
  parts.push('{{- if $broken }}\n{{- fail (printf "\\n%s" (join "\\n" $broken)) }}\n{{- end }}\n{{- end }}');
  if (rules.some(({ as }) => as === 'quantity')) parts.push(quantityTemplate(chart));
  if (rules.some(({ as }) => as === 'duration')) parts.push(durationTemplate(chart));
  return `${parts.join('\n')}\n`;
}

function ruleText(rule: Rule, chart: string, shape: ObjectShape): string {
  const guards = (rule.when ?? []).map((condition) => conditionGo(condition, shape));
  const left = operandGo(rule.left, shape);
  const message = rule.message.replaceAll('%', '%%');
  let broken: string;
  let problem: string;
  if (rule.op === 'is set') {
    broken = `or (kindIs "invalid" ${left.value}) (eq (toString ${left.value}) "")`;
    problem = `(printf ${goString(`%s is not set: ${message}`)} ${left.name})`;
  } else {
    const right = operandGo(rule.right!, shape);
    for (const each of [...left.nullable, ...right.nullable]) guards.push(`not (kindIs "invalid" ${each})`);
    const sides = [left, right].map((side) => magnitudeGo(side.value, rule, chart));
    broken = `${OPPOSITE[rule.op]} ${sides.join(' ')}`;
    const shown = right.name === '""' ? `%s: ${message}` : `%s (%s): ${message}`;
    const words = `%s (%s) must be ${WORDS[rule.op]} ${shown}`;
    const args = [
      left.name,
      `(${left.value} | toJson)`,
      ...(right.name === '""' ? [] : [right.name]),
      `(${right.value} | toJson)`,
    ];
    problem = `(printf ${goString(words)}\n      ${args.join(' ')})`;
  }
  const add = `{{- $broken = append $broken\n    ${problem} }}`;
  const guard =
    guards.length === 0 ? '' : guards.length === 1 ? guards[0]! : `and ${guards.map((each) => `(${each})`).join(' ')}`;
  const inner = `{{- if ${broken} }}\n${add}\n{{- end }}`;
  return guard === '' ? inner : `{{- if ${guard} }}\n${inner}\n{{- end }}`;
}

/** Go's function for the opposite of each operator. */
const OPPOSITE = { '<': 'ge', '<=': 'gt', '==': 'ne', '!=': 'eq', '>=': 'lt', '>': 'le' };

function conditionGo(condition: Condition, shape: ObjectShape): string {
  const value = pathGo(condition.path, shape);
  if (condition.in === undefined) return `not (kindIs "invalid" ${value})`;
  const tests = condition.in.map((each) =>
    each === null
      ? `kindIs "invalid" ${value}`
      : typeof each === 'boolean'
        ? each
          ? value
          : `not ${value}`
        : undefined,
  );
  const plain = condition.in.filter((each) => typeof each === 'string' || typeof each === 'number');
  const all = [
    ...tests.filter((each) => each !== undefined),
    ...(plain.length === 0 ? [] : [`eq ${value} ${plain.map((each) => JSON.stringify(each)).join(' ')}`]),
  ];
  return all.length === 1 ? all[0]! : `or ${all.map((each) => `(${each})`).join(' ')}`;
}

interface OperandGo {
  readonly name: string;
  readonly value: string;
  /** What must not be nil. */
  readonly nullable: readonly string[];
}

function operandGo(operand: Operand, shape: ObjectShape): OperandGo {
  if (typeof operand === 'number') return { name: '""', value: String(operand), nullable: [] };
  if (typeof operand === 'string') {
    const value = pathGo(operand, shape);
    return { name: goString(operand), value, nullable: shapeAt(operand, shape).nullable ? [value] : [] };
  }
  if ('path' in operand) {
    const first = pathGo(operand.path, shape);
    const second = operandGo(operand.fallback, shape);
    const pick = (a: string, b: string) => `(ternary ${a} ${b} (kindIs "invalid" ${first}))`;
    const value = pick(second.value, first);
    return {
      name: pick(second.name, goString(operand.path)),
      value,
      nullable: second.nullable.length > 0 ? [value] : [],
    };
  }
  const parts = operand.sum.map((each) => operandGo(each, shape));
  const names = parts.map(({ name, value }) => (name === '""' ? goString(value) : name));
  return {
    name: names.every((name) => name.startsWith('"'))
      ? goString(names.map((name) => JSON.parse(name)).join(' + '))
      : `(list ${names.join(' ')} | join " + ")`,
    value: `(add ${parts.map(({ value }) => value).join(' ')})`,
    nullable: parts.flatMap(({ nullable }) => nullable),
  };
}

function magnitudeGo(value: string, rule: Rule, chart: string): string {
  if (rule.as === 'quantity' || rule.as === 'duration') return `(include "${chart}.${rule.as}" ${value} | float64)`;
  return `(float64 ${value})`;
}

function pathGo(path: string, shape: ObjectShape): string {
  shapeAt(path, shape);
  return path
    .split('.')
    .reduce(
      (parent, key) => (isIdentifier(key) ? `${parent}.${key}` : `(index ${parent} ${goString(key)})`),
      '.Values',
    );
}

/** @throws ChartError when a rule names what is neither a value that is always there nor a key of a map. */
function shapeAt(path: string, shape: ObjectShape): Shape {
  let current: Shape = shape;
  for (const key of path.split('.')) {
    const inMap: Shape | undefined =
      current.kind === 'map' ? Object.assign({}, current.value, { nullable: true, fixed: true }) : undefined;
    const next: Shape | undefined = current.kind === 'object' ? current.fields[key] : inMap;
    if (next === undefined || !next.fixed) {
      throw new ChartError(
        `a rule names '${path}', which is not a value that values.yaml holds; expected a dotted path of the values schema`,
      );
    }
    current = next;
  }
  return current;
}

/** The rules' paths, checked against the schema. */
export function checkRules(rules: readonly Rule[], shape: ObjectShape): void {
  rulesTemplate(rules, 'check', shape);
}

function quantityTemplate(chart: string): string {
  const units = Object.entries(UNITS).map(
    ([unit, factor]) => `${JSON.stringify(unit)} ${Number.isInteger(factor) ? `${factor}.0` : factor}`,
  );
  return `
{{/*
A Kubernetes quantity as a number.
*/}}
{{- define "${chart}.quantity" -}}
{{- $text := kindIs "string" . | ternary . (toJson .) }}
{{- $number := regexFind "^[+-]?[0-9.]+([eE][+-]?[0-9]+)?" $text }}
{{- $units := dict ${units.slice(0, 10).join(' ')}
    ${units.slice(10).join(' ')} }}
{{- mulf $number (get $units (trimPrefix $number $text)) }}
{{- end }}`;
}

function durationTemplate(chart: string): string {
  return `
{{/*
A duration such as 1m30s, in seconds.
*/}}
{{- define "${chart}.duration" -}}
{{- $seconds := 0 }}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- if not (kindIs "string" .) }}{{ $seconds = . }}{{ end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" . | ternary . "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}`;
}
