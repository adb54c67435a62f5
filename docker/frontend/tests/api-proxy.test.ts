import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ApiProxyOptions, apiProxy } from '../server/api-proxy.ts';
import { jsonOf, listen, request, textOf } from './support/http.ts';

const timeout = 20_000;

async function proxyTo(t: TestContext, backend: RequestListener, options: Partial<ApiProxyOptions> = {}) {
  const { server, url } = await listen(t, backend);
  const proxy = await listen(t, apiProxy({ backend: url, ending: new AbortController().signal, ...options }));
  return { backend: server, backendUrl: url, url: (path: string) => new URL(path, proxy.url), proxyUrl: proxy.url };
}

const echo: RequestListener = async (request, response) => {
  const body = await textOf(request);
  const { method, url, headers } = request;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, body }));
};

test('passes a request on, with what the backend must know of the browser', { timeout }, async (t) => {
  const { url, backendUrl } = await proxyTo(t, echo);

  const answer = await request(url('/api/todos?q=a%20b'), {
    method: 'PATCH',
    body: '{"title":"ä"}',
    headers: {
      Host: 'todo.example',
      Cookie: 'todo_session=x; y=z',
      'X-Time-Zone': 'Europe/Vienna',
      'X-Request-Id': 'abc-1',
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      Connection: 'keep-alive, X-Secret-Hop',
      'X-Secret-Hop': 'x',
      TE: 'trailers',
      Forwarded: 'for=evil',
    },
  });
  const { method, url: path, body, headers } = await jsonOf(answer);

  assert.deepEqual([method, path, body], ['PATCH', '/api/todos?q=a%20b', '{"title":"ä"}']);
  const { host, cookie, te, forwarded, ...others } = headers as Record<string, string>;
  assert.deepEqual([host, cookie, te, forwarded], [backendUrl.host, 'todo_session=x; y=z', undefined, undefined]);
  assert.equal(others['x-time-zone'], 'Europe/Vienna');
  assert.equal(others['x-request-id'], 'abc-1');
  assert.equal(others['x-forwarded-for'], '203.0.113.9, 127.0.0.1');
  assert.equal(others['x-forwarded-proto'], 'https');
  assert.equal(others['x-forwarded-host'], 'todo.example');
  assert.equal(others['x-secret-hop'], undefined);
  assert.equal(answer.headers['x-request-id'], 'abc-1');
});

test('makes a request id where there is none that makes sense', { timeout }, async (t) => {
  const { url } = await proxyTo(t, echo);

  for (const given of [undefined, 'a b', 'x'.repeat(200)]) {
    const answer = await request(url('/api/x'), { headers: given === undefined ? {} : { 'X-Request-Id': given } });
    const { headers } = (await jsonOf(answer)) as { headers: Record<string, string> };

    assert.match(headers['x-request-id']!, /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers['x-request-id'], headers['x-request-id']);
  }
});

test('passes an answer back as it is: status, cookies, redirects', { timeout }, async (t) => {
  const { url } = await proxyTo(t, (request, response) => {
    const origin = `http://${request.headers.host}`;
    response.writeHead(307, [
      ...['Set-Cookie', 'a=1; HttpOnly', 'Set-Cookie', 'b=2', 'Location', `${origin}/api/todos/`],
      ...['Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'Server', 'uvicorn', 'X-Request-Id', 'other'],
    ]);
    response.end('moved');
  });

  const answer = await request(url('/api/todos'), { headers: { 'X-Request-Id': 'mine' } });

  assert.equal(answer.statusCode, 307);
  assert.deepEqual(answer.headers['set-cookie'], ['a=1; HttpOnly', 'b=2']);
  assert.equal(answer.headers.location, '/api/todos/');
  assert.equal(answer.headers['x-hop'], undefined);
  assert.equal(answer.headers.server, undefined);
  assert.equal(answer.headers['x-request-id'], 'mine');
  assert.equal(await textOf(answer), 'moved');
});

test('passes pieces on when they come, in both directions', { timeout }, async (t) => {
  // Each side waits for the other's piece before it sends its next one: a buffer would wait for ever.
  const { url } = await proxyTo(t, async (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    for await (const piece of request) response.write(`data: ${piece}\n\n`);
    response.end();
  });
  const outgoing = http.request(url('/api/chat'), { method: 'POST', agent: false });
  outgoing.write('0');
  const [answer] = await once(outgoing, 'response');

  const pieces: string[] = [];
  for await (const piece of answer) {
    pieces.push(String(piece));
    if (pieces.length < 3) outgoing.write(String(pieces.length));
    else outgoing.end();
  }

  assert.deepEqual(pieces, ['data: 0\n\n', 'data: 1\n\n', 'data: 2\n\n']);
});

test('lets go of the backend when the browser goes away', { timeout }, async (t) => {
  let gone: Promise<unknown> | undefined;
  const { url } = await proxyTo(t, (_request, response) => {
    gone = once(response, 'close');
    response.write('data: 1\n\n');
  });

  const answer = await request(url('/api/chat'));
  await once(answer, 'data');
  answer.destroy();

  await gone;
});

test('answers 502 when nobody listens', { timeout }, async (t) => {
  const { url, backend } = await proxyTo(t, echo);
  backend.close();
  await once(backend, 'close');

  const answer = await request(url('/api/todos'), { method: 'POST', body: '{}' });

  assert.equal(answer.statusCode, 502);
  assert.equal(answer.headers['retry-after'], '2');
  assert.deepEqual(await jsonOf(answer), { detail: 'The server cannot be reached. Try again in a moment.' });
});

test('picks another backend when one refuses the connection', { timeout }, async (t) => {
  const { url, backend } = await proxyTo(t, echo);
  const { port } = backend.address() as AddressInfo;
  backend.close();
  await once(backend, 'close');
  // After the second attempt and before the third: the timers of one process keep their order.
  setTimeout(() => backend.listen(port, '127.0.0.1'), 150);
  const answer = await request(url('/api/todos'), { method: 'POST', body: '{}' });

  assert.equal(answer.statusCode, 200);
});

test('answers 504 when the backend is silent, but lets a stream last that is not', { timeout }, async (t) => {
  const { url } = await proxyTo(
    t,
    (request, response) => {
      if (request.url === '/api/silent') return;
      let left = 5;
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const timer = setInterval(() => {
        response.write(': alive\n\n');
        left -= 1;
        if (left > 0) return;
        clearInterval(timer);
        response.end();
      }, 100);
    },
    { idleTimeout: 400 },
  );

  const silent = await request(url('/api/silent'));
  const stream = await request(url('/api/stream'));

  assert.equal(silent.statusCode, 504);
  assert.deepEqual(await jsonOf(silent), { detail: 'The server takes too long to answer. Try again in a moment.' });
  assert.equal(await textOf(stream), ': alive\n\n'.repeat(5));
});

test('ends a stream with an error event when the backend dies in it', { timeout }, async (t) => {
  const { url } = await proxyTo(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write('event: text\ndata: {"te', () => response.destroy());
  });

  const text = await textOf(await request(url('/api/chat')));

  assert.equal(
    text,
    'event: text\ndata: {"te\n\nevent: error\ndata: {"detail":"The connection to the server was lost. Try again in a moment."}\n\n',
  );
});

test('cuts any other answer that the backend does not finish', { timeout }, async (t) => {
  const { url } = await proxyTo(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write('{"items": [', () => response.destroy());
  });

  await assert.rejects(textOf(await request(url('/api/todos'))), { code: 'ECONNRESET' });
});

test('ends streams when the server stops', { timeout }, async (t) => {
  const ending = new AbortController();
  const { url } = await proxyTo(
    t,
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
    },
    { ending: ending.signal },
  );
  const answer = await request(url('/api/chat'));
  await once(answer, 'readable');

  ending.abort();

  assert.match(
    await textOf(answer),
    /event: error\ndata: \{"detail":"The server is restarting\. Try again in a moment\."\}\n\n$/,
  );
});

test('reads again when a kept connection was closed, and never keeps one for a change', { timeout }, async (t) => {
  const requests = new Map<Socket, number>();
  const { url } = await proxyTo(t, (request, response) => {
    const count = (requests.get(request.socket) ?? 0) + 1;
    requests.set(request.socket, count);
    // As a backend does that closes idle connections at the wrong moment.
    if (count > 1) request.socket.destroy();
    else response.end(request.method);
  });

  const answers: string[] = [];
  for (const method of ['GET', 'GET', 'POST', 'POST'])
    answers.push(await textOf(await request(url('/api/x'), { method, body: method === 'POST' ? '{}' : undefined })));

  assert.deepEqual(answers, ['GET', 'GET', 'POST', 'POST']);
  assert.deepEqual([...requests.values()], [2, 1, 1, 1]);
});

test('refuses bodies that are too big, also when they do not say so', { timeout }, async (t) => {
  const { url } = await proxyTo(t, (request, response) => {
    request.resume().on('end', () => response.end());
  });
  const mebibyte = 'x'.repeat(1024 * 1024);

  const fits = await request(url('/api/x'), { method: 'POST', body: mebibyte });
  const tooBig = await request(url('/api/x'), { method: 'POST', body: `${mebibyte}x` });
  const outgoing = http.request(url('/api/x'), {
    method: 'POST',
    agent: false,
    headers: { 'Transfer-Encoding': 'chunked' },
  });
  outgoing.on('error', () => {});
  outgoing.write(mebibyte);
  outgoing.write('x');
  const [unannounced] = await once(outgoing, 'response');
  outgoing.destroy();

  assert.equal(fits.statusCode, 200);
  assert.equal(tooBig.statusCode, 413);
  assert.equal(unannounced.statusCode, 413);
});

test('asks the backend nothing for other sites or for paths with tricks', { timeout }, async (t) => {
  let asked = 0;
  const { url, proxyUrl } = await proxyTo(t, (_request, response) => {
    asked += 1;
    response.end();
  });

  const elsewhere = await request(url('/api/todos'), { method: 'POST', headers: { Origin: 'http://evil.example' } });
  const trick = await request(proxyUrl, { path: '/api/../metrics' });

  assert.equal(elsewhere.statusCode, 403);
  assert.deepEqual(await jsonOf(elsewhere), { detail: 'Requests from other sites are not allowed.' });
  assert.equal(trick.statusCode, 400);
  assert.equal(asked, 0);
});
