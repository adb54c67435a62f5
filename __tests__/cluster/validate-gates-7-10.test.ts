import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { Cluster } from '../../scripts/cluster.ts';
import { readRevisions } from '../../scripts/helm-release.ts';
import type { GateReport } from '../../scripts/validate/report/report.ts';
import { eventually } from '../support/cluster.ts';
import { runScript } from '../support/run-script.ts';
import { failed, PRESET, ValidatedRelease } from '../support/validated-release.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let release: ValidatedRelease;

beforeAll(async () => {
  release = await ValidatedRelease.install();
});
afterAll(() => release?.remove());

describe('a fault makes its own gate fail, and no other:', () => {
  test('7, pods that all end at once, and without waiting', async () => {
    await release.apply(
      ['backend', 'frontend'].flatMap((tier) => [
        ...['--set', `${tier}.preStopSleepSeconds=null`],
        ...['--set-string', `${tier}.strategy.maxUnavailable=100%`],
      ]),
    );

    const gates = await release.validate('2,7');

    expect(failed(gates)).toMatchObject([{ number: 7 }]);
    expect(gates[1]!.measured).toMatch(/^[1-9]\d* of \d+ requests failed; the first: /);
    const [{ failures, phases }] = gates[1]!.loads as [GateReport['loads'][number]];
    expect(failures.map(({ phase }) => phase)).not.toContain('base line');
    expect(phases.map(({ label }) => label)).toEqual([
      'base line',
      'changed configuration',
      'changed images',
      'afterwards',
    ]);
  });

  test('8, pods that count as ready only after a long time', async () => {
    await release.apply(['--set', 'frontend.minReadySeconds=35']);

    const gates = await release.validate('2,8');

    expect(failed(gates)).toMatchObject([{ number: 8 }]);
    const { value, limit } = gates[1]!.figures.find(({ name }) => name === 'rollback: all pods ready')!;
    expect(limit).toBe(60);
    expect(value).toBeGreaterThan(60);
  });

  test('9, nobody who may make a copy', async () => {
    await release.apply();
    const gates = await release.validate('2,9', { env: { KUBECONFIG: await kubeconfigOfNamespace() } });

    expect(failed(gates)).toMatchObject([{ number: 9 }]);
    expect(gates[1]!.measured).toMatch(/^no permission to .*namespaces is forbidden/);
  });

  test('10, a chart that was written by hand', async () => {
    const clone = join(release.directory.path, 'clone');
    await execa('git', ['clone', '--quiet', ROOT, clone]);
    const chart = join(clone, 'dist', PRESET, 'chart', 'values.yaml');
    const git = (...args: string[]) =>
      execa('git', ['-C', clone, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
    await execa('sed', ['-i', 's/replicaCount: 2/replicaCount: 4/', chart]);
    await git('commit', '--quiet', '--all', '--message', 'test');
    await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));

    const gates = await release.validate('2,10', { root: clone });

    expect(failed(gates)).toMatchObject([{ number: 10 }]);
    expect(gates[1]!.evidence).toContain(`> M dist/${PRESET}/chart/values.yaml`);
  });
});

test.each(['changing the images', 'bringing the release back'])(
  "Ctrl-C at '%s' leaves everything as it was, Helm's record included",
  async (moment) => {
    const cluster = await Cluster.connect();
    const before = await readRevisions(cluster, release.namespace, PRESET);

    const options = ['--gate', '7', '--quick', '--report', release.directory.path];
    const run = await runScript('validate', [...release.where, ...options], { interruptAt: `7 Upgrade: ${moment}` });

    expect(run.exitCode).toBe(130);
    expect(run.stderr).toBe('interrupted');
    const after = await readRevisions(cluster, release.namespace, PRESET);
    const states = (revisions: typeof before) => revisions.map(({ revision, status }) => `${revision} ${status}`);
    expect(states(after)).toEqual(states(before));
    expect(after.at(-1)!.manifest).toBe(before.at(-1)!.manifest);
    const { stdout: images } = await execa('minikube', ['image', 'ls']);
    expect(images).not.toContain(':validate-');
    await eventually(() => release.ready());
    await eventually(async () => {
      const component = 'app.kubernetes.io/component=validation';
      expect(await release.kubectl(['get', 'pods', '-l', component, '-o', 'name'])).toBe('');
    });
  },
);

/** Of somebody who may do everything in the namespace, and look around. */
async function kubeconfigOfNamespace(): Promise<string> {
  const name = 'of-the-namespace';
  await release.kubectl(['create', 'serviceaccount', name]);
  const account = `--serviceaccount=${release.namespace}:${name}`;
  await release.kubectl(['create', 'rolebinding', name, '--clusterrole=cluster-admin', account]);
  const token = (await release.kubectl(['create', 'token', name])).trim();
  const { clusters, contexts, ...config } = JSON.parse(
    await release.kubectl(['config', 'view', '--raw', '--flatten', '--minify', '--output=json']),
  ) as { clusters: unknown; contexts: readonly { name: string; context: object }[]; [key: string]: unknown };
  const [{ name: context, context: settings }] = contexts as [{ name: string; context: object }];
  return release.directory.write(
    'kubeconfig',
    JSON.stringify({
      ...config,
      clusters,
      contexts: [{ name: context, context: { ...settings, user: name } }],
      users: [{ name, user: { token } }],
    }),
  );
}
