import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExecaError, execa } from 'execa';
import { parse } from 'yaml';

/** What imports/ is made from. Of each CRD only `version` is imported. */
const PINS = {
  cli: 'cdk8s-cli@2.207.60',
  crds: [
    {
      module: 'sigs.k8s.io/gateway-api@v1.4.1',
      file: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
      version: 'v1',
    },
    {
      module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
      file: 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
      version: 'v1',
    },
    {
      module: 'github.com/external-secrets/external-secrets@v1.3.2',
      file: 'config/crds/bases/external-secrets.io_externalsecrets.yaml',
      version: 'v1',
    },
  ],
};

/** A CustomResourceDefinition in a Go module. */
export interface CrdPin {
  /** With its version. */
  readonly module: string;
  readonly file: string;
  /** The one version of the resource that counts. */
  readonly version: string;
}

const IMPORTS = fileURLToPath(new URL('../imports/', import.meta.url));

export interface ImportCrdsOptions {
  /** Compare only, write nothing. @default false */
  readonly check?: boolean;
}

/**
 * Generates imports/ from the pinned CRDs: one file for each API group.
 *
 * @returns the files that differed from what was generated
 * @throws ImportCrdsError when a tool is missing, or a download or the CLI fails
 */
export async function importCrds({ check = false }: ImportCrdsOptions = {}): Promise<string[]> {
  await requireTool('npx', ['--version'], 'Install npm 7 or later: it comes with Node.js');

  const generated = await generate();
  await mkdir(IMPORTS, { recursive: true });
  const present = await readFiles(IMPORTS);
  const changed = [...generated].filter(([name, source]) => present.get(name) !== source);
  if (!check) {
    for (const [name, source] of changed) await writeFile(join(IMPORTS, name), source);
  }
  return changed.map(([name]) => `imports/${name}`);
}

/** A failure that the user can mend. */
export class ImportCrdsError extends Error {}

/** Asks the tool for its version, because on Windows a missing npx is no ENOENT but a failing cmd.exe. */
async function requireTool(tool: string, versionArgs: string[], install: string): Promise<void> {
  try {
    await execa(tool, versionArgs);
  } catch (cause) {
    throw new ImportCrdsError(`unable to run '${tool}'. Is it installed? ${install}.`, { cause });
  }
}

/** Works outside the project, so that its cdk8s.yaml, go.mod and node_modules/.bin have no say. */
async function generate(): Promise<Map<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'import-crds-'));
  try {
    await writeFile(join(directory, 'crds.yaml'), (await pinnedCrds(directory)).join('\n---\n'));
    await runCli(directory, 'crds.yaml', 'imports');

    const files = await readFiles(join(directory, 'imports'));
    if (files.size === 0) throw new ImportCrdsError(`'npx ${PINS.cli} import' generated nothing`);
    return files;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * CRDs as JSON.
 *
 * @param cwd a directory outside of any Go module
 * @param pins @default - those that imports/ is made from
 * @throws ImportCrdsError when Go is missing, or a download fails
 */
export async function pinnedCrds(cwd: string, pins: readonly CrdPin[] = PINS.crds): Promise<string[]> {
  await requireTool('go', ['version'], 'Install Go from https://go.dev/dl');
  const crds: string[] = [];
  for (const pin of pins) crds.push(await readCrd(pin, await downloadModule(pin.module, cwd)));
  return crds;
}

/** @returns the module's directory in the module cache, which Go has verified by checksum */
async function downloadModule(module: string, cwd: string): Promise<string> {
  const { stdout, stderr, failed } = await execa('go', ['mod', 'download', '-json', module], { cwd, reject: false });
  if (failed) {
    const reason = stdout ? JSON.parse(stdout).Error : stderr;
    throw new ImportCrdsError(`unable to download the Go module '${module}': ${errorLine(reason)}`);
  }
  return JSON.parse(stdout).Dir;
}

/** @returns the CRD with nothing but the pinned version, as JSON (which is YAML) */
async function readCrd(pin: CrdPin, directory: string): Promise<string> {
  const yaml = await readFile(join(directory, pin.file), 'utf8').catch((cause) => {
    throw new ImportCrdsError(`unable to read '${pin.file}' in '${pin.module}'`, { cause });
  });
  const crd = parse(yaml);
  crd.spec.versions = crd.spec.versions.filter(({ name }: { name: string }) => name === pin.version);
  if (crd.spec.versions.length === 0) {
    throw new ImportCrdsError(`'${pin.file}' in '${pin.module}' has no version '${pin.version}'`);
  }
  return JSON.stringify(crd);
}

/** Paths are relative to `cwd`: the CLI takes the drive of a Windows path for the scheme of a URL. */
async function runCli(cwd: string, crds: string, output: string): Promise<void> {
  const options = ['--language', 'typescript', '--output', output, '--no-save', '--no-check-upgrade'];
  try {
    await execa('npx', ['--yes', PINS.cli, 'import', crds, ...options], { cwd, stdin: 'ignore' });
  } catch (cause) {
    if (!(cause instanceof ExecaError)) throw cause;
    throw new ImportCrdsError(`'npx ${PINS.cli} import' failed: ${errorLine(`${cause.stderr}`)}`, { cause });
  }
}

/** The first line that tells of an error, past npm's warnings and error codes; else the last line. */
function errorLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /error(?! code)/i.test(line)) ?? lines.at(-1) ?? 'no message').trim();
}

async function readFiles(directory: string): Promise<Map<string, string>> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.ts'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
  );
}

async function main(args: string[]): Promise<void> {
  const { check } = parseArgs({ args, options: { check: { type: 'boolean', default: false } } }).values;
  const changed = await importCrds({ check });
  if (changed.length === 0) {
    console.log('imports/ is up to date');
  } else if (check) {
    console.error(`imports/ differs from the pinned CRDs in ${changed.join(', ')}. Run 'npm run import'.`);
    process.exitCode = 1;
  } else {
    console.log(changed.map((file) => `wrote ${file}`).join('\n'));
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2)).catch((error) => {
    const usage = error.code?.startsWith('ERR_PARSE_ARGS');
    if (!usage && !(error instanceof ImportCrdsError)) throw error;
    console.error(error.message);
    process.exitCode = usage ? 2 : 1;
  });
}
