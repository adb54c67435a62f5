import { type Document, isCollection, isScalar, type Node, type Pair, Scalar, visit } from 'yaml';

/** Refuses a file: where (an offset in its text) and why. */
export type Refuse = (offset: number, why: string) => never;

/**
 * Refuses what the `yaml` package reads but Helm's YAML library (go.yaml.in/yaml/v2, YAML 1.1) refuses or reads as
 * something else, so that no value can differ in silence.
 */
export function checkDialect(document: Document, text: string, refuse: Refuse): void {
  const { contents, directives } = document;
  if (directives?.docEnd && !directives.docStart && isEmpty(contents)) refuse(0, "there is no document before '...'");
  checkLineSeparators(document, text, refuse);
  checkTabs(document, text, refuse);
  visit(document, {
    Node: (_, node, path) => {
      const inFlow = path.some((parent) => isCollection(parent) && parent.flow);
      checkProperties(node, text, inFlow, refuse);
      if (isScalar(node)) checkScalar(node, text, inFlow, refuse);
    },
    Pair: (_, pair) => checkKey(pair, text, refuse),
  });
}

/** U+2028 and U+2029 end lines in YAML 1.1, also in comments; inside quotes they stay, but spaces around them go. */
function checkLineSeparators(document: Document, text: string, refuse: Refuse): void {
  const found = [...text.matchAll(/[ \t\n]?[\u2028\u2029][ \t\n]?/g)];
  if (found.length === 0) return;
  const inQuotes = contains(document, (node) => isScalar(node) && isQuoted(node));
  for (const { index, 0: separator } of found) {
    if (separator.length > 1 || !inQuotes(index)) {
      refuse(index, 'there is a line separator (U+2028 or U+2029); write it as an escape in double quotes');
    }
  }
}

/** YAML 1.1 takes no tab before a token at the start of a line or after '-', not even on an empty line. */
function checkTabs(document: Document, text: string, refuse: Refuse): void {
  const found = [...text.matchAll(/(?<![^\n])(?: *-(?=[ \t]))* *\t/g)];
  if (found.length === 0) return;
  const inside = contains(document, (node) => isScalar(node) || (isCollection(node) && node.flow === true));
  for (const { index, 0: indent } of found) {
    const tab = index + indent.length - 1;
    if (!inside(tab)) refuse(tab, 'there is a tab where only spaces may stand');
  }
}

function checkProperties(node: Node, text: string, inFlow: boolean, refuse: Refuse): void {
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (anchor !== undefined && !/^[\w-]+$/.test(anchor)) {
    refuse(start(node), `the anchor '&${anchor}' may have letters, digits, '_' and '-' only`);
  }
  if ((anchor ?? tag) !== undefined && !isEmpty(node) && !/\s/.test(text.charAt(start(node) - 1))) {
    refuse(start(node), 'there must be a space after a tag or an anchor');
  }
  if (tag === undefined) return;
  const isKnown = /^(?:!|tag:yaml\.org,2002:)[\w-]*$/.test(tag);
  if (!isKnown) refuse(start(node), `the tag '${tag}' is not supported; leave it out`);
  if (inFlow && isEmpty(node)) refuse(start(node), `the tag '${tag}' has no value; write one`);
}

function checkScalar(node: Scalar, text: string, inFlow: boolean, refuse: Refuse): void {
  const from = start(node);
  const raw = text.slice(from, end(node));
  if (node.type === Scalar.QUOTE_DOUBLE) checkDoubleQuoted(raw, from, refuse);
  if (node.type === Scalar.PLAIN && inFlow && (/^:|\?/.test(raw) || /^[ \t]*:\S/.test(text.slice(end(node))))) {
    refuse(from, `'${raw}' is read in more than one way inside [] and {}; put it in quotes`);
  }
  if (node.type === Scalar.QUOTE_SINGLE && !/^'(?:[^']|'')*'$/.test(raw)) refuse(from, 'the closing quote is missing');
  if (isBlock(node)) checkBlockScalar(raw, from, text, refuse);
}

function checkDoubleQuoted(raw: string, from: number, refuse: Refuse): void {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(raw)) refuse(from, 'the closing quote is missing');
  for (const { 0: found, index } of raw.matchAll(/\\(?:u[Dd][89A-Fa-f]..|U0000[Dd][89A-Fa-f]..|\n[ \t]*\n|.)/gs)) {
    if (/\n.*\n/.test(found)) refuse(from + index, 'an empty line follows an escaped line break; write \\n');
    if (found.length > 2 || found === '\\/') refuse(from + index, `the escape '${found}' is unknown to YAML 1.1`);
  }
}

function checkBlockScalar(raw: string, from: number, text: string, refuse: Refuse): void {
  const [header = '', ...lines] = raw.split('\n');
  const after = text.slice(from + raw.length);
  if (!text.endsWith('\n') && after.trim() === '' && !header.includes('-')) {
    refuse(from, 'Helm 3 and 4 read a last text without a line break differently; end the file with a line break');
  }
  const firstLine = lines.find((line) => /[^ ]/.test(line)) ?? '';
  if (/^ *\t/.test(firstLine)) refuse(from, 'a tab stands where the text must be indented by spaces');
  const blankLines = /(?:(?<=\n) *\n)*$/.exec(raw)![0] + /^(?: *\n)*/.exec(after)![0];
  if (/\d/.test(header) && blankLines.includes(' ')) refuse(from, 'the text ends in lines of spaces; remove them');
}

/** A key is on one line with its colon, and with its tag and anchor. */
function checkKey({ key, srcToken }: Pair, text: string, refuse: Refuse): void {
  const mark = srcToken?.start.find((token) => token.type === 'explicit-key-ind');
  if (mark !== undefined) refuse(mark.offset, "'? key' is not supported; write 'key: value'");
  const property = srcToken?.start.find((token) => token.type === 'anchor' || token.type === 'tag');
  const from = property?.offset ?? start(key as Node);
  if (property !== undefined && isEmpty(key as Node)) refuse(from, 'there is no key behind this tag or anchor');
  const colon = srcToken?.sep?.find((token) => token.type === 'map-value-ind')?.offset;
  const whole = text.slice(from, colon ?? end(key as Node));
  if (/[\n\u2028\u2029]/.test(whole)) refuse(from, 'a key and its colon must be on one line');
  if (whole.length > 1024) refuse(from, 'a key may have at most 1024 characters');
}

/** Tells whether an offset is inside one of the nodes. */
function contains(document: Document, filter: (node: Node) => boolean): (offset: number) => boolean {
  const ranges: [number, number][] = [];
  visit(document, {
    Node: (_, node) => {
      if (filter(node)) ranges.push([start(node), end(node)]);
    },
  });
  return (offset) => ranges.some(([from, to]) => offset >= from && offset < to);
}

function isQuoted({ type }: Scalar): boolean {
  return type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
}

function isBlock({ type }: Scalar): boolean {
  return type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL;
}

function isEmpty(node: Node | null): boolean {
  return node === null || start(node) === end(node);
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function end(node: Node): number {
  return node.range?.[1] ?? 0;
}
