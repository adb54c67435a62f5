import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type GeneratorRun, generate, serve, stream } from '../../../support/generator.ts';

test('sends at a constant rate while the server stalls, and the stall shows in the latencies', async () => {
  const waiting: ServerResponse[] = [];
  let isReleased = false;
  const stalls = afterTheFirst((_request, response) => {
    waiting.push(response);
    // Who waits for an answer before he sends again never gets here.
    isReleased ||= waiting.length === 41;
    if (isReleased) for (const each of waiting.splice(0)) each.end();
  });

  const { report, exitCode } = await serve(stalls, (url) => generate([stream(url)], { seconds: 2 }));

  expect(exitCode).toBe(0);
  const [{ sent, failed, slowest, p99, buckets }] = report.streams as [LoadStreamReport];
  expect({ sent, failed, seconds: report.seconds }).toEqual({ sent: 100, failed: 0, seconds: 1.98 });
  expect(buckets.map(({ at, sent }) => ({ at, sent }))).toEqual([
    { at: 0, sent: 50 },
    { at: 1, sent: 50 },
  ]);
  // The 41st request was due 800 ms after the first.
  expect(slowest).toBeGreaterThanOrEqual(800);
  expect(p99).toBeGreaterThanOrEqual(700);
}, 60_000);

test('counts what is refused', async () => {
  const enough = new AbortController();
  const refusing = new Set<number>();
  const { report } = await serve(answer, (url, server) =>
    generate([stream(url), stream(url, { connections: 'kept' })], {
      until: enough.signal,
      onLine: (line) => {
        if (line.type === 'start') {
          server.close();
          server.closeAllConnections();
        } else if (line.type === 'failure' && line.kind === 'refused') refusing.add(line.stream);
        if (refusing.size === 2) enough.abort();
      },
    }),
  );

  for (const { failed, failuresBy } of report.streams) {
    expect(failuresBy.kind.refused).toBeGreaterThan(0);
    expect(sum(failuresBy.kind)).toBe(failed);
    expect(sum(failuresBy.pod)).toBe(failed);
  }
  expect(report.failures[0]).toMatchObject({ kind: expect.stringMatching(/^(refused|reset)$/) });
  expect(report.failures.at(-1)!.message).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
});

test('a new connection that breaks is a failure, and never tried again', async () => {
  const { report } = await serve(afterTheFirst(every(5, ({ socket }) => socket.destroy())), (url) =>
    generate([stream(url)]),
  );

  expect(report.streams[0]).toMatchObject({ sent: 50, failed: 10, retried: 0, failuresBy: { kind: { reset: 10 } } });
});

test('a kept connection that closes before any answer is tried once more, and that is counted', async () => {
  const enough = new AbortController();
  const served = new WeakSet<Socket>();
  let closed = 0;
  const closesAfterOne: RequestListener = (request, response) => {
    if (served.has(request.socket)) {
      request.socket.destroy();
      closed++;
      enough.abort();
    } else answer(request, response);
    served.add(request.socket);
  };

  const { report } = await overKeptConnections(closesAfterOne, enough.signal);

  expect(closed).toBeGreaterThan(0);
  expect(report.streams[0]).toMatchObject({ failed: 0, retried: closed });
});

test('what fails when it is tried once more has failed', async () => {
  const broken = new AbortController();
  const used = new WeakSet<Socket>();
  // From the first connection that is used again on, nothing is answered.
  const breaks: RequestListener = (request, response) => {
    if (used.has(request.socket)) broken.abort();
    if (broken.signal.aborted) request.socket.destroy();
    else answer(request, response);
    used.add(request.socket);
  };

  const { report } = await overKeptConnections(breaks, broken.signal);

  const [{ failed, retried, failuresBy }] = report.streams as [LoadStreamReport];
  expect(failuresBy.kind).toEqual({ reset: failed });
  expect(failed).toBeGreaterThan(0);
  expect(retried).toBeGreaterThan(0);
});

test.each([
  ['head', 'HTTP/1.1 200 OK\r\n', 'socket hang up'],
  ['body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun', 'aborted within the answer'],
])('a kept connection that ends within the %s of the answer is a failure', async (_part, begun, message) => {
  const ended = new AbortController();
  const ends = whenUsedAgain(({ socket }) => {
    socket.end(begun);
    ended.abort();
  });

  const { report } = await overKeptConnections(ends, ended.signal);

  const [{ failed, retried, failuresBy }] = report.streams as [LoadStreamReport];
  expect(retried).toBe(0);
  expect(failed).toBeGreaterThan(0);
  expect(failuresBy.kind).toEqual({ reset: failed });
  expect(report.failures[0]!.message).toBe(message);
});

test('keeps several connections, and uses them again and again', async () => {
  const enough = new AbortController();
  const connections = new Map<Socket, number>();
  const usedAgain = () => [...connections.values()].filter((requests) => requests > 2);
  const counts: RequestListener = (request, response) => {
    connections.set(request.socket, (connections.get(request.socket) ?? 0) + 1);
    answer(request, response);
    if (usedAgain().length > 4) enough.abort();
  };

  await overKeptConnections(counts, enough.signal);

  expect(usedAgain().length).toBeGreaterThan(4);
});

test('a connection for each request is one', async () => {
  const sockets = new Set<Socket>();
  const asked: (string | undefined)[] = [];
  const counts: RequestListener = (request, response) => {
    sockets.add(request.socket);
    asked.push(request.headers.connection);
    answer(request, response);
  };

  await serve(counts, (url) => generate([stream(url)]));

  // With the one that is asked before it begins.
  expect(sockets.size).toBe(51);
  expect(new Set(asked)).toEqual(new Set(['close']));
});

test('a bad status is a failure of the pod that has answered', async () => {
  const bad: RequestListener = (_request, response) => {
    response.writeHead(response.req.url === '/none' ? 404 : 503, { 'x-served-by': 'backend-1, frontend-1' });
    response.end();
  };

  const { report } = await serve(afterTheFirst(bad), (url) =>
    serve(afterTheFirst(bad), (other) => generate([stream(`${url}/`), stream(`${other}/none`)])),
  );

  expect(report.streams.map(({ failuresBy }) => failuresBy)).toEqual([
    { kind: { 'status 5xx': 50 }, phase: { '': 50 }, pod: { 'backend-1': 50 } },
    { kind: { 'status 4xx': 50 }, phase: { '': 50 }, pod: { 'backend-1': 50 } },
  ]);
  expect(report.failures[0]!.message).toBe('status 503');
});

test('where no answer comes it is the pod that has answered last over this connection', async () => {
  const ended = new AbortController();
  const ends = whenUsedAgain(({ socket }) => {
    socket.end('HTTP/1.1 200 OK\r\n');
    ended.abort();
  });
  const named: RequestListener = (request, response) => {
    response.setHeader('x-served-by', 'backend-1, frontend-1');
    ends(request, response);
  };

  const { report } = await overKeptConnections(named, ended.signal);

  const [{ failed, failuresBy }] = report.streams as [LoadStreamReport];
  expect(failed).toBeGreaterThan(0);
  expect(failuresBy.pod).toEqual({ 'frontend-1': failed });
});

test('a kept connection stays after a bad answer of a pod, and not after one of something else', async () => {
  const enough = new AbortController();
  const sockets: Record<'pod' | 'other', Socket[]> = { pod: [], other: [] };
  const reused = (name: 'pod' | 'other') => sockets[name].length - new Set(sockets[name]).size;
  const bad = (name: 'pod' | 'other'): RequestListener => {
    let isFirst = true;
    return (request, response) => {
      if (!isFirst) sockets[name].push(request.socket);
      if (isFirst || name === 'pod') response.setHeader('x-served-by', 'pod-1');
      response.writeHead(isFirst ? 200 : 404).end();
      isFirst = false;
      if (reused('pod') > 10 && sockets.other.length > 10) enough.abort();
    };
  };

  const { report } = await serve(bad('pod'), (url) =>
    serve(bad('other'), (other) =>
      generate([stream(url, { connections: 'kept' }), stream(other, { connections: 'kept' })], {
        until: enough.signal,
      }),
    ),
  );

  expect(reused('pod')).toBeGreaterThan(10);
  expect(reused('other')).toBe(0);
  expect(report.streams.map(({ failed }) => failed)).toEqual([sockets.pod.length, sockets.other.length]);
  expect(new Set(report.failures.map(({ message }) => message))).toEqual(
    new Set(['status 404', 'status 404, of something else than its pods']),
  );
});

test('no answer in time is a failure, and the others go on', async () => {
  const silent = afterTheFirst(every(10, () => undefined));

  const { report } = await serve(silent, (url) => generate([stream(url, { timeoutMs: 1500 })]));

  const [{ sent, failuresBy, slowest }] = report.streams as [LoadStreamReport];
  expect(sent).toBe(50);
  expect(failuresBy.kind.timeout).toBeGreaterThanOrEqual(5);
  expect(slowest).toBeGreaterThanOrEqual(1500);
  expect(report.failures[0]!.message).toBe('no answer within 1500 ms');
});

test('the longest gap is the time without a good answer, also from the start and to the end', async () => {
  const bad = afterTheFirst((_request, response) => response.writeHead(500).end());
  let asked = 0;
  const late = afterTheFirst((request, response) => {
    if (++asked > 25) answer(request, response);
    else response.writeHead(500).end();
  });

  const { report } = await serve(bad, (url) => serve(late, (other) => generate([stream(url), stream(other)])));

  expect(report.streams[0]!.longestGap).toBe(980);
  expect(report.streams[1]!.longestGap).toBeGreaterThanOrEqual(500);
});

test('told to stop it sends no more, and waits for the answers that are open', async () => {
  const told = new AbortController();
  const waiting: ServerResponse[] = [];
  let isReleased = false;
  let asked = 0;
  const holds = afterTheFirst((request, response) => {
    asked++;
    if (isReleased) return answer(request, response);
    waiting.push(response);
    if (waiting.length !== 20) return;
    told.abort();
    setTimeout(() => {
      isReleased = true;
      for (const each of waiting) each.end();
    }, 1000);
  });

  const { report, lines, exitCode } = await serve(holds, (url) =>
    generate([stream(url)], { seconds: 600, until: told.signal }),
  );

  expect(exitCode).toBe(0);
  expect(report.streams[0]).toMatchObject({ sent: asked, failed: 0 });
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, i) => i));
  expect(lines.at(-1)!.type).toBe('end');
});

test('begins when all targets answer', async () => {
  let asked = 0;
  const later: RequestListener = (request, response) => {
    if (++asked > 3) answer(request, response);
    else response.writeHead(503).end();
  };

  const { report } = await serve(later, (url) => generate([stream(url.replace('127.0.0.1', 'localhost'))]));

  expect(report.streams[0]).toMatchObject({ sent: 50, failed: 0 });
  expect(asked).toBe(54);
});

test('does not begin where one never answers', async () => {
  const { lines, exitCode } = await serve(
    (_request, response) => response.writeHead(503).end(),
    (url) => generate([stream(`${url}/x`)], { patienceMs: 500 }),
  );

  expect(exitCode).toBe(1);
  expect(lines).toEqual([
    {
      number: 0,
      now: expect.any(Number),
      type: 'error',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/x does not answer: status 503$/),
    },
  ]);
});

test('tells one by one only the first failures of many', async () => {
  const bad = afterTheFirst((_request, response) => response.writeHead(500).end());

  const { report, lines } = await serve(bad, (url) => generate([stream(url, { rate: 300 })]));

  expect(lines.filter(({ type }) => type === 'failure')).toHaveLength(200);
  expect(report.failures).toHaveLength(200);
  expect(report.streams[0]!.failuresBy.kind).toEqual({ 'status 5xx': 300 });
});

type LoadStreamReport = GeneratorRun['report']['streams'][number];

/** Sends requests over kept connections until it is told to stop. */
function overKeptConnections(listener: RequestListener, until: AbortSignal): Promise<GeneratorRun> {
  return serve(listener, (url) => generate([stream(url, { connections: 'kept' })], { until }));
}

function answer(_request: IncomingMessage, response: ServerResponse): void {
  response.end('ok');
}

/** The first request only asks whether the server is there. */
function afterTheFirst(listener: RequestListener): RequestListener {
  let isFirst = true;
  return (request, response) => {
    if (isFirst) answer(request, response);
    else listener(request, response);
    isFirst = false;
  };
}

/** Answers well, but for each connection that is used again. */
function whenUsedAgain(listener: RequestListener): RequestListener {
  const used = new WeakSet<Socket>();
  return (request, response) => {
    (used.has(request.socket) ? listener : answer)(request, response);
    used.add(request.socket);
  };
}

/** Answers well, but for every so many. */
function every(count: number, listener: RequestListener): RequestListener {
  let asked = 0;
  return (request, response) => (++asked % count === 0 ? listener : answer)(request, response);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
