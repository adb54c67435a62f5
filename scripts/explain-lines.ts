import type { SourceLine } from '../chart/explain/source-project.ts';
import type { LineRange } from '../chart/explain/template-spot.ts';
import { wrapped } from './wrapped.ts';

/** Characters that a line of a terminal takes. */
const WIDTH = 80;

/** `templates/config.yaml`, lines 3 to 5: `config.yaml:3-5`. */
export function placesOf(ranges: readonly LineRange[]): string {
  return ranges.map(placeOf).join(', ');
}

export function placeOf({ file, from, to }: LineRange): string {
  return `${file.replace('templates/', '')}:${from === to ? from : `${from}-${to}`}`;
}

/** Lines of the program, each with its text. */
export function sourceText(lines: readonly SourceLine[], indent = '  '): string[] {
  const width = Math.max(...lines.map(({ file, line }) => `${file}:${line}`.length));
  return lines.map(({ file, line, text }) => cut(`${indent}${`${file}:${line}`.padEnd(width)}  ${text}`));
}

export function grouped<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

/** A line with its end left out where it is too long. */
export function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 3)}...` : line;
}

/** A text in lines of at most 80 characters, those after the first one indented. */
export function indented(text: string, indent: number, first = ' '.repeat(indent)): string[] {
  return wrapped(text, WIDTH, first, ' '.repeat(indent));
}
