import { parenthesised } from './condition.ts';
import { ChartError } from './errors.ts';
import { goString, isIdentifier } from './expression.ts';
import { goJson } from './intrinsics.ts';
import type { Condition, Operand, Rule } from './program.ts';
import { duration, pathsIn, quantity, UNITS, WORDS } from './rules.ts';
import { stringsOf } from './samples.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** Named templates that fail with the words of `brokenRules`; '' where there are no rules. */
export function rulesTemplate(rules: readonly Rule[], chart: string, shape: ObjectShape): string {
  if (rules.length === 0) return '';
  const kinds = new Set(rules.map(({ as }) => as ?? 'integer'));
  return `{{/*
Rules across values: fails with every one that is broken.
*/}}
{{- define "${chart}.rules" -}}
{{- $rules := list }}
${rulesText(rules, shape)}
{{- $broken := list }}
{{- range $rules }}
{{- with include "${chart}.rule" (dict "values" $.Values "rule" .) }}{{ $broken = append $broken . }}{{ end }}
{{- end }}
{{- if $broken }}
{{- fail (printf "\\n%s" (join "\\n" $broken)) }}
{{- end }}
{{- end }}
${evaluatorTemplates(chart)}${kinds.has('integer') ? integerTemplate(chart) : ''}${kinds.has('quantity') ? quantityTemplate(chart) : ''}${kinds.has('duration') ? durationTemplate(chart) : ''}`;
}

/** Rules as data, those under the same guard together. */
function rulesText(rules: readonly Rule[], shape: ObjectShape): string {
  const lines: string[] = [];
  let open = '';
  for (const rule of rules) {
    const guards = (rule.when ?? []).map((condition) => conditionGo(condition, shape));
    const guard = guards.length > 1 ? `and ${guards.map(parenthesised).join(' ')}` : (guards[0] ?? '');
    if (guard !== open) {
      if (open !== '') lines.push('{{- end }}');
      if (guard !== '') lines.push(`{{- if ${guard} }}`);
      open = guard;
    }
    lines.push(ruleText(rule, shape));
  }
  if (open !== '') lines.push('{{- end }}');
  return lines.join('\n');
}

function ruleText(rule: Rule, shape: ObjectShape): string {
  const isSet = rule.op === 'is set';
  const right = isSet ? [] : [`"right" ${operandGo(rule.right!, shape)}`];
  const as = isSet || rule.as === undefined ? [] : [`"as" "${rule.as}"`];
  const must = rule.op === 'is set' ? 'set' : WORDS[rule.op];
  const sides = [`"left" ${operandGo(rule.left, shape)}`, [`"must be" "${must}"`, ...right, ...as].join(' ')];
  return `{{- $rules = append $rules (dict\n    ${sides.join('\n    ')}\n    "because" ${goString(rule.message)}) }}`;
}

/** A path as text, a number, or a dict for the others: data that the evaluator reads. */
function operandGo(operand: Operand, shape: ObjectShape): string {
  if (typeof operand === 'number') return String(operand);
  if (typeof operand === 'string') {
    shapeAt(operand, shape);
    return goString(operand);
  }
  if ('path' in operand)
    return `(dict "path" ${operandGo(operand.path, shape)} "else" ${operandGo(operand.fallback, shape)})`;
  return `(dict "sum" (list ${operand.sum.map((each) => operandGo(each, shape)).join(' ')}))`;
}

function conditionGo(condition: Condition, shape: ObjectShape): string {
  const value = pathGo(condition.path, shape);
  const at = shapeAt(condition.path, shape);
  const options = condition.in;
  if (options === undefined) return `not (kindIs "invalid" ${value})`;
  const [only] = options;
  if (!at.nullable && at.kind === 'boolean' && options.length === 1) return only === true ? value : `not ${value}`;
  if (options.length === 1 && only === null) return `kindIs "invalid" ${value}`;
  if (!at.nullable && (at.kind === 'enum' || at.kind === 'string'))
    return `eq ${value} ${options.map((each) => goString(String(each))).join(' ')}`;
  // Go compares only values of the same type, JSON compares all.
  return `has (toJson ${value}) (list ${options.map((each) => goString(goJson(each))).join(' ')})`;
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

/**
 * Checks rules against the schema.
 *
 * @throws ChartError for a path that is no value, and for a value that need not be a quantity or duration.
 */
export function checkRules(rules: readonly Rule[], shape: ObjectShape): void {
  rulesTemplate(rules, 'check', shape);
  for (const { as, left, right } of rules) {
    if (as !== 'quantity' && as !== 'duration') continue;
    for (const path of [...pathsIn(left), ...pathsIn(right)]) {
      const at = shapeAt(path, shape);
      const text = at.kind === 'quantity' ? at.text : at;
      const wrong = text.kind === 'string' ? stringsOf(text).find((each) => !reads(each, as)) : undefined;
      if (wrong === undefined) continue;
      throw new ChartError(
        `a rule reads values.${path} as a ${as}, but its schema allows ${goJson(wrong)}, which is none; give it a pattern that only takes ${as === 'quantity' ? 'quantities' : 'durations'}`,
      );
    }
  }
}

function reads(text: string, as: 'quantity' | 'duration'): boolean {
  try {
    (as === 'quantity' ? quantity : duration)(text);
    return true;
  } catch {
    return false;
  }
}

function evaluatorTemplates(chart: string): string {
  return `
{{/*
How one rule is broken, or nothing.
*/}}
{{- define "${chart}.rule" -}}
{{- $left := dict }}
{{- include "${chart}.operand" (dict "values" .values "operand" .rule.left "into" $left) }}
{{- $must := get .rule "must be" }}
{{- if eq $must "set" }}
{{- if or (kindIs "invalid" $left.value) (eq (toString $left.value) "") }}
{{- printf "%s is not set: %s" $left.name .rule.because }}
{{- end }}
{{- else }}
{{- $right := dict }}
{{- include "${chart}.operand" (dict "values" .values "operand" .rule.right "into" $right) }}
{{- if not (or (kindIs "invalid" $left.value) (kindIs "invalid" $right.value)) }}
{{- $as := printf "${chart}.%s" (.rule.as | default "integer") }}
{{- $a := include $as $left.value | float64 }}
{{- $b := include $as $right.value | float64 }}
{{- $holds := dict "less than" (lt $a $b) "at most" (le $a $b) "equal to" (eq $a $b)
    "different from" (ne $a $b) "at least" (ge $a $b) "more than" (gt $a $b) }}
{{- if not (get $holds $must) }}
{{- $sides := list }}
{{- range list $left $right }}
{{- $sides = append $sides (ternary (toJson .value) (printf "%s (%s)" .name (toJson .value)) (eq .name "")) }}
{{- end }}
{{- printf "%s must be %s %s: %s" (first $sides) $must (last $sides) .rule.because }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Puts the name and the value of one side of a rule into a dict: a path, a number, a path with another that it follows
while it is null, or a sum.
*/}}
{{- define "${chart}.operand" -}}
{{- $value := .values }}
{{- if kindIs "string" .operand }}
{{- range splitList "." .operand }}{{ $value = index $value . }}{{ end }}
{{- $_ := set .into "name" .operand }}
{{- $_ = set .into "value" $value }}
{{- else if not (kindIs "map" .operand) }}
{{- $_ := set .into "name" "" }}
{{- $_ = set .into "value" .operand }}
{{- else if .operand.path }}
{{- include "${chart}.operand" (dict "values" .values "operand" .operand.path "into" .into) }}
{{- if kindIs "invalid" .into.value }}
{{- include "${chart}.operand" (dict "values" .values "operand" .operand.else "into" .into) }}
{{- end }}
{{- else }}
{{- $names := list }}
{{- $sum := 0 }}
{{- $known := true }}
{{- range .operand.sum }}
{{- $part := dict }}
{{- include "${chart}.operand" (dict "values" $.values "operand" . "into" $part) }}
{{- $names = append $names ($part.name | default (toJson $part.value)) }}
{{- if kindIs "invalid" $part.value }}{{ $known = false }}{{ else }}{{ $sum = addf $sum $part.value }}{{ end }}
{{- end }}
{{- $_ := set .into "name" (join " + " $names) }}
{{- if $known }}{{ $_ = set .into "value" $sum }}{{ end }}
{{- end }}
{{- end }}
`;
}

function integerTemplate(chart: string): string {
  return `
{{- define "${chart}.integer" -}}
{{- toJson . }}
{{- end }}
`;
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
{{- $number := regexFind "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?" $text }}
{{- $units := dict ${units.slice(0, 7).join(' ')}
    ${units.slice(7, 10).join(' ')}
    ${units.slice(10).join(' ')} }}
{{- $unit := trimPrefix $number $text }}
{{- if or (not $number) (not (hasKey $units $unit)) }}
{{- fail (printf "'%s' is no quantity; expected a number with a unit such as m, Ki or Mi" $text) }}
{{- end }}
{{- mulf $number (get $units $unit) }}
{{- end }}
`;
}

function durationTemplate(chart: string): string {
  return `
{{/*
A duration such as 1m30s, in seconds.
*/}}
{{- define "${chart}.duration" -}}
{{- $seconds := 0 }}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- if not (kindIs "string" .) }}{{ $seconds = . }}
{{- else if not (regexMatch "^([0-9]+([.][0-9]+)?(ms|[smhd]))+$" .) }}
{{- fail (printf "'%s' is no duration; expected numbers with units such as 90s or 1m30s" .) }}
{{- end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" . | ternary . "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}
`;
}
