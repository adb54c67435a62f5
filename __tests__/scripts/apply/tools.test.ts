import { describe, expect, test } from '@jest/globals';
import { isAtLeast, Tools } from '../../../scripts/apply/tools.ts';
import { withPath } from '../../support/fake-docker.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

describe('the tools on PATH', () => {
  test('are found with their versions', async () => {
    const tools = await found({
      helm: 'printf v3.14.2',
      kubectl: `printf '{"clientVersion":{"gitVersion":"v1.34.4"}}'`,
      minikube: `printf '{"minikubeVersion":"v1.38.1"}'`,
      docker: 'printf 28.3.0',
    });

    expect(tools.map(({ name, version, problem }) => [name, version, problem])).toEqual([
      ['node', process.versions.node, undefined],
      ['docker', '28.3.0', undefined],
      ['kubectl', '1.34.4', undefined],
      ['helm', '3.14.2', undefined],
      ['minikube', '1.38.1', undefined],
    ]);
  });

  test('that are missing, too old or without an engine are all named at once', async () => {
    const tools = await found({
      helm: 'printf v3.13.0',
      kubectl: 'echo broken',
      docker: 'echo "Cannot connect to the Docker daemon" >&2; exit 1',
    });

    expect(tools.flatMap(({ problem }) => problem ?? [])).toEqual([
      'docker is there, and its engine does not answer; start it',
      'kubectl 1.30 or newer is needed, and there is none on PATH; install it: https://kubernetes.io/docs/tasks/tools/',
      'helm is 3.13.0; 3.14 or newer is needed: https://helm.sh/docs/intro/install/',
      'minikube 1.32 or newer is needed, and there is none on PATH; install it: https://minikube.sigs.k8s.io/docs/start/',
    ]);
  });

  test('that the user may not use say so', async () => {
    const [, docker] = await found({ docker: 'echo "permission denied while trying to connect" >&2; exit 1' });

    expect(docker?.problem).toBe(
      "docker is there, and this user may not use it; add the user to the group 'docker', or use rootless Docker",
    );
  });
});

test.each([
  ['1.34.4', '1.30', true],
  ['1.30.0', '1.30', true],
  ['1.29.9', '1.30', false],
  ['4.0.0', '3.14', true],
  ['v3.9.1', '3.14', false],
])('%s is at least %s: %s', (version, needed, expected) => {
  expect(isAtLeast(version, needed)).toBe(expected);
});

/** Only these programs are there. */
async function found(programs: Readonly<Record<string, string>>) {
  const directory = await TemporaryDirectory.create();
  for (const [name, body] of Object.entries(programs)) await directory.write(name, `#!/bin/sh\n${body}\n`, 0o755);
  try {
    return await withPath(directory.path, () => new Tools().find(['docker', 'kubectl', 'helm', 'minikube']));
  } finally {
    await directory.remove();
  }
}
