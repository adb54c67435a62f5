import { answersFor } from './answers.ts';
import type { Assignment } from './choice.ts';
import { withOtherClock } from './clock.ts';
import type { Explorer } from './explore.ts';
import { RELEASE, RELEASE_FIELDS } from './focus.ts';
import { isObject, type Json, type JsonObject, sameJson, setKey } from './json.ts';
import { type Mark, type Marks, orderOf, REMOVED } from './marks.ts';
import { placesIn, valueAtPlace } from './places.ts';
import type { Release } from './program.ts';
import { pathOf } from './reference.ts';
import type { Documents } from './run.ts';
import { smallNumbersOf, stringsOf } from './samples.ts';
import type { NumberShape, ObjectShape, QuantityShape, Shape, StringShape } from './shape.ts';
import type { KnownValues } from './symbols.ts';

/**
 * The strings, numbers and keys that build looks into, by the paths of their shapes. Where one of them is known, build
 * makes something else than where it passes the unknown one on and that is filled in afterwards. Those come first, and
 * alone, that the object at `at` shows.
 */
export function pathsLookedInto(explorer: Explorer, values: JsonObject, release: Release, at: string): string[] {
  const assignment = answersFor(values, explorer.choices.values());
  const unknown = documentsFor(explorer, new Map(), assignment) ?? new Map();
  const search = (leaves: readonly Leaf[]): { path: string; objects: readonly string[] }[] => {
    if (leaves.length === 0) return [];
    const rounds = Array.from({ length: ROUNDS }, (_, round) =>
      changedObjects(explorer, unknown, known(leaves, round), assignment),
    );
    if (leaves.length === 1)
      return rounds.flatMap((objects) => (objects?.length ? { path: leaves[0]!.path, objects } : []));
    // Where build does not take them together, they are tried apart.
    if (rounds.every((objects) => objects?.length === 0)) return [];
    const half = Math.ceil(leaves.length / 2);
    return [...search(leaves.slice(0, half)), ...search(leaves.slice(half))];
  };
  const found = search(leavesIn(explorer.shape, values, release));
  const here = found.filter(({ objects }) => objects.some((object) => at.startsWith(object)));
  return [...new Set((here.length > 0 ? here : found).map(({ path }) => path))];
}

/** The value that build has to know so as not to throw, by its path, and the objects that it makes then. */
export function pathFailedOn(
  explorer: Explorer,
  values: JsonObject,
  release: Release,
  assignment: Assignment,
): { path: string; documents: Documents } | undefined {
  let leaves = leavesIn(explorer.shape, values, release);
  while (leaves.length > 1) {
    const half = leaves.slice(0, Math.ceil(leaves.length / 2));
    leaves = documentsFor(explorer, known(half, 0), assignment) === undefined ? leaves.slice(half.length) : half;
  }
  const documents = documentsFor(explorer, known(leaves, 0), assignment);
  return documents && { path: leaves[0]!.path, documents };
}

interface Leaf {
  readonly path: string;
  readonly texts: readonly (string | number)[];
}

function leavesIn(shape: ObjectShape, values: JsonObject, release: Release): Leaf[] {
  return [
    ...leavesOf(shape).map((leaf) => ({ path: leaf.path, texts: triedFor(leaf, shape, values) })),
    ...RELEASE_FIELDS.map((field) => ({
      path: RELEASE[field].path,
      texts: [release[field], ...stringsOf(RELEASE[field])].slice(0, ROUNDS),
    })),
  ];
}

function known(leaves: readonly Leaf[], round: number): KnownValues {
  return new Map(leaves.map(({ path, texts }) => [path, texts[round % texts.length]!]));
}

/** How many values each is tried with. */
const ROUNDS = 6;

/** The objects that are not what they are where these values are passed on; undefined where build throws. */
function changedObjects(
  explorer: Explorer,
  unknown: Documents,
  known: KnownValues,
  assignment: Assignment,
): string[] | undefined {
  const { marks } = explorer;
  const built = documentsFor(explorer, known, assignment);
  if (built === undefined) return undefined;
  const expected = new Map([...unknown].map(([path, json]) => [String(textFilledIn(path, known, marks)), json]));
  return [...new Set([...built.keys(), ...expected.keys()])].filter((path) => {
    const [one, other] = [built.get(path), expected.get(path)];
    if (one === undefined || other === undefined) return true;
    return !sameJson(filledIn(one, new Map(), marks), filledIn(other, known, marks));
  });
}

function documentsFor(explorer: Explorer, known: KnownValues, assignment: Assignment): Documents | undefined {
  try {
    return withOtherClock('low', () => explorer.documentsKnowing(known, assignment));
  } catch {
    return undefined;
  }
}

type LeafShape = StringShape | NumberShape | QuantityShape;

function leavesOf(shape: Shape): LeafShape[] {
  switch (shape.kind) {
    case 'object':
      return Object.values(shape.fields).flatMap(leavesOf);
    case 'list':
      return leavesOf(shape.element);
    case 'map':
      return [shape.key, ...leavesOf(shape.value)];
    case 'string':
    case 'number':
    case 'quantity':
      return [shape];
    default:
      return [];
  }
}

/** The value itself, and others. */
function triedFor(leaf: LeafShape, shape: Shape, values: JsonObject): (string | number)[] {
  const own = placesIn(shape, values)
    .filter((place) => place.shape.path === leaf.path)
    .map((place) => valueAtPlace(values, place))
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  return [...own.slice(0, 1), ...othersFor(leaf)].slice(0, ROUNDS);
}

function othersFor(leaf: LeafShape): readonly (string | number)[] {
  if (leaf.kind === 'string') return stringsOf(leaf);
  if (leaf.kind === 'number') return smallNumbersOf(leaf);
  return [...stringsOf(leaf.text).slice(0, 3), ...smallNumbersOf(leaf.number)];
}

/** A tree with known values in place of their marks, and hashes as what they are of. */
function filledIn(tree: Json, known: KnownValues, marks: Marks): Json {
  if (typeof tree === 'string') {
    const hashed = marks.hashed(tree);
    return hashed === undefined ? textFilledIn(tree, known, marks) : { sha256: filledIn(hashed as Json, known, marks) };
  }
  if (Array.isArray(tree)) return tree.map((each) => filledIn(each, known, marks));
  if (!isObject(tree)) return tree;
  const filled = {};
  for (const [key, value] of Object.entries(tree))
    if (value !== REMOVED)
      setKey(filled, String(textFilledIn(orderOf(key).key, known, marks)), filledIn(value, known, marks));
  return filled;
}

function textFilledIn(text: string, known: KnownValues, marks: Marks): string | number {
  const parts = marks
    .parts(text)
    .map((part) => (typeof part === 'string' ? part : (valueFor(part, known) ?? marks.text(part))));
  return parts.length === 1 ? parts[0]! : parts.join('');
}

function valueFor(mark: Mark, known: KnownValues): string | number | undefined {
  if (mark.kind === 'hash') return undefined;
  const value = known.get(pathOf(mark.reference));
  return value === undefined || mark.kind === 'number' || mark.kind === 'quantity' ? value : String(value);
}
