import type { Explorer, Run } from './explore.ts';
import { isObject, type Json } from './json.ts';

/** A few runs that between them read every value that any run reads, and print every one that any run prints. */
export function tellingRuns(explorer: Explorer): readonly Run[] {
  const last = found.get(explorer);
  if (last?.of === explorer.runs.length) return last.telling;
  const telling = findTellingRuns(explorer);
  found.set(explorer, { telling, of: explorer.runs.length });
  return telling;
}

const found = new WeakMap<Explorer, { readonly telling: readonly Run[]; readonly of: number }>();

function findTellingRuns(explorer: Explorer): Run[] {
  const known = new Map<Json, ReadonlySet<string>>();
  const printed = explorer.runs.map((run) => {
    const ids = new Set<string>([...run.read].map((path) => `read ${path}`));
    for (const document of run.documents.values()) for (const id of valuesIn(document, explorer, known)) ids.add(id);
    return { run, ids };
  });
  const left = new Set(printed.flatMap(({ ids }) => [...ids]));
  const chosen = [explorer.runs[0]!];
  for (const id of printed[0]!.ids) left.delete(id);
  while (left.size > 0) {
    const gain = printed.map(({ ids }) => [...ids].filter((id) => left.has(id)).length);
    const best = printed[gain.indexOf(Math.max(...gain))]!;
    chosen.push(best.run);
    for (const id of best.ids) left.delete(id);
  }
  return chosen;
}

/** The values that a tree has marks of. Runs share trees, so each is looked through once. */
function valuesIn(tree: Json, explorer: Explorer, known: Map<Json, ReadonlySet<string>>): ReadonlySet<string> {
  let ids = known.get(tree);
  if (ids === undefined) {
    const found = new Set<string>();
    const texts = typeof tree === 'string' ? [tree] : isObject(tree) ? Object.keys(tree) : [];
    for (const part of texts.flatMap((text) => explorer.marks.parts(text)))
      if (typeof part !== 'string' && part.kind !== 'hash') found.add(part.reference.id);
    if (typeof tree === 'object' && tree !== null)
      for (const child of Object.values(tree)) for (const id of valuesIn(child, explorer, known)) found.add(id);
    ids = found;
    known.set(tree, ids);
  }
  return ids;
}
