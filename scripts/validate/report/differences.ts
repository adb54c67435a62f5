import { isObject, type Json, sameJson } from '../../../chart/json.ts';
import type { Report } from './report.ts';

/** One thing that two validations did not have in common. */
export interface Difference {
  readonly group: 'commit' | 'release' | 'environment' | 'values';
  /** As `tools.helm` or `backend.replicaCount`. */
  readonly field: string;
  /** Null where it is only in the new one. */
  readonly old: string | null;
  readonly new: string | null;
}

/** What differs in where and what was validated, by group and field. */
export function differences(before: Report, after: Report): Difference[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return GROUPS.flatMap((group) => {
    const fields = new Set([...old[group].keys(), ...now[group].keys()]);
    return [...fields].flatMap((field) => {
      const [a, b] = [old[group].get(field), now[group].get(field)];
      if (a !== undefined && b !== undefined && sameJson(a, b)) return [];
      return [{ group, field, old: shown(a), new: shown(b) }];
    });
  });
}

const GROUPS = ['commit', 'release', 'environment', 'values'] as const;

type Fields = Record<Difference['group'], Map<string, Json>>;

function fieldsOf({ commit, quick, release, environment }: Report): Fields {
  const { values, ...identity } = release;
  const { machine, tools, nodes, images } = environment;
  const named = {
    machine,
    tools: { ...tools },
    // By name, since the order of nodes says nothing.
    nodes: Object.fromEntries(nodes.map(({ name, ...node }) => [name, node])),
    images: Object.fromEntries(images.map(({ component, ...image }) => [component, image])),
  };
  return {
    commit: leaves({ commit: commit.id, 'uncommitted changes': commit.isDirty }),
    release: leaves(identity),
    environment: leaves({ ...named, 'shortened waits': quick }),
    values: leaves(values),
  };
}

/** What is no map, by path. An empty map is a leaf, too. */
function leaves(value: Json, path = '', into = new Map<string, Json>()): Map<string, Json> {
  if (!isObject(value) || (path !== '' && Object.keys(value).length === 0)) return into.set(path, value);
  for (const [key, child] of Object.entries(value)) leaves(child, path === '' ? key : `${path}.${key}`, into);
  return into;
}

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
