import { isObject, type Json, type JsonObject, sameJson } from '../json.ts';

/**
 * Whether a JSON schema takes a value, as far as the keywords go that a values.schema.json of ours has; others are
 * taken to hold.
 */
export function accepts(schema: Json, value: Json): boolean {
  if (!isObject(schema)) return schema !== false;
  return (
    Object.entries(schema).every(([keyword, limit]) => holds(keyword, limit, value)) &&
    (!isObject(value) || takesKeys(schema, value))
  );
}

function holds(keyword: string, limit: Json, value: Json): boolean {
  switch (keyword) {
    case 'type':
      return [limit].flat().some((type) => isOfType(value, type as string));
    case 'const':
      return sameJson(limit, value);
    case 'enum':
      return (limit as Json[]).some((each) => sameJson(each, value));
    case 'not':
      return !accepts(limit, value);
    case 'anyOf':
      return (limit as Json[]).some((each) => accepts(each, value));
    case 'allOf':
      return (limit as Json[]).every((each) => accepts(each, value));
  }
  if (typeof value === 'number') return numberHolds(keyword, limit as number, value);
  if (typeof value === 'string') return textHolds(keyword, limit, value);
  if (Array.isArray(value)) return listHolds(keyword, limit, value);
  return true;
}

function isOfType(value: Json, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : type === jsonType(value);
}

/** The name that JSON schemas have for a value's type. */
export function jsonType(value: Json): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as 'boolean' | 'number' | 'string' | 'object');
}

function numberHolds(keyword: string, limit: number, value: number): boolean {
  switch (keyword) {
    case 'minimum':
      return value >= limit;
    case 'exclusiveMinimum':
      return value > limit;
    case 'maximum':
      return value <= limit;
    case 'exclusiveMaximum':
      return value < limit;
    case 'multipleOf':
      return Number.isInteger(value / limit);
    default:
      return true;
  }
}

function textHolds(keyword: string, limit: Json, value: string): boolean {
  switch (keyword) {
    case 'minLength':
      return [...value].length >= (limit as number);
    case 'maxLength':
      return [...value].length <= (limit as number);
    case 'pattern':
      return new RegExp(limit as string, 'u').test(value);
    default:
      return true;
  }
}

function listHolds(keyword: string, limit: Json, value: readonly Json[]): boolean {
  switch (keyword) {
    case 'minItems':
      return value.length >= (limit as number);
    case 'maxItems':
      return value.length <= (limit as number);
    case 'items':
      return value.every((each) => accepts(limit, each));
    default:
      return true;
  }
}

function takesKeys(schema: JsonObject, value: JsonObject): boolean {
  const { properties = {}, required = [], additionalProperties = true, propertyNames = true } = schema;
  return (
    (required as string[]).every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, each]) => {
      const declared = Object.hasOwn(properties as JsonObject, key);
      return (
        accepts(propertyNames, key) && accepts(declared ? (properties as JsonObject)[key]! : additionalProperties, each)
      );
    })
  );
}
