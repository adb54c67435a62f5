import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Somebody's own secret values by their names: looked for, and never shown. */
export type OwnSecrets = Readonly<Record<string, string>>;

/** What the application takes from its Secret. */
export const SECRET_NAMES = ['OPENAI_API_KEY', 'BETTER_AUTH_SECRET', 'DATABASE_URL', 'POSTGRES_PASSWORD'] as const;

interface Form {
  readonly kind: string;
  /** Bytes that are in every one of this form: found fast. */
  readonly anchors: readonly string[];
  readonly pattern: RegExp;
}

const FORMS: readonly Form[] = [
  {
    kind: 'a private key',
    anchors: ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----'],
    // With a body: programs have the first line alone to compare with.
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr])+(?:[\w-]+: [^\n]*\s+)*[A-Za-z0-9+/]{40,}/,
  },
  {
    kind: 'an AWS access key',
    anchors: ['AKIA', 'ASIA'],
    pattern: /(?<![A-Za-z0-9+/])A[KS]IA(?![A-Z0-9]{9}EXAMPLE)(?=[A-Z0-9]*\d)[A-Z0-9]{16}(?![A-Za-z0-9+/])/,
  },
  {
    kind: 'a GitHub token',
    anchors: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,})/,
  },
  {
    kind: 'an OpenAI key',
    anchors: ['sk-'],
    // With digits here and there: `sk-` also begins names of CSS classes.
    pattern: /(?<![\w-])sk-(?=(?:[\w-]*?\d){3})[\w-]{20,}/,
  },
  { kind: 'an npm token', anchors: ['npm_'], pattern: /(?<!\w)npm_(?=[A-Za-z]*\d)[A-Za-z0-9]{36}(?!\w)/ },
  { kind: 'a Slack token', anchors: ['xox'], pattern: /(?<!\w)xox[abeoprs]-\d{6,}-[\w-]{10,}/ },
  { kind: 'a Google API key', anchors: ['AIza'], pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/ },
];

const FILE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[^/]+)?$/, 'an environment file'],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/, 'an SSH key'],
  [/(?:^|\/)\.git\/(?:HEAD|config)$/, 'a git repository'],
  [
    /(?:^|\/)(?:\.netrc|\.pypirc|\.pgpass|\.aws\/credentials|\.docker\/config\.json|\.kube\/config)$/,
    'a file of credentials',
  ],
];

/** How far before an anchor a secret may begin, and how far behind it is looked at. */
const BEFORE = 64;
const AFTER = 512;
/** What of a file's part is looked at again with the next one. */
export const OVERLAP = BEFORE + AFTER;

/** Finds secrets in files. A finding says what kind it is, and never the secret. */
export class SecretScanner {
  private readonly forms: readonly { kind: string; anchors: readonly Buffer[]; pattern: RegExp }[];
  private readonly own: readonly { kind: string; value: Buffer }[];

  constructor(own: OwnSecrets = {}) {
    this.forms = FORMS.map((form) => ({ ...form, anchors: form.anchors.map((anchor) => Buffer.from(anchor)) }));
    this.own = Object.entries(own).map(([name, value]) => ({
      kind: `the value of ${name}`,
      value: Buffer.from(value),
    }));
  }

  /** What a file's path alone says. */
  ofPath(path: string): string | undefined {
    return FILE_NAMES.find(([pattern]) => pattern.test(path))?.[1];
  }

  /** The kinds of secrets in a part of a file. */
  inContent(path: string, content: Buffer): string[] {
    const found = this.forms.filter(({ anchors, pattern }) =>
      anchors.some((anchor) => near(content, anchor, (text) => pattern.test(text))),
    );
    const own = this.own.filter(({ value }) => content.includes(value));
    const npmrc = /(?:^|\/)\.npmrc$/.test(path) && /_authToken|_password|_auth\b/.test(content.toString('latin1'));
    return [...found, ...own].map(({ kind }) => kind).concat(npmrc ? ['an npm login'] : []);
  }
}

function near(content: Buffer, anchor: Buffer, test: (text: string) => boolean): boolean {
  for (let at = content.indexOf(anchor); at !== -1; at = content.indexOf(anchor, at + 1)) {
    if (test(content.toString('latin1', Math.max(0, at - BEFORE), at + AFTER))) return true;
  }
  return false;
}

/**
 * The secrets of whoever builds: those in the environment and in `.env` of the directories. Short and plain words are
 * left out, since they are found anywhere.
 */
export async function ownSecrets(
  env: Readonly<Record<string, string | undefined>>,
  directories: readonly string[],
): Promise<OwnSecrets> {
  const files = await Promise.all(
    directories.map((directory) => readFile(join(directory, '.env'), 'utf8').catch(() => '')),
  );
  const sources = [env, ...files.map(environmentOf)];
  const found = sources.flatMap((source, i) =>
    SECRET_NAMES.flatMap((name) => secretPart(name, source[name] ?? '').map((value) => [name, value, i] as const)),
  );
  const distinct = new Map(found.map(([name, value]) => [value, name]));
  const counts = new Map<string, number>();
  return Object.fromEntries(
    [...distinct].map(([value, name]) => {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [count === 1 ? name : `${name} (${count})`, value];
    }),
  );
}

/** A database's URL is known to everybody but for its password. */
function secretPart(name: string, value: string): string[] {
  const [, password] = /^\w[\w+.-]*:\/\/[^:@/]*:([^@]+)@/.exec(value) ?? [];
  const secret = name === 'DATABASE_URL' ? (password ?? '') : value;
  const isTelling = secret.length >= 8 && /[^A-Za-z]/.test(secret);
  return isTelling ? [secret] : [];
}

function environmentOf(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/gm)];
  return Object.fromEntries(entries.map(([, name, value]) => [name!, value!.replace(/^(["'])(.*)\1$/, '$2')]));
}
