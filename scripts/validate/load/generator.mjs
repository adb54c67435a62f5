// Sends HTTP requests at a constant rate and prints what becomes of them: an object of JSON on each line, as
// generator-lines.ts has them. Runs alone in a pod, given as text to `node --input-type=module --eval`.
//
// Open model: each request is sent when it is due, however long the answers to earlier ones take, and its latency counts
// from then. A server that stalls for a second so shows as many slow requests, and not as one.
import { lookup } from 'node:dns/promises';
import http from 'node:http';

/** A GeneratorConfiguration. */
const { seconds, patienceMs, streams: configurations } = JSON.parse(process.env.LOAD);
/** The failures of a stream that are told one by one; all are counted. */
const TOLD_FAILURES = 200;
/** How many connections a stream keeps, at most: enough to have some to each pod. */
const CONNECTIONS = 8;
/** Milliseconds between two looks at what can be told. */
const TELL_EVERY = 250;
/** Milliseconds after which a name is looked up again. */
const LOOK_UP_EVERY = 10_000;

const KINDS = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

const newConnections = new http.Agent({ keepAlive: false });
/** Which pod is at the other end of a connection. */
const pods = new WeakMap();
const addresses = new Map();
let origin = performance.now();
let lines = 0;
let timer;
let isStopping = false;
let stopReason;

const streams = configurations.map((configuration, index) => newStream(configuration, index));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop('signal'));
await begin();

/** Begins when all targets have answered once: names, connections and network policies are there then. */
async function begin() {
  try {
    await Promise.all(streams.map(untilAnswered));
  } catch (error) {
    print({ type: 'error', message: error.message });
    process.exit(1);
  }
  if (isStopping) return;
  setInterval(lookUpAgain, LOOK_UP_EVERY).unref();
  setInterval(tell, TELL_EVERY).unref();
  origin = performance.now();
  print({ type: 'start', epoch: Date.now() });
  sendDue();
}

function newStream(configuration, index) {
  const { rate, connections, url } = configuration;
  // A connection that is used less than twice a second may be closed by a server for idleness.
  const kept = connections === 'kept' ? Math.min(CONNECTIONS, Math.max(1, Math.floor(rate / 2))) : 0;
  return {
    ...configuration,
    index,
    url: new URL(url),
    // Spread over the interval, so that streams of the same rate do not send at the same moments.
    first: (1000 / rate) * (index / configurations.length),
    sent: 0,
    open: 0,
    // Each holds one connection and more only while that one is busy; round they go, so that all are in use. One agent with
    // many would use the newest all the time.
    agents: Array.from({ length: kept }, () => new http.Agent({ keepAlive: true, maxFreeSockets: 1 })),
    buckets: new Map(),
    lastGood: undefined,
    longestGap: 0,
    slowest: 0,
    latestSend: 0,
    told: 0,
    // Whether answers say which pod has given them.
    isNamed: false,
  };
}

function now() {
  return performance.now() - origin;
}

/** When the next request of a stream is due: computed from its number, so that no delay adds up. */
function nextDue({ first, sent, rate }) {
  return first + (sent * 1000) / rate;
}

function sendDue() {
  const end = seconds * 1000;
  for (const stream of streams) {
    for (let due = nextDue(stream); due <= now() && due < end && !isStopping; due = nextDue(stream)) {
      stream.latestSend = Math.max(stream.latestSend, now() - due);
      send(stream, due);
    }
  }
  const next = Math.min(...streams.map(nextDue));
  if (next >= end) stop('time');
  else if (!isStopping) timer = setTimeout(sendDue, Math.ceil(Math.max(0, next - now())));
}

function send(stream, due) {
  const second = Math.floor(due / 1000);
  let bucket = stream.buckets.get(second);
  if (bucket === undefined) {
    bucket = { second, sent: 0, failed: 0, retried: 0, open: 0, latencies: new Map(), failures: new Map() };
    stream.buckets.set(second, bucket);
  }
  const agent = stream.agents.length === 0 ? newConnections : stream.agents[stream.sent % stream.agents.length];
  stream.sent++;
  stream.open++;
  bucket.sent++;
  bucket.open++;
  stream.lastGood ??= due;
  const request = { stream, bucket, due, current: undefined, isOver: false, isRetry: false, timer: undefined };
  request.timer = setTimeout(() => {
    // An answer may be there already and only wait behind this timer: it is read first.
    setImmediate(() => fail(request, 'timeout', `no answer within ${stream.timeoutMs} ms`));
  }, stream.timeoutMs);
  attempt(request, agent);
}

function attempt(request, agent) {
  const sent = http.request(request.stream.url, { agent, lookup: lookUp, headers: { 'user-agent': 'todo-infra' } });
  let bytesBefore = 0;
  request.current = sent;
  sent.once('socket', (socket) => {
    bytesBefore = socket.bytesRead;
  });
  sent.once('response', (response) => {
    const served = servedBy(response);
    if (served.nearest !== undefined) pods.set(sent.socket, served.nearest);
    const status = response.statusCode;
    const { socket } = sent;
    response.resume();
    response.once('end', () => {
      if (status === 200) succeed(request);
      else failByStatus(request, status, served.origin, socket);
    });
    response.on('error', (error) => fail(request, kindOf(error), `${textOf(error)} within the answer`));
  });
  sent.on('error', (error) => {
    if (request.isOver) return;
    // A server may close a kept connection at the moment at which a request is on its way there, and neither does wrong.
    // Without a byte of an answer it was that, as far as a client can know, and what is idempotent may be sent once more
    // (RFC 9110, 9.2.2; RFC 9112, 9.3.1), as browsers and proxies do. It is counted. Requests over connections of their
    // own are never sent again: a server that dies with a request in its hands is seen there.
    if (sent.reusedSocket && !request.isRetry && sent.socket.bytesRead === bytesBefore && kindOf(error) === 'reset') {
      request.isRetry = true;
      request.bucket.retried++;
      attempt(request, newConnections);
      return;
    }
    fail(request, kindOf(error), textOf(error));
  });
  sent.end();
}

function failByStatus(request, status, pod, socket) {
  const kind = `status ${Math.floor(status / 100)}xx`;
  // While a Service has nobody behind it, a connection may get out of the cluster, to whoever answers there, and would stay
  // with him for ever. Bad answers of its own pods end none: users would keep such a connection, too.
  const isForeign = pod === undefined && request.stream.isNamed;
  fail(request, kind, `status ${status}${isForeign ? ', of something else than its pods' : ''}`, pod);
  if (isForeign) socket.destroy();
}

/** Each server on the way may have added its name; the last one is at the other end of the connection. */
function servedBy({ headers }) {
  const names = (headers['x-served-by'] ?? '').split(',').flatMap((name) => name.trim() || []);
  return { origin: names[0], nearest: names.at(-1) };
}

function kindOf({ code }) {
  return KINDS[code] ?? 'other';
}

/** Where a name has several addresses, and none is reached, only the single errors say something. */
function textOf({ message, errors = [] }) {
  return message || errors.map((error) => error.message).join(', ');
}

function succeed(request) {
  const { stream } = request;
  if (!close(request)) return;
  stream.longestGap = Math.max(stream.longestGap, now() - stream.lastGood);
  stream.lastGood = now();
  if (isStopping) endWhenOver();
}

function fail(request, kind, message, answeredBy) {
  const { stream, bucket, due, current } = request;
  if (!close(request)) return;
  const pod = answeredBy ?? pods.get(current.socket) ?? 'unknown';
  // No more of it is of use.
  current.destroy();
  bucket.failed++;
  const key = JSON.stringify([Math.floor(due / 100), kind, pod]);
  bucket.failures.set(key, (bucket.failures.get(key) ?? 0) + 1);
  if (stream.told++ < TOLD_FAILURES) print({ type: 'failure', stream: stream.index, at: due, kind, pod, message });
  if (isStopping) endWhenOver();
}

/** @returns false where it was over already */
function close(request) {
  const { stream, bucket, due } = request;
  if (request.isOver) return false;
  request.isOver = true;
  clearTimeout(request.timer);
  const latency = now() - due;
  const index = indexOf(latency);
  bucket.latencies.set(index, (bucket.latencies.get(index) ?? 0) + 1);
  stream.slowest = Math.max(stream.slowest, latency);
  bucket.open--;
  stream.open--;
  return true;
}

/** As in histogram.ts. */
function indexOf(milliseconds) {
  const value = Math.max(0, Math.round(milliseconds * 100));
  const shift = Math.max(0, 25 - Math.clz32(value));
  return shift * 64 + (value >>> shift);
}

/** Tells the seconds of which all is known. */
function tell() {
  for (const stream of streams) {
    for (const bucket of stream.buckets.values()) {
      const { second, sent, failed, retried, open, latencies, failures } = bucket;
      const isSent = isStopping || nextDue(stream) >= (second + 1) * 1000;
      if (!isSent || open > 0) continue;
      stream.buckets.delete(second);
      const counted = [...failures].map(([key, count]) => [...JSON.parse(key), count]);
      const counts = { sent, failed, retried, latencies: [...latencies], failures: counted };
      print({ type: 'bucket', stream: stream.index, second, ...counts });
    }
  }
}

function stop(reason) {
  if (isStopping) return;
  isStopping = true;
  stopReason = reason;
  clearTimeout(timer);
  endWhenOver();
}

/** Requests that are open have their time yet. */
function endWhenOver() {
  if (streams.some(({ open }) => open > 0)) return;
  tell();
  const results = streams.map((stream) => {
    const { slowest, latestSend, lastGood, longestGap, rate } = stream;
    const lastDue = nextDue(stream) - 1000 / rate;
    return { slowest, latestSend, longestGap: Math.max(longestGap, lastDue - (lastGood ?? lastDue)) };
  });
  print({ type: 'end', reason: stopReason, streams: results });
  process.exit(0);
}

/** @throws what the last answer was, when the time is over */
async function untilAnswered(stream) {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      addresses.set(stream.url.hostname, await lookup(stream.url.hostname, { all: true }));
      stream.isNamed = servedBy(await answerOf(stream)).nearest !== undefined;
      return;
    } catch (error) {
      if (isStopping) return;
      if (performance.now() > end) throw new Error(`${stream.url} does not answer: ${textOf(error)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function answerOf({ url, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: newConnections, lookup: lookUp, timeout: timeoutMs }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200 ? resolve(response) : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.once('error', reject);
  });
}

/** Names are remembered, as browsers and resolvers do it: it is not the cluster's DNS that is measured. */
function lookUp(hostname, options, callback) {
  const found = addresses.get(hostname);
  if (options.all) callback(null, found);
  else callback(null, found[0].address, found[0].family);
}

async function lookUpAgain() {
  for (const hostname of addresses.keys()) {
    // What cannot be looked up now stays as it was.
    const found = await lookup(hostname, { all: true }).catch(() => undefined);
    if (found !== undefined) addresses.set(hostname, found);
  }
}

/** Numbered, so that a reader who has to begin again knows what is new and whether something is missing. */
function print(line) {
  process.stdout.write(`${JSON.stringify({ number: lines++, now: now(), ...line })}\n`);
}
