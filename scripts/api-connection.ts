import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiError, ClusterUnreachable } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { firstLine } from './first-line.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number;
}

/** Requests to the API server of one context, with its credentials and over connections that are kept. */
export class ApiConnection {
  /** As `https://127.0.0.1:6443`. */
  readonly server: string;
  readonly #config: KubeConfig;
  readonly #context: string;
  readonly #signal: AbortSignal | undefined;
  #access: Promise<Access> | undefined;

  /** @param signal ends all requests */
  constructor(config: KubeConfig, signal: AbortSignal | undefined) {
    this.#context = config.getCurrentContext();
    const cluster = config.getCurrentCluster();
    if (cluster === null)
      throw new CommandError(`context '${this.#context}' names a cluster that the kubeconfig lacks`);
    this.server = cluster.server.replace(/\/$/, '');
    this.#config = config;
    this.#signal = signal;
  }

  async read(response: IncomingMessage): Promise<string> {
    try {
      return await text(response);
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw isBroken(error) ? new ClusterUnreachable(this.#context, this.server, error as Error) : error;
    }
  }

  async send(method: string, path: string, options: RequestOptions): Promise<IncomingMessage> {
    const response = await this.#sendOnce(method, path, options);
    if (response.statusCode === 401 && this.#access !== undefined) {
      // A token may have run out.
      await text(response);
      this.#access = undefined;
      return refused(await this.#sendOnce(method, path, options));
    }
    return refused(response);
  }

  async #sendOnce(method: string, path: string, options: RequestOptions): Promise<IncomingMessage> {
    this.#signal?.throwIfAborted();
    this.#access ??= this.#readAccess();
    const { headers, agent } = await this.#access;
    const { query = {}, body, contentType = 'application/json', timeout } = options;
    const url = new URL(this.server + path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const text = body === undefined ? undefined : JSON.stringify(body);
    const signals = [this.#signal, options.signal].filter((signal) => signal !== undefined);
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        url,
        {
          method,
          agent,
          headers: {
            ...headers,
            accept: 'application/json',
            'user-agent': 'todo-infra',
            ...(text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
          },
          ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
        },
        resolve,
      );
      const failed = (cause: Error) => {
        const aborted = signals.find((signal) => signal.aborted);
        // A server may close what was idle just when it is used again.
        if (aborted === undefined && request.reusedSocket && isBroken(cause)) {
          resolve(this.#sendOnce(method, path, options));
          return;
        }
        reject(aborted?.reason ?? new ClusterUnreachable(this.#context, this.server, cause));
      };
      request.on('error', failed);
      if (timeout !== undefined) {
        const giveUp = () => request.destroy(new Error(`no answer within ${timeout / 1000} s`));
        // The socket's own time begins when it is connected, and again with all that is sent.
        const answered = setTimeout(giveUp, timeout);
        for (const event of ['response', 'close']) request.once(event, () => clearTimeout(answered));
        request.setTimeout(timeout, giveUp);
      }
      request.end(text);
    });
  }

  async #readAccess(): Promise<Access> {
    const options: { headers?: OutgoingHttpHeaders; agent?: unknown; auth?: string } = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new CommandError(`unable to log in to context '${this.#context}': ${firstLine((cause as Error).message)}`, {
        cause,
      });
    }
    const agent = options.agent as Agent & { keepAlive: boolean };
    agent.keepAlive = true;
    const basic = options.auth === undefined ? {} : { authorization: `Basic ${btoa(options.auth)}` };
    return { headers: { ...options.headers, ...basic }, agent };
  }
}

interface Access {
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent;
}

/** Gives the answer back, if it is a good one. */
async function refused(response: IncomingMessage): Promise<IncomingMessage> {
  const status = response.statusCode ?? 0;
  if (status < 400) return response;
  throw ApiError.from(status, await text(response));
}

async function text(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) body += chunk;
  return body;
}

/** Calls back with each line. Ends well also where the connection breaks: what has come counts. */
export async function eachLine(response: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line !== '') onLine(line);
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
    return;
  }
  if (rest !== '') onLine(rest);
}

function isBroken(error: unknown): boolean {
  return ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ETIMEDOUT'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}
