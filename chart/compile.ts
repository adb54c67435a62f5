import { settled } from './block.ts';
import { Emitter } from './emit.ts';
import { type Exploration, explorationOf } from './exploration.ts';
import { NOTES } from './explore.ts';
import { hookOf } from './manifests.ts';
import { withoutMarks } from './marks.ts';
import { type Helper, shareBlocks, type TemplateFile, textOf } from './named-templates.ts';
import { OptionalApis } from './optional-apis.ts';
import { type Piece, printPieces } from './pieces.ts';
import type { Program } from './program.ts';
import { programShape } from './program-shape.ts';
import { rulesTemplate } from './rules-template.ts';
import type { Slot } from './skeleton.ts';
import { assertPrinted } from './unprinted.ts';

/** A program's templates: path below the chart's directory -> text. */
export interface Templates {
  readonly files: ReadonlyMap<string, string>;
  /** The file that prints each document: construct path -> path. */
  readonly documents: ReadonlyMap<string, string>;
  /** What they are printed from. */
  readonly exploration: Exploration;
  /** How often `build` ran. */
  readonly runs: number;
}

/** Compiles a program's `build` into Helm templates. */
export function compileTemplates(program: Program): Templates {
  const shape = programShape(program);
  const exploration = explorationOf(program, shape);
  const { explorer, slots, loops } = exploration;
  const apis = new OptionalApis(program.optionalApis ?? [], explorer);
  const emitter = new Emitter(explorer, loops, program.name, apis);
  const rulesFile = (program.rules ?? []).length > 0 ? ['rules'] : [];
  const documents = slots.filter((slot) => slot.key !== NOTES);
  const names = fileNames(documents, rulesFile);
  const blocks = documents.map((slot, i) => ({ name: names[i]!, blocks: emitter.document(slot) }));
  apis.refuseUnused();
  const shared = shareBlocks(program.name, blocks, emitter.arguments);
  const print = (pieces: readonly Piece[]) => fillIn(printPieces(pieces), shared.names);
  const files = new Map<string, string>();
  for (const file of shared.files) {
    files.set(`templates/${file.name}.yaml`, `${print(file.pieces)}\n`);
  }
  const rules = rulesTemplate(program.rules ?? [], program.name, shape);
  const defined = shared.helpers.map((helper) => defineHelper(helper, usersOf(helper, shared), print(helper.pieces)));
  const printed = [...files.values(), ...defined].join('\n');
  const helpers = [
    ...defined,
    ...(printed.includes(`"${program.name}.json"`) ? [jsonHelper(program.name)] : []),
    ...(rules === '' ? [] : [rules]),
  ];
  if (helpers.length > 0) files.set('templates/_helpers.tpl', helpers.join('\n'));
  if (rules !== '') files.set('templates/rules.yaml', `{{- include "${program.name}.rules" . }}\n`);
  const notes = slots.find((slot) => slot.key === NOTES);
  if (notes !== undefined) files.set('templates/NOTES.txt', keepBlankLines(printPieces(settled(emitter.text(notes)))));
  // The words of rules are the program's own, and may be any.
  assertPrinted(new Map([...files, ['templates/_helpers.tpl', defined.join('\n')]]));
  const printedIn = new Map(documents.map(({ key }, i) => [key, `templates/${names[i]}.yaml`]));
  return { files, documents: printedIn, exploration, runs: explorer.runs.length };
}

/** File names from construct paths: `todo/backend/deployment` of an only top construct is `backend-deployment`. */
function fileNames(slots: readonly Slot[], reserved: readonly string[]): string[] {
  const paths = slots.map(({ key }) =>
    withoutMarks(key)
      .split('/')
      .filter((part, i, parts) => !(i > 0 && i === parts.length - 1 && part === 'Resource')),
  );
  const taken = new Set<string>(reserved);
  const commonTop = (tests: boolean) => {
    const group = paths.filter((_, i) => isTest(slots[i]!) === tests);
    return group.length > 1 && group.every((path) => path.length > 1 && path[0] === group[0]![0]);
  };
  const common = new Map([true, false].map((tests) => [tests, commonTop(tests)]));
  return paths.map((path, i) => {
    const test = isTest(slots[i]!);
    const parts = (common.get(test) ? path.slice(1) : path).map(kebab).filter((part) => part !== '');
    const base = `${test ? 'tests/' : ''}${parts.join('-') || 'object'}`;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    return name;
  });
}

function kebab(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}

function isTest(slot: Slot): boolean {
  return hookOf(slot.witness.documents.get(slot.key)) === 'test';
}

/** An action that trims the white space before it must not take a blank line of the text with it. */
function keepBlankLines(text: string): string {
  return text.replace(/(^|[^\S\n])(?=\n\{\{-)/gm, '$1{{ "" }}');
}

function fillIn(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\uE002\d+\uE003/g, (placeholder) => names.get(placeholder)!);
}

interface Shared {
  readonly files: readonly TemplateFile[];
  readonly helpers: readonly Helper[];
  readonly names: ReadonlyMap<string, string>;
}

/** The files that print a template, by themselves or in another. */
function usersOf({ name }: Helper, shared: Shared): string[] {
  const call = `include ${JSON.stringify(name)} `;
  const calls = ({ pieces }: { readonly pieces: readonly Piece[] }) =>
    fillIn(textOf(pieces), shared.names).includes(call);
  return [
    ...new Set([
      ...shared.files.filter(calls).map((file) => file.name),
      ...shared.helpers.filter(calls).flatMap((helper) => usersOf(helper, shared)),
    ]),
  ];
}

function defineHelper({ name, takes }: Helper, users: readonly string[], text: string): string {
  const shown = users.length > 4 ? [...users.slice(0, 3), `${users.length - 3} more`] : users;
  const argument = takes === 'root' ? '' : takes === 'value' ? ' of a value' : ` of a dict with ${takes.join(', ')}`;
  const usedBy = shown.length > 0 ? `: used by ${shown.join(', ')}` : '';
  return `{{/*\n${name.split('.').slice(1).join(' ')}${argument}${usedBy}\n*/}}\n{{- define "${name}" -}}\n${text}\n{{- end }}\n`;
}

/** JSON that every YAML parser reads back unchanged. */
function jsonHelper(chart: string): string {
  return `{{/*
A value as JSON, with the characters escaped that YAML parsers refuse or fold.
*/}}
{{- define "${chart}.json" -}}
{{- $text := toJson . }}
{{- if regexMatch \`[\\x{7f}-\\x{a0}\\x{ad}\\x{feff}\\x{fffe}\\x{ffff}]\` $text }}
{{- range concat (untilStep 127 161 1) (list 173 65279 65534 65535) }}
{{- $text = replace (printf "%c" .) (printf "\\\\u%04x" .) $text }}
{{- end }}
{{- end }}
{{- $text }}
{{- end }}
`;
}
