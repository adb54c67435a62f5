import { type Document, type ParsedNode, parseAllDocuments } from 'yaml';
import { ChartError } from './errors.ts';
import { isObject, type JsonObject } from './json.ts';
import { YamlDecoder } from './yaml-decoder.ts';
import { checkDialect, type Refuse } from './yaml-dialect.ts';

/**
 * Reads a values file as `helm -f` does, which is YAML 1.1 with the habits of sigs.k8s.io/yaml: `012` is 10, `yes` is
 * true (as a key, "true"), `1_000` is 1000, a date is a string, of duplicate keys the last one counts.
 *
 * @param text the file, decoded as UTF-8
 * @param file its name, for errors
 * @returns the values, {} for a file without content
 * @throws ChartError `file:line:column: what is wrong`, also for the few things that Helm 3 and 4 read differently
 * @see https://github.com/yaml/go-yaml/blob/v2.4.4/resolve.go
 */
export function parseValuesFile(text: string, file: string): JsonObject {
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const refuse: Refuse = (offset, why) => {
    const before = source.slice(0, offset);
    throw new ChartError(`${file}:${before.split('\n').length}:${offset - before.lastIndexOf('\n')}: ${why}`);
  };
  checkCharacters(source, refuse);

  const [first = '', ...others] = splitDocuments(source, refuse);
  let values = readFirstDocument(first, refuse);
  for (const chunk of others) {
    const more = readFirstDocument(chunk, refuse) ?? {};
    values ??= more;
    if (values !== more && Object.keys(more).length > 0) {
      refuse(chunk.search(/\S/), 'Helm 3 ignores a second document, Helm 4 merges it; move it to a file of its own');
    }
  }
  return values ?? {};
}

function checkCharacters(source: string, refuse: Refuse): void {
  const found = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(source);
  if (found === null) return;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  refuse(found.index, `there is a control character (U+${code}); write it as an escape in double quotes`);
}

/** Splits at `---` lines as Helm 4 does. What comes before a part is blanked: offsets stay those of the file. */
function splitDocuments(source: string, refuse: Refuse): string[] {
  const chunks: string[] = [];
  let from = 0;
  const take = (to: number) => {
    if (to > 0) chunks.push(source.slice(0, from).replace(/[^\n]/g, ' ') + source.slice(from, to));
  };
  for (const { index, 0: line } of source.matchAll(/(?<![^\n])---[^\n]*\n?/g)) {
    if (!/^---(?:[ \t]+#[^\n]*)?[ \t]*\n?$/.test(line)) {
      refuse(index, "nothing but a comment may follow '---' on its line");
    }
    take(index);
    // Helm keeps the line itself only where nothing comes before it.
    from = index > from ? index + line.length : index;
  }
  take(source.length);
  return chunks;
}

/** The first document's map, or undefined where there are only comments. What follows `...` is ignored, as by Helm. */
function readFirstDocument(chunk: string, refuse: Refuse): JsonObject | undefined {
  const documents = parseAllDocuments<ParsedNode>(chunk, {
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [document] = documents;
  const errors = 'empty' in documents ? documents.errors : documents[0]!.errors;
  const [error] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) refuse(error.pos[0], inOneLine(error.message));
  if (document === undefined) {
    const odd = chunk.search(/(?<![^\n])(?! *(?:#[^\n\u2028\u2029]*)?(?:\n|$))/);
    return odd < 0 ? undefined : refuse(odd, 'this is neither a value nor a comment');
  }

  checkDialect(document as Document, chunk, refuse);
  const root = new YamlDecoder(document as Document, refuse).decode() ?? {};
  if (isObject(root)) return root;
  const kind = Array.isArray(root) ? 'list' : typeof root;
  return refuse(document.contents?.range[0] ?? 0, `a values file must be a map, not a ${kind}`);
}

function inOneLine(message: string): string {
  if (message.startsWith('Missing closing')) {
    return 'a text in quotes does not end, or a line of it is indented too little';
  }
  if (message.startsWith('Nested mappings')) {
    return "this value has a ': ' in it; put it in quotes, or indent the lines alike";
  }
  return message.replace(/\s+/g, ' ');
}
