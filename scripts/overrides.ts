import { readFileSync } from 'node:fs';
import { ChartError } from '../chart/errors.ts';
import type { JsonObject } from '../chart/json.ts';
import { mergeFiles } from '../chart/merge-values.ts';
import { applySets, type SetFlag } from '../chart/set-flag.ts';
import { parseValuesFile } from '../chart/values-file.ts';

/** What a user sets over the defaults. */
export interface Overrides {
  /** Values files, the last one wins. */
  readonly values?: readonly string[];
  /** Over the files, in Helm's order of its flags. A text alone is one of `--set`. */
  readonly set?: readonly (string | SetFlag)[];
}

/** The flags that set values, as `parseArgs` takes them. */
export const SET_OPTIONS = {
  set: { type: 'string', multiple: true },
  'set-string': { type: 'string', multiple: true },
  'set-json': { type: 'string', multiple: true },
  'set-file': { type: 'string', multiple: true },
  'set-literal': { type: 'string', multiple: true },
} as const;

/** The flags that set values, as `parseArgs` gives them. */
export function setFlags(parsed: { readonly [kind in SetFlag['kind']]?: readonly string[] }): SetFlag[] {
  const kinds = Object.keys(SET_OPTIONS) as SetFlag['kind'][];
  return kinds.flatMap((kind) =>
    (parsed[kind] ?? []).map((text) => ({ kind, text, read: (path) => readText(path, 'the file of --set-file') })),
  );
}

/** Files first and then flags, as Helm applies them. */
export function readOverrides({ values = [], set = [] }: Overrides): JsonObject {
  const files = values.map((file) => parseValuesFile(readText(file, 'the values file'), file));
  const flags = set.map((flag): SetFlag => (typeof flag === 'string' ? { kind: 'set', text: flag } : flag));
  return applySets(files.reduce(mergeFiles, {}), flags);
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new ChartError(`unable to read ${what} '${file}': ${why}`, { cause });
  }
}
