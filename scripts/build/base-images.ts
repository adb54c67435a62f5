import { readFile } from 'node:fs/promises';
import { CommandError } from '../command-error.ts';

/**
 * The base images of the Dockerfiles, `NAME=value` on each line, as build arguments.
 *
 * @throws CommandError for a line that is something else
 */
export async function readBaseImages(path: string): Promise<Record<string, string>> {
  const lines = (
    await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new CommandError(`${path} is missing; expected the base images there, NAME=value on each line`);
    })
  ).split('\n');
  const entries = lines.flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(\S+)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined)
      throw new CommandError(
        `${path}:${i + 1} is '${line}'; expected NAME=value, such as PYTHON_IMAGE=python:3.13-slim`,
      );
    return [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** The arguments that a Dockerfile declares before its first stage, with their defaults. */
export function globalArguments(dockerfile: string): Record<string, string> {
  const [head = ''] = dockerfile.split(/^FROM\s/im);
  return Object.fromEntries(
    [...head.matchAll(/^ARG\s+(\w+)(?:=(\S+))?/gim)].map(([, name, value]) => [name!, value ?? '']),
  );
}
