import type { Values } from '../../values/schema.ts';
import { databaseUrlProblem, isChartDatabase, parseDatabaseUrl } from './database-url.ts';

/** What the application reads of its Secret as a whole, beside the keys that the chart names. */
export const REQUIRED_KEYS: readonly string[] = ['DATABASE_URL', 'BETTER_AUTH_SECRET'];
export const OPTIONAL_KEYS: readonly string[] = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'];
/** Those that everybody may see. */
export const PUBLIC_KEYS: readonly string[] = ['OPENAI_BASE_URL', 'OPENAI_MODEL'];
/** Used by the chart's own database alone. */
export const DATABASE_PASSWORD = 'POSTGRES_PASSWORD';
const SHORTEST_SESSION_KEY = 32;

/** Content of a Secret, decoded. */
export type SecretData = Readonly<Record<string, string>>;

export interface CredentialsContext {
  readonly namespace: string;
  readonly values: Pick<Values, 'database' | 'networkPolicy'>;
}

/** Says nothing of the value itself, and reads on from the key's name. */
export interface KeyProblem {
  readonly name: string;
  readonly problem: string;
}

/** Why an application with these credentials would not work. */
export function contentProblems(data: SecretData, context: CredentialsContext): KeyProblem[] {
  const unclean = Object.entries(data).flatMap(([name, value]) => problemOf(name, uncleanness(value)));
  return [
    ...unclean,
    ...problemOf('DATABASE_URL', databaseProblem(data, context)),
    ...problemOf('OPENAI_BASE_URL', addressProblem(data)),
  ];
}

/** What may not be meant. */
export function contentWarnings(data: SecretData, { values }: CredentialsContext): KeyProblem[] {
  const { networkPolicy, database } = values;
  const api = data.OPENAI_BASE_URL ?? '';
  const url = parseDatabaseUrl(data.DATABASE_URL ?? '');
  const warnings = problemOf('BETTER_AUTH_SECRET', shortness(data.BETTER_AUTH_SECRET));
  if (!networkPolicy.enabled) return warnings;
  const { https, externalDatabase } = networkPolicy;
  if (URL.canParse(api) && !(https.enabled && portOf(new URL(api)) === https.port))
    warnings.push({ name: 'OPENAI_BASE_URL', problem: blocked(portOf(new URL(api)), 'networkPolicy.https') });
  if (!database.enabled && url !== undefined && url.port !== externalDatabase.port)
    warnings.push({ name: 'DATABASE_URL', problem: blocked(url.port, 'networkPolicy.externalDatabase') });
  return warnings;
}

/** What is expected of a session key that somebody gives; of one that is in use it would come too late. */
export function shortness(sessionKey: string | undefined): string | undefined {
  if (sessionKey === undefined || sessionKey.length >= SHORTEST_SESSION_KEY) return undefined;
  return `has ${sessionKey.length} characters; expected at least ${SHORTEST_SESSION_KEY}, as 'openssl rand -base64 36' prints them`;
}

function problemOf(name: string, problem: string | undefined): KeyProblem[] {
  return problem === undefined ? [] : [{ name, problem }];
}

function blocked(port: number, value: string): string {
  return `needs port ${port}, which the NetworkPolicy does not open; set ${value}.port`;
}

/** What a copied value brings along unseen. */
function uncleanness(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return 'holds a line break; expected one line';
  if (/\p{Cc}/u.test(value)) return 'holds a control character; type it anew';
  if (value !== value.trim()) return 'begins or ends with a space; expected none';
  if (/[\p{Cf}\p{Zl}\p{Zp}\p{Zs}]/u.test(value.replaceAll(' ', '')))
    return 'holds an invisible character; type it anew';
  return undefined;
}

function databaseProblem(data: SecretData, { namespace, values: { database } }: CredentialsContext) {
  if (data.DATABASE_URL === undefined) return undefined;
  const url = parseDatabaseUrl(data.DATABASE_URL);
  const problem = databaseUrlProblem(url);
  if (url === undefined || problem !== undefined) return problem;
  const isOwn = isChartDatabase(url, namespace);
  if (database.enabled && !isOwn)
    return `points at ${url.host}, and todo-db would be for nobody; set database.enabled=false, or an empty DATABASE_URL= in the env file to have it made`;
  if (!database.enabled && isOwn)
    return `points at ${url.host}, which database.enabled=false leaves out; expected a database elsewhere`;
  const password = data[DATABASE_PASSWORD];
  if (isOwn && password !== undefined && url.password !== password)
    return `has another password than ${DATABASE_PASSWORD}; give one of the two alone`;
  return undefined;
}

function addressProblem({ OPENAI_BASE_URL: address = '' }: SecretData): string | undefined {
  if (address === '' || (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))) return undefined;
  return 'is no address; expected one such as https://api.openai.com/v1';
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'http:' ? 80 : 443;
}
