import { execa } from 'execa';
import { contextEntries } from '../../scripts/build/build-context.ts';
import type { BuiltImage } from '../../scripts/build/build-images.ts';
import type { BuildOptions } from '../../scripts/build/plan.ts';
import { BuildFixture } from '../support/build-fixture.ts';
import { buildImages } from '../support/build-images.ts';

let fixture: BuildFixture;

beforeAll(async () => {
  const { exitCode } = await execa('docker', ['image', 'inspect', 'busybox:1.37'], { reject: false });
  if (exitCode !== 0) throw new Error('these tests need a Docker engine with busybox:1.37: docker pull busybox:1.37');
});
beforeEach(async () => {
  fixture = await BuildFixture.create();
});
afterEach(() => fixture.remove());

describe('an image that keeps to all gates', () => {
  test('is built for both presets, measured and tagged', async () => {
    const { images, ok } = await build({ only: 'backend' });

    const [image] = images;
    const repositories = fixture.presets.map(({ defaults }) => defaults.backend.image.repository);
    expect(image!.gates.map(({ name, passed }) => [name, passed])).toEqual([
      ['size', true],
      ['platform', true],
      ['secrets', true],
      ['build tools', true],
      ['user', true],
      ['healthy', true],
      ['start-up', true],
      ['stop', true],
    ]);
    expect(image!.gates.at(-1)!.measured).toMatch(/^\d\.\d s, exit code 0$/);
    expect(image!.gates.find(({ name }) => name === 'user')!.measured).toBe('10001:10001, runs as 10001');
    expect(image!.sizes.compressed).toBeLessThan(image!.sizes.uncompressed);
    expect(await fixture.tags()).toEqual(
      repositories
        .flatMap((repository, i) => [`${repository}:${image!.contentTag}`, `${repository}:${['1.0.0', 'latest'][i]}`])
        .sort(),
    );
    expect([...image!.tags].sort()).toEqual(await fixture.tags());
    expect(await fixture.containers()).toEqual([]);
    expect(ok).toBe(true);
  });

  test('is neither built nor measured again while its input stays', async () => {
    const first = await build();

    const second = await build();

    expect(first.images.map(({ outcome }) => outcome)).toEqual(['built', 'built']);
    expect(second.images.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    expect(second.images.map(facts)).toEqual(first.images.map(facts));
  });

  test('is built again after a change, and the old one stays by its content', async () => {
    const first = await build({ only: 'backend', preset: 'todo-app' });
    await fixture.directory.write('backend/main.txt', 'changed\n');

    const second = await build({ only: 'backend', preset: 'todo-app' });

    expect(second.images[0]!.outcome).toBe('built');
    expect(second.images[0]!.id).not.toBe(first.images[0]!.id);
    expect(await fixture.tags()).toHaveLength(3);
  });

  test('is not taken for built where its tag was moved', async () => {
    const { images } = await build({ only: 'backend', preset: 'todo-app' });
    await execa('docker', ['tag', 'busybox:1.37', images[0]!.tags[0]!]);

    const again = await build({ only: 'backend', preset: 'todo-app' });

    expect(again.images[0]!.outcome).toBe('built');
  });

  test("is built from somebody's own source", async () => {
    const own = await fixture.directory.write('own/mine.txt', 'mine\n');

    const { images } = await build({ only: 'backend', contexts: { backend: own.replace('/mine.txt', '') } });

    const { stdout } = await execa('docker', ['run', '--rm', images[0]!.id, 'ls', '/app']);
    expect(stdout).toBe('mine.txt');
  });
});

describe('a gate fails for an image', () => {
  const content = (step: string) => ({ content: `COPY . /app\nUSER root\n${step}` });
  const key = `RUN { echo -----BEGIN PRIVATE' 'KEY-----; head -c 48 /dev/urandom | base64; } > /key.txt\nRUN rm /key.txt`;

  test.each<[string, Parameters<BuildFixture['write']>[1], string, RegExp, RegExp?]>([
    ['that runs as root', { user: '' }, 'user', /^root, runs as 0$/],
    ['whose user is no number', { user: 'USER nobody' }, 'user', /^nobody, runs as \d+$/],
    ['whose user is of the system', { user: 'USER 65' }, 'user', /^65, runs as 65$/],
    ['with a key in a layer below', content(key), 'secrets', /^1$/, /^key\.txt: a private key$/],
    [
      'with a secret in its environment',
      content('ENV BETTER_AUTH_SECRET=x'),
      'secrets',
      /^1$/,
      /^BETTER_AUTH_SECRET set/,
    ],
    [
      'with a compiler',
      content('RUN mkdir -p /usr/bin && touch /usr/bin/gcc'),
      'build tools',
      /^1$/,
      /^\/usr\/bin\/gcc$/,
    ],
    [
      'that is too big',
      content('RUN head -c 200000000 /dev/zero > /big'),
      'size',
      /^20\d\.\d MB \(\d\.\d MB compressed\)$/,
    ],
    [
      'that ignores SIGTERM',
      { command: 'CMD ["sh", "-c", "touch /tmp/ready; sleep 600; :"]' },
      'stop',
      /^still runs after 10 s$/,
    ],
    [
      'that ends with an error',
      { command: `CMD ["sh", "-c", "trap 'exit 3' TERM; touch /tmp/ready; sleep 600 & wait"]` },
      'stop',
      /^0\.\d s, exit code 3$/,
    ],
    [
      'that writes to its root',
      { command: 'CMD ["sh", "-c", "touch /ready && sleep 600"]' },
      'healthy',
      /^ended with 1$/,
      /Read-only file system/,
    ],
    ['without a HEALTHCHECK', { health: '' }, 'healthy', /^has no HEALTHCHECK$/],
    [
      'whose HEALTHCHECK fails',
      { health: 'HEALTHCHECK CMD echo no; false' },
      'healthy',
      /^starting$/,
      /^HEALTHCHECK \(1\): no$/,
    ],
    ['whose command is missing', { command: 'CMD ["/missing"]' }, 'healthy', /^does not start$/],
  ])('%s', async (...[, changes, gate, measured, detail]) => {
    await fixture.write('backend', changes);

    const { images, ok } = await build({ only: 'backend', preset: 'todo-app' });

    const failed = images[0]!.gates.find(({ name }) => name === gate)!;
    expect(failed).toMatchObject({
      passed: false,
      measured: expect.stringMatching(measured),
      advice: expect.any(String),
    });
    if (detail !== undefined) expect(failed.details).toContainEqual(expect.stringMatching(detail));
    expect(ok).toBe(false);
    expect((await fixture.tags()).filter((tag) => tag.endsWith(':latest'))).toEqual([]);
    expect(await fixture.containers()).toEqual([]);
  });

  test("with a secret of whoever builds, which isn't shown", async () => {
    await fixture.directory.write('backend/.env', 'POSTGRES_PASSWORD=dont-show-me-1\n');
    await fixture.write('backend', content('RUN mv /app/.env /app/settings'));

    const { stdout, stderr, exitCode } = await fixture.command(['--only', 'backend', '--preset', 'todo-app']);

    expect(stdout).toContain('app/settings: the value of POSTGRES_PASSWORD');
    expect(stdout + stderr).not.toContain('dont-show-me-1');
    expect(exitCode).toBe(1);
  });

  test('the tag stays with the image that has passed', async () => {
    const { images } = await build({ only: 'backend', preset: 'todo-app' });
    await fixture.write('backend', { user: '' });

    await build({ only: 'backend', preset: 'todo-app' });

    const { repository, tag } = images[0]!.targets[0]!;
    const { stdout } = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', `${repository}:${tag}`]);
    expect(stdout).toBe(images[0]!.id);
  });
});

test('a step that fails is told with its own last lines', async () => {
  await fixture.write('backend', { content: 'RUN echo first && echo second && exit 7' });

  const { stderr, exitCode } = await fixture.command(['--only', 'backend']);

  expect(stderr).toBe(
    `${fixture.directory.path}/backend/Dockerfile does not build at [2/2] RUN echo first && echo second && exit 7: exit code: 7\n  first\n  second`,
  );
  expect(exitCode).toBe(1);
  expect(await fixture.tags()).toEqual([]);
});

test('a base image that nobody has is named', async () => {
  await fixture.directory.write('bases.env', 'BUSYBOX_IMAGE=127.0.0.1:1/nothing:1\n');

  await expect(build({ only: 'backend' })).rejects.toThrow('unable to get the base image 127.0.0.1:1/nothing:1: ');
});

test('--json prints one document, with the figures', async () => {
  const { stdout, stderr, exitCode } = await fixture.command(['--json', '--only', 'frontend']);

  const { ok, images } = JSON.parse(stdout);
  expect(images[0]).toMatchObject({
    name: 'frontend',
    outcome: 'built',
    passed: true,
    platform: expect.stringMatching(/^linux\//),
  });
  expect({ ok, stderr, exitCode }).toEqual({ ok: true, stderr: '', exitCode: 0 });
});

test('a piped run prints plain lines of at most 80 columns', async () => {
  const { stdout } = await fixture.command(['--preset', 'todo-app']);

  const lines = stdout.split('\n').filter((line) => !line.includes('sha256:') && !line.includes(':c-'));
  expect(stdout).not.toContain('\u001b');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toMatch(/^all gates passed$/m);
});

describe('Ctrl-C', () => {
  test('during a build ends it, and leaves no tag', async () => {
    await fixture.write('backend', { content: `RUN echo ${fixture.directory.path} && sleep 300` });

    const { exitCode, stderr } = await interrupted('sleep 300');

    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'interrupted' });
    expect(await fixture.tags()).toEqual([]);
  });

  test('during the gates removes the container, and moves no tag', async () => {
    await fixture.write('backend', { health: 'HEALTHCHECK CMD false' });

    const { exitCode } = await interrupted('gates: starting it');

    expect(exitCode).toBe(130);
    expect(await fixture.containers()).toEqual([]);
    expect((await fixture.tags()).filter((tag) => !tag.includes(':c-'))).toEqual([]);
  });

  async function interrupted(when: string) {
    const command = fixture.command(['--only', 'backend']);
    let seen = '';
    command.stdout.on('data', (text) => {
      seen += String(text);
      // Twice, as npm does it that passes on what the terminal has sent to all.
      if (seen.includes(when)) for (const _ of [1, 2]) command.kill('SIGINT');
    });
    return command;
  }
});

test('the build context is the one that Docker sees', async () => {
  const names = [
    'a',
    'a.log',
    'b/a',
    'b/a.log',
    'b/c/a',
    'b/c/d.log',
    'keep/a',
    'keep/b/c',
    'x-y/z',
    '.hidden',
    'ä',
    '[1]',
    'logs/a',
  ];
  for (const name of names) await fixture.directory.write(`backend/${name}`, name);
  await fixture.directory.write('backend/run', '', 0o755);
  const cases = [
    '',
    '*.log\n',
    '**/*.log\n',
    'b\n!b/c\n',
    '/keep/\n# no comment\n',
    '*\n!keep/b\n!Dockerfile\n',
    'b/**\n!b/c/a\n',
    '?\n',
    'logs/*\n  x-y  \n\n',
    '**/a\n',
    '.*\n',
    './b/../keep\n',
  ];
  for (const text of cases) {
    await fixture.directory.write('backend/.dockerignore', text);

    const { images } = await build({ only: 'backend', preset: 'todo-app' });

    const entries = await contextEntries(
      `${fixture.directory.path}/backend`,
      `${fixture.directory.path}/backend/Dockerfile`,
    );
    const { stdout } = await execa('docker', ['run', '--rm', images[0]!.id, 'find', '/app', '-mindepth', '1']);
    const inImage = stdout.split('\n').map((path) => path.slice('/app/'.length));
    expect({ text, paths: entries.map(({ path }) => path).sort() }).toEqual({ text, paths: inImage.sort() });
  }
});

function build(options: BuildOptions = {}) {
  return buildImages(fixture.presets, { ...fixture.options, ...options });
}

function facts({ outcome: _, seconds: __, ...image }: BuiltImage) {
  return image;
}
