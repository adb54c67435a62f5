import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullReference, Minikube } from '../../scripts/minikube.ts';
import { withPath } from '../support/fake-docker.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

// What Minikube 1.38 prints where one cluster cannot show it: several nodes, other runtimes, failures of a start.
let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await TemporaryDirectory.create();
});
afterAll(() => directory.remove());

describe('the status of a profile', () => {
  test('is that of the worst of its nodes', async () => {
    const nodes = [
      { Host: 'Running', APIServer: 'Running', Kubeconfig: 'Configured' },
      { Host: 'Stopped', APIServer: 'Irrelevant', Kubeconfig: 'Irrelevant' },
    ];

    expect(await minikube(`printf '%s' '${JSON.stringify(nodes)}'; exit 7`, (it) => it.tryStatus())).toEqual({
      host: 'Stopped',
      apiServer: 'Running',
      kubeconfig: 'Configured',
    });
  });

  test('is unknown where there is no such profile', async () => {
    expect(await minikube('echo "Profile not found"; exit 85', (it) => it.tryStatus())).toBeUndefined();
  });

  test('is unknown where there is no Minikube', async () => {
    expect(await withPath('/nowhere', () => new Minikube('minikube').tryStatus())).toBeUndefined();
  });

  test('that cannot be told is an error with Minikube’s own words', async () => {
    const said = `echo 'X Exiting due to PROVIDER_DOCKER_NOT_RUNNING: deadline exceeded running "docker version"' >&2; echo '* Suggestion: Start the Docker service' >&2; exit 69`;

    await expect(minikube(said, (it) => it.tryStatus())).rejects.toMatchObject({
      message:
        'unable to ask Minikube for its status: deadline exceeded running "docker version" (PROVIDER_DOCKER_NOT_RUNNING)',
      details: ['Start the Docker service'],
    });
  });
});

describe('a start', () => {
  const event = (type: string, data: object) => JSON.stringify({ type: `io.k8s.sigs.minikube.${type}`, data });

  test('tells its steps', async () => {
    const steps: string[] = [];
    const lines = [event('step', { message: 'Creating container' }), 'no JSON', event('step', { message: 'Done' })];

    await minikube(print(lines), (it) => it.start((step) => steps.push(step)));

    expect(steps).toEqual(['Creating container', 'Done']);
  });

  test('that fails names the reason, and Minikube’s advice', async () => {
    const error = {
      name: 'RSRC_DOCKER_STORAGE',
      message: 'Docker is out of disk space!\nmore',
      advice: 'Run docker system prune',
    };

    await expect(
      minikube(`${print([event('error', error)])}; exit 26`, (it) => it.start(() => undefined)),
    ).rejects.toMatchObject({
      message: 'Minikube does not start: Docker is out of disk space! (RSRC_DOCKER_STORAGE)',
      details: ['Run docker system prune', 'more of it: minikube logs -p minikube'],
    });
  });
});

describe('the images in nodes', () => {
  const ID = 'ab'.repeat(32);

  test('have bare ids, whatever the runtime', async () => {
    const images = [
      { id: `sha256:${ID}`, repoTags: ['docker.io/library/a:1'] },
      { id: ID, repoTags: null },
    ];

    expect(await minikube(print([JSON.stringify(images)]), (it) => it.images())).toEqual([
      { id: ID, tags: ['docker.io/library/a:1'] },
      { id: ID, tags: [] },
    ]);
  });

  test('of one of several nodes are asked of its runtime', async () => {
    const asked = `test "$*" = "--profile minikube ssh --node m02 -- sudo crictl images --output json" || exit 9`;
    const listed = { images: [{ id: `sha256:${ID}`, repoTags: ['docker.io/library/a:1'] }] };

    expect(await minikube(`${asked}; ${print([JSON.stringify(listed)])}`, (it) => it.imagesOn('m02'))).toEqual([
      { id: ID, tags: ['docker.io/library/a:1'] },
    ]);
  });
});

test.each([
  ['postgres:17', 'docker.io/library/postgres:17'],
  ['postgres', 'docker.io/library/postgres:latest'],
  ['team/app:1', 'docker.io/team/app:1'],
  ['ghcr.io/team/app:1', 'ghcr.io/team/app:1'],
  ['localhost/app:1', 'localhost/app:1'],
  ['127.0.0.1:5000/app:1', '127.0.0.1:5000/app:1'],
])('%s is %s in a node', (reference, full) => {
  expect(fullReference(reference)).toBe(full);
});

/** With a `minikube` on PATH that does this. */
async function minikube<T>(body: string, ask: (it: Minikube) => Promise<T>): Promise<T> {
  await directory.write('minikube', `#!/bin/sh\n${body}\n`, 0o755);
  return withPath(`${directory.path}${delimiter}${process.env.PATH}`, () => ask(new Minikube('minikube')));
}

function print(lines: readonly string[]): string {
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;
}
