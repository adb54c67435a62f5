import { RELEASE_FIELDS } from './focus.ts';
import type { Dishonesty, Found, HonestyCheck } from './honesty.ts';
import { type Json, type JsonObject, sameJson } from './json.ts';
import { obeyRules } from './obey-rules.ts';
import { placesIn, valueAtPlace } from './places.ts';
import type { Release } from './program.ts';
import { simplerValues } from './simpler-values.ts';

/** The same difference, for values and a release that are as near to the defaults as it allows. */
export function simpleDishonesty(check: HonestyCheck, { values, release, difference }: Dishonesty): Dishonesty {
  const { program, shape } = check;
  const isClear = ({ built, printed }: Found, given: Json) => {
    const all = placesIn(shape, given).map((place) => valueAtPlace(given, place)!);
    return typeof built !== 'string' || !all.includes(built) || all.some((value) => shows(printed, value));
  };
  const wasClear = isClear(difference, values);
  const differs = (candidate: JsonObject, at: Release): boolean => {
    if (!sameJson(obeyRules(program.rules ?? [], shape, candidate), candidate)) return false;
    const found = check.differenceFor(candidate, at);
    if (found === undefined || found.thrown !== undefined || spot(found) !== spot(difference)) return false;
    // Where build makes the value itself, nobody sees what is wrong.
    return !wasClear || isClear(found, candidate);
  };
  const simple = simplerValues(shape, values, (candidate) => differs(candidate, release));
  let plain = release;
  for (const field of RELEASE_FIELDS) {
    const candidate = SIMPLE_RELEASES[field]
      .map((text) => ({ ...plain, [field]: text }))
      .find((each) => differs(simple, each));
    plain = candidate ?? plain;
  }
  return { values: simple, release: plain, difference: check.differenceFor(simple, plain)! };
}

/** Whether what a template prints has the value in it. */
export function shows(printed: Json | undefined, value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (printed === undefined || printed === value) return printed === value;
  const text = JSON.stringify(value);
  const inText = typeof value === 'string' ? text.slice(1, -1) : text;
  return inText.length > 1 && JSON.stringify(printed).includes(inText);
}

/** Which object a difference is in, and how deep: keys and items may have other names for other values. */
function spot({ at }: Found): string {
  const [object, ...path] = at.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '.').split('.');
  return `${object} ${path.length}`;
}

/** Names of releases and namespaces, the simplest first. */
export const SIMPLE_RELEASES: Readonly<Record<keyof Release, readonly string[]>> = {
  name: ['sample', 'a', 'a-b', 'a.b', '0'],
  namespace: ['default', 'a', 'a-b', '0'],
};
