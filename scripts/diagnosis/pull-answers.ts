import { shortened } from './quotes.ts';

/** Why a registry has not given an image. */
export interface PullAnswer {
  readonly kind: 'missing' | 'refused' | 'away' | 'limited' | 'platform' | 'certificate' | 'other';
  readonly text: string;
  /** Asking again gives the same answer. */
  readonly final: boolean;
}

/** What a runtime says of a registry. containerd, CRI-O and Docker have words of their own. */
export function answerOf(message: string, image: string, registry: string): PullAnswer {
  const is = (pattern: RegExp) => pattern.test(message);
  if (is(/no match for platform|no matching manifest|does not match the specified platform/i))
    return { kind: 'platform', text: `${image} has no build for the node's architecture`, final: true };
  if (is(/toomanyrequests|429 Too Many Requests|rate limit/i))
    return { kind: 'limited', text: `${registry} answers that there were too many pulls`, final: false };
  if (is(/pull access denied|repository does not exist or may require/i))
    return { kind: 'refused', text: `${registry} has no such repository, or it wants a login for it`, final: true };
  if (is(/\b401\b|unauthorized|authentication required|no basic auth/i))
    return { kind: 'refused', text: `${registry} wants a login (401 Unauthorized)`, final: true };
  if (is(/\b403\b|forbidden|denied/i))
    return { kind: 'refused', text: `${registry} refuses it to this user (403 Forbidden)`, final: true };
  if (is(/not found|manifest unknown|manifest for .* not found|name unknown/i) && !is(/lookup .*no such host/))
    return { kind: 'missing', text: `${registry} has no such image`, final: true };
  if (is(/no such host|server misbehaving|Temporary failure in name resolution/i))
    return { kind: 'away', text: `the node does not find the host ${registry}`, final: false };
  if (is(/connection refused/i)) return { kind: 'away', text: `nothing listens at ${registry}`, final: false };
  if (is(/i\/o timeout|deadline exceeded|TLS handshake timeout|no route to host|network is unreachable/i))
    return { kind: 'away', text: `${registry} does not answer the node`, final: false };
  if (is(/x509|certificate/i))
    return { kind: 'certificate', text: `the node does not trust the certificate of ${registry}`, final: true };
  if (is(/server gave HTTP response to HTTPS client/i))
    return { kind: 'certificate', text: `${registry} speaks HTTP, and the node expects HTTPS`, final: true };
  return { kind: 'other', text: shortened(message, 160), final: false };
}

/** The registry, and whether the name says it. */
export function registryOf(image: string): { registry: string; named: boolean } {
  const [first = '', ...rest] = image.split('/');
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return { registry: named ? first : 'docker.io', named };
}
