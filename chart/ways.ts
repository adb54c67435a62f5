import type { Json } from './json.ts';
import { WAY_AROUND_OPAQUE } from './opaque.ts';
import type { Shape } from './shape.ts';

/** What is known of a look into a value, as far as it is. */
export interface Looked {
  /** As in a `Look`. */
  readonly operation?: string;
  /** The value's shape; undefined for what Helm knows of a release. */
  readonly shape?: Shape;
  /** A value for which it shows, and what `build` makes of it. */
  readonly value?: Json;
  readonly built?: Json;
  /** What the template prints. */
  readonly printed?: Json;
}

/** What to do instead of a look into a value. */
export function wayAround({ operation = '', shape, value, built, printed }: Looked): string {
  if (isHash(built)) return 'hash a map or list of it with sha256() of the compiler, which a template can do as well';
  if (Array.isArray(built) && built.some(isHash)) return 'hash the list as a whole';
  const method = /^\.(\w+)\(\)$/.exec(operation)?.[1] ?? '';
  switch (shape?.kind) {
    case 'list':
      if (
        method === '' &&
        Array.isArray(built) &&
        Array.isArray(printed) &&
        printed.length > 0 &&
        printed.length < built.length
      ) {
        return 'let each item that .map makes print something of its element';
      }
      return wayFor(method, LIST_WAYS) ?? (typeof built === 'number' ? WAY_AROUND_COUNT : WAY_AROUND_LIST);
    case 'map':
      if (operation.startsWith('[')) return `spread the map, or give ${operation.slice(1, -1)} a value of its own`;
      return 'spread the map, or ask whether it is empty: Object.keys(map).length > 0';
    case 'opaque':
      return WAY_AROUND_OPAQUE;
    case 'number':
    case 'quantity':
      return WAY_AROUND_NUMBER;
    case 'string':
      if (value === '' && method === '') return 'to leave it out, make it .nullable() and branch on null';
      return wayFor(method, STRING_WAYS) ?? WAY_AROUND_STRING;
    case undefined:
      return 'print it whole or in a template literal';
    default:
      return 'branch on it with if, ?: or ??';
  }
}

function isHash(json: Json | undefined): boolean {
  return typeof json === 'string' && /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(json);
}

const WAY_AROUND_LIST =
  'use .map, .filter, spread, or the emptiness of the list (.length > 0), or add a value for what is made of it';
const WAY_AROUND_COUNT = 'branch on .length > 0, or add a value for the number';
const WAY_AROUND_NUMBER =
  'print it whole or in text, add a value for what is made of it, or branch on a boolean, an enum or null';
const WAY_AROUND_STRING =
  'print it whole or in a template literal, add a value for what is made of it, or branch on a boolean, an enum or null';

type Ways = readonly (readonly [methods: RegExp, way: string])[];

function wayFor(method: string, ways: Ways): string | undefined {
  return ways.find(([methods]) => methods.test(method))?.[1];
}

const LIST_WAYS: Ways = [
  [/^join$/, 'keep it a list with .map, or add a value for the text'],
  [/^(sort|toSorted|reverse|toReversed)$/, 'have the values written in the order that is needed'],
  [
    /^(some|every|includes|indexOf|lastIndexOf|findIndex|findLastIndex)$/,
    'branch on a boolean of its own, or on .length > 0',
  ],
  [/^(at|find|findLast|pop|shift)$/, 'give that element a value of its own'],
  [/^(keys|entries)$/, 'elements have no numbers in a template: use .map over the elements alone'],
];

const STRING_WAYS: Ways = [
  [/^trim/, 'let a .regex() in the values schema refuse what is trimmed'],
  [/Case$/, 'let a .regex() in the values schema demand that case'],
  [
    /^(startsWith|endsWith|includes|indexOf|lastIndexOf|search|match|matchAll|test|localeCompare)$/,
    'branch on a boolean or an enum of its own',
  ],
];
