import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export type Pages = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The others are about one connection, or were set for this request already. */
const REMEMBERED = ['cache-control', 'content-security-policy', 'content-type', 'vary'];

interface Shell {
  readonly headers: OutgoingHttpHeaders;
  readonly html: string;
  readonly nonce: string;
}

/**
 * Renders `/` once, and then only gives it a new nonce each time. The page holds nothing of its user but whether there may be a
 * session; probes ask for it all day, and rendering costs more than all the rest of this server.
 */
export function rememberShells(pages: Pages): Pages {
  const shells = new Map<boolean, Shell>();
  return (request, response) => {
    const { method, url, headers } = request;
    if (method !== 'GET' || url !== '/' || headers.rsc !== undefined) return pages(request, response);
    const mayHaveSession = /(?:^|;\s*)todo_session=/.test(headers.cookie ?? '');
    const shell = shells.get(mayHaveSession);
    if (shell !== undefined) return send(shell, response);
    // What is remembered must be text.
    delete headers['accept-encoding'];
    record(response, (shell) => shells.set(mayHaveSession, shell));
    return pages(request, response);
  };
}

function send({ headers, html, nonce }: Shell, response: ServerResponse): void {
  const fresh = crypto.randomUUID();
  const body = html.replaceAll(nonce, fresh);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', String(headers['content-security-policy']).replaceAll(nonce, fresh));
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/** Listens to a response while it is sent. */
function record(response: ServerResponse, done: (shell: Shell) => void): void {
  const pieces: Buffer[] = [];
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response) as (...args: unknown[]) => never;
    response[name] = (...args: unknown[]) => {
      if (typeof args[0] === 'string' || args[0] instanceof Uint8Array) pieces.push(Buffer.from(args[0] as string));
      return original(...args);
    };
  }
  response.once('finish', () => {
    const headers = Object.fromEntries(REMEMBERED.map((name) => [name, response.getHeader(name)]));
    const nonce = /'nonce-([\w-]+)'/.exec(String(headers['content-security-policy']))?.[1];
    if (response.statusCode !== 200 || nonce === undefined) return;
    done({ headers, html: Buffer.concat(pieces).toString('utf8'), nonce });
  });
}
