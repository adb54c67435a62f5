import { randomInt } from 'node:crypto';
import {
  type CredentialsContext,
  DATABASE_PASSWORD,
  OPTIONAL_KEYS,
  REQUIRED_KEYS,
  type SecretData,
  shortness,
} from './credential-keys.ts';
import { chartDatabaseUrl, isChartDatabase, parseDatabaseUrl } from './database-url.ts';

/** Where the value of a key comes from. `derived`: DATABASE_URL and POSTGRES_PASSWORD from each other. */
export type CredentialSource = 'env file' | 'environment' | 'generated' | 'derived' | 'kept' | 'removed';

export interface Credential {
  readonly name: string;
  readonly source: CredentialSource;
  /** undefined where it is removed. */
  readonly value: string | undefined;
}

export interface SourcesOptions extends CredentialsContext {
  /** Keys of the Secret that the chart names, and without which pods do not start. */
  readonly named: readonly string[];
  /** Keys that the chart names and can do without. */
  readonly namedOptional: readonly string[];
  readonly envFile: SecretData;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is in the cluster. */
  readonly existing: SecretData;
  /** Name of the database's volume, if there is one already. */
  readonly volume: string | undefined;
}

export interface ResolvedCredentials {
  readonly credentials: readonly Credential[];
  readonly problems: readonly string[];
}

/** The names that are looked for in the env file and the environment. */
export function knownKeys({ named, namedOptional }: Pick<SourcesOptions, 'named' | 'namedOptional'>): string[] {
  return [...new Set([...REQUIRED_KEYS, DATABASE_PASSWORD, ...named, ...OPTIONAL_KEYS, ...namedOptional])];
}

/** The value of each key that is needed or given: what is given wins over what is there, and what is missing is made. */
export function resolveCredentials(options: SourcesOptions): ResolvedCredentials {
  const { named, namedOptional, envFile, existing, values } = options;
  const problems: string[] = [];
  const credentials: Credential[] = [];
  const hasDatabase = named.includes(DATABASE_PASSWORD);
  const others = [...REQUIRED_KEYS, ...named].filter((name) => name !== DATABASE_PASSWORD && name !== 'DATABASE_URL');

  const password = hasDatabase ? databasePassword(options, problems) : undefined;
  if (password !== undefined) credentials.push(password);
  const url = databaseUrl(options, password?.value);
  if (url !== undefined) credentials.push(url);
  else if (!hasDatabase || password !== undefined)
    problems.push(`${missing('DATABASE_URL', options)}; database.enabled is ${values.database.enabled}`);

  for (const name of new Set(others)) {
    const found = given(name, options) ?? kept(name, options);
    if (found !== undefined) credentials.push(found);
    else if (name === 'BETTER_AUTH_SECRET') credentials.push({ name, source: 'generated', value: generated(48) });
    else problems.push(missing(name, options));
  }
  for (const name of new Set([...OPTIONAL_KEYS, ...namedOptional])) {
    const isEmptied = envFile[name] === '';
    const found = isEmptied ? undefined : (given(name, options) ?? kept(name, options));
    if (found !== undefined) credentials.push(found);
    else if (existing[name] !== undefined) credentials.push({ name, source: 'removed', value: undefined });
  }
  const sessionKey = given('BETTER_AUTH_SECRET', options);
  const short = shortness(sessionKey?.value);
  if (sessionKey !== undefined && short !== undefined && sessionKey.value !== existing.BETTER_AUTH_SECRET)
    problems.push(`BETTER_AUTH_SECRET (${sessionKey.source}) ${short}`);
  return { credentials, problems };
}

function given(name: string, { envFile, environment }: SourcesOptions): Credential | undefined {
  if (envFile[name]) return { name, source: 'env file', value: envFile[name] };
  // What the file empties on purpose, the environment does not bring back.
  if (environment[name] && envFile[name] === undefined)
    return { name, source: 'environment', value: environment[name] };
  return undefined;
}

function kept(name: string, { existing }: SourcesOptions): Credential | undefined {
  return existing[name] ? { name, source: 'kept', value: existing[name] } : undefined;
}

/** Postgres reads its password at the first start alone: with a volume, there is only one that fits. */
function databasePassword(options: SourcesOptions, problems: string[]): Credential | undefined {
  const { volume, namespace } = options;
  const name = DATABASE_PASSWORD;
  const old = kept(name, options);
  const wanted = given(name, options) ?? passwordFromUrl(options);
  if (wanted !== undefined && volume !== undefined && old !== undefined && wanted.value !== old.value) {
    const from = wanted.source === 'derived' ? 'the password in DATABASE_URL' : `${name} (${wanted.source})`;
    problems.push(
      `${from} is not the one that volume '${volume}' was set up with, and Postgres reads it only then; leave it out, or start anew without the data: kubectl delete persistentvolumeclaim ${volume} --namespace ${namespace}`,
    );
    return old;
  }
  const found = wanted ?? old;
  if (found !== undefined) return found;
  if (volume === undefined) return { name, source: 'generated', value: generated(32) };
  problems.push(
    `volume '${volume}' was set up with a ${name} that is in no Secret any more; put it into the env file, or start anew without the data: kubectl delete persistentvolumeclaim ${volume} --namespace ${namespace}`,
  );
  return undefined;
}

function passwordFromUrl(options: SourcesOptions): Credential | undefined {
  const url = parseDatabaseUrl(given('DATABASE_URL', options)?.value ?? '');
  if (url === undefined || url.password === '' || !isChartDatabase(url, options.namespace)) return undefined;
  return { name: DATABASE_PASSWORD, source: 'derived', value: url.password };
}

function databaseUrl(options: SourcesOptions, password: string | undefined): Credential | undefined {
  const name = 'DATABASE_URL';
  const { envFile, namespace, values } = options;
  const found = given(name, options);
  if (found !== undefined) return found;
  const old = envFile[name] === '' ? undefined : kept(name, options);
  if (password === undefined) return old;
  const url = parseDatabaseUrl(old?.value ?? '');
  const isElsewhere = url !== undefined && !isChartDatabase(url, namespace);
  if (old !== undefined && (isElsewhere || url?.password === password)) return old;
  return { name, source: 'derived', value: chartDatabaseUrl(password, values.database) };
}

function missing(name: string, { namespace }: SourcesOptions): string {
  return `${name} is missing: it is neither in the env file nor in the environment nor in namespace '${namespace}'`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits alone, which mean themselves everywhere: 6 bits each. */
function generated(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
