import { isDeepStrictEqual } from 'node:util';
import { goJson } from '../go-json.ts';
import { compareBytes, isObject, type Json } from '../json.ts';
import type { Manifest } from '../manifests.ts';

/** Where Helm's objects are not those of the program. */
export interface Difference {
  /** As `Deployment todo-backend`; NOTES.txt. */
  readonly object: string;
  /** As `spec.ports[0].port`; '' for all of it. */
  readonly field: string;
  /** What Helm has there; undefined for nothing. */
  readonly helm: Json | undefined;
  /** What the program makes there; undefined for nothing. */
  readonly ours: Json | undefined;
  /** How many fields more differ. */
  readonly others: number;
}

/** The first difference between two sets of objects, whatever their order. */
export function differenceBetween(helm: readonly Json[], ours: readonly Json[]): Difference | undefined {
  const [left, right] = [byName(helm), byName(ours)];
  const found: Difference[] = [];
  for (const object of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(object), right.get(object)];
    if (!isDeepStrictEqual(one, other))
      found.push(...fieldsThatDiffer(one, other, '').map((each) => ({ object, ...each, others: 0 })));
  }
  const [first] = found.sort((a, b) => opacity(a) - opacity(b));
  return first === undefined ? undefined : { ...first, others: found.length - 1 };
}

/** A field says more than an object that is missing, and a hash says nothing of what differs. */
function opacity({ field, helm, ours }: Difference): number {
  const isHash = [helm, ours].some((json) => typeof json === 'string' && /^[0-9a-f]{64}$/.test(json));
  return isHash ? 2 : Number(field === '');
}

/** How a difference reads in a terminal. */
export function describeDifference({ object, field, helm, ours, others }: Difference, name: string): string {
  const width = Math.max(name.length, OURS.length) + 1;
  const lines = [
    `${object}${field === '' ? '' : `, ${field}`}`,
    `  ${`${name}:`.padEnd(width)} ${shown(helm)}`,
    `  ${`${OURS}:`.padEnd(width)} ${shown(ours)}`,
  ];
  return [...lines, ...(others > 0 ? [`  and ${others} more ${others === 1 ? 'field' : 'fields'}`] : [])].join('\n');
}

const OURS = 'manifests()';

function shown(json: Json | undefined): string {
  if (json === undefined) return 'nothing';
  const text = JSON.stringify(json);
  return text.length > 400 ? `${text.slice(0, 397)}...` : text;
}

/** Objects by kind and name; those of the same name are told apart by numbers, in an order that they have themselves. */
function byName(objects: readonly Json[]): Map<string, Json> {
  const groups = new Map<string, Json[]>();
  for (const object of objects) groups.set(nameOf(object), [...(groups.get(nameOf(object)) ?? []), object]);
  const named = new Map<string, Json>();
  for (const [name, group] of groups) {
    const ordered = group.length === 1 ? group : group.toSorted((a, b) => compareBytes(goJson(a), goJson(b)));
    ordered.forEach((object, i) => void named.set(i === 0 ? name : `${name} (${i + 1})`, object));
  }
  return named;
}

/** As `Deployment todo-backend`. */
export function nameOf(object: Json): string {
  const { kind, metadata } = object as unknown as Manifest;
  return `${kind} ${metadata?.name}`;
}

type Field = Pick<Difference, 'field' | 'helm' | 'ours'>;

function fieldsThatDiffer(helm: Json | undefined, ours: Json | undefined, field: string): Field[] {
  if (isDeepStrictEqual(helm, ours)) return [];
  if (isObject(helm) && isObject(ours)) {
    return [...new Set([...Object.keys(helm), ...Object.keys(ours)])].flatMap((key) =>
      fieldsThatDiffer(own(helm, key), own(ours, key), `${field}${keyText(key, field)}`),
    );
  }
  if (Array.isArray(helm) && Array.isArray(ours) && helm.length === ours.length)
    return helm.flatMap((item, i) => fieldsThatDiffer(item, ours[i], `${field}[${i}]`));
  return [{ field, helm, ours }];
}

function own(map: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function keyText(key: string, before: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${before === '' ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`;
}
