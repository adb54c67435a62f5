import { endOfString } from '../expression.ts';

/** A part of a template's text, with the lines that it takes; the first line is 1. */
export interface OutlineNode {
  /** `control`: if, range and the like, around what it guards. `include`: a named template's text. */
  readonly kind: 'entry' | 'item' | 'text' | 'control' | 'include';
  /** An entry's key, a control's whole line, the text, or the name of what is included. */
  readonly head: string;
  /** What follows an entry's key on its line, or the argument of what is included. */
  readonly value: string;
  readonly from: number;
  to: number;
  readonly children: OutlineNode[];
}

/** What stands where in a template that the compiler printed. */
export function outlineOf(text: string, firstLine = 1): OutlineNode[] {
  return new Outliner(logicalLines(text, firstLine)).all();
}

/** The text of a named template, and the line that it starts on. */
export function definitionIn(helpers: string, name: string): { text: string; line: number } | undefined {
  const lines = helpers.split('\n');
  const start = lines.indexOf(`{{- define ${JSON.stringify(name)} -}}`);
  if (start === -1) return undefined;
  let depth = 1;
  let end = start;
  while (depth > 0 && ++end < lines.length) {
    const actions = [...lines[end]!.matchAll(/\{\{-? *(if|range|with|define|block|end)\b/g)];
    depth += actions.reduce((sum, [, word]) => sum + (word === 'end' ? -1 : 1), 0);
  }
  return { text: lines.slice(start + 1, end).join('\n'), line: start + 2 };
}

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Lines, with those that an action is broken over as one. */
function logicalLines(text: string, firstLine: number): Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const number = firstLine + i;
    const whole = open === undefined ? raw.trim() : `${open.text} ${raw.trim()}`;
    const line = {
      indent: open?.indent ?? raw.length - raw.trimStart().length,
      text: whole,
      from: open?.from ?? number,
      to: number,
    };
    open = endsInsideAction(whole) ? line : undefined;
    if (open === undefined && whole !== '' && whole !== '---') lines.push(line);
  }
  return lines;
}

function endsInsideAction(text: string): boolean {
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    if (inside && text[i] === '"') i = endOfString(text, i);
    else if (inside && text[i] === '`') i = text.indexOf('`', i + 1);
    else if (text.startsWith(inside ? '}}' : '{{', i)) {
      inside = !inside;
      i++;
    }
  }
  return inside;
}

class Outliner {
  #next = 0;

  constructor(private readonly lines: readonly Line[]) {}

  all(): OutlineNode[] {
    return this.#nodes(0);
  }

  /** The nodes from here on that are indented by this much or more, up to the end of the control around them. */
  #nodes(indent: number): OutlineNode[] {
    const nodes: OutlineNode[] = [];
    for (let line = this.lines[this.#next]; line !== undefined; line = this.lines[this.#next]) {
      if (line.indent < indent || /^\{\{- (end|else)\b/.test(line.text)) break;
      this.#next++;
      nodes.push(this.#node(line));
    }
    return nodes;
  }

  #node(line: Line): OutlineNode {
    const node = nodeOf(line);
    if (node.kind === 'control' && /^\{\{- (if|range|with)\b/.test(node.head)) this.#branches(node, line.indent);
    else if (node.kind === 'entry' && node.value === '') node.children.push(...this.#nodes(line.indent + 1));
    else if (node.kind === 'item') this.#item(node, line);
    node.to = Math.max(node.to, ...node.children.map(({ to }) => to));
    return node;
  }

  #branches(node: OutlineNode, indent: number): void {
    for (;;) {
      node.children.push(...this.#nodes(indent));
      const line = this.lines[this.#next++];
      if (line === undefined) return;
      node.to = line.to;
      if (/^\{\{- end\b/.test(line.text)) return;
    }
  }

  /** The first entry of an item stands behind its dash. */
  #item(node: OutlineNode, line: Line): void {
    if (node.value !== '') node.children.push(this.#node({ ...line, indent: line.indent + 2, text: node.value }));
    node.children.push(...this.#nodes(line.indent + 2));
  }
}

function nodeOf({ text, from, to }: Line): OutlineNode {
  const common = { from, to, value: '', children: [] };
  const [, name, argument] = /^\{\{- include "([^"]+)" (.+) \| nindent \d+ \}\}$/.exec(text) ?? [];
  if (name !== undefined) return { ...common, kind: 'include', head: name, value: argument! };
  if (text.startsWith('{{- ')) return { ...common, kind: 'control', head: text };
  if (text === '-' || text.startsWith('- ')) return { ...common, kind: 'item', head: '', value: text.slice(2) };
  const colon = keyLength(text);
  if (colon === undefined) return { ...common, kind: 'text', head: text };
  return { ...common, kind: 'entry', head: text.slice(0, colon), value: text.slice(colon + 1).trim() };
}

/** How long the key is that a line starts with: up to the first colon that is not inside quotes or an action. */
function keyLength(text: string): number | undefined {
  let inAction = false;
  for (let i = 0; i < text.length; i++) {
    if (inAction && text[i] === '"') i = endOfString(text, i);
    else if (i === 0 && text[i] === '"') i = endOfKey(text);
    else if (text.startsWith(inAction ? '}}' : '{{', i)) inAction = !inAction;
    else if (!inAction && text[i] === ':' && (text[i + 1] === ' ' || i === text.length - 1)) return i;
  }
  return undefined;
}

/** Where a key in quotes ends, which may have actions with quotes of their own in it. */
function endOfKey(text: string): number {
  let i = 1;
  while (i < text.length && text[i] !== '"') {
    if (text.startsWith('{{', i)) i = Math.max(text.indexOf('}}', i) + 2, i + 1);
    else i += text[i] === '\\' ? 2 : 1;
  }
  return i;
}
