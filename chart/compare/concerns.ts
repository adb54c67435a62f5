import { isObject, type JsonObject } from '../json.ts';
import { mergeFiles, mergeOverDefaults } from '../merge-values.ts';
import { rulesBroken } from '../rules.ts';
import { accepts } from './accepts.ts';
import type { Change } from './change.ts';
import type { ValuesData } from './compare-schemas.ts';
import { keyOf, leavesOut, valuesAt } from './path.ts';

/** The values of a chart and of its subcharts. */
export interface AllValuesData extends ValuesData {
  readonly subcharts?: ReadonlyMap<string, AllValuesData>;
}

/** The changes that concern somebody's values: those that refuse them, and defaults that they leave as they are. */
export function concerning(changes: readonly Change[], chart: AllValuesData, overrides: JsonObject): Change[] {
  return changes.filter((change) => concerns(change, chart, overrides));
}

function concerns(change: Change, chart: AllValuesData, overrides: JsonObject): boolean {
  const { subchart: [key, ...further] = [], reach } = change;
  if (key !== undefined) {
    const below = chart.subcharts?.get(key);
    const given = mergeFiles(mapAt(chart.defaults, key), mapAt(overrides, key));
    return below !== undefined && concerns({ ...change, subchart: further }, below, given);
  }
  if (reach === undefined) return false;
  const merged = mergeOverDefaults(chart.defaults, overrides);
  switch (reach.files) {
    case 'that set':
      return valuesAt(overrides, reach.path).some((value) => !accepts(reach.must, value));
    case 'that end up with':
      return valuesAt(merged, reach.path).some((value) => !accepts(reach.must, value));
    case 'that leave out':
      return leavesOut(overrides, reach.path);
    case 'that break':
      // Rules can only be tried on values of the right types.
      return accepts(chart.schema, merged) && rulesBroken([reach.rule], merged).length > 0;
  }
}

function mapAt(map: JsonObject, key: string): JsonObject {
  const value = keyOf(map, key);
  return isObject(value) ? value : {};
}
