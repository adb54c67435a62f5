import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { type Manifest, manifests } from '../../../chart/index.ts';
import type { JsonObject } from '../../../chart/json.ts';
import { installedPrograms } from '../../../chart/subcharts.ts';
import { knownKeys } from '../../../scripts/apply/credential-sources.ts';
import { type CredentialsOptions, planCredentials, withSecretName } from '../../../scripts/apply/credentials.ts';
import { ApiError } from '../../../scripts/cluster-failure.ts';
import { parseEnvFile } from '../../../scripts/env-file.ts';
import { programs } from '../../../scripts/programs.ts';
import { Redactor } from '../../../scripts/redactor.ts';
import { presets } from '../../../values/presets.ts';
import type { Values } from '../../../values/schema.ts';
import { FakeSecrets } from '../../support/fake-secrets.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const SECRET = 'todo-db-secret';
const VOLUME = 'data-todo-db-0';
const PASSWORD = 'pass-word-0123456789';
const SESSION_KEY = 'session-key-0123456789-0123456789';
const OWN_URL = `postgresql://todo:${PASSWORD}@todo-db:5432/todo`;
const ELSEWHERE = 'postgresql://ada:very-secret-1@db.example.com:5432/todos';
const OURS = { labels: { 'app.kubernetes.io/managed-by': 'todo-infra', 'app.kubernetes.io/instance': 'todo-chatbot' } };
const THERE = { DATABASE_URL: OWN_URL, POSTGRES_PASSWORD: PASSWORD, BETTER_AUTH_SECRET: SESSION_KEY };
const EXTERNAL = { database: { enabled: false } };

let cluster: FakeSecrets;
let directory: TemporaryDirectory;

beforeEach(async () => {
  cluster = new FakeSecrets();
  directory = await TemporaryDirectory.create();
});
afterEach(() => directory.remove());

describe('where there is nothing', () => {
  test('makes all that is needed', async () => {
    const credentials = await plan();

    expect(summary(credentials)).toEqual({
      action: 'create',
      keys: ['POSTGRES_PASSWORD generated*', 'DATABASE_URL derived*', 'BETTER_AUTH_SECRET generated*'],
      problems: [],
      warnings: [],
    });
    expect(cluster.writes).toBe(0);
    await credentials.write();
    const { POSTGRES_PASSWORD: password, BETTER_AUTH_SECRET, DATABASE_URL } = cluster.dataOf(SECRET);
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(BETTER_AUTH_SECRET).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(DATABASE_URL).toBe(`postgresql://todo:${password}@todo-db:5432/todo`);
    const { type, metadata } = cluster.secrets.get(SECRET)!;
    expect({ type, labels: metadata.labels }).toEqual({ type: 'Opaque', ...OURS });
  });

  test('keeps it in later runs, and writes nothing', async () => {
    const first = await plan();
    await first.write();

    const second = await plan();
    await second.write();

    expect(summary(second)).toEqual({
      action: 'keep',
      keys: ['POSTGRES_PASSWORD kept', 'DATABASE_URL kept', 'BETTER_AUTH_SECRET kept'],
      problems: [],
      warnings: [],
    });
    expect(cluster.writes).toBe(1);
    expect(second.checksum).toBe(first.checksum);
  });

  test('needs DATABASE_URL where the chart has no database', async () => {
    const { problems, keys } = await plan({ values: EXTERNAL });

    expect(problems).toEqual([
      "DATABASE_URL is missing: it is neither in the env file nor in the environment nor in namespace 'test'; database.enabled is false",
    ]);
    expect(keys.map(({ name }) => name)).toEqual(['BETTER_AUTH_SECRET']);
  });

  test('does not make a password for a volume that has one', async () => {
    cluster.claims.add(VOLUME);

    const { problems } = await plan();

    expect(problems).toEqual([
      `volume '${VOLUME}' was set up with a POSTGRES_PASSWORD that is in no Secret any more; put it into the env file, or start anew without the data: kubectl delete persistentvolumeclaim ${VOLUME} --namespace test`,
    ]);
  });

  test('takes the password from a DATABASE_URL that leads to the chart’s database', async () => {
    const credentials = await plan({
      environment: { DATABASE_URL: 'postgresql://todo:a%40b-0123@todo-db.test.svc/todo' },
    });

    expect(summary(credentials).keys).toEqual([
      'POSTGRES_PASSWORD derived*',
      'DATABASE_URL environment*',
      'BETTER_AUTH_SECRET generated*',
    ]);
    await credentials.write();
    expect(cluster.dataOf(SECRET).POSTGRES_PASSWORD).toBe('a@b-0123');
  });

  test('puts a password into DATABASE_URL so that the backend reads it', async () => {
    await (await plan({ environment: { POSTGRES_PASSWORD: 'a@b/c:d%e#f' } })).write();

    expect(cluster.dataOf(SECRET).DATABASE_URL).toBe('postgresql://todo:a%40b%2Fc%3Ad%25e%23f@todo-db:5432/todo');
  });
});

describe('sources', () => {
  test('the env file wins over the environment, and both over what is there', async () => {
    cluster.add(SECRET, { ...THERE, OPENAI_API_KEY: 'sk-old', OPENAI_MODEL: 'old' }, OURS);
    await directory.write('.env', 'OPENAI_API_KEY=sk-file\n');

    const credentials = await plan({ environment: { OPENAI_API_KEY: 'sk-shell', OPENAI_MODEL: 'new', HOME: '/root' } });

    expect(summary(credentials)).toMatchObject({
      action: 'change',
      keys: [
        'POSTGRES_PASSWORD kept',
        'DATABASE_URL kept',
        'BETTER_AUTH_SECRET kept',
        'OPENAI_API_KEY env file*',
        'OPENAI_MODEL environment*',
      ],
    });
    await credentials.write();
    expect(cluster.dataOf(SECRET)).toEqual({ ...THERE, OPENAI_API_KEY: 'sk-file', OPENAI_MODEL: 'new' });
  });

  test('an env file that is named is read instead of .env, and must be there', async () => {
    await directory.write('.env', 'OPENAI_MODEL=wrong\n');
    const envFile = await directory.write('prod.env', 'OPENAI_MODEL=right\n');

    await (await plan({ envFile })).write();

    expect(cluster.dataOf(SECRET).OPENAI_MODEL).toBe('right');
    await expect(plan({ envFile: `${envFile}.old` })).rejects.toThrow(
      `unable to read '${envFile}.old': there is no such file`,
    );
  });

  test('an empty optional key in the env file removes it, whatever the environment says', async () => {
    cluster.add(SECRET, { ...THERE, OPENAI_API_KEY: 'sk-old' }, OURS);
    await directory.write('.env', 'OPENAI_API_KEY=\nBETTER_AUTH_SECRET=\n');

    const credentials = await plan({ environment: { OPENAI_API_KEY: 'sk-shell' } });

    expect(summary(credentials).keys).toContain('OPENAI_API_KEY removed*');
    await credentials.write();
    expect(cluster.dataOf(SECRET)).toEqual(THERE);
  });

  test('keys that nobody knows stay as they are, to the byte', async () => {
    cluster.add(SECRET, { ...THERE, MORE: 'x' }, OURS);
    const bytes = Buffer.from([0xff, 0xfe, 0x00]).toString('base64');
    Object.assign(cluster.secrets.get(SECRET)!.data!, { MORE: bytes });

    await (await plan({ environment: { OPENAI_MODEL: 'new' } })).write();

    expect(cluster.secrets.get(SECRET)!.data).toMatchObject({ MORE: bytes });
  });

  test('a key that the chart names is needed', async () => {
    const source = { secretKeyRef: { name: SECRET, key: 'SMTP_PASSWORD' } };
    const values = { backend: { extraEnv: [{ name: 'SMTP', valueFrom: source }] } };

    expect((await plan({ values })).problems).toEqual([
      "SMTP_PASSWORD is missing: it is neither in the env file nor in the environment nor in namespace 'test'",
    ]);
    const given = await plan({ values, environment: { SMTP_PASSWORD: 'x' } });
    expect(summary(given)).toMatchObject({
      problems: [],
      keys: expect.arrayContaining(['SMTP_PASSWORD environment*']),
    });
  });

  test('a key that the chart can do without is taken where it is given', async () => {
    const source = { secretKeyRef: { name: SECRET, key: 'SMTP_PASSWORD', optional: true } };
    const values = { backend: { extraEnv: [{ name: 'SMTP', valueFrom: source }] } };

    expect((await plan({ values })).problems).toEqual([]);
    expect(summary(await plan({ values, environment: { SMTP_PASSWORD: 'x' } })).keys).toContain(
      'SMTP_PASSWORD environment*',
    );
  });

  test('names that are not used are told, with what may be meant', async () => {
    await directory.write('.env', 'OPENAI_APIKEY=x\nEDITOR=vi\nPAGER=less\n: what\n');

    expect((await plan()).warnings).toEqual([
      'line 4 of .env is not NAME=value',
      'OPENAI_APIKEY in .env is not used; did you mean OPENAI_API_KEY?',
      'EDITOR and PAGER in .env are not used',
    ]);
  });

  test('a line that may be read in two ways is a problem where it is about a key of ours', async () => {
    await directory.write('.env', 'OPENAI_API_KEY=sk-a#b\nOTHER=a#b\n');

    const { problems, warnings } = await plan();

    const why = "a '#' outside of quotes may begin a comment; put the value into single quotes";
    expect(problems).toEqual([`line 1 of .env, OPENAI_API_KEY: ${why}`]);
    expect(warnings).toEqual([`line 2 of .env, OTHER: ${why}`]);
  });
});

describe('the password of the database', () => {
  beforeEach(() => cluster.add(SECRET, THERE, OURS));

  test.each([
    ['POSTGRES_PASSWORD', 'other-password-1', 'POSTGRES_PASSWORD (environment)'],
    ['DATABASE_URL', 'postgresql://todo:other-password-1@todo-db:5432/todo', 'the password in DATABASE_URL'],
  ])('is refused when %s gives another one than the volume has', async (name, value, what) => {
    cluster.claims.add(VOLUME);

    const { problems } = await plan({ environment: { [name]: value } });

    expect(problems[0]).toBe(
      `${what} is not the one that volume '${VOLUME}' was set up with, and Postgres reads it only then; leave it out, or start anew without the data: kubectl delete persistentvolumeclaim ${VOLUME} --namespace test`,
    );
  });

  test.each([
    ['POSTGRES_PASSWORD', 'other-password-1'],
    ['DATABASE_URL', 'postgresql://todo:other-password-1@todo-db:5432/todo'],
  ])('can be another one in %s as long as there is no volume', async (name, value) => {
    const credentials = await plan({ environment: { [name]: value } });

    expect(credentials.problems).toEqual([]);
    await credentials.write();
    expect(cluster.dataOf(SECRET)).toMatchObject({
      POSTGRES_PASSWORD: 'other-password-1',
      DATABASE_URL: 'postgresql://todo:other-password-1@todo-db:5432/todo',
    });
  });

  test('may be given again as it is', async () => {
    cluster.claims.add(VOLUME);

    expect(summary(await plan({ environment: { POSTGRES_PASSWORD: PASSWORD } }))).toMatchObject({
      action: 'keep',
      problems: [],
    });
  });
});

describe('DATABASE_URL', () => {
  test.each([
    ['not a url', 'is no URL of a database; expected postgresql://user:password@host:5432/name'],
    ['mysql://u:p@db/n', "is for 'mysql'; expected postgresql://user:password@host:5432/name"],
    [
      'sqlite:///data.db',
      'is for sqlite, and each pod would have todos of its own; expected postgresql://user:password@host:5432/name',
    ],
    ['postgresql:///todo', 'names no host; expected postgresql://user:password@host:5432/name'],
    ...['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'].map((host) => [
      `postgresql://u:p@${host}/n`,
      `points at ${host.toLowerCase().replace(/[[\]]/g, '')}, which is each pod itself; expected a host that pods reach`,
    ]),
    ['postgresql://u:p@db:0/n', 'has port 0; expected one from 1 to 65535'],
    [OWN_URL, 'points at todo-db, which database.enabled=false leaves out; expected a database elsewhere'],
    [`${ELSEWHERE}\n`, 'holds a line break; expected one line'],
    [`${ELSEWHERE} `, 'begins or ends with a space; expected none'],
    [`${ELSEWHERE}\u200b`, 'holds an invisible character; type it anew'],
  ])('%j is refused', async (url, problem) => {
    const { problems } = await plan({ values: EXTERNAL, environment: { DATABASE_URL: url! } });

    expect(problems[0]).toBe(`DATABASE_URL (environment) ${problem}`);
  });

  test.each([
    ELSEWHERE,
    'postgres://u:p@db.example.com/n',
    'postgresql+asyncpg://u:p@db.example.com/n',
    'postgresql://u:p#/w@db.example.com/n?sslmode=require',
    'postgresql://u:p@[fd00::1]:5432/n',
    'postgresql://u:p@/n?host=db.example.com',
  ])('%s is taken', async (url) => {
    const credentials = await plan({ values: EXTERNAL, environment: { DATABASE_URL: url } });

    expect(credentials.problems).toEqual([]);
    expect(credentials.warnings).toEqual([]);
  });

  test('must not lead elsewhere while the chart has a database', async () => {
    expect((await plan({ environment: { DATABASE_URL: ELSEWHERE } })).problems).toEqual([
      'DATABASE_URL (environment) points at db.example.com, and todo-db would be for nobody; set database.enabled=false, or an empty DATABASE_URL= in the env file to have it made',
    ]);
  });

  test('that is there and leads elsewhere is made anew when the env file empties it', async () => {
    cluster.add(SECRET, { ...THERE, DATABASE_URL: ELSEWHERE }, OURS);
    expect((await plan()).problems).toHaveLength(1);
    await directory.write('.env', 'DATABASE_URL=\n');

    const credentials = await plan({ environment: { DATABASE_URL: ELSEWHERE } });

    expect(summary(credentials)).toMatchObject({
      problems: [],
      keys: expect.arrayContaining(['DATABASE_URL derived*']),
    });
    await credentials.write();
    expect(cluster.dataOf(SECRET)).toEqual(THERE);
  });

  test('must have the same password as POSTGRES_PASSWORD', async () => {
    const { problems } = await plan({ environment: { DATABASE_URL: OWN_URL, POSTGRES_PASSWORD: 'other-password-1' } });

    expect(problems).toEqual([
      'DATABASE_URL (environment) has another password than POSTGRES_PASSWORD; give one of the two alone',
    ]);
  });

  test('at a port that the NetworkPolicy does not open is warned of', async () => {
    const url = 'postgresql://u:p@db.example.com:6432/n';
    const { warnings } = await plan({ values: EXTERNAL, environment: { DATABASE_URL: url } });

    expect(warnings).toEqual([
      'DATABASE_URL (environment) needs port 6432, which the NetworkPolicy does not open; set networkPolicy.externalDatabase.port',
    ]);
  });
});

describe('other keys', () => {
  test('a short session key is refused where it is new, and warned of where it is in use', async () => {
    const short = "has 5 characters; expected at least 32, as 'openssl rand -base64 36' prints them";
    expect((await plan({ environment: { BETTER_AUTH_SECRET: 'short' } })).problems).toEqual([
      `BETTER_AUTH_SECRET (environment) ${short}`,
    ]);
    cluster.add(SECRET, { ...THERE, BETTER_AUTH_SECRET: 'short' }, OURS);

    const { problems, warnings } = await plan();

    expect(problems).toEqual([]);
    expect(warnings).toEqual([`BETTER_AUTH_SECRET (kept) ${short}`]);
  });

  test('the address of the language model is one, at a port that is open', async () => {
    expect((await plan({ environment: { OPENAI_BASE_URL: 'api.openai.com' } })).problems).toEqual([
      'OPENAI_BASE_URL (environment) is no address; expected one such as https://api.openai.com/v1',
    ]);
    const environment = { OPENAI_BASE_URL: 'http://models.example.com:11434/v1' };
    expect((await plan({ environment })).warnings).toEqual([
      'OPENAI_BASE_URL (environment) needs port 11434, which the NetworkPolicy does not open; set networkPolicy.https.port',
    ]);
    const values = { networkPolicy: { https: { port: 11434 } } };
    expect((await plan({ environment, values })).warnings).toEqual([]);
  });
});

describe('whose the Secret is', () => {
  const HOOK = { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/resource-policy': 'keep' };

  test('one of a plain helm install is adopted as it is', async () => {
    cluster.add(SECRET, THERE, { annotations: HOOK, labels: { 'app.kubernetes.io/part-of': 'todo' } });

    const credentials = await plan();

    expect(summary(credentials)).toMatchObject({ action: 'adopt', problems: [], warnings: [] });
    await credentials.write();
    expect(cluster.dataOf(SECRET)).toEqual(THERE);
    expect(cluster.secrets.get(SECRET)!.metadata).toMatchObject({
      annotations: HOOK,
      labels: { 'app.kubernetes.io/part-of': 'todo', ...OURS.labels },
    });
    expect((await plan()).action).toBe('keep');
  });

  test('one that somebody has made stays untouched while it fits', async () => {
    cluster.add(SECRET, THERE);

    expect(summary(await plan())).toMatchObject({ action: 'keep', warnings: [] });
    expect(summary(await plan({ environment: { OPENAI_MODEL: 'm' } }))).toMatchObject({
      action: 'adopt',
      warnings: [`Secret '${SECRET}' was made by somebody; apply takes it over`],
    });
  });

  test('one of another release is taken over, and that is told', async () => {
    cluster.add(SECRET, THERE, { labels: { ...OURS.labels, 'app.kubernetes.io/instance': 'other' } });

    expect(summary(await plan())).toMatchObject({
      action: 'adopt',
      warnings: [`Secret '${SECRET}' was made by another release; apply takes it over`],
    });
  });

  test.each([
    [
      { ownerReferences: [{ apiVersion: 'v1', kind: 'ExternalSecret', name: 'x', uid: '1' }] },
      'kept by ExternalSecret x',
    ],
    [{ labels: { 'app.kubernetes.io/managed-by': 'vault' } }, 'kept by vault'],
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }, 'kept by Argo CD'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } }, 'kept by Flux'],
    [{ annotations: { 'meta.helm.sh/release-name': 'x' } }, 'kept by Helm release x'],
  ])('one with %j is only looked at', async (metadata, owner) => {
    cluster.add(SECRET, { ...THERE, BETTER_AUTH_SECRET: '' }, metadata);

    const credentials = await plan({ environment: { BETTER_AUTH_SECRET: SESSION_KEY } });

    expect(summary(credentials)).toMatchObject({
      action: 'not-ours',
      problems: [`Secret '${SECRET}' (${owner}) has no key BETTER_AUTH_SECRET: add it`],
    });
  });

  test('one that the user names is only looked at, and must be there', async () => {
    const values = { secret: { existingSecret: 'mine' } };
    expect((await plan({ values })).problems).toEqual([
      "there is no Secret 'mine' (named in secret.existingSecret) in namespace 'test'; make it: kubectl create secret generic mine --namespace test --from-env-file=.env",
    ]);
    cluster.add('mine', { ...THERE, DATABASE_URL: 'postgresql://u:p@localhost/n' });

    const credentials = await plan({ values, environment: { DATABASE_URL: OWN_URL } });

    expect(summary(credentials)).toMatchObject({
      action: 'not-ours',
      problems: [
        "DATABASE_URL in Secret 'mine' (named in secret.existingSecret) points at localhost, which is each pod itself; expected a host that pods reach",
      ],
    });
    expect(credentials.overrides).toMatchObject({ secret: { existingSecret: 'mine' } });
  });

  test('an env file is of no use for one that is not written', async () => {
    cluster.add('mine', THERE);
    const envFile = await directory.write('x.env', 'OPENAI_MODEL=m\n');

    expect((await plan({ values: { secret: { existingSecret: 'mine' } }, envFile })).problems).toEqual([
      "--env-file is of no use: Secret 'mine' (named in secret.existingSecret) is not written by apply; leave it out, or let it be made: --set secret.existingSecret=null",
    ]);
  });

  test('one that an ExternalSecret will bring need not be there yet', async () => {
    const credentials = await plan({ values: { secret: { externalSecret: { enabled: true } } } });

    expect(summary(credentials)).toEqual({ action: 'not-ours', keys: [], problems: [], warnings: [] });
    expect(credentials.overrides).toEqual({});
  });

  test('an immutable one cannot change', async () => {
    cluster.add(SECRET, THERE, OURS);
    cluster.secrets.set(SECRET, { ...cluster.secrets.get(SECRET)!, immutable: true });

    expect((await plan()).problems).toEqual([]);
    expect((await plan({ environment: { OPENAI_MODEL: 'm' } })).problems).toEqual([
      `Secret '${SECRET}' is immutable and has to change; keep a copy, and delete it`,
    ]);
  });
});

test('other Secrets that pods wait for must be there with their keys', async () => {
  cluster.add('there', { a: 'x' });
  const key = (name: string, key: string, optional = false) => ({ secretKeyRef: { name, key, optional } });
  const values = {
    imagePullSecrets: [{ name: 'registry' }],
    backend: {
      extraEnv: [
        { name: 'A', valueFrom: key('there', 'a') },
        { name: 'B', valueFrom: key('there', 'b') },
        { name: 'C', valueFrom: key('absent', 'c') },
        { name: 'D', valueFrom: key('absent-too', 'd', true) },
      ],
    },
    frontend: { extraEnvFrom: [{ secretRef: { name: 'absent' } }] },
  };

  const { problems, warnings } = await plan({ values });

  expect([...problems].sort()).toEqual([
    "Deployment/todo-backend needs Secret 'absent', and there is none in namespace 'test'",
    "Deployment/todo-backend needs key b of Secret 'there' in namespace 'test', which lacks it",
    "Deployment/todo-frontend needs Secret 'absent', and there is none in namespace 'test'",
  ]);
  expect(warnings).toContain("Deployment/todo-frontend needs Secret 'registry', and there is none in namespace 'test'");
});

describe('writing', () => {
  const NEW = { OPENAI_API_KEY: 'sk-new-0123456789' };

  test.each(['create', 'change'])(
    'does not overwrite what somebody else has written in between (%s)',
    async (action) => {
      if (action === 'change') cluster.add(SECRET, THERE, OURS);
      const credentials = await plan({ environment: NEW });
      expect(credentials.action).toBe(action);
      cluster.add(SECRET, { A: 'theirs' }, { resourceVersion: '7' });

      await expect(credentials.write()).rejects.toThrow(
        `somebody else has written Secret '${SECRET}' in namespace 'test' in between; nothing was overwritten: run the command again`,
      );
      expect(cluster.dataOf(SECRET)).toEqual({ A: 'theirs' });
    },
  );

  test('puts the former content back', async () => {
    cluster.add(SECRET, { ...THERE, OPENAI_API_KEY: 'sk-old' }, OURS);
    const credentials = await plan({ environment: NEW });
    await credentials.write();

    expect(await credentials.restore()).toBe(true);
    expect(await credentials.restore()).toBe(false);

    expect(cluster.dataOf(SECRET)).toEqual({ ...THERE, OPENAI_API_KEY: 'sk-old' });
  });

  test('leaves what was made anew: a database may have been set up with it', async () => {
    const credentials = await plan();
    await credentials.write();

    expect(await credentials.restore()).toBe(false);

    expect(cluster.secrets.has(SECRET)).toBe(true);
  });

  test('leaves the password that a volume was set up with in between', async () => {
    cluster.add(SECRET, { ...THERE, OPENAI_MODEL: 'old' }, OURS);
    const credentials = await plan({ environment: { POSTGRES_PASSWORD: 'other-password-1', OPENAI_MODEL: 'new' } });
    await credentials.write();
    cluster.claims.add(VOLUME);

    await credentials.restore();

    expect(cluster.dataOf(SECRET)).toEqual({
      ...THERE,
      POSTGRES_PASSWORD: 'other-password-1',
      DATABASE_URL: 'postgresql://todo:other-password-1@todo-db:5432/todo',
      OPENAI_MODEL: 'old',
    });
  });

  test('does not put back over what somebody else has written in between', async () => {
    cluster.add(SECRET, THERE, OURS);
    const credentials = await plan({ environment: NEW });
    await credentials.write();
    cluster.add(SECRET, { A: 'theirs' }, { resourceVersion: '7' });

    await expect(credentials.restore()).rejects.toThrow('nothing was overwritten');
  });

  test.each(['reading', 'writing'])('without the permission for %s is told in one line', async (doing) => {
    const credentials = doing === 'writing' ? await plan() : undefined;
    const message = 'secrets is forbidden: User "ada" may not';
    cluster.refusal = new ApiError(403, 'Forbidden', message);

    await expect(credentials?.write() ?? plan()).rejects.toThrow(
      `no permission to ${doing.replace('ing', credentials === undefined ? '' : 'e')} Secret '${SECRET}' in namespace 'test': ${message}`,
    );
  });

  test('is not done where there are problems', async () => {
    const credentials = await plan({ environment: { BETTER_AUTH_SECRET: 'short' } });

    await expect(credentials.write()).rejects.toThrow('not to be written');
  });
});

describe('the checksum', () => {
  test('changes with any key, and with nothing else', async () => {
    cluster.add(SECRET, THERE, OURS);
    const checksums = [
      await plan(),
      await plan({ environment: { OPENAI_MODEL: 'm' } }),
      await plan({ environment: { OPENAI_API_KEY: 'm' } }),
      await plan({ environment: { BETTER_AUTH_SECRET: `${SESSION_KEY}x` } }),
      await plan({ environment: { HOME: '/root' } }),
    ].map(({ checksum }) => checksum);

    for (const checksum of checksums) expect(checksum).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(checksums).size).toBe(4);
    expect(checksums[4]).toBe(checksums[0]);
  });

  test('is an annotation of the pods that use the Secret', async () => {
    const { overrides, checksum } = await plan();

    expect(overrides).toEqual({
      secret: { existingSecret: SECRET },
      backend: { podAnnotations: { 'checksum/secret': checksum } },
    });
  });
});

test('a plan shows no value, however it is printed, and the redactor knows them all', async () => {
  const secrets = {
    BETTER_AUTH_SECRET: SESSION_KEY,
    POSTGRES_PASSWORD: PASSWORD,
    OPENAI_API_KEY: 'sk-0123456789',
  };
  cluster.add(SECRET, { ...THERE, OPENAI_API_KEY: 'sk-old-0123456789' }, OURS);
  await directory.write(
    '.env',
    Object.entries(secrets)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const redactor = new Redactor();

  const credentials = await plan({ redactor });

  const printed = inspect(credentials, { depth: 20, showHidden: true }) + JSON.stringify(credentials);
  for (const value of [...Object.values(secrets), 'sk-old-0123456789', OWN_URL]) {
    expect(printed).not.toContain(value);
    expect(redactor.redact(`it is ${value}`)).toBe('it is ***');
  }
});

test('.env.example has every key, sets none, and is read without a doubt', async () => {
  const path = fileURLToPath(new URL('../../../.env.example', import.meta.url));
  const text = await readFile(path, 'utf8');

  expect(parseEnvFile('.env', text)).toEqual({ path: '.env', values: {}, doubts: [] });
  const { values, doubts } = parseEnvFile('.env', text.replace(/^#(?=[A-Z_]+=)/gm, ''));
  expect(Object.keys(values).sort()).toEqual(knownKeys({ named: [], namedOptional: [] }).sort());
  expect(doubts).toEqual([]);
});

describe('the overrides', () => {
  const preset = presets[0]!;

  test.each([
    [{}, { secret: { existingSecret: SECRET } }],
    [{ secret: { name: 'other' } }, { secret: { name: 'other', existingSecret: 'other' } }],
    [{ secret: { existingSecret: null } }, { secret: { existingSecret: SECRET } }],
  ])('%j name the Secret that apply keeps', (overrides, expected) => {
    expect(withSecretName(preset, overrides)).toEqual(expected);
  });

  test.each<JsonObject>([{ secret: { existingSecret: 'mine' } }, { secret: { externalSecret: { enabled: true } } }])(
    '%j stay as they are',
    (overrides) => {
      expect(withSecretName(preset, overrides)).toBe(overrides);
    },
  );
});

interface PlanOptions extends Partial<Pick<CredentialsOptions, 'environment' | 'envFile' | 'redactor'>> {
  readonly values?: JsonObject;
}

function plan({ values = {}, environment = {}, envFile, redactor = new Redactor() }: PlanOptions = {}) {
  const program = programs[0]!;
  const release = { name: 'todo-chatbot', namespace: 'test' };
  const named = withSecretName(presets[0]!, values);
  const [installed] = installedPrograms(program, named);
  return planCredentials({
    ...{ cluster, environment, envFile, redactor },
    directory: directory.path,
    release: release.name,
    namespace: release.namespace,
    overrides: values,
    values: installed!.values as unknown as Values,
    objects: manifests(program, { values: named, release }) as Manifest[],
  });
}

/** A changed key has a star. */
function summary({ action, keys, problems, warnings }: Awaited<ReturnType<typeof plan>>) {
  return {
    action,
    keys: keys.map(({ name, source, changed }) => `${name} ${source}${changed ? '*' : ''}`),
    problems,
    warnings,
  };
}
