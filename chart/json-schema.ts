import { isText } from './check-values.ts';
import type { Json, JsonObject } from './json.ts';
import { setKey } from './json.ts';
import type { NumberShape, ObjectShape, Shape, StringShape } from './shape.ts';

/** values.schema.json (draft-07): what `checkValues` accepts, for Helm. */
export function jsonSchema(shape: ObjectShape): JsonObject {
  const schema = schemaOf(shape);
  const properties = schema.properties as JsonObject;
  // Helm gives `global` to every chart, so that charts can be used as subcharts.
  if (!Object.hasOwn(properties, 'global')) setKey(properties, 'global', { type: 'object' });
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
}

function schemaOf(shape: Shape): JsonObject {
  const description: JsonObject = shape.description === undefined ? {} : { description: shape.description };
  const schema = { ...description, ...notNullSchema(shape) };
  if (!shape.nullable) return schema;
  if (shape.kind === 'opaque') return description;
  if (shape.kind === 'enum') return { ...schema, enum: [...(schema.enum as Json[]), null] };
  if (shape.kind === 'quantity') return { ...schema, anyOf: [...(schema.anyOf as Json[]), { type: 'null' }] };
  return { ...schema, type: [schema.type as string, 'null'] };
}

function notNullSchema(shape: Shape): JsonObject {
  switch (shape.kind) {
    case 'object':
      return objectSchema(shape);
    case 'string':
      return stringSchema(shape);
    case 'number':
      return numberSchema(shape);
    case 'quantity':
      return { anyOf: [stringSchema(shape.text), numberSchema(shape.number)] };
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { enum: [...shape.options] };
    case 'list':
      return {
        type: 'array',
        items: schemaOf(shape.element),
        ...(shape.minItems > 0 ? { minItems: shape.minItems } : {}),
        ...(shape.maxItems === undefined ? {} : { maxItems: shape.maxItems }),
      };
    case 'map': {
      const { type: _, ...names } = stringSchema(shape.key);
      // JavaScript cannot copy this key.
      if (isText(shape.key, '__proto__')) names.not = { const: '__proto__' };
      return {
        type: 'object',
        ...(Object.keys(names).length > 0 ? { propertyNames: names } : {}),
        additionalProperties: schemaOf(shape.value),
      };
    }
    case 'opaque':
      return { type: ['object', 'array', 'string', 'number', 'boolean'] };
  }
}

function objectSchema(shape: ObjectShape): JsonObject {
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const [key, field] of Object.entries(shape.fields)) {
    setKey(properties, key, schemaOf(field));
    if (!field.nullable && (field.fixed || field.fallback === undefined)) required.push(key);
  }
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(shape.rest === undefined ? { additionalProperties: false } : {}),
  };
}

function stringSchema(shape: StringShape): JsonObject {
  const [pattern, ...more] = shape.patterns;
  return {
    type: 'string',
    ...(shape.minLength > 0 ? { minLength: shape.minLength } : {}),
    ...(shape.maxLength === undefined ? {} : { maxLength: shape.maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(more.length === 0 ? {} : { allOf: more.map((each) => ({ pattern: each })) }),
  };
}

function numberSchema({ integer, min, max }: NumberShape): JsonObject {
  const schema: JsonObject = { type: integer ? 'integer' : 'number' };
  if (Number.isFinite(min.value)) schema[min.inclusive ? 'minimum' : 'exclusiveMinimum'] = min.value;
  if (Number.isFinite(max.value)) schema[max.inclusive ? 'maximum' : 'exclusiveMaximum'] = max.value;
  return schema;
}
