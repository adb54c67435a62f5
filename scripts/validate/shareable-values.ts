import { isObject, type Json, type JsonObject } from '../../chart/json.ts';

/** Values for a report, which others read: what variables are set to is not in it, as somebody may have put a key there. */
export function shareableValues(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      key === 'extraEnv' && Array.isArray(value)
        ? value.map(withoutText)
        : isObject(value)
          ? shareableValues(value)
          : value,
    ]),
  );
}

function withoutText(variable: Json): Json {
  return isObject(variable) && typeof variable.value === 'string' ? { ...variable, value: '***' } : variable;
}
