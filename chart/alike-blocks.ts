import { freeName, type Helper, type TemplateFile, templateName, textOf } from './named-templates.ts';
import { mapPieces, type Piece, withBodies } from './pieces.ts';
import { type Common, looks, unify } from './unify.ts';

/** A block that may be printed by a template with an argument, in place of what stands there. */
interface Candidate {
  readonly file: string;
  /** The key that it stands under, and those around it, the innermost first. */
  readonly key: string;
  readonly around: readonly string[];
  readonly body: readonly Piece[];
  /** Characters that it takes. */
  readonly size: number;
  /** What an include of that many characters takes. */
  readonly replace: (name: string, argument: (root: '.' | '$') => string, root: '.' | '$') => Piece;
}

interface Cluster {
  readonly members: readonly Candidate[];
  readonly common: Common;
  readonly saving: number;
}

const FEWEST_LINES = 3;
/** Characters that a template with an argument has to save to be worth the reader's way to it. */
const LEAST_SAVING = 60;
/** Lines that may stand in two places. */
const LONGEST_TWICE = 5;
/** What stands around a named template: its comment, define and end. */
const HEADER = 120;

/**
 * Blocks that are alike but for a prefix of the values they use, or a few words, become one named template that takes
 * these as its argument: the probes of all containers, the labels of all components.
 */
export function shareAlike(
  chart: string,
  files: readonly TemplateFile[],
  helpers: readonly Helper[],
): { files: TemplateFile[]; helpers: Helper[] } {
  let current = { files: [...files], helpers: [...helpers] };
  const known: KnownClusters = new Map();
  for (;;) {
    const best = bestCluster(current.files, current.helpers, known);
    if (best === undefined) return current;
    const helper = helperOf(chart, best, new Set(current.helpers.map(({ name }) => name)));
    const places = new Map(best.members.map((member, i) => [member.body, { member, index: i }]));
    const replace = (pieces: readonly Piece[], root: '.' | '$'): readonly Piece[] =>
      mapPieces(pieces, (piece) => {
        const place = places.get(bodyOf(piece) ?? []);
        if (place !== undefined)
          return place.member.replace(helper.name, (from) => best.common.argument(place.index, from), root);
        return withBodies(piece, (body, inRange) => replace(body, inRange ? '$' : root));
      });
    current = {
      files: current.files.map((file) => ({ ...file, pieces: replace(file.pieces, '.') })),
      helpers: [...current.helpers.map((each) => ({ ...each, pieces: replace(each.pieces, '.') })), helper],
    };
  }
}

/** The clusters of blocks that look alike, as they were found last. */
type KnownClusters = Map<string, { readonly group: readonly Candidate[]; readonly clusters: readonly Cluster[] }>;

function bestCluster(
  files: readonly TemplateFile[],
  helpers: readonly Helper[],
  known: KnownClusters,
): Cluster | undefined {
  const candidates = [
    ...files.flatMap((file) => candidatesIn(file.pieces, file.name, [], 0)),
    ...helpers.flatMap((helper) => candidatesIn(helper.pieces, '', [], 0)),
  ].filter(({ body }) => lineCount(body) >= FEWEST_LINES && isFree(textOf(body)));
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = looks(candidate.body);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  let best: Cluster | undefined;
  for (const [key, group] of groups) {
    if (group.length < 2) continue;
    let last = known.get(key);
    if (last?.group.length !== group.length || last.group.some(({ body }, i) => body !== group[i]!.body)) {
      last = { group, clusters: clustersOf(group) };
      known.set(key, last);
    }
    for (const cluster of last.clusters)
      if (cluster.saving >= LEAST_SAVING && cluster.saving > (best?.saving ?? 0)) best = cluster;
  }
  return best;
}

/** Members that can be unified with each other: as many as possible at once, the first ones first. */
function clustersOf(group: readonly Candidate[]): Cluster[] {
  const clusters: Cluster[] = [];
  let left = group;
  while (left.length > 1) {
    let members = [left[0]!];
    let common = unify(left.map(({ body }) => body));
    if (common !== undefined) members = [...left];
    else {
      for (const candidate of left.slice(1)) {
        const wider = unify([...members, candidate].map(({ body }) => body));
        if (wider === undefined) continue;
        common = wider;
        members.push(candidate);
      }
    }
    if (common !== undefined && members.length > 1)
      clusters.push({ members, common, saving: savingOf(members, common) });
    left = left.filter((each) => !members.includes(each));
  }
  return clusters;
}

function savingOf(members: readonly Candidate[], common: Common): number {
  const before = members.reduce((sum, { size }) => sum + size, 0);
  const includes = members.reduce((sum, _, i) => sum + INCLUDE + common.argument(i, '.').length, 0);
  const saving = before - includes - textOf(common.body).length - HEADER;
  // The same lines are not printed twice, however little that saves.
  return common.takes === 'root' && lineCount(common.body) > LONGEST_TWICE ? Math.max(saving, LEAST_SAVING) : saving;
}

/** What an include takes besides its argument. */
const INCLUDE = '        {{- include "chart.template"  | nindent 8 }}'.length;

function candidatesIn(pieces: readonly Piece[], file: string, around: readonly string[], depth: number): Candidate[] {
  return pieces.flatMap((piece) => {
    const found: Candidate[] = [];
    const key = keyOf(piece);
    const body = bodyOf(piece);
    if (key !== undefined && body !== undefined && !WHOLE.has(key) && !isInclude(body)) {
      const replace: Candidate['replace'] =
        piece.kind === 'entry'
          ? (name, argument, root) => ({ ...piece, body: [{ kind: 'include', name, argument: argument(root) }] })
          : (name, argument, root) => ({
              kind: 'line',
              text: `${key}: {{ include ${JSON.stringify(name)} ${argument(root)} }}`,
            });
      found.push({ file, key, around, body, size: sizeAt(body, depth + 2), replace });
    }
    const inside = piece.kind === 'entry' ? [piece.key, ...around] : around;
    const deeper = piece.kind === 'entry' || piece.kind === 'item' ? depth + 2 : depth;
    withBodies(piece, (inner) => {
      found.push(...candidatesIn(inner, file, inside, deeper));
      return inner;
    });
    return found;
  });
}

function isInclude(body: readonly Piece[]): boolean {
  return body.length === 1 && body[0]!.kind === 'include';
}

function keyOf(piece: Piece): string | undefined {
  if (piece.kind === 'entry') return piece.key;
  return piece.kind === 'if' ? oneOfSeveral(piece)?.key : undefined;
}

/** What a template would print of a piece: what is below a key, or one of several values of one key. */
function bodyOf(piece: Piece): readonly Piece[] | undefined {
  if (piece.kind === 'entry') return piece.body;
  return piece.kind === 'if' ? oneOfSeveral(piece)?.body : undefined;
}

interface OneOfSeveral {
  readonly key: string;
  readonly body: readonly Piece[];
}

/** The key, and its value under each guard, where each branch has a line of the same key. */
function oneOfSeveral(piece: Extract<Piece, { kind: 'if' }>): OneOfSeveral | undefined {
  let known = values.get(piece);
  if (known === undefined) {
    known = { value: readValue(piece) };
    values.set(piece, known);
  }
  return known.value;
}

const values = new WeakMap<Piece, { value: OneOfSeveral | undefined }>();

function readValue(piece: Extract<Piece, { kind: 'if' }>): OneOfSeveral | undefined {
  if (piece.branches.at(-1)!.guard !== undefined) return undefined;
  const lines = piece.branches.map(({ body }) => {
    const [only] = body;
    return body.length === 1 && only!.kind === 'line' ? /^([^{}":\s]+): \{\{ (.*) \}\}$/.exec(only!.text) : null;
  });
  const key = lines[0]?.[1];
  if (key === undefined || lines.some((line) => line?.[1] !== key || line[2]!.includes('}}'))) return undefined;
  const branches = piece.branches.map(({ guard }, i) => ({
    guard,
    body: [{ kind: 'line', text: `{{- ${lines[i]![2]} }}` } as const],
  }));
  return { key, body: [{ kind: 'if', branches }] };
}

function lineCount(body: readonly Piece[]): number {
  return textOf(body).split('\n').length;
}

function sizeAt(body: readonly Piece[], depth: number): number {
  return textOf(body).length + depth * lineCount(body);
}

function helperOf(chart: string, { members, common }: Cluster, taken: ReadonlySet<string>): Helper {
  const noun = nounFor(members);
  const files = common.takes === 'root' ? members.map(({ file }) => file) : [];
  const plain = templateName(chart, [...new Set(files)], noun);
  const around = members[0]!.around.find((key) => !WHOLE.has(key) || key === 'template');
  const name = taken.has(plain) && around !== undefined ? `${chart}.${around}.${noun}` : plain;
  return { name: freeName(name, taken), takes: common.takes, pieces: common.body };
}

/** Keys that a reader wants to see in place. */
const WHOLE: ReadonlySet<string> = new Set(['metadata', 'spec', 'template']);

/** What keys that say the same are called in the name of a template. */
const NOUNS: Readonly<Record<string, string>> = { matchLabels: 'selectorLabels', selector: 'selectorLabels' };

/** One word for all keys: `probe` for livenessProbe and readinessProbe, `limitsAndRequests` where they share none. */
function nounFor(members: readonly Candidate[]): string {
  const keys = [...new Set(members.map(({ key }) => NOUNS[key] ?? key))];
  const [first] = keys;
  if (keys.length === 1) return first!;
  const words = keys.map((key) => key.split(/_|(?<=[a-z0-9])(?=[A-Z])/));
  const last = words[0]!.at(-1)!;
  if (words.every((each) => each.at(-1) === last)) return last.toLowerCase();
  if (members.every(({ body }) => body.length === 1 && body[0]!.kind === 'range')) return 'entries';
  return keys.length > 2
    ? first!
    : keys.map((key, i) => (i === 0 ? key : key.charAt(0).toUpperCase() + key.slice(1))).join('And');
}

/** Whether the text uses no variable of a loop around it. */
function isFree(text: string): boolean {
  const bound = new Set([...text.matchAll(/\{\{- range (\$\w+)(?:, (\$\w+))? :=/g)].flatMap(([, a, b]) => [a, b]));
  return [...text.matchAll(/\$\w+/g)].every(([name]) => bound.has(name));
}
