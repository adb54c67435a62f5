import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeWatch, RanFunction } from './code-watch.ts';

/**
 * Where code has not run, of functions that have: as `constructs/labels.ts:23`, one for each line. What stands in for
 * something that is left out, after `??`, and what only throws is not among it.
 */
export function placesLeft(ran: Iterable<RanFunction>, watch: CodeWatch): string[] {
  const lines = new Map<string, Set<number>>();
  for (const { script, url, left } of ran) {
    const source = watch.sourceOf(script);
    for (const { start, end } of left ?? []) {
      if (/^\s*(\?\?|\{?\s*throw\b)/.test(source.slice(start, end))) continue;
      const place = placeOf(source, start, url);
      lines.set(place.file, (lines.get(place.file) ?? new Set()).add(place.line));
    }
  }
  return [...lines].flatMap(([file, at]) => [...at].sort((a, b) => a - b).map((line) => `${file}:${line}`)).sort();
}

function placeOf(source: string, offset: number, url: string): { file: string; line: number } {
  const before = source.slice(0, offset).split('\n');
  const [line, column] = [before.length - 1, before.at(-1)!.length];
  const file = relative(process.cwd(), /^file:/.test(url) ? fileURLToPath(url) : url);
  const found = sourceMapOf(source)?.findEntry(line, column);
  const original = found !== undefined && 'originalLine' in found ? found.originalLine : line;
  return { file, line: original + 1 };
}

/** Compilers put it at the end of what they make, or beside it. */
function sourceMapOf(source: string): SourceMap | undefined {
  const known = maps.get(source);
  if (known !== undefined) return known;
  const [, url] = [...source.matchAll(/\/\/# sourceMappingURL=(\S+)/g)].at(-1) ?? [];
  if (url === undefined) return undefined;
  try {
    const [, data] = /^data:[^,]*;base64,(.*)$/.exec(url) ?? [];
    const text = data === undefined ? readFileSync(url, 'utf8') : Buffer.from(data, 'base64').toString();
    const map = new SourceMap(JSON.parse(text) as SourceMapPayload);
    maps.set(source, map);
    return map;
  } catch {
    return undefined;
  }
}

const maps = new Map<string, SourceMap>();
