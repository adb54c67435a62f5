import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Snapshot } from './snapshot.ts';

const SCHEMA = 'todo-infra/snapshot/v1';
const LISTS = [
  ...['pods', 'events', 'deployments', 'replicaSets', 'statefulSets', 'services', 'endpointSlices'],
  ...['persistentVolumeClaims', 'horizontalPodAutoscalers', 'resourceQuotas'],
];

/** A file to diagnose elsewhere, for its owner alone. @throws CommandError where it cannot be written */
export async function saveSnapshot(file: string, snapshot: Snapshot): Promise<void> {
  try {
    await writeFile(fromCaller(file), `${JSON.stringify({ schema: SCHEMA, ...snapshot }, undefined, 1)}\n`, {
      mode: 0o600,
    });
  } catch (cause) {
    throw new CommandError(`unable to write ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** @throws CommandError for a file that is none of ours */
export async function loadSnapshot(file: string): Promise<Snapshot> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(fromCaller(file), 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message;
    throw new CommandError(`unable to read ${file}: ${why}`, { cause });
  }
  const { schema, ...snapshot } = (content ?? {}) as { schema?: unknown } & Record<string, unknown>;
  const isWhole = typeof snapshot.namespace === 'string' && LISTS.every((list) => Array.isArray(snapshot[list]));
  if (schema !== SCHEMA || !isWhole || typeof snapshot.logs !== 'object')
    throw new CommandError(`${file} is no snapshot; expected a file that 'npm run diagnose -- --save' has written`);
  return snapshot as unknown as Snapshot;
}

/** As seen from where npm was called. */
function fromCaller(file: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), file);
}
