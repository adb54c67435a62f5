import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Instrumenter, type InstrumentResult } from '@stryker-mutator/instrumenter';

/** What tests load, of this repository. */
const COPIED = ['chart', 'constructs', 'imports', 'scripts', 'values', '__tests__'];
/** The words of messages are no part of what the compiler must do right. */
const LEFT_OUT = ['StringLiteral'];

/** Something broken in a file. */
export interface PlacedMutant {
  /** What switches it on. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  /** The line where it begins, and what becomes of it: `a < b => a <= b`. */
  readonly text: string;
}

/**
 * Writes a copy of the repository's sources in which `files` have all their mutants, each of which can be switched on
 * while the program runs.
 */
export async function writeInstrumentedCopy(root: string, files: readonly string[], directory: string) {
  await Promise.all(COPIED.map((name) => rm(join(directory, name), { recursive: true, force: true })));
  await mkdir(directory, { recursive: true });
  await Promise.all(COPIED.map((name) => cp(join(root, name), join(directory, name), { recursive: true })));
  const sources = await Promise.all(
    files.map(async (name) => ({ name, content: await readFile(join(root, name), 'utf8'), mutate: true })),
  );
  const options = { plugins: null, ignorers: [], excludedMutations: LEFT_OUT };
  const { files: written, mutants } = await new Instrumenter(silent).instrument(sources, options);
  for (const { name, content } of written) await writeFile(join(directory, name), content);
  for (const name of ['chart', '__tests__']) await edit(join(directory, name));
  const lines = new Map(sources.map(({ name, content }) => [name, content.split('\n')]));
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map((mutant) => placed(mutant, lines.get(mutant.fileName)!));
}

function placed(
  { id, fileName, mutatorName, location, replacement }: InstrumentResult['mutants'][number],
  lines: readonly string[],
): PlacedMutant {
  const { start, end } = location;
  const before = lines[start.line]!.slice(0, start.column);
  const after = lines[end.line]!.slice(end.column);
  const text = `${lines[start.line]} => ${before}${replacement}${after}`.replace(/\s+/g, ' ').trim();
  return { id, file: fileName, line: start.line + 1, mutator: mutatorName, text };
}

const silent = Object.assign(Object.create(null), {
  isDebugEnabled: () => false,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
});

/** So that the tests can be run for one mutant after the other in one process, and soon. */
const EDITS: readonly [RegExp, string][] = [
  // What the compiler keeps from one call to the next would hide mutants.
  [/^(const \w+ = new )(WeakMap|Map)(?=<[^=]*>\(\);$)/gm, '$1(globalThis as any).Forgetful$2'],
  // Helm says the same of the same chart, so it need not be asked for each mutant that changes nothing.
  [
    /^export function runHelm\(/m,
    'export const runHelm = (globalThis as any).remembering(askHelm) as typeof askHelm;\nfunction askHelm(',
  ],
  // Stryker's own switches take half of the time.
  [/\bstryMutAct_\w+\("(\d+)"\)/g, '($$mutants.active === $1 && $$mutants.hit())'],
  [/\bstryCov_\w+\("/g, '$$mutants.counting && $&'],
  [/^function stryNS_\w+\(\) \{$/m, 'const $$mutants = (globalThis as any).mutants;\n$&'],
  [/^import \{.*\} from '@jest\/globals';$/m, ''],
];

async function edit(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    const edited = EDITS.reduce((all, [what, by]) => all.replace(what, by), text);
    if (edited !== text) await writeFile(path, edited);
  }
}
