import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from '../../scripts/build/plan.ts';
import { CommandError } from '../../scripts/command-error.ts';
import { Docker, parseBuilder } from '../../scripts/docker.ts';
import { pushFailure } from '../../scripts/docker-failure.ts';
import { presets } from '../../values/presets.ts';
import { buildImages } from '../support/build-images.ts';
import { type FakeAnswer, withFakeDocker, withPath } from '../support/fake-docker.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create({
    'bases.env': 'PYTHON_IMAGE=python:3.13-slim\n',
    'backend/Dockerfile': 'ARG PYTHON_IMAGE=python:3.13-slim\nFROM $PYTHON_IMAGE\n',
    'frontend/Dockerfile': 'FROM scratch\n',
  });
});
afterEach(() => directory.remove());

describe('fails in one line', () => {
  test('when Docker is not installed', async () => {
    const failure = await withPath(directory.path, () => failureOf({}));

    expect(failure).toEqual({ message: "unable to run 'docker'. Is it installed?", details: [], exitCode: 1 });
  });

  test.each([
    [
      'when the daemon does not run',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'the Docker daemon does not answer at unix:///var/run/docker.sock. Is it running?',
    ],
    [
      'when the daemon does not run, as Docker 28 says it',
      'failed to connect to the docker API at unix:///nope.sock; check if the path is correct and if the daemon is running: dial unix /nope.sock: connect: no such file or directory',
      'the Docker daemon does not answer at unix:///nope.sock. Is it running?',
    ],
    [
      'when the socket is for others',
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.41/version": dial unix /var/run/docker.sock: connect: permission denied',
      "no permission to talk to the Docker daemon; add this user to the group 'docker', or use rootless Docker",
    ],
    [
      'with what Docker says, when it is something else',
      'Error: odd\n',
      'unable to ask Docker for its version: Error: odd',
    ],
  ])('%s', async (_, stderr, message) => {
    const failure = await failureWith({ version: { stdout: 'null', stderr, exitCode: 1 } });

    expect(failure.message).toBe(message);
    expect(failure.exitCode).toBe(1);
  });

  test.each([
    [
      'when the disk is full',
      'ERROR: failed to build: failed to solve: write /var/lib/docker/tmp/x: no space left on device',
      "the disk of the Docker engine is full; 'docker system df' tells what fills it, 'docker system prune' frees it",
    ],
    [
      'when the disk is full for a step',
      '#5 [2/2] RUN dd\n#5 0.1 dd: /x: No space left on device\n#5 ERROR: executor failed running [/bin/sh -c dd]: exit code: 1',
      "the disk of the Docker engine is full; 'docker system df' tells what fills it, 'docker system prune' frees it",
    ],
    [
      'when there is no such base image',
      '#3 [internal] load metadata for docker.io/library/python:9\n#3 ERROR: docker.io/library/python:9: not found\nERROR: failed to build: failed to solve: docker.io/library/python:9: not found',
      'unable to get the base image python:9: docker.io/library/python:9: not found',
    ],
    [
      'when Docker has no buildx',
      "docker: 'buildx' is not a docker command.",
      'this Docker has no buildx; install the docker-buildx plugin, which Docker 23 and later bring along',
    ],
  ])('%s', async (_, stderr, message) => {
    const failure = await failureWith({ 'buildx build': { stderr, exitCode: 1 } });

    expect(failure.message).toBe(message);
  });

  test('and the last lines of the step that fails, not those of others', async () => {
    const said = Array.from({ length: 20 }, (_, i) => `#7 1.${i} line ${i}`);
    const stderr = [
      '#1 [internal] load build definition from Dockerfile',
      '#6 [deps 2/2] RUN npm ci',
      '#7 [build 3/4] RUN pip install',
      ...said.slice(0, 19),
      '#6 0.9 of another step',
      said[19],
      '#7 ERROR: process "/bin/sh -c pip install" did not complete successfully: exit code: 1',
      '#6 CANCELED',
      '------',
      ' > [build 3/4] RUN pip install:',
      '1.19 line 19',
      '------',
      'ERROR: failed to build: failed to solve: process "/bin/sh -c pip install" did not complete successfully: exit code: 1',
    ].join('\n');

    const { message, details } = await failureWith({ 'buildx build': { stderr, exitCode: 1 } });

    expect(message).toBe(
      `${directory.path}/backend/Dockerfile does not build at [build 3/4] RUN pip install: exit code: 1`,
    );
    expect(details).toEqual(Array.from({ length: 15 }, (_, i) => `line ${i + 5}`));
  });

  test.each([
    ['backend/Dockerfile', 'is missing; expected the Dockerfile of the backend there'],
    ['bases.env', 'is missing; expected the base images there, NAME=value on each line'],
  ])('when %s is missing', async (path, message) => {
    await rm(join(directory.path, path));

    expect((await failureWith({})).message).toBe(`${join(directory.path, path)} ${message}`);
  });

  test('when the source is no directory', async () => {
    const context = join(directory.path, 'bases.env');

    const { message } = await failureWith({}, { contexts: { backend: context } });

    expect(message).toBe(`${context} is no directory; expected the source of the backend`);
  });

  test('for a line of bases.env that is none', async () => {
    await directory.write('bases.env', '# pinned\n\nPYTHON_IMAGE: python\n');

    expect((await failureWith({})).message).toBe(
      `${directory.path}/bases.env:3 is 'PYTHON_IMAGE: python'; expected NAME=value, such as PYTHON_IMAGE=python:3.13-slim`,
    );
  });
});

describe('a push that does not work says why', () => {
  test.each([
    [
      'denied: requested access to the resource is denied',
      'ghcr.io refuses the push; the repository must exist, and this user must be allowed to push to it',
    ],
    ['unauthorized: authentication required', 'not logged in to ghcr.io; run: docker login ghcr.io'],
    ['no basic auth credentials', 'not logged in to ghcr.io; run: docker login ghcr.io'],
    [
      'Get "https://ghcr.io/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      'nothing listens at ghcr.io; is the registry running?',
    ],
    ['dial tcp: lookup ghcr.io on 127.0.0.53:53: no such host', 'there is no host of the name in ghcr.io'],
    [
      'received unexpected HTTP status: 500 Internal Server Error',
      'ghcr.io has failed; try again later, or look at its log',
    ],
    [
      'http: server gave HTTP response to HTTPS client',
      'ghcr.io speaks HTTP, and Docker expects HTTPS; see "insecure-registries" in Docker\'s configuration',
    ],
  ])('%s', (stderr, reason) => {
    expect(pushFailure('ghcr.io/me/todo-backend:1', stderr).message).toBe(
      `unable to push ghcr.io/me/todo-backend:1: ${reason}`,
    );
  });
});

describe('wrong usage ends with 2:', () => {
  test.each([
    [['--preset', 'todo'], "'todo' is no preset; expected one of todo-chatbot, todo-app"],
    [['--only', 'database'], "--only is 'database'; expected one of backend, frontend"],
    [
      ['--push', 'https://ghcr.io'],
      "--push is 'https://ghcr.io'; expected a registry, such as ghcr.io/somebody or 127.0.0.1:5000",
    ],
    [['--platform', 'arm64'], "--platform has 'arm64'; expected such as linux/amd64,linux/arm64"],
    [
      ['--platform', 'linux/amd64,linux/arm64'],
      'several platforms need --push: in the Docker engine a tag names an image of one platform',
    ],
    [['--presets', 'todo-app'], "Unknown option '--presets'; see npm run build -- --help"],
    [['backend'], "Unexpected argument 'backend'; see npm run build -- --help"],
  ])('%j', async (args, message) => {
    const { stdout, stderr, exitCode } = await command(args);

    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: message, exitCode: 2 });
  });
});

test('a container that has ended before a signal is sent is no failure, whatever else is one', async () => {
  const kill = (stderr: string) =>
    withFakeDocker({ kill: { stderr, exitCode: 1 } }, () => new Docker().kill('c1', 'SIGKILL'));

  await kill('Error response from daemon: cannot kill container: c1: container c1 is not running');
  await expect(kill('Error response from daemon: No such container: c1')).rejects.toThrow(
    'unable to send a signal: No such container: c1',
  );
});

test('--help names every option, within 80 columns', async () => {
  const { stdout, exitCode } = await command(['--help']);

  for (const option of ['preset', 'only', 'push', 'platform', 'backend-context', 'frontend-context', 'json', 'help'])
    expect(stdout).toContain(`  --${option} `);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(exitCode).toBe(0);
});

test('--json prints a failure as one document', async () => {
  const { stdout, stderr, exitCode } = await command(['--json', '--only', 'database']);

  const message = "--only is 'database'; expected one of backend, frontend";
  expect(JSON.parse(stdout)).toEqual({ ok: false, images: [], pushed: [], error: { message, details: [] } });
  expect({ stderr, exitCode }).toEqual({ stderr: message, exitCode: 2 });
});

test.each([
  ['its own engine', 'Driver: docker\nBuildKit version: v0.28.0\n', { driver: 'docker', rewritesTimestamps: false }],
  [
    'BuildKit in a container',
    'Driver: docker-container\nBuildKit version: v0.13.1\n',
    { driver: 'docker-container', rewritesTimestamps: true },
  ],
  [
    'an old one',
    'Driver: docker-container\nBuildkit: v0.12.5\n',
    { driver: 'docker-container', rewritesTimestamps: false },
  ],
])('knows what can build reproducibly: %s', (_, text, builder) => {
  expect(parseBuilder(text)).toEqual(builder);
});

async function failureWith(answers: Readonly<Record<string, FakeAnswer>>, options: BuildOptions = {}) {
  return withFakeDocker(answers, () => failureOf(options));
}

async function failureOf(options: BuildOptions) {
  try {
    await buildImages(presets, { directory: directory.path, record: join(directory.path, 'record.json'), ...options });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { message: error.message, details: error.details, exitCode: error.exitCode };
  }
  throw new Error('it has not failed');
}

function command(args: readonly string[]) {
  return runScript('build', args);
}
