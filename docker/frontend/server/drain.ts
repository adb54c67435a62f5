import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** For how long a server that was told to stop still answers on open connections, each time closing the one it answered on. */
const LAST_REQUESTS = 1000;

/** How long before the deadline streams are told to end, so that they can say so. */
const LAST_WORDS = 1000;

/**
 * Ends a server without losing a request. `server.close()` alone waits for ever: for streams, and for connections that a browser
 * opened and never used.
 */
export class Drain {
  /** Aborted shortly before the deadline: streams end now, with a last word. */
  readonly ending: AbortSignal;
  private readonly endStreams = new AbortController();
  private readonly open = new Map<Socket, number>();
  private started = false;
  private closing = false;

  constructor(private readonly server: Server) {
    this.ending = this.endStreams.signal;
    server.on('connection', (socket) => {
      this.open.set(socket, 0);
      socket.once('close', () => this.open.delete(socket));
    });
    server.prependListener('request', (request, response) => this.count(request, response));
  }

  /** Whether the server was told to stop. */
  get draining(): boolean {
    return this.started;
  }

  /** Lets what runs finish. Resolves when all connections are closed, after `timeout` milliseconds at the latest. */
  async stop(timeout: number): Promise<void> {
    if (this.started) {
      this.server.closeAllConnections();
      return;
    }
    this.started = true;
    const deadline = Date.now() + timeout;
    const lastWords = setTimeout(() => this.endStreams.abort(), Math.max(0, timeout - LAST_WORDS));
    const cut = setTimeout(() => this.server.closeAllConnections(), timeout);
    // A client may be sending on an idle connection just now: closing it at once would lose that request.
    const lastRequests = Math.min(Date.now() + LAST_REQUESTS, deadline);
    while (this.open.size > 0 && Date.now() < lastRequests) await new Promise((resolve) => setTimeout(resolve, 50));
    this.closing = true;
    await new Promise((resolve) => {
      this.server.close(resolve);
      for (const [socket, requests] of this.open) if (requests === 0) socket.destroy();
    });
    clearTimeout(lastWords);
    clearTimeout(cut);
  }

  private count({ socket }: IncomingMessage, response: ServerResponse): void {
    this.open.set(socket, (this.open.get(socket) ?? 0) + 1);
    if (this.started) response.setHeader('Connection', 'close');
    response.once('close', () => {
      const requests = (this.open.get(socket) ?? 1) - 1;
      if (socket.destroyed) return;
      this.open.set(socket, requests);
      if (this.closing && requests === 0) socket.end();
    });
  }
}
