import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isApiPath } from '../server/api-path.ts';
import { isFromElsewhere } from '../server/same-origin.ts';
import { readSettings, SettingsError } from '../server/settings.ts';

test('plain paths under /api/ are passed on', () => {
  for (const path of [
    '/api/todos',
    '/api/todos/',
    '/api/todos/7?q=a/../b&x=%2F',
    '/api/tags/caf%C3%A9',
    '/api/a.b/..c',
    '/api/~x',
  ])
    assert.equal(isApiPath(path), true, path);
});

test('what could be another path for the backend is not', () => {
  for (const path of [
    ...['/api', '/', '/apiary', '/metrics', '//api/x', 'http://backend/api/x', '*', ''],
    ...['/api/', '/api//x', '/api/x//y', '/api/./x', '/api/../metrics', '/api/x/..', '/api/x/../../docs'],
    ...[
      '/api/%2e%2e/metrics',
      '/api/.%2E/metrics',
      '/api/%2e',
      '/api/..%2fmetrics',
      '/api/%2Fmetrics',
      '/api/..%5cmetrics',
    ],
    ...[
      '/api/..\\metrics',
      '/api/x%00',
      '/api/x%0d%0aY',
      '/api/%',
      '/api/%zz',
      '/api/%ff',
      '/api/x#y',
      '/api/é',
      '/api/<x>',
    ],
  ])
    assert.equal(isApiPath(path), false, path);
});

test('changes are accepted from pages of this origin, and from what is no browser', () => {
  const fromElsewhere = (headers: Record<string, string>, method = 'POST') =>
    isFromElsewhere({ method, headers: { host: 'todo.example:3000', ...headers } });

  assert.equal(fromElsewhere({}), false);
  assert.equal(fromElsewhere({ 'sec-fetch-site': 'same-origin', origin: 'http://todo.example:3000' }), false);
  assert.equal(fromElsewhere({ origin: 'https://shop.example', 'x-forwarded-host': 'shop.example, proxy' }), false);

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal(fromElsewhere({ 'sec-fetch-site': 'cross-site' }, method), true);
    assert.equal(fromElsewhere({ 'sec-fetch-site': 'same-site' }, method), true);
    assert.equal(fromElsewhere({ 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }, method), true);
    for (const origin of ['http://evil.example', 'http://todo.example', 'http://todo.example:3001', 'null', 'nonsense'])
      assert.equal(fromElsewhere({ origin }, method), true, origin);
  }
  assert.equal(fromElsewhere({ 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }, 'GET'), false);
});

test('the backend is BACKEND_URL, then NEXT_PUBLIC_API_URL, then one on this machine', () => {
  const backend = (env: Record<string, string>) => readSettings(env).backend.origin;

  assert.equal(backend({ BACKEND_URL: 'http://a:1', NEXT_PUBLIC_API_URL: 'http://b:2' }), 'http://a:1');
  assert.equal(backend({ BACKEND_URL: ' ', NEXT_PUBLIC_API_URL: 'https://b/' }), 'https://b');
  assert.equal(backend({}), 'http://127.0.0.1:8000');
});

test('has the defaults that the README names', () => {
  const { hostname, port, drainTimeout, keepAliveTimeout } = readSettings({ PORT: '', HOSTNAME: '' });

  assert.deepEqual([hostname, port, drainTimeout, keepAliveTimeout], ['0.0.0.0', 3000, 20_000, 65_000]);
});

test('a mistake is one line that names the variable, and no password', () => {
  const messageOf = (env: Record<string, string>) => {
    try {
      readSettings(env);
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.message;
    }
    return undefined;
  };

  assert.equal(
    messageOf({ BACKEND_URL: 'todo-backend:7860' }),
    "BACKEND_URL ('todo-backend:7860') must be an address such as http://todo-backend:8000",
  );
  assert.equal(
    messageOf({ NEXT_PUBLIC_API_URL: 'http://me:secret@b:1' }),
    "NEXT_PUBLIC_API_URL ('http://***@b:1') must have only a scheme, a host and a port, as http://todo-backend:8000",
  );
  assert.match(messageOf({ BACKEND_URL: 'http://b/api' })!, /^BACKEND_URL .* must have only/);
  assert.equal(messageOf({ PORT: '70000' }), "PORT ('70000') must be a whole number from 0 to 65535");
  assert.equal(messageOf({ DRAIN_SECONDS: '-1' }), "DRAIN_SECONDS ('-1') must be a whole number from 0 to 3600");
  assert.match(messageOf({ KEEP_ALIVE_TIMEOUT: '5s' })!, /^KEEP_ALIVE_TIMEOUT/);
});
