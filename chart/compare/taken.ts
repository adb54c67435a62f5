import { isObject, type Json, type JsonObject, sameJson } from '../json.ts';
import { yamlScalar } from '../scalar.ts';
import { jsonType } from './accepts.ts';

export type JsonType = ReturnType<typeof jsonType>;

/** What a JSON schema takes, type by type: for each the keywords that limit it. */
export type Taken = ReadonlyMap<JsonType, JsonObject>;

/** A JSON schema, without texts, by the types that it takes. An integer is a number that is a multiple of 1. */
export function takenBy(schema: Json): Taken {
  if (!isObject(schema)) return new Map(schema === false ? [] : TYPES.map((type) => [type, {}]));
  const { type, enum: options, const: only, anyOf, ...rest } = schema;
  const limits = patternsTogether(rest);
  if (anyOf !== undefined && type === undefined) return unionOf(anyOf as Json[], limits);
  const values = (only === undefined ? options : [only]) as Json[] | undefined;
  const named = [type ?? TYPES].flat() as string[];
  const taken = new Map<JsonType, JsonObject>();
  for (const each of TYPES) {
    const integer = each === 'number' && named.includes('integer') && !named.includes('number');
    if (!integer && !named.includes(each)) continue;
    const allowed = values?.filter((value) => jsonType(value) === each);
    if (allowed?.length === 0) continue;
    taken.set(each, {
      ...ofType(each, limits),
      ...(integer ? { multipleOf: 1 } : {}),
      ...(allowed === undefined || each === 'null' ? {} : { enum: allowed }),
      ...(anyOf === undefined ? {} : { anyOf }),
    });
  }
  return taken;
}

const TYPES: readonly JsonType[] = ['string', 'number', 'boolean', 'array', 'object', 'null'];

/** Branches of different types become one map; of branches for the same type only their sum can be compared. */
function unionOf(branches: readonly Json[], limits: JsonObject): Taken {
  const taken = new Map<JsonType, JsonObject>();
  for (const branch of branches) {
    for (const [type, own] of takenBy(branch)) {
      const before = taken.get(type);
      const both = before === undefined || sameJson(before, own) ? own : { anyOf: [before, own] };
      taken.set(type, { ...both, ...ofType(type, limits) });
    }
  }
  return taken;
}

/** One pattern or several, always as a list. */
function patternsTogether({ pattern, allOf, ...rest }: JsonObject): JsonObject {
  const parts = (allOf ?? []) as JsonObject[];
  if (!parts.every((part) => Object.keys(part).join() === 'pattern'))
    return { ...rest, ...defined({ pattern, allOf }) };
  const patterns = [...(pattern === undefined ? [] : [pattern]), ...parts.map((part) => part.pattern!)];
  return patterns.length === 0 ? rest : { ...rest, patterns };
}

function defined(map: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** The keywords that say something about a type, and those that are about all. */
function ofType(type: JsonType, limits: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(limits).filter(([keyword]) => (ABOUT[keyword] ?? type) === type));
}

const ABOUT: Readonly<Record<string, JsonType>> = {
  ...{ minLength: 'string', maxLength: 'string', pattern: 'string', patterns: 'string', format: 'string' },
  ...{ minimum: 'number', maximum: 'number', exclusiveMinimum: 'number', exclusiveMaximum: 'number' },
  ...{ multipleOf: 'number', items: 'array', minItems: 'array', maxItems: 'array', uniqueItems: 'array' },
  ...{ properties: 'object', required: 'object', additionalProperties: 'object', propertyNames: 'object' },
  ...{ minProperties: 'object', maxProperties: 'object' },
};

/** A JSON schema without what only people read, all the way down. */
export function withoutTexts<J extends Json>(schema: J): J {
  if (Array.isArray(schema)) return schema.map(withoutTexts) as J;
  if (!isObject(schema)) return schema;
  // A value that is named `description` has a map below it, not a text.
  const kept = Object.entries(schema).filter(([key, value]) => !TEXTS.includes(key) || typeof value !== 'string');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutTexts(value)])) as J;
}

const TEXTS = ['description', 'title', '$comment', '$schema', '$id'];

/** What is taken, in words: `a string or null`. */
export function takenInWords(taken: Taken): string {
  const types = [...taken.keys()];
  if (types.length === TYPES.length) return 'anything';
  if (types.length === TYPES.length - 1 && !taken.has('null')) return 'anything but null';
  return types.map((type) => typeInWords(type, taken.get(type)!)).join(' or ');
}

/** One type, in words: `an integer`, `one of a, b`. */
export function typeInWords(type: JsonType, limits: JsonObject = {}): string {
  if (type === 'number' && limits.multipleOf === 1) return 'an integer';
  if (limits.enum !== undefined) return optionsInWords(limits.enum as Json[]);
  return WORDS[type];
}

export function optionsInWords(options: readonly Json[]): string {
  return `${options.length === 1 ? '' : 'one of '}${options.map(inWords).join(', ')}`;
}

/** A value as a values file may have it, cut where it is long. */
export function inWords(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'object' ? JSON.stringify(value) : yamlScalar(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const WORDS: Readonly<Record<JsonType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'null',
};
