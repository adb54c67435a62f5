import type { SecretApi, SecretObject } from '../../scripts/apply/credentials-secret.ts';
import { ApiError } from '../../scripts/cluster-failure.ts';

const SECRETS = /^\/api\/v1\/namespaces\/[^/]+\/secrets(?:\/(.+))?$/;
const CLAIMS = /^\/api\/v1\/namespaces\/[^/]+\/persistentvolumeclaims\/(.+)$/;

/** The part of an API server that keeps Secrets, with its versions and refusals. */
export class FakeSecrets implements SecretApi {
  /** By name. */
  readonly secrets = new Map<string, SecretObject>();
  /** Names of volume claims. */
  readonly claims = new Set<string>();
  /** How often something was written. */
  writes = 0;
  /** What every request gets. */
  refusal: ApiError | undefined;

  /** @param data not encoded */
  add(name: string, data: Record<string, string>, more: Partial<SecretObject['metadata']> = {}, type = 'Opaque'): void {
    this.secrets.set(name, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'test', resourceVersion: '1', ...more },
      type,
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
  }

  /** The content, decoded. */
  dataOf(name: string): Record<string, string> {
    const { data = {} } = this.secrets.get(name) ?? {};
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  async tryGet<T>(path: string): Promise<T | undefined> {
    this.#refuse();
    const [, claim] = CLAIMS.exec(path) ?? [];
    if (claim !== undefined) return (this.claims.has(claim) ? {} : undefined) as T;
    return this.secrets.get(SECRETS.exec(path)?.[1] ?? '') as T | undefined;
  }

  async post<T>(_path: string, body: unknown): Promise<T> {
    this.#refuse();
    const secret = body as SecretObject;
    if (this.secrets.has(secret.metadata.name)) throw new ApiError(409, 'AlreadyExists', 'it is there already');
    return this.#store(secret) as T;
  }

  async put<T>(_path: string, body: unknown): Promise<T> {
    const secret = body as SecretObject;
    const there = this.secrets.get(secret.metadata.name);
    if (there === undefined) throw new ApiError(404, 'NotFound', 'it is not there');
    if (there.metadata.resourceVersion !== secret.metadata.resourceVersion)
      throw new ApiError(409, 'Conflict', 'the object has been modified');
    return this.#store(secret) as T;
  }

  #refuse(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  #store(secret: SecretObject): SecretObject {
    this.writes++;
    const version = Number(secret.metadata.resourceVersion ?? 0) + 1;
    const stored = { ...secret, metadata: { ...secret.metadata, resourceVersion: `${version}` } };
    this.secrets.set(secret.metadata.name, stored);
    return stored;
  }
}
