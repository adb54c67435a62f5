import { stripVTControlCharacters } from 'node:util';

/** Half of a surrogate pair, control characters, those that turn the direction of text, and what XML forbids. */
const UNFIT = /[\p{Cs}\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * One line that a terminal, a browser and an XML parser can take: reports quote what containers have written. Colours
 * and line breaks are left out; what else cannot be shown becomes `\ufffd`.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNFIT, '\ufffd');
}
