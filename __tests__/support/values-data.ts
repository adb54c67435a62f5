import { z } from 'zod';
import type { ValuesData } from '../../chart/compare/compare-schemas.ts';
import type { JsonObject } from '../../chart/json.ts';
import { jsonSchema } from '../../chart/json-schema.ts';
import { defaultsOf, type ObjectShape, shapeOf } from '../../chart/shape.ts';

/** What a chart with these values says about them. */
export function valuesDataOf(fields: z.ZodRawShape): ValuesData {
  return valuesDataOfShape(shapeOf(z.object(fields)));
}

export function valuesDataOfShape(shape: ObjectShape): ValuesData {
  return { schema: jsonSchema(shape), defaults: defaultsOf(shape) as JsonObject };
}
