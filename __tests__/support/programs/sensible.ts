import type { Document, Expression, Node, ProgramDescription, Schema, Source } from './description.ts';
import { expand } from './scope.ts';

/** Whether a program is one that somebody could write: what it reads is there, and loops have to do with their elements. */
export function isSensible(program: ProgramDescription): boolean {
  const values: Schema = { kind: 'object schema', fields: program.fields };
  const known = new Set(schemaTexts('values', values));
  const bound = new Set<string>(['release', 'values']);
  const problems: string[] = [];
  const visit = (part: unknown, loops: readonly Source[]): void => {
    if (typeof part !== 'object' || part === null) return;
    if (Array.isArray(part)) {
      for (const each of part) visit(each, loops);
      return;
    }
    const node = part as Node;
    for (const text of textsIn(node)) {
      if (text.startsWith('values.') ? !known.has(text) : !bound.has(/^\w+/.exec(text)![0])) problems.push(text);
    }
    const own = sourceOf(node);
    if (own !== undefined) for (const name of own.names) bound.add(name);
    const inner = own === undefined ? loops : [...loops, own];
    if (node.kind === 'let') bound.add(node.name);
    if (node.kind === 'destructure') for (const name of node.names) bound.add(name);
    if (node.kind === 'object schema' && node.fields.length === 0) problems.push('no fields');
    if (node.kind === 'object' && hasKeyTwice(node)) problems.push('a key twice');
    if (node.kind === 'map' && !mentionsOne(node.item, node.source)) problems.push('an element is not used');
    if (node.kind === 'from entries' && !mentionsOne(node.key, node.source)) problems.push('a key is repeated');
    if (node.kind === 'document' && !isNamed(node, loops)) problems.push('no name');
    for (const [key, each] of Object.entries(node)) if (key !== 'json' && key !== 'fallback') visit(each, inner);
  };
  visit(program.fields, []);
  visit(program.build, []);
  visit(program.notes, []);
  return problems.length === 0;
}

/** The paths of a schema, below nullables as well. */
function schemaTexts(text: string, schema: Schema): string[] {
  return expand(text, schema).flatMap((reference) => {
    const { schema: at } = reference;
    const below =
      at.kind === 'nullable schema' || at.kind === 'optional schema' ? schemaTexts(reference.text, at.of) : [];
    return [reference.text, ...below];
  });
}

function textsIn(node: Node): string[] {
  if (node.kind === 'reference') return [node.text];
  return 'over' in node && typeof node.over === 'string' ? [node.over] : [];
}

function sourceOf(node: Node): Source | undefined {
  if (node.kind === 'for') return node.over;
  return node.kind === 'map' || node.kind === 'from entries' ? node.source : undefined;
}

function hasKeyTwice(node: Extract<Expression, { kind: 'object' }>): boolean {
  const keys = node.entries.flatMap((entry) =>
    entry.kind === 'entry' && entry.key.kind === 'literal' ? [entry.key.json] : [],
  );
  return new Set(keys).size < keys.length;
}

function isNamed(document: Document, loops: readonly Source[]): boolean {
  const name = document.parts.find((part) => part.name === 'name');
  return name !== undefined && loops.every((loop) => mentionsOne(document.id, loop) && mentionsOne(name, loop));
}

function mentionsOne(part: unknown, { names }: Source): boolean {
  return names.some((name) => mentions(part, name));
}

/** Whether code has a name in it. */
export function mentions(part: unknown, name: string): boolean {
  if (typeof part === 'string') return isBelow(part, name);
  return typeof part === 'object' && part !== null && Object.values(part).some((inner) => mentions(inner, name));
}

/** Whether a text is a name, or a path below it. */
export function isBelow(text: string, name: string): boolean {
  return text === name || text.startsWith(`${name}.`) || text.startsWith(`${name}[`);
}
