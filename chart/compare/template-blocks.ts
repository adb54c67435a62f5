/** An action of a Go template, or several between one that has an `end` and it. */
export type Block = string | { readonly start: string; readonly inside: readonly Block[] };

/**
 * The actions of a template up to one with a given text, without braces; undefined where that does not come.
 * Text between them is left out.
 */
export function blocksIn(template: string, last: string): Block[] | undefined {
  const open: { start: string; inside: Block[] }[] = [{ start: '', inside: [] }];
  for (const [, action = ''] of template.matchAll(ACTION)) {
    const inner = open.at(-1)!;
    if (action === last) return open.length === 1 ? inner.inside : undefined;
    if (/^(if|range|with) /.test(action)) open.push({ start: action, inside: [] });
    else if (action !== 'end') inner.inside.push(action);
    else {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return undefined;
      outer.inside.push(inner);
    }
  }
  return undefined;
}

/** Braces inside a text do not end an action. */
const ACTION = /\{\{-? ((?:"(?:[^"\\]|\\.)*"|(?!-?\}\}).)*?) -?\}\}/gs;
