import { once } from 'node:events';
import http, {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A server on a free port, for one test. */
export async function listen(t: TestContext, listener: RequestListener): Promise<{ server: Server; url: URL }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

/** Sends a request as it is: unlike fetch, it changes nothing in the path or the headers. */
export async function request(
  url: URL,
  options: RequestOptions & { readonly body?: string } = {},
): Promise<IncomingMessage> {
  const outgoing = http.request(url, { agent: false, ...options });
  outgoing.end(options.body);
  const [answer] = await once(outgoing, 'response');
  return answer;
}

export async function textOf(stream: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}

export async function jsonOf(stream: IncomingMessage): Promise<Record<string, unknown>> {
  return JSON.parse(await textOf(stream));
}
