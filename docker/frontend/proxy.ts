import { type NextRequest, NextResponse } from 'next/server';

const dev = process.env.NODE_ENV === 'development';

/** Gives each page a Content-Security-Policy with a nonce of its own; Next.js puts the nonce into the scripts that it writes. */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(crypto.randomUUID());
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

export const config = { matcher: '/((?!_next/static/).*)' };

function contentSecurityPolicy(nonce: string): string {
  // The development server evaluates code and adds styles while it runs.
  const script = dev ? " 'unsafe-eval'" : '';
  const style = dev ? "'unsafe-inline'" : `'nonce-${nonce}'`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${script}`,
    `style-src 'self' ${style}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
