import type { Json } from '../../chart/json.ts';
import { cut } from '../cut.ts';
import { wrapped } from '../wrapped.ts';
import { EFFECTS, type Effect } from './effect.ts';
import type { FieldChange } from './field-changes.ts';
import type { ObjectChange, ReleasePlan } from './release-plan.ts';

/** What an effect does, in a word. */
const VERBS: Readonly<Record<Effect, string>> = {
  NO_CHANGE: 'keeps',
  METADATA: 'marks',
  IN_PLACE: 'changes',
  ROLLING_RESTART: 'restarts',
  EXPOSURE: 'opens',
  DISRUPTIVE: 'disrupts',
  REPLACE: 'replaces',
  DESTROY: 'removes',
};
const COLUMN = 10;
const MOST_FIELDS = 8;

/**
 * What a release would change, for people: the gravest first, what only labels and annotations say as a number.
 *
 * @param width of the terminal, in characters
 */
export function changeLines(plan: ReleasePlan, width = 80): string[] {
  const { objects, rejected } = plan;
  const visible = objects.filter((change) => change.effect !== 'NO_CHANGE' && !isNoise(change));
  const told = alike(visible.filter(({ action }) => action !== 'create').sort((a, b) => rank(b) - rank(a)));
  const lines = [
    ...rejected.flatMap(({ object, message }) => hanging('refused', `${object}: ${message}`, width)),
    ...told.flatMap((change) => objectLines(change, width)),
    ...createdLines(visible, width),
    ...noiseLines(objects, width),
  ];
  const kept = objects.filter(({ action }) => action === 'none').length - rejected.length;
  if (lines.length === 0) return [`nothing changes: ${count(kept, 'object')} as in the release`];
  const rest = kept > 0 ? hanging('keeps', count(kept, 'object'), width) : [];
  const note = plan.namespaceExists
    ? []
    : hanging('', `namespace ${plan.namespace} does not exist yet: this is what the chart says`, width);
  return [...lines, ...rest, ...note];
}

/** Puts removals of one kind together. */
function alike(changes: readonly ObjectChange[]): ObjectChange[] {
  const result: ObjectChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    const [kind = '', name] = change.object.split(' ');
    if (change.action === 'remove' && last?.action === 'remove' && last.object.startsWith(`${kind} `))
      result[result.length - 1] = { ...last, object: `${last.object}, ${name}` };
    else result.push(change);
  }
  return result;
}

/** As one line: `1 new, 3 changed, 4 pods restarted`. */
export function changeSummary({ objects, rejected }: ReleasePlan): string {
  const number = (action: ObjectChange['action']) => objects.filter((change) => change.action === action).length;
  const pods = objects.reduce((sum, { restarts }) => sum + restarts, 0);
  const parts = [
    ...(rejected.length > 0 ? [`${count(rejected.length, 'object')} refused`] : []),
    ...(number('create') > 0 ? [`${number('create')} new`] : []),
    ...(number('change') > 0 ? [`${number('change')} changed`] : []),
    ...(number('remove') > 0 ? [`${number('remove')} removed`] : []),
    ...(pods > 0 ? [`${count(pods, 'pod')} restarted`] : []),
  ];
  return parts.length === 0 ? 'nothing changes' : parts.join(', ');
}

/** The same for machines: what does not change is a number. */
export function changeDocument({ objects, effect, rejected, namespaceExists }: ReleasePlan): object {
  return {
    effect,
    namespaceExists,
    changes: objects.filter(({ action }) => action !== 'none'),
    unchanged: objects.filter(({ action }) => action === 'none').length - rejected.length,
    refused: rejected,
  };
}

function objectLines(change: ObjectChange, width: number): string[] {
  const { object, action, effect, restarts } = change;
  const restart = effect === 'ROLLING_RESTART' ? '' : restarts === 1 ? ' restarts' : ' restart';
  const pods = restarts === 0 ? '' : ` (${count(restarts, 'pod')}${restart})`;
  const verb = action === 'remove' ? 'removes' : VERBS[effect];
  const fields = change.fields.filter((field) => !isMark(field));
  const shown = fields.slice(0, MOST_FIELDS).map((field) => fieldLine(field, change, width));
  const more = fields.length - shown.length;
  return [
    ...hanging(verb, `${object}${pods}`, width),
    ...shown,
    ...(more > 0 ? [`${' '.repeat(COLUMN + 2)}and ${count(more, 'more field', 'more fields')}`] : []),
  ];
}

/** As `image: a:1 -> a:2`; what somebody else has set, with who. */
function fieldLine(field: FieldChange, { taken }: ObjectChange, width: number): string {
  const indent = ' '.repeat(COLUMN + 2);
  const by = taken.find(({ path }) => path === field.path)?.by;
  const tail = `${field.difference === undefined ? '' : ` (${field.difference})`}${by === undefined ? '' : `, set by ${by}`}`;
  const path = shortPath(field.path);
  const values = field.secret || isChecksum(field.path) ? 'changes' : undefined;
  const room = width - indent.length - path.length - tail.length - 2;
  return cut(`${indent}${path}: ${values ?? oldToNew(field, room)}${tail}`, width);
}

function oldToNew({ old, new: now }: FieldChange, room: number): string {
  const [before, after] = [text(old), text(now)];
  const half = Math.floor((room - 4) / 2);
  // What the shorter one leaves is for the longer one.
  const [first, second] = [Math.max(half, room - 4 - after.length), Math.max(half, room - 4 - before.length)];
  return `${cutMiddle(before, first)} -> ${cutMiddle(after, second)}`;
}

/** New objects are told by kind: of a first installation there are many. */
function createdLines(changes: readonly ObjectChange[], width: number): string[] {
  const created = changes.filter(({ action }) => action === 'create');
  const kinds = [...new Set(created.map(({ object }) => object.split(' ')[0]!))];
  return kinds.flatMap((kind) => {
    const names = created.flatMap(({ object }) => (object.startsWith(`${kind} `) ? object.slice(kind.length + 1) : []));
    return hanging('creates', `${kind} ${names.join(', ')}`, width);
  });
}

/** Whether only labels and annotations change. */
function isNoise({ action, effect }: ObjectChange): boolean {
  return action === 'change' && effect === 'METADATA';
}

function noiseLines(objects: readonly ObjectChange[], width: number): string[] {
  const marked = objects.filter((change) => change.fields.some(isMark));
  const marks = marked.flatMap(({ fields }) => fields.filter(isMark));
  const labels = marks.filter(({ path }) => path.startsWith('metadata.labels')).length;
  const annotations = marks.length - labels;
  if (marks.length === 0) return [];
  const what = [
    ...(labels > 0 ? [count(labels, 'label')] : []),
    ...(annotations > 0 ? [count(annotations, 'annotation')] : []),
  ];
  return hanging('marks', `${what.join(' and ')} of ${count(marked.length, 'object')}`, width);
}

function isMark({ path }: FieldChange): boolean {
  return /^metadata\b/.test(path);
}

/** What a checksum was is of no use to anybody. */
function isChecksum(path: string): boolean {
  return /\[checksum\/[^\]]+\]$/.test(path);
}

function rank({ effect }: ObjectChange): number {
  return EFFECTS.indexOf(effect);
}

/** Without what is the same for all fields of a pod. */
function shortPath(path: string): string {
  return path
    .replace(/^spec\.template\.metadata\./, 'pod ')
    .replace(/^spec\.template\.spec\.(?:init)?[cC]ontainers\[([^\]]+)\]\.?/, '$1 ')
    .replace(/^spec\.template\.spec\./, 'pod ')
    .replace(/^spec\./, '');
}

function text(value: Json | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' && value !== '' ? value.replaceAll(/\s+/g, ' ') : JSON.stringify(value);
}

/** A word in a column, and a text beside it that goes on below itself. */
function hanging(verb: string, text: string, width: number): string[] {
  return wrapped(text, width, verb.padEnd(COLUMN), ' '.repeat(COLUMN + 2));
}

/** Of a long name the end tells most. */
function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.max(1, Math.floor((width - 1) * 0.75));
  return `${text.slice(0, Math.max(0, width - 1 - end))}…${text.slice(-end)}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
