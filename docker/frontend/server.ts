import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname as machineName } from 'node:os';
import { join } from 'node:path';
import { apiProxy } from './server/api-proxy.ts';
import { Drain } from './server/drain.ts';
import { log } from './server/log.ts';
import { setSecurityHeaders } from './server/security-headers.ts';
import { readSettings, type Settings, SettingsError } from './server/settings.ts';
import { type Pages, rememberShells } from './server/shells.ts';

const dev = process.argv.includes('--dev');
const dir = import.meta.dirname;

try {
  await serve(readSettings(process.env));
} catch (error) {
  if (!(error instanceof SettingsError) && (error as NodeJS.ErrnoException).syscall !== 'listen') throw error;
  log('error', (error as Error).message);
  process.exitCode = 1;
}

/** Serves the pages with Next.js, and everything else by itself. */
async function serve({ hostname, port, backend, drainTimeout, keepAliveTimeout }: Settings): Promise<void> {
  const server = createServer({ keepAliveTimeout });
  const drain = new Drain(server);
  const proxy = apiProxy({ backend, ending: drain.ending });
  const pages = dev ? await nextPages(hostname, port) : rememberShells(await nextPages(hostname, port));

  server.on('request', (request, response) => {
    setSecurityHeaders(request, response);
    // The pod's name, where it runs in one: who measures a rollout learns which has answered.
    response.setHeader('X-Served-By', machineName());
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (path === '/api' || path.startsWith('/api/')) proxy(request, response);
    else if (path === '/livez') answer(response, 200, 'ok');
    else if (path === '/readyz') answer(response, drain.draining ? 503 : 200, drain.draining ? 'draining' : 'ok');
    else pages(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  log('info', 'listening', { ...(server.address() as AddressInfo), backend: backend.origin });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, async () => {
      if (!drain.draining) log('info', 'draining', { signal, seconds: drainTimeout / 1000 });
      // Nobody waits for a server on a laptop.
      await drain.stop(dev ? 0 : drainTimeout);
      process.exit(0);
    });
  }
}

async function nextPages(hostname: string, port: number): Promise<Pages> {
  // React and Next.js look at it when they are loaded.
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' });
  if (!dev) {
    // As the server.js does that Next.js generates for `output: 'standalone'`: there is no next.config.ts here to read.
    const { config } = JSON.parse(readFileSync(join(dir, '.next/required-server-files.json'), 'utf8'));
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  }
  const { default: next } = (await import('next')) as unknown as { default: typeof import('next').default };
  const app = next({ dev, dir, hostname, port });
  await app.prepare();
  return app.getRequestHandler();
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
