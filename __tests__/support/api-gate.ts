import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Kubectl } from './cluster.ts';

/** What of a request is kept back: all of it, so that nothing happens, or only its answer. */
export type Held = 'request' | 'answer';

/** The cluster's API server at another address, which can keep single requests back. */
export class ApiGate {
  kubeconfig = '';
  #held: { pattern: RegExp; what: Held; reached: () => void } | undefined;
  readonly #server: Server;

  /** @param directory where a kubeconfig is written that leads through it */
  static async start(kubectl: Kubectl, directory: string): Promise<ApiGate> {
    const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '--output=json']));
    const decoded = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text, 'base64'));
    const { cluster } = config.clusters[0];
    const { user } = config.users[0];
    const gate = new ApiGate({
      server: cluster.server,
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    });
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    const { port } = gate.#server.address() as AddressInfo;
    // client-node wants both together.
    config.clusters[0].cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
    config.users[0].user = {};
    gate.kubeconfig = join(directory, 'gate.json');
    await writeFile(gate.kubeconfig, JSON.stringify(config));
    return gate;
  }

  private constructor(private readonly target: Target) {
    this.#server = createServer((incoming, response) => this.#pass(incoming, response));
  }

  /** Keeps back every `METHOD /path` that the pattern finds, until `open`. Resolves when the first of them is there. */
  hold(pattern: RegExp, what: Held = 'request'): Promise<void> {
    return new Promise((reached) => {
      this.#held = { pattern, what, reached };
    });
  }

  /** What comes from now on is passed on. */
  open(): void {
    this.#held = undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = incoming;
    const { server, ...credentials } = this.target;
    const held = this.#held?.pattern.test(`${method} ${url}`) === true ? this.#held : undefined;
    if (held?.what === 'request') {
      held.reached();
      return;
    }
    const outgoing = request(new URL(url!, server), { method, headers, ...credentials }, (answer) => {
      if (held !== undefined) {
        answer.resume();
        held.reached();
        return;
      }
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => {
      if (held === undefined) outgoing.destroy();
    });
    incoming.pipe(outgoing);
  }
}

interface Target {
  readonly server: string;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}
