import { ChartError } from './errors.ts';
import { fieldOf, goString, parenthesised } from './expression.ts';
import { goJson } from './go-json.ts';
import type { Condition, Operand, Rule } from './program.ts';
import { duration, EXAMPLES, pathsIn, quantity, UNITS, WORDS } from './rules.ts';
import { usualStringsOf } from './samples.ts';
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

/** Rules as data, those under the same guard together, and those that several groups of values share once. */
function rulesText(rules: readonly Rule[], shape: ObjectShape): string {
  return sharedRules(rules, shape)
    .flatMap(({ groups, rules }) => {
      if (groups.length < 2) return guardedRules(rules, shape);
      return [
        `{{- range $in := list ${groups.map(goString).join(' ')} }}`,
        '{{- $values := get $.Values $in }}',
        ...guardedRules(rules, shape, groups[0]),
        '{{- end }}',
      ];
    })
    .join('\n');
}

interface SharedRules {
  /** The first keys of the values that the rules hold for, one after the other. */
  readonly groups: readonly string[];
  /** The rules of the first of them. */
  readonly rules: readonly Rule[];
}

/** Neighbouring rules about one group of values, and the groups after it with the same rules. */
function sharedRules(rules: readonly Rule[], shape: ObjectShape): SharedRules[] {
  const shared: SharedRules[] = [];
  for (let start = 0, end: number; start < rules.length; start = end) {
    const group = groupOf(rules[start]!);
    end = start + 1;
    while (end < rules.length && groupOf(rules[end]!) === group) end++;
    const own = rules.slice(start, end);
    const last = shared.at(-1);
    const same =
      group !== undefined &&
      last?.groups[0] !== undefined &&
      guardedRules(own, shape, group).join() === guardedRules(last.rules, shape, last.groups[0]).join();
    if (same) shared[shared.length - 1] = { ...last, groups: [...last.groups, group] };
    else shared.push({ groups: group === undefined ? [] : [group], rules: own });
  }
  return shared;
}

/** The first key of all paths of a rule, where they have the same one and more after it. */
function groupOf({ left, right, when = [] }: Rule): string | undefined {
  const paths = [...pathsIn(left), ...pathsIn(right), ...when.map(({ path }) => path)];
  const [group, ...others] = new Set(paths.map((path) => (path.includes('.') ? path.split('.')[0]! : '')));
  return others.length === 0 && group !== '' ? group : undefined;
}

/** The lines of rules; those of a group have paths without its key, and are inside a loop over groups. */
function guardedRules(rules: readonly Rule[], shape: ObjectShape, group?: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const rule of rules) {
    const guards = (rule.when ?? []).map((condition) => conditionGo(condition, { shape, group }));
    const guard = guards.length > 1 ? `and ${guards.map(parenthesised).join(' ')}` : (guards[0] ?? '');
    if (guard !== open) {
      if (open !== '') lines.push('{{- end }}');
      if (guard !== '') lines.push(`{{- if ${guard} }}`);
      open = guard;
    }
    lines.push(ruleText(rule, { shape, group }));
  }
  if (open !== '') lines.push('{{- end }}');
  return lines;
}

/** The values that rules speak of, and the group whose key their paths leave out. */
interface Subject {
  readonly shape: ObjectShape;
  readonly group?: string;
}

function ruleText(rule: Rule, subject: Subject): string {
  const isSet = rule.op === 'is set';
  const right = isSet ? [] : [`"right" ${operandGo(rule.right!, subject)}`];
  const as = isSet || rule.as === undefined ? [] : [`"as" "${rule.as}"`];
  const must = rule.op === 'is set' ? 'set' : WORDS[rule.op];
  const sides = [`"left" ${operandGo(rule.left, subject)}`, [`"must be" "${must}"`, ...right, ...as].join(' ')];
  const start = subject.group === undefined ? '(dict' : '(dict "in" $in';
  return `{{- $rules = append $rules ${start}\n    ${sides.join('\n    ')}\n    "because" ${messageGo(rule.message)}) }}`;
}

/** A text in one line, or printed from several where it is long. */
function messageGo(message: string): string {
  if (message.length <= 120) return goString(message);
  const lines = message.match(/.{1,100}(?:\s|$)|\S{101,}\s?/g)!;
  return `(print\n        ${lines.map(goString).join('\n        ')})`;
}

/** A path as text, a number, or a dict for the others: data that the evaluator reads. */
function operandGo(operand: Operand, subject: Subject): string {
  if (typeof operand === 'number') return String(operand);
  if (typeof operand === 'string') {
    shapeAt(operand, subject.shape);
    return goString(keysOf(operand, subject).join('.'));
  }
  if ('path' in operand)
    return `(dict "path" ${operandGo(operand.path, subject)} "else" ${operandGo(operand.fallback, subject)})`;
  return `(dict "sum" (list ${operand.sum.map((each) => operandGo(each, subject)).join(' ')}))`;
}

function keysOf(path: string, { group }: Subject): string[] {
  return group === undefined ? path.split('.') : path.split('.').slice(1);
}

function conditionGo(condition: Condition, subject: Subject): string {
  const value = pathGo(condition.path, subject);
  const at = shapeAt(condition.path, subject.shape);
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

function pathGo(path: string, subject: Subject): string {
  return keysOf(path, subject).reduce(
    (parent, key) => fieldOf(parent, key),
    subject.group === undefined ? '.Values' : '$values',
  );
}

/** @throws ChartError when a rule names what is neither a value that is always there nor a key of a map. */
export function shapeAt(path: string, shape: ObjectShape): Shape {
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
      const wrong =
        text.kind === 'string'
          ? usualStringsOf(text).find((each) => ({ quantity, duration })[as](each) === undefined)
          : undefined;
      if (wrong === undefined) continue;
      throw new ChartError(
        `a rule reads values.${path} as a ${as}, but its schema allows ${goJson(wrong)}, which is none; give it a pattern that only takes ${as === 'quantity' ? 'quantities' : 'durations'}`,
      );
    }
  }
}

function evaluatorTemplates(chart: string): string {
  return `
{{/*
How one rule is broken, or nothing.
*/}}
{{- define "${chart}.rule" -}}
{{- $left := dict }}
{{- include "${chart}.operand" (dict "values" .values "in" .rule.in "operand" .rule.left "into" $left) }}
{{- $must := get .rule "must be" }}
{{- if eq $must "set" }}
{{- if or (kindIs "invalid" $left.value) (eq (toString $left.value) "") }}
{{- printf "%s is not set: %s" $left.name .rule.because }}
{{- end }}
{{- else }}
{{- $right := dict }}
{{- include "${chart}.operand" (dict "values" .values "in" .rule.in "operand" .rule.right "into" $right) }}
{{- if not (or (kindIs "invalid" $left.value) (kindIs "invalid" $right.value)) }}
{{- $as := printf "${chart}.%s" (.rule.as | default "integer") }}
{{- $a := include $as $left | float64 }}
{{- $b := include $as $right | float64 }}
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
while it is null, or a sum. Paths start below "in".
*/}}
{{- define "${chart}.operand" -}}
{{- $value := .values }}
{{- if kindIs "string" .operand }}
{{- $path := prepend (list .operand) .in | compact | join "." }}
{{- range splitList "." $path }}{{ $value = index $value . }}{{ end }}
{{- $_ := set .into "name" $path }}
{{- $_ = set .into "value" $value }}
{{- else if not (kindIs "map" .operand) }}
{{- $_ := set .into "name" "" }}
{{- $_ = set .into "value" .operand }}
{{- else if .operand.path }}
{{- include "${chart}.operand" (dict "values" .values "in" .in "operand" .operand.path "into" .into) }}
{{- if kindIs "invalid" .into.value }}
{{- include "${chart}.operand" (dict "values" .values "in" .in "operand" .operand.else "into" .into) }}
{{- end }}
{{- else }}
{{- $names := list }}
{{- $sum := 0 }}
{{- $known := true }}
{{- range .operand.sum }}
{{- $part := dict }}
{{- include "${chart}.operand" (dict "values" $.values "in" $.in "operand" . "into" $part) }}
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
{{- toJson .value }}
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
{{- $text := kindIs "string" .value | ternary .value (toJson .value) }}
{{- $number := regexFind "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?" $text }}
{{- $units := dict ${units.slice(0, 7).join(' ')}
    ${units.slice(7, 10).join(' ')}
    ${units.slice(10).join(' ')} }}
{{- $unit := trimPrefix $number $text }}
{{- if or (not $number) (not (hasKey $units $unit)) }}
{{- fail (printf "%s (%s) is no quantity; expected ${EXAMPLES.quantity}" .name (toJson .value)) }}
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
{{- if not (kindIs "string" .value) }}{{ $seconds = .value }}
{{- else if not (regexMatch "^([0-9]+([.][0-9]+)?(ms|[smhd]))+$" .value) }}
{{- fail (printf "%s (%s) is no duration; expected ${EXAMPLES.duration}" .name (toJson .value)) }}
{{- end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" .value | ternary .value "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}
`;
}
