import { randomUUID } from 'node:crypto';
import http, {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import { isApiPath } from './api-path.ts';
import { log } from './log.ts';
import { isFromElsewhere } from './same-origin.ts';
import { forwardedProtocol } from './security-headers.ts';

export interface ApiProxyOptions {
  /** The backend's origin. */
  readonly backend: URL;
  /** Aborted when the server stops: open streams end with an `error` event. */
  readonly ending: AbortSignal;
  /** Milliseconds for one attempt to connect. @default 2000 */
  readonly connectTimeout?: number;
  /** Milliseconds without a byte in either direction, after which a request is given up. Streams may last for ever. @default 60000 */
  readonly idleTimeout?: number;
}

/** Requests of this application are small; more is refused before it fills the backend's memory. */
const MAX_BODY = 1024 * 1024;

/** Pauses before connecting again, in milliseconds: while pods change, a refused connection means that another one must be picked. */
const CONNECT_AGAIN = [100, 400];

/** Shorter than the backend's own (uvicorn: 5 s), so that no request is sent on a connection that it is closing. */
const BACKEND_KEEP_ALIVE = 4000;

/** Headers that belong to one connection (RFC 9110, 7.6.1), and those that are made anew. */
const NOT_FORWARDED = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
  ...['host', 'expect', 'forwarded', 'server'],
]);

/** Passes requests under `/api/` on to the backend, and its answers back, both as they come. */
export function apiProxy(options: ApiProxyOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { protocol } = options.backend;
  const agent = new (protocol === 'https:' ? https : http).Agent({ keepAlive: true, timeout: BACKEND_KEEP_ALIVE });
  return (request, response) => {
    const requestId = saneId(request.headers['x-request-id']) ?? randomUUID();
    response.setHeader('X-Request-Id', requestId);
    logWhenClosed(request, response, requestId);
    const { method = 'GET', url = '/', headers } = request;
    if (!isApiPath(url)) return refuse(response, 400, 'This address is not allowed.');
    if (isFromElsewhere(request)) return refuse(response, 403, 'Requests from other sites are not allowed.');
    if (Number(headers['content-length']) > MAX_BODY) return refuse(response, 413, 'This is too much at once.');
    new Exchange(request, response, options, agent, method, url, requestId).start();
  };
}

/** One request and its answer. */
class Exchange {
  private upstream?: ClientRequest;
  private answer?: IncomingMessage;
  private attempts = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly options: ApiProxyOptions,
    private readonly agent: http.Agent,
    private readonly method: string,
    private readonly path: string,
    private readonly requestId: string,
  ) {}

  start(): void {
    const onEnding = () => this.endStream('The server is restarting. Try again in a moment.');
    this.options.ending.addEventListener('abort', onEnding);
    this.response.once('close', () => {
      this.options.ending.removeEventListener('abort', onEnding);
      // The browser went away, or has all: what is left of the backend's answer is of use to nobody.
      if (!this.answer?.complete) this.upstream?.destroy();
    });
    this.connect();
  }

  private connect(): void {
    this.attempts += 1;
    const { backend, connectTimeout = 2000, idleTimeout = 60_000 } = this.options;
    const { headers } = this.request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
    // A kept connection may be closed by the backend at the same moment. Reading can be done again, changing cannot.
    const agent = !hasBody && (this.method === 'GET' || this.method === 'HEAD') ? this.agent : false;
    const upstream = (backend.protocol === 'https:' ? https : http).request(backend, {
      method: this.method,
      path: this.path,
      headers: this.forwardedHeaders(),
      agent,
    });
    this.upstream = upstream;
    const timer = setTimeout(() => upstream.destroy(new TimeoutError('connecting')), connectTimeout);
    upstream.setTimeout(idleTimeout, () => upstream.destroy(new TimeoutError('waiting')));
    upstream.once('close', () => clearTimeout(timer));
    upstream.once('socket', (socket) => {
      const connected = () => {
        clearTimeout(timer);
        if (hasBody) this.sendBody(upstream);
        else upstream.end();
      };
      if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    upstream.once('response', (answer) => this.forwardAnswer(answer));
    upstream.on('error', (error) => this.failed(upstream, error));
  }

  private sendBody(upstream: ClientRequest): void {
    let size = 0;
    this.request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) return;
      refuse(this.response, 413, 'This is too much at once.');
      upstream.destroy();
    });
    this.request.pipe(upstream);
  }

  private forwardAnswer(answer: IncomingMessage): void {
    if (this.response.headersSent) return;
    this.answer = answer;
    const dropped = connectionHeaders(answer.headers.connection);
    const headers = new Map<string, string[]>();
    for (let i = 0; i < answer.rawHeaders.length; i += 2) {
      const [name, value] = [answer.rawHeaders[i]!.toLowerCase(), answer.rawHeaders[i + 1]!];
      if (NOT_FORWARDED.has(name) || dropped.has(name) || name === 'x-request-id') continue;
      headers.set(name, [...(headers.get(name) ?? []), name === 'location' ? this.ownAddress(value) : value]);
    }
    // Each server on the way puts its name behind the others.
    const own = this.response.getHeader('X-Served-By');
    const others = headers.get('x-served-by');
    if (own !== undefined && others !== undefined) headers.set('x-served-by', [[...others, own].join(', ')]);
    for (const [name, values] of headers) this.response.setHeader(name, values.length === 1 ? values[0]! : values);
    this.response.writeHead(answer.statusCode ?? 502, answer.statusMessage);
    // The head of a stream is of use before its first piece.
    this.response.flushHeaders();
    answer.on('error', () => this.cut());
    answer.pipe(this.response);
    if (this.options.ending.aborted) this.endStream('The server is restarting. Try again in a moment.');
  }

  private failed(upstream: ClientRequest, error: NodeJS.ErrnoException): void {
    if (upstream !== this.upstream || this.response.destroyed || this.response.writableEnded) return;
    if (this.answer !== undefined) {
      this.cut();
      return;
    }
    if (this.canBeSentAgain(upstream, error)) {
      const pause = upstream.reusedSocket ? 0 : CONNECT_AGAIN[this.attempts - 1];
      setTimeout(() => !this.response.destroyed && this.connect(), pause);
      return;
    }
    const slow = error instanceof TimeoutError;
    log('warning', 'the backend does not answer', {
      request_id: this.requestId,
      backend: this.options.backend.origin,
      reason: error.code ?? error.message,
    });
    if (slow) refuse(this.response, 504, 'The server takes too long to answer. Try again in a moment.');
    else refuse(this.response, 502, 'The server cannot be reached. Try again in a moment.');
  }

  /** Only what the backend cannot have seen: a connection that was refused, or a kept one that it had closed. */
  private canBeSentAgain(upstream: ClientRequest, error: NodeJS.ErrnoException): boolean {
    if (upstream.reusedSocket) return error.code === 'ECONNRESET' || error.code === 'EPIPE';
    return error.code === 'ECONNREFUSED' && this.attempts <= CONNECT_AGAIN.length;
  }

  /** The backend is gone in the middle of its answer. */
  private cut(): void {
    if (!this.endStream('The connection to the server was lost. Try again in a moment.')) this.response.destroy();
  }

  /** Ends a stream of events with a reason, instead of a silence. */
  private endStream(detail: string): boolean {
    const { answer, response } = this;
    if (answer === undefined || response.writableEnded) return false;
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = answer.headers;
    if (!type.startsWith('text/event-stream') || encoding !== 'identity') return false;
    answer.unpipe(response);
    // The empty line ends the event that may have been cut.
    response.end(`\n\nevent: error\ndata: ${JSON.stringify({ detail })}\n\n`);
    this.upstream?.destroy();
    return true;
  }

  private forwardedHeaders(): OutgoingHttpHeaders {
    const { headers, socket } = this.request;
    const dropped = connectionHeaders(headers.connection);
    const forwarded: OutgoingHttpHeaders = {};
    for (const [name, value] of Object.entries(headers))
      if (!NOT_FORWARDED.has(name) && !dropped.has(name)) forwarded[name] = value;
    forwarded['x-request-id'] = this.requestId;
    forwarded['x-forwarded-for'] = [headers['x-forwarded-for'], socket.remoteAddress].flat().filter(Boolean).join(', ');
    forwarded['x-forwarded-proto'] = forwardedProtocol(this.request);
    forwarded['x-forwarded-host'] ??= headers.host;
    return forwarded;
  }

  /** The backend knows itself by an address that browsers do not. */
  private ownAddress(location: string): string {
    const { origin } = this.options.backend;
    return location.startsWith(`${origin}/`) ? location.slice(origin.length) : location;
  }
}

class TimeoutError extends Error {}

function refuse(response: ServerResponse, status: number, detail: string): void {
  if (response.headersSent) return;
  const body = JSON.stringify({ detail });
  if (status === 413) response.setHeader('Connection', 'close');
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(status > 500 ? { 'Retry-After': '2' } : {}),
  });
  response.end(body);
}

/** Names of the headers that `Connection` says are for this connection only. */
function connectionHeaders(header: string | undefined): Set<string> {
  return new Set(
    header
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
}

function saneId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}

function logWhenClosed({ method, url = '' }: IncomingMessage, response: ServerResponse, requestId: string): void {
  const started = performance.now();
  response.once('close', () => {
    log('info', 'request', {
      request_id: requestId,
      method,
      path: url.split('?', 1)[0],
      status: response.headersSent ? response.statusCode : undefined,
      duration_ms: Math.round(performance.now() - started),
      ...(response.writableFinished ? {} : { aborted: true }),
    });
  });
}
