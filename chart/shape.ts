import type { z } from 'zod';
import { ChartError } from './errors.ts';
import { isObject, type Json, type JsonObject, setKey } from './json.ts';
import { opened } from './open-shape.ts';
import { patternOf } from './portable-pattern.ts';

interface Common {
  /** Dotted path from the top, `[]` for an element of a list or map. */
  readonly path: string;
  readonly description?: string;
  readonly nullable: boolean;
  /** What the schema's author wrote as the default; undefined where there is none. */
  readonly fallback?: Json;
  /** Whether values.yaml holds this place, so that the key exists in every valid set of values. */
  readonly fixed: boolean;
}

export type Shape = Common &
  (
    | {
        readonly kind: 'object';
        readonly fields: Readonly<Record<string, Shape>>;
        /** Where other keys are taken too: the defaults of those that have one. `build` does not see them. */
        readonly rest?: JsonObject;
      }
    | {
        readonly kind: 'string';
        readonly minLength: number;
        readonly maxLength?: number;
        readonly patterns: readonly string[];
        /** From `.meta({ examples })`: texts to try where the pattern takes nothing usual. */
        readonly examples: readonly string[];
      }
    | { readonly kind: 'number'; readonly integer: boolean; readonly min: Bound; readonly max: Bound }
    | { readonly kind: 'quantity'; readonly text: StringShape; readonly number: NumberShape }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'enum'; readonly options: readonly string[] }
    | { readonly kind: 'list'; readonly element: Shape; readonly minItems: number; readonly maxItems?: number }
    | { readonly kind: 'map'; readonly key: StringShape; readonly value: Shape }
    | { readonly kind: 'opaque' }
  );

export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

export type ObjectShape = Extract<Shape, { kind: 'object' }>;
export type StringShape = Extract<Shape, { kind: 'string' }>;
export type NumberShape = Extract<Shape, { kind: 'number' }>;
export type ListShape = Extract<Shape, { kind: 'list' }>;
export type MapShape = Extract<Shape, { kind: 'map' }>;
export type QuantityShape = Extract<Shape, { kind: 'quantity' }>;

/**
 * Reads a zod schema into the closed list of shapes that both TypeScript and Helm can check alike.
 *
 * @throws ChartError naming the path of whatever is outside that list.
 */
export function shapeOf(schema: z.ZodObject): ObjectShape {
  const shape = read(schema, { path: '', fixed: true }) as ObjectShape;
  // A chart above gives all of its `global`, whatever this one declares of it.
  const { global } = shape.fields;
  if (global === undefined) return shape;
  if (global.nullable || !['object', 'map', 'opaque'].includes(global.kind))
    throw refuse('global', 'may be something else than a map', 'Helm makes it one in every chart; use z.object()');
  return { ...shape, fields: { ...shape.fields, global: opened(global) } };
}

/** The values of a shape that values.yaml holds: every key's default, null for a nullable without one. */
export function defaultsOf(shape: Shape): Json {
  if (shape.kind === 'object' && (shape.fixed || shape.fallback !== undefined) && shape.fallback !== null) {
    const defaults: JsonObject = {};
    for (const [key, field] of Object.entries(shape.fields)) {
      if (field.fixed) setKey(defaults, key, defaultsOf(field));
    }
    for (const [key, value] of Object.entries(shape.rest ?? {})) setKey(defaults, key, value);
    return defaults;
  }
  if (shape.fallback !== undefined) return shape.fallback;
  return null;
}

/** The shape without its nullability. */
export function notNull<S extends Shape>(shape: S): S {
  return shape.nullable ? { ...shape, nullable: false } : shape;
}

/** Whether every valid value that is not null is true to Helm's `if`. */
export function alwaysTruthy(shape: Shape): boolean {
  switch (shape.kind) {
    case 'string':
      return shape.minLength > 0 || shape.patterns.some((pattern) => !new RegExp(pattern, 'u').test(''));
    case 'number':
      return shape.min.value > 0 || (shape.min.value === 0 && !shape.min.inclusive) || shape.max.value < 0;
    case 'quantity':
      return alwaysTruthy(shape.text) && alwaysTruthy(shape.number);
    case 'enum':
      return !shape.options.includes('');
    case 'list':
      return shape.minItems > 0;
    default:
      return false;
  }
}

interface Place {
  readonly path: string;
  readonly fixed: boolean;
  /** The default that an enclosing default gives to this place. */
  readonly given?: Json;
}

type Wrapped = { type: string; innerType?: z.ZodType; defaultValue?: unknown };

function read(schema: z.ZodType, place: Place): Shape {
  let inner = schema;
  let nullable = false;
  let description: string | undefined;
  let fallback: Json | undefined;
  const examples: string[] = [];
  for (;;) {
    description ??= inner.description;
    examples.push(...examplesOf(inner));
    const def = inner.def as unknown as Wrapped;
    if (def.type === 'default' || def.type === 'prefault') fallback ??= def.defaultValue as Json;
    else if (def.type === 'nullable' || def.type === 'optional') nullable = true;
    else break;
    inner = def.innerType as z.ZodType;
  }
  if (place.given !== undefined) fallback = place.given;
  if (fallback === undefined && nullable && place.fixed) fallback = null;
  if (fallback === undefined && place.fixed && place.path !== '') {
    throw refuse(place.path, 'has no default', 'values.yaml must be able to hold it: add .default(...) or .nullable()');
  }
  const common: Common = { path: place.path, description, nullable, fallback, fixed: place.fixed };
  const shape = { ...common, ...kindOf(inner, { ...common, examples }) } as Shape;
  if (shape.kind === 'map' && isObject(fallback)) {
    for (const [key, value] of Object.entries(fallback)) refuseLostNull(shape.value, value, `${shape.path}.${key}`);
  }
  return shape;
}

/** Helm 4 drops a null inside a map of values.yaml, and Helm 3 keeps it: the value that it is for has a default then. */
function refuseLostNull(shape: Shape, value: Json | undefined, path: string): void {
  if (value === null && shape.fallback !== undefined && shape.fallback !== null) {
    throw refuse(
      path,
      `is null by default, which Helm 3 and Helm 4 read differently, because it has a default of its own: ${JSON.stringify(shape.fallback)}`,
      'give that another way to say null, such as an option of an enum',
    );
  }
  if (!isObject(value)) return;
  const inside = (key: string) =>
    shape.kind === 'object' ? shape.fields[key] : shape.kind === 'map' ? shape.value : undefined;
  for (const [key, each] of Object.entries(value)) {
    const field = inside(key);
    if (field !== undefined) refuseLostNull(field, each, `${path}.${key}`);
  }
}

type Kind<S = Shape> = S extends Shape ? Omit<S, keyof Common> : never;

function kindOf(schema: z.ZodType, at: Common & { readonly examples: readonly string[] }): Kind {
  const def = schema.def as unknown as { type: string } & Record<string, unknown>;
  const checks = (def.checks as { _zod: { def: Check } }[] | undefined)?.map((check) => check._zod.def) ?? [];
  if (def.coerce === true) throw refuse(at.path, 'is coerced, which a chart cannot do', 'leave out z.coerce');
  if (def.type === 'string' && def.format !== undefined) {
    throw refuse(at.path, `has the format '${def.format}', which a chart cannot check`, 'use z.string() with a regex');
  }
  if (checks.length > 0 && !CHECKED.includes(def.type)) {
    throw refuse(
      at.path,
      `has the check '${checks[0]!.check}', which a chart cannot make`,
      'leave it out, or add a rule',
    );
  }
  switch (def.type) {
    case 'object':
      return objectOf(def, at);
    case 'string':
      return stringOf(checks, at.path, at.examples);
    case 'int':
    case 'number':
      return numberOf(def as Check, checks, at.path);
    case 'boolean':
      return { kind: 'boolean' };
    case 'enum':
      return enumOf(def.entries as Record<string, unknown>, at.path);
    case 'array':
      return listOf(def.element as z.ZodType, checks, at.path);
    case 'record':
      return mapOf(def, checks, at.path);
    case 'union':
      return quantityOf(def.options as z.ZodType[], at.path);
    case 'unknown':
    case 'any':
      return { kind: 'opaque' };
    default:
      throw refuse(at.path, `is a zod '${def.type}', which a chart cannot check`, SUPPORTED);
  }
}

/** Types whose checks have a counterpart in a chart. */
const CHECKED = ['string', 'number', 'int', 'array', 'record'];

const SUPPORTED =
  'use object, string, int, number, boolean, enum, array, record, nullable, optional, default, prefault, unknown, or a union of string and number';

function objectOf(def: Record<string, unknown>, at: Common): Kind {
  const catchall = (def.catchall as z.ZodType | undefined)?.def.type;
  if (catchall !== undefined && catchall !== 'never') {
    throw refuse(at.path, 'is an object that takes unknown keys', 'use z.object(), or z.record() for free keys');
  }
  const fixed = at.fixed && at.fallback !== null;
  const fields: Record<string, Shape> = {};
  for (const [key, field] of Object.entries(def.shape as Record<string, z.ZodType>)) {
    const given = (at.fallback as JsonObject | null | undefined)?.[key];
    setKey(
      fields,
      key,
      read(field, { path: at.path === '' ? key : `${at.path}.${key}`, fixed, given: fixed ? given : undefined }),
    );
  }
  return { kind: 'object', fields };
}

interface Check {
  readonly check?: string;
  readonly format?: string;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly pattern?: RegExp;
}

function stringOf(checks: readonly Check[], path: string, examples: readonly string[]): Kind<StringShape> {
  let minLength = 0;
  let maxLength: number | undefined;
  const patterns: string[] = [];
  for (const check of checks) {
    if (check.check === 'min_length') minLength = Math.max(minLength, check.minimum!);
    else if (check.check === 'max_length') maxLength = Math.min(maxLength ?? Number.POSITIVE_INFINITY, check.maximum!);
    else if (check.check === 'length_equals') minLength = maxLength = check.length!;
    else if (check.check === 'string_format' && check.format === 'regex')
      patterns.push(patternOf(check.pattern!, path));
    else
      throw refuse(
        path,
        `has the check '${check.format ?? check.check}', which a chart cannot make`,
        'use min, max, length or regex',
      );
  }
  return { kind: 'string', minLength, maxLength, patterns, examples };
}

function examplesOf(schema: z.ZodType): string[] {
  const examples = schema.meta()?.examples;
  return Array.isArray(examples) ? examples.filter((each): each is string => typeof each === 'string') : [];
}

function numberOf(def: Check, checks: readonly Check[], path: string): Kind<NumberShape> {
  let integer = def.format !== undefined;
  let min: Bound = { value: Number.NEGATIVE_INFINITY, inclusive: true };
  let max: Bound = { value: Number.POSITIVE_INFINITY, inclusive: true };
  for (const check of checks) {
    const bound = { value: check.value!, inclusive: check.inclusive === true };
    if (check.check === 'greater_than') min = tighter(min, bound, bound.value > min.value);
    else if (check.check === 'less_than') max = tighter(max, bound, bound.value < max.value);
    else if (check.check === 'number_format' && check.format === 'safeint') integer = true;
    else
      throw refuse(
        path,
        `has the check '${check.format ?? check.check}', which a chart cannot make`,
        'use int, min, max, gt or lt',
      );
  }
  if (def.format !== undefined && def.format !== 'safeint')
    throw refuse(path, `has the number format '${def.format}'`, 'use z.int() or z.number()');
  if (integer) {
    min = tighter(min, { value: Number.MIN_SAFE_INTEGER, inclusive: true }, min.value < Number.MIN_SAFE_INTEGER);
    max = tighter(max, { value: Number.MAX_SAFE_INTEGER, inclusive: true }, max.value > Number.MAX_SAFE_INTEGER);
  }
  return { kind: 'number', integer, min, max };
}

function tighter(old: Bound, bound: Bound, closer: boolean): Bound {
  if (old.value === bound.value) return { value: old.value, inclusive: old.inclusive && bound.inclusive };
  return closer ? bound : old;
}

function enumOf(entries: Record<string, unknown>, path: string): Kind {
  const options = Object.values(entries);
  if (!options.every((option) => typeof option === 'string')) {
    throw refuse(path, 'is an enum of other things than strings', 'use z.enum([...]) of strings');
  }
  return { kind: 'enum', options };
}

function listOf(element: z.ZodType, checks: readonly Check[], path: string): Kind<ListShape> {
  let minItems = 0;
  let maxItems: number | undefined;
  for (const check of checks) {
    if (check.check === 'min_length') minItems = Math.max(minItems, check.minimum!);
    else if (check.check === 'max_length') maxItems = Math.min(maxItems ?? Number.POSITIVE_INFINITY, check.maximum!);
    else if (check.check === 'length_equals') minItems = maxItems = check.length!;
    else throw refuse(path, `has the check '${check.check}', which a chart cannot make`, 'use min, max or length');
  }
  return { kind: 'list', element: elementOf(element, path), minItems, maxItems };
}

function mapOf(def: Record<string, unknown>, checks: readonly Check[], path: string): Kind<MapShape> {
  const key = read(def.keyType as z.ZodType, { path: `${path}[key]`, fixed: false });
  if (key.kind !== 'string' || key.nullable)
    throw refuse(path, 'is a record whose keys are no strings', 'use z.record(z.string(), ...)');
  if (checks.length > 0)
    throw refuse(path, `has the check '${checks[0]!.check}', which a chart cannot make`, 'leave it out');
  return { kind: 'map', key, value: elementOf(def.valueType as z.ZodType, path) };
}

function elementOf(schema: z.ZodType, path: string): Shape {
  const element = read(schema, { path: `${path}[]`, fixed: false });
  if (element.fallback !== undefined)
    throw refuse(
      element.path,
      'is an element with a default',
      'give the default to the list or map, or to keys of the element',
    );
  if (element.nullable) throw refuse(element.path, 'is an element that may be null', 'leave null elements out');
  return element;
}

function quantityOf(options: z.ZodType[], path: string): Kind {
  const shapes = options.map((option) => read(option, { path, fixed: false }));
  const text = shapes.find((shape): shape is StringShape => shape.kind === 'string');
  const number = shapes.find((shape): shape is NumberShape => shape.kind === 'number');
  if (shapes.length !== 2 || text === undefined || number === undefined || shapes.some((shape) => shape.nullable)) {
    throw refuse(path, 'is a union of other things than one string and one number', SUPPORTED);
  }
  return { kind: 'quantity', text, number };
}

/** How values that a chart cannot check are refused. */
export function refuse(path: string, fact: string, way: string): ChartError {
  return new ChartError(`${path === '' ? 'values' : `values.${path}`} ${fact}; ${way}`);
}
