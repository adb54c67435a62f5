import { mapTokens } from '../template-tokens.ts';

/** What `.a.b` means in a template: `.Values.backend.a.b` in a named template that gets the backend's values. */
export type Argument = (keys: readonly string[]) => string;

/** In a template file the dot is the root. */
export const ROOT: Argument = (keys) => withKeys('.', keys);

/** What the dot means in a named template that is included with this argument. */
export function argumentOf(text: string, around: Argument): Argument {
  const given = resolved(`{{ ${text} }}`, around).slice(3, -3);
  const [, dict] = /^\(dict (.*)\)$/.exec(given) ?? [];
  if (dict === undefined) return (keys) => withKeys(given, keys);
  const entries = new Map(
    [...dict.matchAll(/"(\w+)" ("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, key, value]) => [key, value!] as const),
  );
  return ([first, ...keys]) => {
    const entry = entries.get(first ?? '') ?? given;
    return entry.startsWith('"') ? entry : withKeys(entry, keys);
  };
}

/** A text of a template in which all paths start at the root. */
export function resolved(text: string, argument: Argument): string {
  const [piece] = mapTokens([{ kind: 'line', text }], (token) =>
    token.kind === 'path' ? argument(token.keys) : token.text,
  );
  return piece?.kind === 'line' ? piece.text : text;
}

function withKeys(path: string, keys: readonly string[]): string {
  return keys.length === 0 ? path : `${path === '.' ? '' : path}.${keys.join('.')}`;
}
