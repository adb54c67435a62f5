/** Parts between brackets: on one line where they fit, else one below the other. */
export function bracketed(open: string, close: string, parts: readonly string[], comma = ','): string {
  if (parts.length === 0) return open + close;
  const space = open === '{' ? ' ' : '';
  const line = `${open}${space}${parts.join(`${comma} `)}${space}${close}`;
  if (line.length <= 80 && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `  ${part.replaceAll('\n', '\n  ')}${comma}`).join('\n')}\n${close}`;
}
