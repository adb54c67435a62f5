import type { IncomingMessage, ServerResponse } from 'node:http';

/** Headers of every response. Pages have a Content-Security-Policy of their own, with a nonce: see proxy.ts. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const HALF_A_YEAR = 180 * 24 * 60 * 60;

export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  // Over plain HTTP browsers ignore these two, and some complain.
  if (forwardedProtocol(request) !== 'https') return;
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Strict-Transport-Security', `max-age=${HALF_A_YEAR}`);
}

/** The protocol that the browser used: an ingress ends TLS and says so. */
export function forwardedProtocol({ headers }: IncomingMessage): 'http' | 'https' {
  return String(headers['x-forwarded-proto']).split(',')[0]?.trim().toLowerCase() === 'https' ? 'https' : 'http';
}
