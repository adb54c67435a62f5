import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the registry answers to everybody instead of working. */
export type Refusal = 401 | 403 | 500;

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * A registry in memory, on 127.0.0.1, as far as a push needs one.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class TestRegistry {
  /** `repository:tag` -> digest, as they were pushed. */
  readonly tags = new Map<string, string>();
  refusal: Refusal | undefined;
  private readonly blobs = new Map<string, Content>();
  private readonly uploads = new Map<string, Buffer>();
  private readonly server: Server;
  /** Of its host and port, also after it has stopped. */
  address = '';

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<TestRegistry> {
    const registry = new TestRegistry();
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    registry.address = `127.0.0.1:${(registry.server.address() as AddressInfo).port}`;
    return registry;
  }

  /** A manifest by its digest, or by `repository:tag`. */
  manifest(name: string): { manifests?: { digest: string; platform: { architecture: string } }[]; layers?: unknown[] } {
    return JSON.parse(String(this.blobs.get(this.tags.get(name) ?? name)?.bytes));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const url = new URL(request.url!, `http://${this.address}`);
    const send = (status: number, headers: Record<string, string> = {}, content?: Buffer) => {
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : content);
    };

    if (this.refusal !== undefined)
      return send(this.refusal, this.refusal === 401 ? { 'WWW-Authenticate': 'Basic realm="test"' } : {});
    const [, repository, kind, name] = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
    if (repository === undefined) return send(url.pathname === '/v2/' ? 200 : 404);
    if (kind === 'blobs/uploads') {
      const id = name === '' ? randomUUID() : name!;
      const upload = Buffer.concat([this.uploads.get(id) ?? Buffer.alloc(0), body]);
      const location = {
        Location: `/v2/${repository}/blobs/uploads/${id}`,
        Range: `0-${Math.max(0, upload.length - 1)}`,
      };
      this.uploads.set(id, upload);
      const digest = url.searchParams.get('digest');
      if (digest === null) return send(202, location);
      if (digest !== digestOf(upload)) return send(400);
      this.blobs.set(digest, { type: 'application/octet-stream', bytes: upload });
      return send(201, { Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest });
    }
    if (request.method === 'PUT') {
      const digest = digestOf(body);
      this.blobs.set(digest, { type: request.headers['content-type'] ?? '', bytes: body });
      if (!name!.startsWith('sha256:')) this.tags.set(`${repository}:${name}`, digest);
      return send(201, { 'Docker-Content-Digest': digest });
    }
    const digest = this.tags.get(`${repository}:${name}`) ?? name!;
    const content = this.blobs.get(digest);
    if (content === undefined) return send(404);
    const { type, bytes } = content;
    send(200, { 'Content-Type': type, 'Content-Length': String(bytes.length), 'Docker-Content-Digest': digest }, bytes);
  }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
