import { isObject, type Json, type JsonObject, sameJson } from '../../chart/json.ts';
import type { KubernetesObject } from '../cluster.ts';
import { quantity } from '../quantity.ts';

/** One field of an object that is going to be another. */
export interface FieldChange {
  /** As `spec.template.spec.containers[backend].image`. */
  readonly path: string;
  /** undefined: there is none. Always undefined where the value is secret. */
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  /** Whether its values may not be shown. */
  readonly secret: boolean;
  /** How much more or less, of two numbers: `-50 %`. */
  readonly difference?: string;
}

/** What tells the items of a list apart, the first that all have. */
const ITEM_KEYS = ['name', 'containerPort', 'port', 'mountPath', 'key', 'topologyKey', 'type', 'ip', 'uid'];
/** What the API server keeps for itself. */
const OF_THE_SERVER = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid', 'selfLink'];
const SECRET_NAME = /pass(word|wd)?|secret|token|credential|api_?key|private_?key|database_url|connection_?string/i;

/** Where two states of an object differ. What the API server alone writes is left out. */
export function fieldChanges(before: KubernetesObject, after: KubernetesObject): FieldChange[] {
  const changes = difference(ownFields(before), ownFields(after), '');
  return changes.map((change) => presented(change, after.kind));
}

type Difference = readonly [path: string, before: Json | undefined, after: Json | undefined];

function difference(before: Json | undefined, after: Json | undefined, path: string): Difference[] {
  if (sameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => difference(before[key], after[key], joined(path, key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) return listDifference(before, after, path);
  // What is new or gone is told leaf by leaf, so that it is known of each whether it is secret.
  if (before === undefined && isFilled(after)) return difference(emptied(after), after, path);
  if (after === undefined && isFilled(before)) return difference(before, emptied(before), path);
  return [[path, before, after]];
}

function listDifference(before: readonly Json[], after: readonly Json[], path: string): Difference[] {
  const key = ITEM_KEYS.find((name) => isTold(before, name) && isTold(after, name));
  if (key === undefined) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }).flatMap((_, i) => difference(before[i], after[i], `${path}[${i}]`));
  }
  const byName = (list: readonly Json[]) => new Map(list.map((item) => [String((item as JsonObject)[key]), item]));
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changes = names.flatMap((name) => difference(old.get(name), now.get(name), `${path}[${name}]`));
  // The same items in another order are another list.
  return changes.length > 0 ? changes : [[path, [...before], [...after]]];
}

/** Whether every item has this key, each with another value. */
function isTold(list: readonly Json[], key: string): boolean {
  const values = list.map((item) => (isObject(item) ? item[key] : undefined));
  return values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

function isFilled(value: Json | undefined): value is JsonObject | Json[] {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function emptied(value: JsonObject | Json[]): Json {
  return Array.isArray(value) ? [] : {};
}

function presented([path, before, after]: Difference, kind: string): FieldChange {
  const secret = isSecret(path, kind);
  const difference = secret ? undefined : numberDifference(path, before, after);
  return {
    path,
    old: secret ? undefined : before,
    new: secret ? undefined : after,
    secret,
    ...(difference === undefined ? {} : { difference }),
  };
}

/** Whether a field's values are nobody's business: of a Secret all, elsewhere by the field's name. */
function isSecret(path: string, kind: string): boolean {
  if (kind === 'Secret') return /^(data|stringData)\b/.test(path);
  const [, name] = /\.env\[([^\]]+)\](?:\.value)?$/.exec(path) ?? /^(?:data|binaryData)\.(.+)$/.exec(path) ?? [];
  return name !== undefined && SECRET_NAME.test(name);
}

function numberDifference(path: string, before: Json | undefined, after: Json | undefined): string | undefined {
  const isQuantity = /\.(requests|limits|hard)\./.test(path) || path.endsWith('.storage');
  const [old, now] = [before, after].map((value) => amount(value, isQuantity));
  if (old === undefined || now === undefined || old === now) return undefined;
  if (!isQuantity || old === 0) return signed(now - old);
  return `${signed(Math.round((now / old - 1) * 100))} %`;
}

function amount(value: Json | undefined, isQuantity: boolean): number | undefined {
  if (typeof value === 'number') return value;
  if (!isQuantity || typeof value !== 'string' || !/^[0-9]/.test(value)) return undefined;
  return quantity(value);
}

function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}

function ownFields({ status, metadata, ...rest }: KubernetesObject): JsonObject {
  const kept = Object.entries(metadata).filter(([key]) => !OF_THE_SERVER.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept) } as unknown as JsonObject;
}

/** Keys with dots in them, such as those of labels, are told apart by brackets. */
function joined(path: string, key: string): string {
  const isPlain = /^[A-Za-z0-9_-]+$/.test(key);
  if (!isPlain) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
