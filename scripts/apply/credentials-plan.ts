import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../chart/json.ts';
import { compareBytes } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';
import type { Values } from '../../values/schema.ts';
import { ApiError, clusterFailure } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { DATABASE_PASSWORD, type SecretData } from './credential-keys.ts';
import type { CredentialSource } from './credential-sources.ts';
import { encoded, ourSecret, readVolume, type SecretApi, type SecretObject } from './credentials-secret.ts';
import { isChartDatabase, parseDatabaseUrl } from './database-url.ts';

export interface PlannedKey {
  readonly name: string;
  readonly source: CredentialSource;
  /** Whether the Secret in the cluster has another value for it, or none. */
  readonly changed: boolean;
}

/**
 * What is to be done about a Secret. `adopt`: the chart's first install, another release or somebody has made it, and
 * from now on `apply` keeps it. `not-ours`: another tool or the user writes it, and it is only looked at.
 */
export type CredentialsAction = 'create' | 'adopt' | 'change' | 'keep' | 'not-ours';

export interface PlannedCredentials {
  readonly action: CredentialsAction;
  /** What the Secret will hold. */
  readonly data: SecretData;
  readonly keys: readonly PlannedKey[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export interface CredentialsTarget {
  readonly cluster: SecretApi;
  readonly release: string;
  readonly namespace: string;
  readonly values: Pick<Values, 'secret'>;
  readonly objects: readonly Manifest[];
  readonly secretName: string;
  /** As it was read. */
  readonly existing: SecretObject | undefined;
  /** The database's volume, as it was read. */
  readonly volume: string | undefined;
}

/** What will become of the application's Secret. The values are in no field that is printed or written out. */
export class CredentialsPlan {
  readonly secretName: string;
  readonly action: CredentialsAction;
  readonly keys: readonly PlannedKey[];
  /** Why it cannot go on, all at once. */
  readonly problems: readonly string[];
  /** What may not be meant. */
  readonly warnings: readonly string[];
  /**
   * Changes with the Secret's content, and says nothing of it to who does not know it. undefined where there is none
   * yet, because an ExternalSecret brings it.
   */
  readonly checksum: string | undefined;
  readonly #target: CredentialsTarget;
  readonly #data: SecretData;
  /** What was written, as the server has it. */
  #written: SecretObject | undefined;

  constructor(target: CredentialsTarget, { action, data, keys, problems, warnings }: PlannedCredentials) {
    this.secretName = target.secretName;
    this.action = action;
    this.keys = keys;
    this.problems = problems;
    this.warnings = warnings;
    this.checksum = Object.keys(data).length === 0 ? undefined : checksumOf(data);
    this.#target = target;
    this.#data = data;
  }

  /** For Helm: the chart makes no Secret, and pods that use a changed one restart. */
  get overrides(): JsonObject {
    const { externalSecret } = this.#target.values.secret;
    return {
      // An ExternalSecret goes by the name of its own.
      ...(externalSecret.enabled ? {} : { secret: { existingSecret: this.secretName } }),
      ...(this.checksum === undefined ? {} : { backend: { podAnnotations: { 'checksum/secret': this.checksum } } }),
    };
  }

  /** Whether `write` will change something in the cluster. */
  get isNeeded(): boolean {
    return this.action === 'create' || this.action === 'adopt' || this.action === 'change';
  }

  /**
   * Writes the Secret, if it has to change. The namespace must be there.
   *
   * @throws CommandError where somebody else has written it since it was read
   */
  async write(): Promise<void> {
    if (this.problems.length > 0) throw new Error(`not to be written: ${this.problems.join('; ')}`);
    if (!this.isNeeded) return;
    const { cluster, existing } = this.#target;
    this.#written = await this.#put(cluster, ourSecret(existing, this.#identity, this.#encoded(this.#data)), existing);
  }

  /**
   * Puts the former content back after a release that failed. What was made anew stays: a database may have been set
   * up with it. So does a password that a volume has been set up with in between.
   *
   * @param cluster for where the signal of the plan's own has been aborted
   * @returns whether something was put back
   * @throws CommandError where somebody else has written it in between
   */
  async restore(cluster: SecretApi = this.#target.cluster): Promise<boolean> {
    const written = this.#written;
    const { existing, namespace, objects, volume } = this.#target;
    if (written === undefined || existing === undefined || !this.keys.some(({ changed }) => changed)) return false;
    const isSetUp = volume === undefined && (await readVolume(cluster, namespace, objects)) !== undefined;
    const former = { ...existing.data, ...(isSetUp ? this.#ofVolume(existing) : {}) };
    await this.#put(cluster, { ...written, data: former }, written);
    this.#written = undefined;
    return true;
  }

  /** The keys that have to stay as the volume was set up with them. */
  #ofVolume(existing: SecretObject): Record<string, string> {
    const password = this.#data[DATABASE_PASSWORD];
    const former = Buffer.from(existing.data?.DATABASE_URL ?? '', 'base64').toString();
    const url = parseDatabaseUrl(former);
    const isOwn = url !== undefined && isChartDatabase(url, this.#target.namespace);
    return {
      ...(password === undefined ? {} : { [DATABASE_PASSWORD]: encoded(password) }),
      ...(isOwn ? { DATABASE_URL: encoded(this.#data.DATABASE_URL ?? former) } : {}),
    };
  }

  get #identity() {
    const { namespace, release } = this.#target;
    return { name: this.secretName, namespace, release };
  }

  /** What is as it was stays so to the byte, whatever it is. */
  #encoded(data: SecretData): Record<string, string> {
    const before = this.#target.existing?.data ?? {};
    const changed = new Set(this.keys.filter((key) => key.changed).map(({ name }) => name));
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, changed.has(name) ? encoded(value) : (before[name] ?? '')]),
    );
  }

  /** The server refuses it where the version in its metadata is not the one that was read. */
  async #put(cluster: SecretApi, secret: SecretObject, before: SecretObject | undefined): Promise<SecretObject> {
    const { namespace } = this.#target;
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    try {
      if (before === undefined) return await cluster.post<SecretObject>(secrets, secret);
      return await cluster.put<SecretObject>(`${secrets}/${this.secretName}`, secret);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) throw this.#overtaken(error);
      if (error instanceof ApiError && error.status === 404 && before !== undefined) throw this.#overtaken(error);
      throw clusterFailure(`write Secret '${this.secretName}' in namespace '${namespace}'`, error);
    }
  }

  #overtaken(cause: ApiError): CommandError {
    const { namespace } = this.#target;
    return new CommandError(
      `somebody else has written Secret '${this.secretName}' in namespace '${namespace}' in between; nothing was overwritten: run the command again`,
      { cause },
    );
  }
}

/** Keyed with the session key, so that nobody can try passwords against it. */
function checksumOf(data: SecretData): string {
  const entries = Object.entries(data).sort(([a], [b]) => compareBytes(a, b));
  const hmac = createHmac('sha256', data.BETTER_AUTH_SECRET ?? '');
  return hmac.update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}
