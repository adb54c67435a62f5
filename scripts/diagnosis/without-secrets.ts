import type { Snapshot } from './snapshot.ts';

/** Fields with free text, in which programs and servers quote what they were given. */
const TEXTS = new Set(['message', 'description', 'trouble', 'current', 'previous', 'command', 'args']);
/** Annotations that a diagnosis reads. Others hold whole objects as somebody has applied them. */
const ANNOTATIONS = ['deployment.kubernetes.io/revision', 'helm.sh/hook'];

/**
 * The snapshot as it may be kept and shown to others: without values of environment variables, annotations and whoever
 * has written which field, and without secrets in logs, events and commands.
 *
 * @param redact takes out what Secrets hold
 */
export function withoutSecrets(snapshot: Snapshot, redact: (text: string) => string): Snapshot {
  return cleaned(snapshot, '', redact) as Snapshot;
}

function cleaned(value: unknown, field: string, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return TEXTS.has(field) ? masked(redact(value)) : value;
  if (Array.isArray(value))
    return value.map((item) => cleaned(field === 'env' ? withoutValue(item as object) : item, field, redact));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([name]) => name !== 'managedFields')
    .map(([name, inner]) => [name, name === 'annotations' ? known(inner as object) : cleaned(inner, name, redact)]);
  return Object.fromEntries(fields);
}

function withoutValue(variable: object): object {
  return Object.fromEntries(Object.entries(variable).filter(([name]) => name !== 'value'));
}

function known(annotations: object): object {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => ANNOTATIONS.includes(name)));
}

/** What looks like a secret, whether or not it is in a Secret. */
function masked(text: string): string {
  return text
    .replace(/(\w:\/\/[^\s:@/]*:)[^\s@/]+@/g, '$1***@')
    .replace(/((?:password|passwd|pwd|secret|token|api_?key)\w*=)[^\s"',;&]+/gi, '$1***')
    .replace(/("[^"\s]*(?:password|passwd|secret|token|api_?key)\w*"\s*:\s*")[^"]+/gi, '$1***')
    .replace(/(bearer\s+)\S+/gi, '$1***');
}
