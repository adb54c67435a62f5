import { isObject, type JsonObject, sameJson } from '../json.ts';
import type { Finding } from './finding.ts';
import { inWords, type JsonType } from './taken.ts';

/** What the limits of a place are about: a value of one type, or the keys of a map. */
export type Limited = JsonType | 'key';

/**
 * What changed in the keywords that limit one type. Whether one pattern takes all that another takes cannot be told in
 * general, so that a changed pattern counts as narrower; so does every other keyword that is new or changed.
 */
export function compareLimits(of: Limited, was: JsonObject, is: JsonObject): Finding[] {
  const ends = (ENDS[of] ?? []).flatMap((end) => compareEnds(end, was, is));
  return [...compareWhole(was, is), ...ends, ...comparePatterns(of, was, is), ...compareOthers(of, was, is)];
}

function compareWhole(was: JsonObject, is: JsonObject): Finding[] {
  if ((was.multipleOf === 1) === (is.multipleOf === 1)) return [];
  if (was.multipleOf === 1)
    return [{ narrower: false, what: 'a number (was an integer)', effect: 'a fraction is taken, too' }];
  return [
    {
      narrower: true,
      what: 'an integer (was a number)',
      effect: 'a file with a fraction is refused',
      must: { multipleOf: 1, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    },
  ];
}

/** The least or the most that is taken. */
interface End {
  readonly least: boolean;
  readonly keyword: string;
  /** The same without the limit itself. */
  readonly exclusive?: string;
  readonly unit: string;
  /** What lies beyond. */
  readonly beyond: string;
}

const LENGTHS = [
  { least: true, keyword: 'minLength', unit: 'character' },
  { least: false, keyword: 'maxLength', unit: 'character' },
];

const ENDS: Readonly<Partial<Record<Limited, readonly End[]>>> = {
  string: LENGTHS.map((end) => ({ ...end, beyond: end.least ? 'a shorter text' : 'a longer text' })),
  key: LENGTHS.map((end) => ({ ...end, beyond: end.least ? 'a shorter key' : 'a longer key' })),
  number: [
    { least: true, keyword: 'minimum', exclusive: 'exclusiveMinimum', unit: '', beyond: 'a smaller number' },
    { least: false, keyword: 'maximum', exclusive: 'exclusiveMaximum', unit: '', beyond: 'a larger number' },
  ],
  array: [
    { least: true, keyword: 'minItems', unit: 'element', beyond: 'a shorter list' },
    { least: false, keyword: 'maxItems', unit: 'element', beyond: 'a longer list' },
  ],
  object: [
    { least: true, keyword: 'minProperties', unit: 'key', beyond: 'a smaller map' },
    { least: false, keyword: 'maxProperties', unit: 'key', beyond: 'a larger map' },
  ],
};

function compareEnds(end: End, was: JsonObject, is: JsonObject): Finding[] {
  const [old, now] = [boundOf(end, was), boundOf(end, is)];
  if (sameJson(old, now)) return [];
  const narrower = now !== undefined && (old === undefined || byTightness(end)(old, now) > 0);
  const what = `${boundInWords(end, now)} (was ${boundInWords(end, old)})`;
  if (!narrower) return [{ narrower, what, effect: `${end.beyond} is taken, too` }];
  const must = { [now.exclusive ? end.exclusive! : end.keyword]: now.value };
  return [{ narrower, what, effect: `a file with ${end.beyond} is refused`, must }];
}

interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

function boundOf(end: End, limits: JsonObject): Bound | undefined {
  const inclusive = { value: limits[end.keyword] as number | undefined, exclusive: false };
  const exclusive = { value: limits[end.exclusive ?? ''] as number | undefined, exclusive: true };
  const bounds = [inclusive, exclusive].filter((bound): bound is Bound => bound.value !== undefined);
  const real = bounds.filter(({ value }) => !goesWithoutSaying(end, value, limits.multipleOf === 1));
  return real.sort(byTightness(end))[0];
}

/** Nothing has fewer than no elements, and JavaScript knows no larger integers. */
function goesWithoutSaying({ unit, least }: End, value: number, integer: boolean): boolean {
  return unit === '' ? integer && Math.abs(value) === Number.MAX_SAFE_INTEGER : least && value <= 0;
}

/** The tighter bound first. */
function byTightness({ least }: End): (a: Bound, b: Bound) => number {
  return (a, b) => (least ? b.value - a.value : a.value - b.value) || Number(b.exclusive) - Number(a.exclusive);
}

function boundInWords({ least, unit }: End, bound: Bound | undefined): string {
  if (bound === undefined) return least ? 'without a least' : 'without a most';
  const words = bound.exclusive ? (least ? 'more than' : 'less than') : least ? 'at least' : 'at most';
  return `${words} ${bound.value}${unit === '' ? '' : ` ${unit}${bound.value === 1 ? '' : 's'}`}`;
}

function comparePatterns(of: Limited, was: JsonObject, is: JsonObject): Finding[] {
  const [old, now] = [was.patterns ?? [], is.patterns ?? []] as [string[], string[]];
  const dropped = old.filter((pattern) => !now.includes(pattern));
  const added = now.filter((pattern) => !old.includes(pattern));
  const noun = of === 'key' ? 'key' : 'text';
  if (added.length === 0) {
    if (dropped.length === 0) return [];
    const what = `need not match ${dropped.join(' and ')}`;
    return [{ narrower: false, what, effect: `a ${noun} that does not match is taken, too` }];
  }
  const known = dropped.length === 0;
  return [
    {
      narrower: true,
      what: `must match ${added.join(' and ')}${known ? '' : ` (was ${dropped.join(' and ')})`}`,
      effect: `a file with a ${noun} that does not match is refused${known ? '' : ' (taken as narrowed: what two patterns match cannot be compared)'}`,
      must: { allOf: added.map((pattern) => ({ pattern })) },
    },
  ];
}

/** Keywords that are compared by name alone. */
function compareOthers(of: Limited, was: JsonObject, is: JsonObject): Finding[] {
  const place = of === 'key' ? 'key' : 'value';
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((keyword): Finding[] => {
    const [old, now] = [was[keyword], is[keyword]];
    if (READ.has(keyword) || sameJson(old, now) || (keyword === 'multipleOf' && (old === 1 || now === 1))) return [];
    if (now === undefined) {
      const what = `no longer '${keyword}' ${JSON.stringify(old)}`;
      return [{ narrower: false, what, effect: `a ${place} against it is taken, too` }];
    }
    const must = { [keyword]: now };
    if (keyword === 'not' && old === undefined && isObject(now) && now.const !== undefined) {
      const what = `not ${inWords(now.const)}`;
      return [{ narrower: true, what, effect: `a file with the ${place} ${inWords(now.const)} is refused`, must }];
    }
    const what = `'${keyword}' ${JSON.stringify(now)}${old === undefined ? '' : ` (was ${JSON.stringify(old)})`}`;
    return [{ narrower: true, what, effect: `a file with a ${place} against it is refused`, must }];
  });
}

const READ = new Set([
  ...Object.values(ENDS).flatMap((ends) => ends.flatMap(({ keyword, exclusive }) => [keyword, exclusive])),
  ...['patterns', 'enum', 'items', 'properties', 'required', 'additionalProperties', 'propertyNames', 'type'],
]);
