import { DATABASE, DATABASE_PORT } from '../../constructs/labels.ts';

/** What the backend reads in DATABASE_URL. */
export interface DatabaseUrl {
  /** As `postgresql`, without the driver. */
  readonly kind: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

/** As SQLAlchemy has it, which the backend reads it with: a password may hold all but an `@`. */
const PATTERN =
  /^(?<kind>[\w+]+):\/\/(?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?(?:\[(?<ipv6>[^/?]+)\]|(?<host>[^/:?]+))?(?::(?<port>\d*))?(?:\/[^?]*)?(?:\?(?<query>.*))?$/;

/** @returns undefined for what is no URL of a database */
export function parseDatabaseUrl(text: string): DatabaseUrl | undefined {
  const { groups } = PATTERN.exec(text) ?? {};
  if (groups === undefined) return undefined;
  const { kind = '', user = '', password = '', ipv6, host, port, query = '' } = groups;
  return {
    kind: kind.split('+')[0]!,
    user: decoded(user),
    password: decoded(password),
    host: (ipv6 ?? host ?? new URLSearchParams(query).get('host') ?? '').toLowerCase(),
    port: port === undefined || port === '' ? DATABASE_PORT : Number(port),
  };
}

/** The URL of the chart's own database, as the chart makes it at the first install. */
export function chartDatabaseUrl(password: string, { user, name }: { readonly user: string; readonly name: string }) {
  return `postgresql://${user}:${encodeURIComponent(password)}@${DATABASE.name}:${DATABASE_PORT}/${name}`;
}

/** Whether it leads to the chart's own database, by any of the names that DNS has for it. */
export function isChartDatabase({ host }: DatabaseUrl, namespace: string): boolean {
  const pods = `${DATABASE.name}-pods`;
  const names = [DATABASE.name, pods, `${DATABASE.name}-0.${pods}`].flatMap((name) =>
    ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map((rest) => name + rest),
  );
  return names.includes(host.replace(/\.$/, ''));
}

/** What is wrong with it for a backend in a pod, if something is. Never says the password. */
export function databaseUrlProblem(url: DatabaseUrl | undefined): string | undefined {
  const expected = 'expected postgresql://user:password@host:5432/name';
  if (url === undefined) return `is no URL of a database; ${expected}`;
  if (url.kind === 'sqlite') return `is for sqlite, and each pod would have todos of its own; ${expected}`;
  if (!['postgresql', 'postgres'].includes(url.kind)) return `is for '${url.kind}'; ${expected}`;
  if (url.host === '') return `names no host; ${expected}`;
  if (url.host === 'localhost' || /^(127\.|0\.0\.0\.0$|::1$)/.test(url.host))
    return `points at ${url.host}, which is each pod itself; expected a host that pods reach`;
  if (url.port < 1 || url.port > 65535) return `has port ${url.port}; expected one from 1 to 65535`;
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
