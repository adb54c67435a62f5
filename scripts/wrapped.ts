/**
 * Broken between words; a longer word has a line of its own.
 *
 * @param width of a line with what it begins with
 * @param first what the first line begins with
 * @param further what the others begin with
 */
export function wrapped(text: string, width: number, first = '', further = first): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = further;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
