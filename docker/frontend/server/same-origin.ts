import type { IncomingMessage } from 'node:http';

/**
 * Whether a request that changes something was made by a page of another origin. Browsers say so themselves; what sends neither header
 * is no browser, and cannot be made to send somebody else's cookie.
 */
export function isFromElsewhere({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = headers;
  if (origin === undefined) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  // An ingress may put its own name into Host. A page cannot set X-Forwarded-Host on a request to another origin.
  return host === undefined || ![headers.host, first(headers['x-forwarded-host'])].includes(host);
}

function first(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0]?.split(',')[0]?.trim();
}
