import type { JsonObject } from '../chart/json.ts';
import type { Program } from '../chart/program.ts';
import { programShape } from '../chart/program-shape.ts';
import { validValues } from '../chart/valid-values.ts';
import type { Preset } from '../values/presets.ts';
import { rules } from '../values/rules.ts';
import { schemaFor, type Values } from '../values/schema.ts';

/**
 * A preset's values with overrides, checked against schema and rules, with every key there. What takes time, the
 * constructs, is not loaded for it.
 *
 * @throws ChartError that names every wrong value
 */
export function todoValues(preset: Preset, overrides: JsonObject): Values {
  const program: Program = {
    name: preset.name,
    version: preset.version,
    values: schemaFor(preset.defaults),
    rules,
    build: () => undefined,
  };
  return validValues(program, programShape(program), overrides) as unknown as Values;
}
