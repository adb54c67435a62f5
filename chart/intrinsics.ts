import { createHash } from 'node:crypto';
import { ChartError } from './errors.ts';
import { goJson } from './go-json.ts';
import { isObject, type Json, setKey } from './json.ts';
import { hasMark, type Marks } from './marks.ts';
import { callerOf } from './program-line.ts';
import { plainTree } from './run.ts';

/**
 * sha256 of a map or list, as lowercase hex: over JSON with sorted keys and no spaces, as Go writes it. It works on
 * values that are not known yet, where hashing by hand would hash a placeholder.
 *
 * @throws ChartError when `value` is neither a map nor a list.
 */
export function sha256(value: object): string {
  const tree = plainTree(value, 'what sha256 is given');
  if (typeof tree !== 'object' || tree === null) {
    const line = callerOf(sha256)?.line;
    const where = line === undefined ? '' : ` (at ${line})`;
    throw new ChartError(`sha256 takes a map or a list${where}; put the value into one`);
  }
  return current === undefined ? sha256Json(tree) : current.hash(tree);
}

export function sha256Json(tree: Json): string {
  return createHash('sha256').update(goJson(tree)).digest('hex');
}

/** What intrinsics do in the run under way: leave a mark, or put opaque values back first. */
export interface Interpretation {
  hash(tree: Json): string;
}

let current: Interpretation | undefined;

export function interpreting<T>(interpretation: Interpretation, action: () => T): T {
  const before = current;
  current = interpretation;
  try {
    return action();
  } finally {
    current = before;
  }
}

/** While compiling: a hash of what is not known yet is a mark; of what is the same in another branch, it may be known. */
export function symbolicInterpretation(marks: Marks): Interpretation {
  return {
    hash: (tree) =>
      hasMark(JSON.stringify(tree))
        ? marks.text({ kind: 'hash', argument: sorted(tree) })
        : marks.rememberHash(sha256Json(tree), sorted(tree)),
  };
}

/** Keys in the order in which cdk8s prints them, so that the hash of a ConfigMap's data reads like that data. */
function sorted(tree: Json): Json {
  if (Array.isArray(tree)) return tree.map(sorted);
  if (!isObject(tree)) return tree;
  const copy = {};
  for (const key of Object.keys(tree).sort()) setKey(copy, key, sorted(tree[key]!));
  return copy;
}
