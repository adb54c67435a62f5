import { noteLook } from './looks.ts';
import { hasMark, type Marks } from './marks.ts';

/**
 * Runs `action` and notes which methods of text it calls on values that are not known yet. A string cannot tell what is
 * done with it, so the methods of all strings are replaced meanwhile. Comparisons, `.length`, an index and the like
 * stay unseen.
 */
export function watchingStrings<T>(marks: Marks, action: () => T): T {
  watching = marks;
  for (const { prototype, name, looking } of WATCHED) prototype[name] = looking;
  try {
    return action();
  } finally {
    for (const { prototype, name, original } of WATCHED) prototype[name] = original;
    watching = undefined;
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Prototype = Record<string, Method>;

let watching: Marks | undefined;

/** All methods of text but those that say no more of it than that it is one. */
const WATCHED = [
  ...Object.getOwnPropertyNames(String.prototype)
    .filter((name) => typeof String.prototype[name as 'at'] === 'function')
    .filter((name) => !['constructor', 'concat', 'toString', 'valueOf'].includes(name))
    .map((name) => watched(String.prototype, name)),
  watched(RegExp.prototype, 'test', true),
  ...['includes', 'indexOf'].map((name) => watched(Array.prototype, name, true)),
];

function watched(of: object, name: string, ofArgument = false) {
  const prototype = of as Prototype;
  const original = prototype[name]!;
  function looking(this: unknown, ...args: unknown[]): unknown {
    const text = ofArgument ? args[0] : this;
    if (watching !== undefined && typeof text === 'string') {
      const marks = watching;
      // Looking reads text itself.
      watching = undefined;
      if (hasMark(text)) noteMethod(text, name, [this, ...args], looking, marks);
      watching = marks;
    }
    return Reflect.apply(original, this, args);
  }
  return { prototype, name, original, looking };
}

/** Libraries clean and check names and ids, which does no harm as far as real values come out alike. */
function noteMethod(text: string, name: string, given: readonly unknown[], looking: Method, marks: Marks): void {
  for (const mark of new Set(marks.parts(text))) {
    if (typeof mark === 'string' || mark.kind === 'hash') continue;
    noteLook(
      { reference: mark.reference, operation: `.${name}()`, always: false, clues: given.flatMap(cluesIn) },
      looking,
      false,
    );
  }
}

/** The texts that a method is given to look for, as far as they show. */
function cluesIn(given: unknown): string[] {
  if (given instanceof RegExp) return [given.source.replace(/^\^|\$$/g, '').replace(/\\(.)/g, '$1')];
  const texts = Array.isArray(given) ? given : [given];
  return texts.filter((text): text is string => typeof text === 'string' && !hasMark(text) && text !== '');
}
