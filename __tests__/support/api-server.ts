import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An HTTP server in the place of an API server, with a kubeconfig that leads to it. */
export class ApiServer {
  /** `METHOD /path?query` of each request. */
  readonly requests: string[] = [];
  kubeconfig = '';
  url = '';
  readonly #server;

  /** @param directory where the kubeconfig is written */
  static async start(directory: string, answer: Answer): Promise<ApiServer> {
    const server = new ApiServer(answer);
    await server.#listen(directory);
    return server;
  }

  private constructor(answer: Answer) {
    this.#server = createServer(async (request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      let body = '';
      for await (const chunk of request) body += chunk;
      answer(request, response, body);
    });
  }

  async #listen(directory: string): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.kubeconfig = join(directory, 'kubeconfig');
    await writeFile(
      this.kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'fake',
        clusters: [{ name: 'fake', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'ada', user: { token: 'a-token' } }],
        contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'ada', namespace: 'team' } }],
      }),
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
