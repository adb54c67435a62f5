import { RELEASE, RELEASE_FIELDS } from './focus.ts';
import type { Dishonesty, HonestyCheck } from './honesty.ts';
import type { Json, JsonObject } from './json.ts';
import { pathsLookedInto } from './looked-into.ts';
import { type Place, placesIn, valueAtPlace } from './places.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { SIMPLE_RELEASES } from './simple-dishonesty.ts';
import { isDefault, simplerThan } from './simpler-values.ts';

/** A value that makes a difference. */
export interface Culprit {
  /** As messages name it: `values.ports[0].name`. */
  readonly name: string;
  readonly value: Json;
  /** The path in the schema of the value, or of what in it is looked into. */
  readonly path: string;
  /** Whether build looks into it; otherwise it is only needed for that. */
  readonly isLookedInto: boolean;
}

/** The values that make a difference which is as simple as it can be, and what of the release does. */
export function culpritsOf({ shape, tree }: HonestyCheck, { values, release, difference }: Dishonesty): Culprit[] {
  const looked = pathsLookedInto(tree.explorer, values, release, difference.at);
  const special = specialIn(shape, values).flatMap((place) => innermost(place, values, looked));
  // Where the defaults show it, they are not special.
  const others = looked
    .filter((path) => !special.some((place) => isWithin(path, place.shape)))
    .flatMap((path) =>
      placesIn(shape, values)
        .filter((place) => isAt(place, path))
        .slice(0, 1),
    );
  const fields = RELEASE_FIELDS.filter(
    (field) => release[field] !== SIMPLE_RELEASES[field][0] || looked.includes(RELEASE[field].path),
  );
  return [
    ...[...special, ...others].map((place): Culprit => {
      const inside = looked.find((path) => isWithin(path, place.shape));
      const value = valueAtPlace(values, place)!;
      return { name: place.name, value, path: inside ?? place.shape.path, isLookedInto: inside !== undefined };
    }),
    ...fields.map((field): Culprit => {
      return { name: `release.${field}`, value: release[field], path: RELEASE[field].path, isLookedInto: true };
    }),
  ];
}

/** What is not the default, of values that are as near to the defaults as they can be. */
export function specialIn(shape: ObjectShape, values: JsonObject): Place[] {
  return placesIn(shape, values).filter(
    (place) => place.shape.fixed && !isGroup(place) && !isDefault(place.shape, valueAtPlace(values, place)!),
  );
}

/** An object that is always there is its fields. */
function isGroup({ shape }: Place): boolean {
  return shape.kind === 'object' && !shape.nullable;
}

/** Of a list or map of one element, what matters of that element, or its key. Where there are more, their number does. */
function innermost(place: Place, values: JsonObject, looked: readonly string[]): Place[] {
  const value = valueAtPlace(values, place)!;
  const { shape } = place;
  if (typeof value !== 'object' || value === null || shape.kind === 'opaque') return [place];
  if (shape.kind !== 'object' && Object.keys(value).length !== 1) return [place];
  if (shape.kind === 'map' && looked.includes(shape.key.path)) return [place];
  const inside = placesIn(shape, value, place.path, place.name).slice(1);
  const mattering = inside.filter(
    (each) =>
      looked.includes(each.shape.path) ||
      (isAsked(each.shape) && simplerThan(each.shape, valueAtPlace(values, each)!).length > 0),
  );
  return mattering.some((each) => looked.includes(each.shape.path)) ? mattering : [place];
}

/** What build asks is no look: templates ask it too. */
function isAsked({ kind }: Shape): boolean {
  return kind === 'boolean' || kind === 'enum' || kind === 'object';
}

function isAt({ shape }: Place, path: string): boolean {
  return shape.path === path || (shape.kind === 'map' && shape.key.path === path);
}

/** Whether a path is that of a shape, or of something in a list or map of it. */
function isWithin(path: string, shape: Shape): boolean {
  return path === shape.path || path.startsWith(`${shape.path}[`);
}
