import { isObject, type Json, sameJson } from '../json.ts';
import type { Change } from './change.ts';
import { compareSchemas, type Place, type ValuesData } from './compare-schemas.ts';
import { keyOf, type Path, pathText, startsWith, valuesAt } from './path.ts';
import { findRenames, type Rename } from './renames.ts';
import { inWords, takenBy, takenInWords } from './taken.ts';

/**
 * What became of each value, and what that does to a values file.
 *
 * Defaults that values.yaml cannot hold, of keys in list elements, are in the templates alone and are not seen here.
 */
export function compareValues(was: ValuesData, is: ValuesData): Change[] {
  const { changes, removed, added } = compareSchemas(was, is);
  const found = findRenames(removed, added, { was: was.defaults, is: is.defaults });
  const told = [...removed, ...added].map(({ path }) => path);
  return [
    ...found.renamed.map(renamed),
    ...found.removed.map(removal),
    ...changes,
    ...found.added.map((place) => addition(place, is.defaults)),
    ...differences(was.defaults, is.defaults)
      .filter(({ path }) => !told.some((place) => startsWith(path, place)))
      .map(anotherDefault),
  ];
}

/** A place where two sets of values differ. */
export interface Difference {
  readonly path: Path;
  /** What was there; undefined for nothing. */
  readonly from: Json | undefined;
  /** What is there; undefined for nothing. */
  readonly to: Json | undefined;
}

/** Where two sets of values differ: maps by their keys, as Helm merges them, everything else as a whole. */
export function differences(from: Json | undefined, to: Json | undefined, path: Path = []): Difference[] {
  if (isObject(from) && isObject(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key) => differences(keyOf(from, key), keyOf(to, key), [...path, { key }]));
  }
  // To a chart a null is the same as nothing.
  return sameJson(from ?? null, to ?? null) ? [] : [{ path, from, to }];
}

function renamed({ from, to }: Rename): Change {
  const name = pathText(to.path);
  return {
    kind: 'renamed',
    breaking: true,
    subject: pathText(from.path),
    what: `probably to ${name}`,
    effect: 'a file that sets it is refused',
    renamedTo: name,
    reach: { files: 'that set', path: from.path, must: { not: {} } },
  };
}

function removal({ path, schema }: Place): Change {
  const what = partsInWords(schema);
  return {
    kind: 'removed',
    breaking: true,
    subject: pathText(path),
    ...(what === undefined ? {} : { what }),
    effect: 'a file that sets it is refused',
    reach: { files: 'that set', path, must: { not: {} } },
  };
}

function addition({ path, schema }: Place, defaults: Json): Change {
  const parts = partsInWords(schema);
  const [value] = valuesAt(defaults, path);
  const gets = parts === undefined && value !== undefined ? `; one that leaves it out gets ${inWords(value)}` : '';
  return {
    kind: 'added',
    breaking: false,
    subject: pathText(path),
    what: parts ?? takenInWords(takenBy(schema)),
    effect: `a file may set it${gets}`,
  };
}

/** The keys of a map; undefined for what has none of its own. */
function partsInWords(schema: Json): string | undefined {
  const keys = Object.keys(keyOf(schema, 'properties') ?? {});
  return keys.length === 0 ? undefined : `a map with ${keys.join(', ')}`;
}

function anotherDefault({ path, from, to }: Difference): Change {
  const [old, now] = [inWords(from ?? null), inWords(to ?? null)];
  return {
    kind: 'another default',
    breaking: false,
    subject: pathText(path),
    effect: `a file that leaves it out gets ${now} instead of ${old}`,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    reach: { files: 'that leave out', path },
  };
}
