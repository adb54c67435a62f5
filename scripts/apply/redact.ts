/** Shorter values are taken only as whole words: as parts of others they are everywhere, and say nothing. */
const SHORT = 6;

/**
 * A function that takes secret values out of texts, also where they are written in base64, in JSON or in an address.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf));
  // The longest first: what holds another is gone as a whole.
  const patterns = [...forms].sort((a, b) => b.length - a.length).map(patternOf);
  return (text) => patterns.reduce((rest, pattern) => rest.replace(pattern, '[redacted]'), text);
}

function formsOf(secret: string): string[] {
  return [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ];
}

function patternOf(text: string): RegExp {
  const exact = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.length >= SHORT ? new RegExp(exact, 'g') : new RegExp(`(?<![A-Za-z0-9])${exact}(?![A-Za-z0-9])`, 'g');
}
