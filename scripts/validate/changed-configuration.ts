import type { JsonObject } from '../../chart/json.ts';
import type { Values } from '../../values/schema.ts';

/**
 * Values with another configuration for the pods of both tiers. Where the ConfigMap is the frontend's alone, the backend
 * gets a variable.
 */
export function changedConfiguration({ config, backend }: Values): JsonObject {
  const variable = { name: 'VALIDATED_AT', value: new Date().toISOString() };
  const data = { config: { data: { [variable.name]: variable.value } } };
  if (config.scope === 'shared') return data;
  return { ...data, backend: { extraEnv: [...(backend.extraEnv as readonly JsonObject[]), variable] } };
}
