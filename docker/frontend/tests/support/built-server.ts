import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

const SERVER = join(import.meta.dirname, '../../.next/standalone/server.js');

export interface BuiltServer {
  readonly url: URL;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its exit code and all that it wrote, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly lines: readonly string[] }>;
}

/** Starts what `npm run build` has made, as a process of its own on a free port. */
export async function startBuiltServer(t: TestContext, env: Record<string, string> = {}): Promise<BuiltServer> {
  const { listening, ...server } = run(t, env);
  const url = await Promise.race([listening, server.ended]);
  if (url instanceof URL) return { url, ...server };
  throw new Error(`The server did not start:\n${url.lines.join('\n')}`);
}

/** Runs it where it is expected to end by itself. */
export function runBuiltServer(t: TestContext, env: Record<string, string>): BuiltServer['ended'] {
  return run(t, env).ended;
}

function run(t: TestContext, env: Record<string, string>) {
  if (!existsSync(SERVER)) throw new Error('There is no built server: run npm run build first');
  const child = spawn(process.execPath, [SERVER], {
    env: { NODE_ENV: 'test', PATH: process.env.PATH, PORT: '0', HOSTNAME: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const listening = new Promise<URL>((resolve) => {
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        if (line.includes('"message":"listening"')) resolve(new URL(`http://127.0.0.1:${JSON.parse(line).port}`));
      });
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, lines }));
  return { listening, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
