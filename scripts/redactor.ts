/** Shown instead of a secret. */
export const REDACTED = '***';

/**
 * Takes secrets out of texts that are printed or kept. It is the second line of defence: nobody writes a secret into
 * such a text on purpose, but programs and servers quote what they were given.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  constructor(secrets: Iterable<string> = []) {
    for (const secret of secrets) this.add(secret);
  }

  /**
   * From now on this is taken out, also as base64, in URLs and in JSON; of a URL its password as well. Short and plain
   * words are left out: they are found anywhere, and hide nothing.
   */
  add(secret: string): void {
    for (const part of [secret, ...passwordOf(secret)]) {
      if (!isTelling(part)) continue;
      const json = JSON.stringify(part).slice(1, -1);
      for (const form of [part, encodeURIComponent(part), json, ...base64Of(part)]) this.#secrets.add(form);
    }
  }

  /** For passing on as it is. */
  readonly redact = (text: string): string => {
    // The longest first: a URL before its password.
    const secrets = [...this.#secrets].sort((a, b) => b.length - a.length);
    return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  };
}

/** The password in a URL, as it is written there and as it is meant. */
function passwordOf(text: string): string[] {
  const [, password] = /^\w[\w+.-]*:\/\/[^:@/]*:([^@]+)@/.exec(text) ?? [];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** As a Secret's data has it, and without the padding, as tokens do. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text);
  return [bytes.toString('base64'), bytes.toString('base64url')];
}

function isTelling(text: string): boolean {
  return text.length >= 16 || (text.length >= 8 && /[^A-Za-z]/.test(text));
}
