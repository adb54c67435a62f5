import { ownSecrets, SecretScanner } from '../../scripts/build/secrets.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const scanner = new SecretScanner({ OPENAI_API_KEY: 'my own value 1' });
// Put together here, so that nobody's scanner takes this file for a leak.
const PRIVATE_KEY = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
const LETTERS = 'Ab0Cd1Ef2Gh3Ij4Kl5Mn6Op7Qr8St9Uv0Wx1';

test.each([
  ['a private key', `x\n${PRIVATE_KEY}\n${BODY}\n`],
  ['a private key', `"${PRIVATE_KEY}\\n${BODY}"`],
  ['a private key', `${PRIVATE_KEY.replace('PRIVATE', 'OPENSSH PRIVATE')}\n${BODY}`],
  ['a private key', `${PRIVATE_KEY.replace('PRIVATE', 'RSA PRIVATE')}\nProc-Type: 4,ENCRYPTED\n\n${BODY}`],
  ['an AWS access key', `key = "AKIA${'Q1'.repeat(8)}"`],
  ['a GitHub token', `ghp_${LETTERS}`],
  ['a GitHub token', `github_pat_${LETTERS}_${LETTERS}`],
  ['an OpenAI key', `OPENAI_API_KEY=sk-proj-${LETTERS}`],
  ['an OpenAI key', `sk-${LETTERS}`],
  ['an npm token', `npm_${LETTERS}`],
  ['a Slack token', `xoxb-123456789012-${LETTERS}`],
  ['a Google API key', `AIza${LETTERS.slice(1)}`],
  ['the value of OPENAI_API_KEY', 'x my own value 1 y'],
])('finds %s', (kind, text) => {
  expect(scanner.inContent('app/file', Buffer.from(text))).toEqual([kind]);
});

test.each([
  ['the first line of a key, which programs look for', `if text.startswith("${PRIVATE_KEY}"): pass`],
  ['a public key', `-----BEGIN PUBLIC KEY-----\n${BODY}\n${BODY}`],
  ['a certificate', `-----BEGIN CERTIFICATE-----\n${BODY}\n${BODY}`],
  ["AWS's own example", 'AKIAIOSFODNN7EXAMPLE'],
  ['base64 with the letters of an AWS key', `xxAKIA${'Q1'.repeat(8)}yy`],
  ['a CSS class', '.sk-fading-circle-with-long-name { } .task-0123456789-0123456789 { }'],
  ['a short word', 'npm_config_registry npm_package_json_and_what_else_it_calls_them xoxo'],
])('leaves %s alone', (_, text) => {
  expect(scanner.inContent('app/file', Buffer.from(text))).toEqual([]);
});

test.each([
  ['app/.env', 'an environment file'],
  ['.env.production', 'an environment file'],
  ['root/.ssh/id_ed25519', 'an SSH key'],
  ['app/.git/config', 'a git repository'],
  ['root/.docker/config.json', 'a file of credentials'],
  ['app/.env.example', undefined],
  ['app/environment.env', undefined],
  ['root/.ssh/id_ed25519.pub', undefined],
  ['app/config.json', undefined],
])('takes the path %s for %s', (path, kind) => {
  expect(scanner.ofPath(path)).toBe(kind);
});

test('finds a login in .npmrc, and none in one that has only settings', () => {
  const login = Buffer.from('//registry.example/:_authToken=abc\n');

  expect(scanner.inContent('app/.npmrc', login)).toEqual(['an npm login']);
  expect(scanner.inContent('app/readme', login)).toEqual([]);
  expect(scanner.inContent('app/.npmrc', Buffer.from('fund=false\n'))).toEqual([]);
});

describe('the secrets of whoever builds', () => {
  test('come from the environment and from .env, once each', async () => {
    const directory = await TemporaryDirectory.create({
      '.env': 'export BETTER_AUTH_SECRET="quoted value 1"\nPOSTGRES_PASSWORD=pass-word-2\nOTHER=other-value-3\n',
    });
    try {
      const env = { POSTGRES_PASSWORD: 'pass-word-2', OPENAI_API_KEY: '', BETTER_AUTH_SECRET: 'another value 4' };

      expect(await ownSecrets(env, [directory.path])).toEqual({
        POSTGRES_PASSWORD: 'pass-word-2',
        BETTER_AUTH_SECRET: 'another value 4',
        'BETTER_AUTH_SECRET (2)': 'quoted value 1',
      });
    } finally {
      await directory.remove();
    }
  });

  test('are only the password of a database URL', async () => {
    expect(await ownSecrets({ DATABASE_URL: 'postgresql://todo:s3cret-word@todo-db:5432/todo' }, [])).toEqual({
      DATABASE_URL: 's3cret-word',
    });
    expect(await ownSecrets({ DATABASE_URL: 'sqlite:////tmp/todo-list-1.db' }, [])).toEqual({});
  });

  test('are not the words that are found anywhere', async () => {
    expect(await ownSecrets({ POSTGRES_PASSWORD: 'postgres', BETTER_AUTH_SECRET: 'short-1' }, [])).toEqual({});
  });
});
