import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findTarget } from '../../../scripts/apply/target.ts';
import { withPath } from '../../support/fake-docker.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const kubeconfig = process.env.KUBECONFIG;
let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await TemporaryDirectory.create();
  process.env.KUBECONFIG = `${directory.path}/none`;
});
afterAll(async () => {
  if (kubeconfig === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = kubeconfig;
  await directory.remove();
});

/** The API server that a command sees, of a Minikube that says one state after the other, and stays at the last. */
async function apiServer(host: string, ...states: string[]): Promise<{ seen: string | undefined; asked: number }> {
  const asked = `${directory.path}/asked-${states.join('-')}`;
  const status = `{"Host":"${host}","APIServer":"%s","Kubeconfig":"Configured"}`;
  const script = `#!/bin/sh
case "$*" in *version*) exit 0 ;; esac
echo x >> '${asked}'
set -- ${states.join(' ')}
for _ in $(tail -n +2 '${asked}'); do [ $# -gt 1 ] && shift; done
printf '${status}' "$1"
`;
  await directory.write('minikube', script, 0o755);
  return withPath(`${directory.path}${delimiter}${process.env.PATH}`, async () => {
    const { minikube } = await findTarget({});
    return { seen: minikube?.status?.apiServer, asked: (await readFile(asked, 'utf8')).split('x').length - 1 };
  });
}

test('an API server that is ill is asked again, until it is well', async () => {
  expect(await apiServer('Running', 'Error', 'Error', 'Running')).toEqual({ seen: 'Running', asked: 3 });
});

test.each(['Stopped', 'Paused'])('an API server that is %s is to be started at once', async (state) => {
  expect(await apiServer('Running', state, 'Running')).toEqual({ seen: state, asked: 1 });
});

test('nothing is expected of a node that does not run', async () => {
  expect(await apiServer('Stopped', 'Error', 'Running')).toEqual({ seen: 'Error', asked: 1 });
});
