import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What a server answers to a GET. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Why the certificate is not to be trusted, if it is not. */
  readonly distrust?: string;
}

export interface AskOptions {
  /** Milliseconds for all of it, redirects too. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** An address that is asked instead of the one that DNS has for the URL's host. */
  readonly address?: string | undefined;
}

const MOST_REDIRECTS = 5;

/**
 * Asks a server as a browser does: it follows redirects. A certificate that is not trusted is told, and no reason to
 * stop.
 *
 * @throws Error with `code` where nobody answers, and the signal's reason when it is aborted
 */
export async function ask(url: string, { timeout, signal, address }: AskOptions): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(timeout);
  const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    let at = new URL(url);
    for (let redirects = 0; ; redirects++) {
      const { answer, location } = await askOnce(at, both, address);
      if (location === undefined || redirects === MOST_REDIRECTS) return answer;
      at = new URL(location, at);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) throw Object.assign(new Error(`no answer in ${timeout / 1000} s`), { code: 'ETIMEDOUT' });
    throw error;
  }
}

function askOnce(url: URL, signal: AbortSignal, address: string | undefined) {
  return new Promise<{ answer: HttpAnswer; location: string | undefined }>((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const request = (isSecure ? httpsRequest : httpRequest)(
      {
        host: address ?? host,
        port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
        path: url.pathname + url.search,
        headers: { host: url.host, accept: 'text/html,application/json;q=0.9,*/*;q=0.8' },
        // Each time anew: what is asked comes and goes.
        agent: false,
        signal,
        ...(isSecure ? { rejectUnauthorized: false, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) } : {}),
      },
      (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => resolve(read(response)));
      },
    );
    request.on('error', reject);
    request.end();
  });
}

function read(response: IncomingMessage) {
  const { statusCode: status = 0, headers, socket } = response;
  const { authorizationError } = socket as { authorizationError?: Error | string };
  const answer = {
    status,
    contentType: headers['content-type'] ?? '',
    ...(authorizationError ? { distrust: `${authorizationError}` } : {}),
  };
  return { answer, location: status >= 300 && status < 400 ? headers.location : undefined };
}
