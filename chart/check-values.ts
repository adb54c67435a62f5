import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import type { Bound, NumberShape, ObjectShape, Shape, StringShape } from './shape.ts';

/**
 * What is wrong with merged values, one line each: the path, the value, what was expected.
 * It accepts exactly what values.schema.json accepts. An empty list means that they are valid.
 */
export function checkValues(shape: ObjectShape, values: Json): string[] {
  const problems: string[] = [];
  visit(shape, values, '', problems, shape);
  return problems;
}

/** Valid values with every key there: null where a nullable is absent, defaults that values.yaml cannot hold filled in. */
export function completeValues(shape: Shape, value: Json | undefined): Json {
  if (value === undefined) {
    // Where values.yaml holds the default, a key that is absent was deleted on purpose.
    return shape.fixed || shape.fallback === undefined ? null : completeValues(shape, shape.fallback);
  }
  if (value === null) return null;
  if (shape.kind === 'object') {
    const complete: JsonObject = {};
    for (const [key, field] of Object.entries(shape.fields))
      setKey(complete, key, completeValues(field, own(value, key)));
    return complete;
  }
  if (shape.kind === 'list') return (value as Json[]).map((element) => completeValues(shape.element, element));
  if (shape.kind === 'map') {
    const complete: JsonObject = {};
    for (const key of Object.keys(value)) setKey(complete, key, completeValues(shape.value, own(value, key)));
    return complete;
  }
  return value;
}

function own(value: Json, key: string): Json | undefined {
  return Object.hasOwn(value as JsonObject, key) ? (value as JsonObject)[key] : undefined;
}

function visit(shape: Shape, value: Json | undefined, path: string, problems: string[], root: ObjectShape): void {
  if (value === undefined || value === null) {
    const optional = shape.nullable || (!shape.fixed && shape.fallback !== undefined && value === undefined);
    if (!optional) problems.push(`${path} is ${value === null ? 'null' : 'missing'}; expected ${expectation(shape)}`);
    return;
  }
  const wrong = () => problems.push(`${path} is ${print(value)}; expected ${expectation(shape)}`);
  switch (shape.kind) {
    case 'object':
      if (!isObject(value)) wrong();
      else visitObject(shape, value, path, problems, root);
      return;
    case 'list':
      if (!Array.isArray(value) || value.length < shape.minItems || value.length > (shape.maxItems ?? value.length))
        wrong();
      else value.forEach((element, i) => void visit(shape.element, element, `${path}[${i}]`, problems, root));
      return;
    case 'map':
      if (!isObject(value)) wrong();
      else {
        for (const [key, element] of Object.entries(value)) {
          if (key === '__proto__') {
            problems.push(`${path} has the key "__proto__"; expected another, because JavaScript cannot copy it`);
          } else if (!isText(shape.key, key))
            problems.push(`${path} has the key ${print(key)}; expected ${expectation(shape.key)}`);
          visit(shape.value, element, join(path, key), problems, root);
        }
      }
      return;
    case 'string':
      if (!isText(shape, value)) wrong();
      return;
    case 'number':
      if (!isNumber(shape, value)) wrong();
      return;
    case 'quantity':
      if (!isText(shape.text, value) && !isNumber(shape.number, value)) wrong();
      return;
    case 'boolean':
      if (typeof value !== 'boolean') wrong();
      return;
    case 'enum':
      if (!shape.options.includes(value as string)) wrong();
      return;
    case 'opaque':
      return;
  }
}

function visitObject(shape: ObjectShape, value: JsonObject, path: string, problems: string[], root: ObjectShape): void {
  for (const [key, field] of Object.entries(shape.fields))
    visit(field, own(value, key), join(path, key), problems, root);
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(shape.fields, key) || shape.rest !== undefined) continue;
    // Helm gives `global` to every chart, declared or not.
    if (path === '' && key === 'global') {
      if (!isObject(value[key])) problems.push(`global is ${print(value[key]!)}; expected a map`);
      continue;
    }
    const near = nearest(shape, key, path, root);
    problems.push(`${join(path, key)} is not a value${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
}

/** Whether a value is a string that the shape allows. */
export function isText(shape: StringShape, value: Json): boolean {
  if (typeof value !== 'string') return false;
  const length = [...value].length;
  if (length < shape.minLength || length > (shape.maxLength ?? length)) return false;
  return shape.patterns.every((pattern) => new RegExp(pattern, 'u').test(value));
}

/** Whether a value is a number that the shape allows. */
export function isNumber(shape: NumberShape, value: Json): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value) || (shape.integer && !Number.isInteger(value))) return false;
  const above = shape.min.inclusive ? value >= shape.min.value : value > shape.min.value;
  return above && (shape.max.inclusive ? value <= shape.max.value : value < shape.max.value);
}

/** What a value of this shape is, in words. */
export function expectation(shape: Shape): string {
  return `${kindInWords(shape)}${shape.nullable ? ' or null' : ''}`;
}

function kindInWords(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
      return `a string${lengths('character', shape.minLength, shape.maxLength)}${shape.patterns.map((p) => ` that matches ${p}`).join(' and')}`;
    case 'number':
      return `${shape.integer ? 'an integer' : 'a number'}${range(shape)}`;
    case 'quantity':
      return `${kindInWords(shape.text)} or ${kindInWords(shape.number)}`;
    case 'boolean':
      return 'true or false';
    case 'enum':
      return `one of ${shape.options.map((option) => (option === '' ? '""' : option)).join(', ')}`;
    case 'list':
      return `a list${lengths('element', shape.minItems, shape.maxItems)}`;
    case 'map':
      return 'a map';
    case 'object':
      if (shape.rest !== undefined) return 'a map';
      return `a map with ${Object.keys(shape.fields).join(', ') || 'no keys'}`;
    case 'opaque':
      return 'anything but null';
  }
}

function lengths(unit: string, min: number, max: number | undefined): string {
  if (min > 0 && max !== undefined)
    return min === max ? ` of ${plural(min, unit)}` : ` of ${min} to ${plural(max, unit)}`;
  if (min > 0) return ` of at least ${plural(min, unit)}`;
  return max === undefined ? '' : ` of at most ${plural(max, unit)}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function range({ min, max, integer }: NumberShape): string {
  const limit = (bound: Bound, safe: number) => Number.isFinite(bound.value) && !(integer && bound.value === safe);
  const low = limit(min, Number.MIN_SAFE_INTEGER);
  const high = limit(max, Number.MAX_SAFE_INTEGER);
  if (low && high && min.inclusive && max.inclusive) return ` from ${min.value} to ${max.value}`;
  const parts = [];
  if (low) parts.push(`${min.inclusive ? 'at least' : 'above'} ${min.value}`);
  if (high) parts.push(`${max.inclusive ? 'at most' : 'below'} ${max.value}`);
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

function print(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The declared value whose name is closest to an unknown one: a sibling first, else the same key elsewhere. */
function nearest(shape: ObjectShape, key: string, path: string, root: ObjectShape): string | undefined {
  const ranked = Object.keys(shape.fields)
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= 0.5) return join(path, best.name);
  return pathsOf(root).find((known) => known.endsWith(`.${key}`));
}

function pathsOf(shape: Shape): string[] {
  if (shape.kind !== 'object') return [];
  return Object.values(shape.fields).flatMap((field) => [field.path, ...pathsOf(field)]);
}

/** Edit distance as a share of the longer name; a common prefix counts as half the way. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  let prefix = 0;
  while (prefix < Math.min(a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  const edits = row[b.length]! / Math.max(a.length, b.length);
  return prefix >= 4 ? edits / 2 : edits;
}
