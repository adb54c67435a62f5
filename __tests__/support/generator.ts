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
  /** @default 1, or 60 where it is stopped by a signal */
  readonly seconds?: number;
  readonly patienceMs?: number;
  /**
   * Stops it. What no number of requests brings about for certain is waited for so: a process that gets no time for a
   * second sends at once all that has become due, and then no connection is used again.
   */
  readonly until?: AbortSignal;
  /** Called with each line when it is printed; the first one is when the first request is due. */
  readonly onLine?: (line: GeneratorLine) => void;
}

/** A stream, as far as a test does not care. */
export function stream(url: string, changes: Partial<StreamConfiguration> = {}): StreamConfiguration {
  return { target: 'it', url, connections: 'new', rate: 50, timeoutMs: 30_000, ...changes };
}

/** Runs the generator as a process of this machine. */
export async function generate(
  streams: readonly StreamConfiguration[],
  { until, seconds = until === undefined ? 1 : 60, patienceMs = 60_000, onLine }: GeneratorOptions = {},
): Promise<GeneratorRun> {
  const child = execa(process.execPath, [GENERATOR], {
    env: { LOAD: JSON.stringify({ seconds, patienceMs, streams }) },
    reject: false,
  });
  until?.addEventListener('abort', () => child.kill('SIGTERM'));
  const lines: GeneratorLine[] = [];
  for await (const text of child) {
    const line = parseGeneratorLine(text)!;
    lines.push(line);
    onLine?.(line);
  }
  const { stderr, exitCode } = await child;
  if (stderr !== '') throw new Error(stderr);
  return { lines, exitCode, report: loadReport({ name: 'test', streams, lines, started: 0, phases: [] }) };
}

/** A server at 127.0.0.1 while the test runs. */
export async function serve<T>(
  listener: RequestListener,
  test: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  // Only a test ends what is idle.
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
