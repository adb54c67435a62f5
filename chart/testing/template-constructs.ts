import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from '../program.ts';

/** What templates are made of, and how each shows in their text. */
const CONSTRUCTS: Readonly<Record<string, RegExp>> = {
  if: /\{\{- if /g,
  'else if': /\{\{- else if /g,
  else: /\{\{- else \}\}/g,
  'and/or': /\{\{- (else )?if (and|or) /g,
  'range over a list': /\{\{- range \$\w+ := /g,
  'range over a map': /\{\{- range \$\w+, \$\w+ := /g,
  omit: /:= omit /g,
  hasKey: /hasKey /g,
  'an object for each': /^---$/gm,
  'empty in a loop': /\{\{- if not \$found/g,
  '{} or []': /(\{\}|\[\])$/gm,
  include: /include "[^"]*" [.$(]/g,
  default: / \| default \S+ \| /g,
  dig: /\bdig "/g,
  index: /\bindex [.$(]/g,
  quote: /\| quote \}\}/g,
  toJson: /\| toJson \}\}/g,
  printf: /\{\{ printf "/g,
  'string or number': /kindIs "string" \S+ \| ternary/g,
  opaque: /include "[^"]*\.json" /g,
  sha256: /sha256sum/g,
  'null or not': /kindIs "invalid"/g,
};

/** Names of all that templates can be made of. */
export const CONSTRUCT_NAMES: readonly string[] = Object.keys(CONSTRUCTS);

/** How often each of them is in the templates that a program's constructs became. */
export async function constructsIn(chart: string, program: Program): Promise<ReadonlyMap<string, number>> {
  const text = await templatesOf(chart, program);
  const counts = Object.entries(CONSTRUCTS).map(([name, pattern]) => [name, text.match(pattern)?.length ?? 0] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** Without templates that were written by hand, and without those that are the same for every program. */
async function templatesOf(chart: string, { name, templates = {} }: Program): Promise<string> {
  const directory = join(chart, 'templates');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !Object.hasOwn(templates, entry.name));
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  const standard = ['json', 'rules'].map((each) => `{{- define "${name}.${each}" -}}`);
  return texts.map((text) => standard.reduce((left, start) => left.split(start)[0]!, text)).join('\n');
}
