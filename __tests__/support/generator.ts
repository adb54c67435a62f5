import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import {
  type GeneratorLine,
  parseGeneratorLine,
  type StreamConfiguration,
} from '../../scripts/validate/load/generator-lines.ts';
import { type LoadReport, loadReport } from '../../scripts/validate/load/load-report.ts';

const GENERATOR = fileURLToPath(new URL('../../scripts/validate/load/generator.mjs', import.meta.url));

export interface GeneratorRun {
  readonly report: LoadReport;
  readonly lines: readonly GeneratorLine[];
  readonly exitCode: number | undefined;
}

export interface GeneratorOptions {
  readonly seconds?: number;
  readonly patienceMs?: number;
  /** Called when the first request is due, with what stops it. */
  readonly onStart?: (stop: () => void) => void;
}

/** A stream, as far as a test does not care. */
export function stream(url: string, changes: Partial<StreamConfiguration> = {}): StreamConfiguration {
  return { target: 'it', url, connections: 'new', rate: 50, timeoutMs: 30_000, ...changes };
}

/** Runs the generator as a process of this machine, for a second where nothing else is said. */
export async function generate(
  streams: readonly StreamConfiguration[],
  { seconds = 1, patienceMs = 10_000, onStart }: GeneratorOptions = {},
): Promise<GeneratorRun> {
  const child = execa(process.execPath, [GENERATOR], {
    env: { LOAD: JSON.stringify({ seconds, patienceMs, streams }) },
    reject: false,
  });
  child.stdout.once('data', () => onStart?.(() => child.kill('SIGTERM')));
  const { stdout, stderr, exitCode } = await child;
  if (stderr !== '') throw new Error(stderr);
  const lines = stdout.split('\n').map((text) => parseGeneratorLine(text)!);
  return { lines, exitCode, report: loadReport({ name: 'test', streams, lines, started: 0, phases: [] }) };
}

/** A server at 127.0.0.1 while the test runs. */
export async function serve<T>(
  listener: RequestListener,
  test: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
