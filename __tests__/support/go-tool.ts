import { constants } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** A command that is published as a Go module. */
export interface GoTool {
  /** The command's name. */
  readonly name: string;
  /** The release that is built where it is not installed. */
  readonly version: string;
  readonly module: string;
  /** The command's package, below the module. */
  readonly package: string;
  readonly ldflags?: readonly string[];
}

const TOOLS = fileURLToPath(new URL('../../.tools/', import.meta.url));
/** Longer than any build takes, so that what a killed run left behind does not block the next one for ever. */
const LONGEST_BUILD = 20 * 60_000;

/**
 * Path of a tool: from PATH, from `.tools/`, or built there with Go, which takes some minutes.
 *
 * @throws where it is missing and Go is too
 */
export async function goTool(tool: GoTool): Promise<string> {
  for (const path of pathsOf(tool.name)) {
    if (await isExecutable(path)) return path;
  }
  return builtTool(tool);
}

/** Where commands are if they are on PATH. */
export function pathsOf(...names: readonly string[]): string[] {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return names.flatMap((name) => directories.map((directory) => resolve(directory, name)));
}

/** Path of the pinned release in `.tools/`, built there with Go where it is missing. */
export async function builtTool(tool: GoTool): Promise<string> {
  const path = join(TOOLS, `${tool.name}-${tool.version}`);
  await mkdir(TOOLS, { recursive: true });
  const end = Date.now() + LONGEST_BUILD;
  while (!(await isExecutable(path))) {
    if (Date.now() > end) await rm(`${path}.building`, { recursive: true, force: true });
    // Test files run side by side, and each would build: the one that makes the directory does.
    if (await makeDirectory(`${path}.building`)) {
      try {
        await build(tool, join(`${path}.building`, tool.name));
        await rename(join(`${path}.building`, tool.name), path);
      } finally {
        await rm(`${path}.building`, { recursive: true });
      }
    } else await sleep(500);
  }
  return path;
}

/** In the module's own directory, so that its go.sum and its replacements count. */
async function build(tool: GoTool, output: string): Promise<void> {
  const { name, version, module, ldflags = [] } = tool;
  process.stderr.write(`${name} is not on PATH: building ${version} with Go\n`);
  const download = await go(tool, ['mod', 'download', '-json', `${module}@${version}`], TOOLS);
  const directory: string = JSON.parse(download).Dir;
  const flags = ['-trimpath', '-ldflags', ['-s -w', ...ldflags].join(' '), '-o', output];
  await go(tool, ['build', ...flags, tool.package], directory);
}

async function go({ name, version }: GoTool, args: string[], cwd: string): Promise<string> {
  const env = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
  const { stdout, stderr, exitCode, failed } = await execa('go', args, { cwd, env, reject: false });
  if (!failed) return stdout;
  const why = exitCode === undefined ? 'Go is missing too' : (stderr || stdout).trim().split('\n').at(-1);
  throw new Error(`${name} is not on PATH and cannot be built (${why}). Install ${name} ${version}.`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** @returns false where it is there already */
async function makeDirectory(path: string): Promise<boolean> {
  return mkdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}
