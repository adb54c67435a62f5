import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Kubectl } from './cluster.ts';

/** The cluster's API server at another address, which can be cut off and connected again, and be slow. */
export class ApiProxy {
  /** Milliseconds by which all that the server says comes later. Infinity: connections are accepted, and that is all. */
  latency = 0;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #server: Server | undefined;

  /** @param directory where a kubeconfig is written that leads through it */
  static async start(kubectl: Kubectl, directory: string): Promise<{ proxy: ApiProxy; kubeconfig: string }> {
    const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '--output=json']));
    const { hostname, port } = new URL(config.clusters[0].cluster.server);
    const proxy = new ApiProxy(hostname, Number(port));
    await proxy.connect();
    const { 'certificate-authority-data': _, ...cluster } = config.clusters[0].cluster;
    config.clusters[0].cluster = {
      ...cluster,
      server: `https://127.0.0.1:${proxy.#port}`,
      'insecure-skip-tls-verify': true,
    };
    const kubeconfig = join(directory, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(config));
    return { proxy, kubeconfig };
  }

  private constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  async connect(): Promise<void> {
    this.#server = createServer((socket) => {
      const target = connect(this.port, this.host);
      for (const end of [socket, target]) {
        this.#sockets.add(end);
        end.on('error', () => undefined);
        end.on('close', () => this.#sockets.delete(end));
      }
      socket.on('close', () => target.destroy());
      socket.pipe(target);
      target.on('data', (data) => this.#later(() => socket.write(data)));
      target.on('close', () => this.#later(() => socket.destroy()));
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = once(this.#server!, 'close');
    this.#server!.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #later(act: () => void): void {
    if (this.latency === 0) act();
    else if (this.latency !== Number.POSITIVE_INFINITY) setTimeout(act, this.latency);
  }
}
