import { cleanText } from './clean-text.ts';

/** HTML or XML that is written as it is. Only `markup` makes it of text, and `trustedMarkup` of what a library wrote. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | readonly Part[];

/**
 * A template whose texts are escaped, so that they can stand between tags and in quoted attributes of HTML and XML.
 * Lists are written one after the other.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...parts.map(written)));
}

/** What is markup already and was made of no foreign text that is not escaped. */
export function trustedMarkup(text: string): Markup {
  return new Markup(text);
}

const NONE = new Markup('');

/** What is only there under a condition. */
export function when(condition: boolean, part: () => Part): Part {
  return condition ? part() : NONE;
}

function written(part: Part): string {
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(written).join('') : escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Line breaks stay where they are. */
function escaped(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => cleanText(line).replace(/[&<>"']/g, (character) => ENTITIES[character]!));
  return lines.join('\n');
}
