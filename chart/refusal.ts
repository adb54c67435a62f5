import { ChartError } from './errors.ts';
import type { Json } from './json.ts';
import { described, type Look } from './looks.ts';
import { nameOf, shapeOf } from './reference.ts';
import { wayAround } from './ways.ts';

/** Refuses a look into a value that no template can say, whatever the values are. `near` is the object it is for. */
export function lookRefusal(look: Pick<Look, 'reference'> & Partial<Look>, near = 'build'): ChartError {
  const { reference, operation } = look;
  return new ChartError(
    `${near} looks into ${nameOf(reference)}${described(look)}; ${wayAround({ operation, shape: shapeOf(reference) })}`,
  );
}

/** Refuses a program that makes other objects of the same values. `uses`: where it asks for the time or for chance. */
export function changeRefusal(at: string, uses: readonly string[]): ChartError {
  const where = uses.length === 0 ? '' : ` (${[...new Set(uses)].join(', ')})`;
  return new ChartError(
    `${at} differs between two runs of build with the same values${where}; ` +
      'build must depend on its arguments alone: no Date, no Math.random, no state between runs',
  );
}

/** A value in a message. */
export function shown(json: Json | undefined): string {
  const text = json === undefined ? 'nothing' : JSON.stringify(json);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** Refuses text that has characters of marks in it, but not because of a value. */
export function keptCharacter(place: string): ChartError {
  return new ChartError(
    `${place} has one of U+E000 to U+E009 in it, which the compiler keeps for itself; use another character`,
  );
}
