/** What the server reads from its environment, once, when it starts. */
export interface Settings {
  readonly hostname: string;
  readonly port: number;
  /** Where `/api/` goes: an origin without a path. */
  readonly backend: URL;
  /** How long SIGTERM lets requests and streams finish, in milliseconds. */
  readonly drainTimeout: number;
  /** How long an idle connection is kept open, in milliseconds. */
  readonly keepAliveTimeout: number;
}

/** A mistake in the environment, told in one line. */
export class SettingsError extends Error {}

/** Longer than the 60 s that load balancers commonly keep theirs, so that it is they who close an idle connection. */
const KEEP_ALIVE_TIMEOUT = '65000';

/** @throws SettingsError for a value that cannot be used */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const value = (name: string, fallback: string) => (env[name]?.trim() ? env[name].trim() : fallback);
  const number = (name: string, fallback: string, max: number) => {
    const text = value(name, fallback);
    if (!/^\d+$/.test(text) || Number(text) > max)
      throw new SettingsError(`${name} ('${text}') must be a whole number from 0 to ${max}`);
    return Number(text);
  };
  const backendName =
    value('BACKEND_URL', '') === '' && value('NEXT_PUBLIC_API_URL', '') !== '' ? 'NEXT_PUBLIC_API_URL' : 'BACKEND_URL';
  return {
    hostname: value('HOSTNAME', '0.0.0.0'),
    port: number('PORT', '3000', 65535),
    backend: origin(backendName, value(backendName, 'http://127.0.0.1:8000')),
    drainTimeout: number('DRAIN_SECONDS', '20', 3600) * 1000,
    keepAliveTimeout: number('KEEP_ALIVE_TIMEOUT', KEEP_ALIVE_TIMEOUT, 3_600_000),
  };
}

function origin(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new SettingsError(`${name} ('${withoutPassword(text)}') must be an address such as http://todo-backend:8000`);
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new SettingsError(
      `${name} ('${withoutPassword(text)}') must have only a scheme, a host and a port, as http://todo-backend:8000`,
    );
  return url;
}

/** What is before an `@` may be a password, and the line goes to a log. */
function withoutPassword(text: string): string {
  return text.replace(/^(.*\/\/)?.*@/, '$1***@');
}
