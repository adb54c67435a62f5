import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runBuiltServer, startBuiltServer } from './support/built-server.ts';
import { jsonOf, listen, request, textOf } from './support/http.ts';

// A server that waits where it should not never ends, and the test fails at this limit.
const timeout = 30_000;

const nobody = 'http://127.0.0.1:1';

async function startWith(t: TestContext, backend: RequestListener, env: Record<string, string> = {}) {
  const { url } = await listen(t, backend);
  return startBuiltServer(t, { BACKEND_URL: url.origin, ...env });
}

/** A backend whose streams send one event, and the next when the test says so. */
function streams() {
  let next = () => {};
  const listener: RequestListener = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: first\n\n');
    next = () => response.end('data: last\n\n');
  };
  return { listener, next: () => next() };
}

test('serves the page without a backend, each time with a nonce that only its own scripts have', {
  timeout,
}, async (t) => {
  const { url } = await startBuiltServer(t, { BACKEND_URL: nobody });
  const nonces = new Set<string>();

  for (const headers of [
    {},
    {},
    { 'Accept-Encoding': 'gzip' },
    { Cookie: 'a=b; todo_session=x' },
    { Cookie: 'todo_session=y' },
    {},
  ]) {
    const answer = await request(url, { headers });
    const page = await textOf(answer);
    const policy = String(answer.headers['content-security-policy']);
    const nonce = /script-src 'self' 'nonce-([\w-]+)' 'strict-dynamic';/.exec(policy)?.[1];

    assert.equal(answer.statusCode, 200);
    assert.match(page, 'Cookie' in headers ? /Opening your list/ : /<h1>Welcome to Todo<\/h1>/);
    assert.match(page, /<\/html>$/);
    assert.ok(nonce);
    nonces.add(nonce);
    const scripts = page.match(/<script\b[^>]*>/g) ?? [];
    assert.ok(scripts.length > 5);
    for (const script of scripts) assert.ok(script.includes(`nonce="${nonce}"`), script);
    assert.doesNotMatch(page, / style="|<style/);
    assert.doesNotMatch(policy, /unsafe/);
  }

  assert.equal(nonces.size, 6);
});

test('sets its security headers on everything, and the one for https on https only', { timeout }, async (t) => {
  const { url } = await startWith(t, (_request, response) => response.end('{}'));

  // First, so that what is remembered of the page is of an https request.
  const { headers } = await request(url, { headers: { 'X-Forwarded-Proto': 'https' } });
  assert.equal(headers['strict-transport-security'], 'max-age=15552000');
  for (const path of ['/', '/livez', '/api/x', '/api/../x', '/none', '/icon.svg']) {
    const { headers } = await request(url, { path });
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['x-frame-options'], 'DENY', path);
    assert.equal(headers['referrer-policy'], 'same-origin', path);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
    assert.match(String(headers['permissions-policy']), /camera=\(\)/, path);
    assert.equal(headers['strict-transport-security'], undefined, path);
    assert.equal(headers['x-powered-by'], undefined, path);
  }
});

test('says on everything which server has answered, after the one that has answered it', { timeout }, async (t) => {
  const { url } = await startWith(t, (request, response) => {
    if (request.url === '/api/health') response.setHeader('X-Served-By', 'backend-1');
    response.end('{}');
  });

  // Twice the page, as it is remembered.
  for (const path of ['/', '/', '/livez', '/readyz', '/none', '/api/todos', '/api'])
    assert.equal((await request(url, { path })).headers['x-served-by'], hostname(), path);
  const answer = await request(url, { path: '/api/health' });
  assert.equal(answer.headers['x-served-by'], `backend-1, ${hostname()}`);
});

test('serves the files of the page, to be kept for ever', { timeout }, async (t) => {
  const { url } = await startBuiltServer(t);
  const page = await textOf(await request(url));

  const paths = page.match(/\/_next\/static\/[\w./-]+\.(?:js|css)/g) ?? [];

  assert.ok(paths.some((path) => path.endsWith('.css')));
  for (const path of paths) {
    const file = await request(url, { path });
    assert.equal(file.statusCode, 200, path);
    assert.match(String(file.headers['cache-control']), /immutable/, path);
  }
});

test('reads the address of the backend when it starts, by either name', { timeout }, async (t) => {
  const named = (name: string) => listen(t, (_request, response) => response.end(name));
  const [a, b] = [await named('a'), await named('b')];

  const servers = [
    await startBuiltServer(t, { NEXT_PUBLIC_API_URL: a.url.origin }),
    await startBuiltServer(t, { NEXT_PUBLIC_API_URL: b.url.origin }),
    await startBuiltServer(t, { NEXT_PUBLIC_API_URL: a.url.origin, BACKEND_URL: b.url.origin }),
  ];
  const answers = await Promise.all(servers.map(async ({ url }) => textOf(await request(new URL('/api/x', url)))));

  assert.deepEqual(answers, ['a', 'b', 'b']);
});

test('the files for browsers know no address of a backend', () => {
  const chunks = join(import.meta.dirname, '../.next/standalone/.next/static');
  for (const entry of readdirSync(chunks, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    assert.doesNotMatch(
      readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      /BACKEND_URL|NEXT_PUBLIC_API_URL|:8000/,
    );
});

test('only paths under /api/ reach the backend', { timeout }, async (t) => {
  const asked: string[] = [];
  const { url } = await startWith(t, (request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });

  const statuses: [string, number | undefined][] = [];
  for (const path of [
    ...['/metrics', '/docs', '/openapi.json', '/api', '/API/x', '/%61pi/x', '//api/x', '/x/../api/x'],
    ...['/api/../metrics', '/api/%2e%2e/metrics', '/api/..%2fmetrics', '/api/..%5cmetrics', `${url}api/x`],
  ])
    statuses.push([path, (await request(url, { path })).statusCode]);
  await request(url, { path: '/api/todos?x=%2e%2e' });

  assert.deepEqual(asked, ['/api/todos?x=%2e%2e']);
  for (const [path, status] of statuses) assert.ok(status !== 200, `${path}: ${status}`);
});

test('refuses changes from other sites', { timeout }, async (t) => {
  const { url } = await startWith(t, (_request, response) => response.end('{}'));
  const statusWith = async (headers: Record<string, string>) =>
    (await request(new URL('/api/todos', url), { method: 'POST', body: '{}', headers })).statusCode;

  assert.equal(await statusWith({ Origin: url.origin, 'Sec-Fetch-Site': 'same-origin' }), 200);
  assert.equal(await statusWith({ Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await statusWith({ 'Sec-Fetch-Site': 'same-site' }), 403);
  assert.equal(await statusWith({ Origin: 'null' }), 403);
});

test('never sends a browser to another site', { timeout }, async (t) => {
  const { url } = await startBuiltServer(t, { BACKEND_URL: nobody });

  for (const path of [
    '/?next=//evil.example',
    '//evil.example',
    '//evil.example/..',
    '/%2f%2fevil.example',
    '/\\evil.example',
    '/evil.example/',
  ]) {
    const { location = '/' } = (await request(url, { path })).headers;
    assert.equal(new URL(location, url).origin, url.origin, `${path} -> ${location}`);
  }
});

test('streams through gzip-loving browsers without waiting for more', { timeout }, async (t) => {
  const { listener, next } = streams();
  const { url } = await startWith(t, listener);

  const answer = await request(new URL('/api/chat', url), { headers: { 'Accept-Encoding': 'gzip, deflate, br' } });
  const [first] = await once(answer, 'data');
  next();

  assert.equal(String(first), 'data: first\n\n');
  assert.equal(await textOf(answer), 'data: last\n\n');
  assert.equal(answer.headers['content-encoding'], undefined);
});

test('says that the backend is away, and is alive and ready all the same', { timeout }, async (t) => {
  const { url } = await startBuiltServer(t, { BACKEND_URL: nobody });

  const answer = await request(new URL('/api/auth/session', url));

  assert.equal(answer.statusCode, 502);
  assert.deepEqual(await jsonOf(answer), { detail: 'The server cannot be reached. Try again in a moment.' });
  for (const path of ['/livez', '/readyz']) assert.equal((await request(url, { path })).statusCode, 200);
});

test('SIGTERM lets a stream finish, is no longer ready meanwhile, and ends with 0', { timeout }, async (t) => {
  const { listener, next } = streams();
  const { url, kill, ended } = await startWith(t, listener, { DRAIN_SECONDS: '3600' });
  const agent = new http.Agent({ keepAlive: true });
  await textOf(await request(url, { path: '/readyz', agent }));
  // Neither a connection that was never used nor one that is kept may hold the server.
  const unused = connect(Number(url.port), url.hostname);
  await once(unused, 'connect');
  const stream = await request(new URL('/api/chat', url));
  const [first] = await once(stream, 'data');

  kill('SIGTERM');
  let ready = await request(url, { path: '/readyz', agent });
  while (ready.statusCode === 200) {
    await textOf(ready);
    ready = await request(url, { path: '/readyz', agent });
  }
  const connectionHeader = ready.headers.connection;
  await textOf(ready);
  next();
  const rest = await textOf(stream);
  const { code } = await ended;

  assert.equal(ready.statusCode, 503);
  assert.equal(connectionHeader, 'close');
  assert.equal(String(first) + rest, 'data: first\n\ndata: last\n\n');
  assert.equal(code, 0);
});

test('SIGTERM ends a stream that does not finish in time with an error event', { timeout }, async (t) => {
  const { url, kill, ended } = await startWith(t, streams().listener, { DRAIN_SECONDS: '1' });
  const stream = await request(new URL('/api/chat', url));
  await once(stream, 'data');

  kill('SIGTERM');
  const rest = await textOf(stream);
  const { code, lines } = await ended;

  assert.match(rest, /event: error\ndata: \{"detail":"The server is restarting/);
  assert.equal(code, 0, lines.join('\n'));
});

test('a mistake in the environment is one clear line', { timeout }, async (t) => {
  const { code, lines } = await runBuiltServer(t, { BACKEND_URL: 'todo-backend:7860' });

  assert.equal(code, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /BACKEND_URL \('todo-backend:7860'\) must be an address such as http:\/\/todo-backend:8000/);
});

test('writes one line for each request, with its id and without its query', { timeout }, async (t) => {
  const { url, kill, ended } = await startWith(t, (_request, response) => response.writeHead(201).end('{}'));

  await textOf(await request(url, { path: '/api/todos?q=secret', headers: { 'X-Request-Id': 'abc-7' } }));
  kill('SIGTERM');
  const { lines } = await ended;
  const entry = JSON.parse(lines.find((line) => line.includes('abc-7')) ?? '{}');

  assert.deepEqual([entry.message, entry.method, entry.path, entry.status], ['request', 'GET', '/api/todos', 201]);
  assert.ok(!lines.join('\n').includes('secret'));
});
