import { readFile } from 'node:fs/promises';
import { lastGoodRevision } from '../../scripts/lease.ts';
import { type RollbackCommandOptions, rollback } from '../../scripts/rollback.ts';
import { presets } from '../../values/presets.ts';
import { ReleaseFixture } from '../support/release-fixture.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

let shop: ReleaseFixture;
let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  shop = await ReleaseFixture.open('helm 4');
});
afterEach(async () => {
  await directory?.remove();
  await shop?.close();
});

test('goes back to the revision before, and remembers that it is good', async () => {
  await shop.install({ replicas: 0 });
  await shop.install({ replicas: 0, extra: false });

  const { from, to, revision, steps } = await rollback(options());

  expect({ from, to, revision }).toEqual({ from: 2, to: 1, revision: 3 });
  expect(steps.map(({ name, what }) => `${name}: ${what}`)).toEqual([
    'rollback: revision 3 is what revision 1 was',
    'watch: all 0 pods are ready',
  ]);
  await expect(shop.cluster.tryGet(`/api/v1/namespaces/${shop.namespace}/configmaps/extra`)).resolves.toBeDefined();
  expect(await lastGoodRevision(shop.cluster, shop.namespace, 'shop')).toBe(3);
  const log = (await readFile(`${directory.path}/audit.log`, 'utf8')).trim().split('\n');
  expect(log.map((line) => JSON.parse(line).action)).toEqual(['rollback', 'watch']);
});

test('does nothing where that revision is there as it was made', async () => {
  await shop.install({ replicas: 0 });

  const { revision } = await rollback(options({ to: 1 }));

  expect(revision).toBeUndefined();
  expect(await shop.history()).toEqual(['1 deployed']);
});

test('undoes by hand what was done by hand', async () => {
  await shop.install({ replicas: 0 });
  await shop.space.kubectl(['label', 'configmap', 'extra', 'app.kubernetes.io/managed-by=me', '--overwrite']);

  expect((await rollback(options({ to: 1 }))).revision).toBe(2);

  const extra = await shop.cluster.get(`/api/v1/namespaces/${shop.namespace}/configmaps/extra`);
  expect(extra.metadata.labels?.['app.kubernetes.io/managed-by']).toBe('Helm');
});

test('fails with the cause where the pods do not get ready, and calls that revision not good', async () => {
  await shop.install({ replicas: 1 });
  await shop.install({ replicas: 0 });

  await expect(rollback(options())).rejects.toThrow(
    /^Pod\/shop-\S+ container shop: image no-such-image:1 is not on node \S+, and pull policy Never forbids to pull it$/,
  );

  expect(await shop.history()).toEqual(['1 superseded', '2 superseded', '3 deployed']);
  expect(await lastGoodRevision(shop.cluster, shop.namespace, 'shop')).toBeUndefined();
});

test('asks before it changes a cluster that is no Minikube', async () => {
  await shop.install({ replicas: 0 });
  await shop.install({ replicas: 0, extra: false });

  await expect(rollback(options({ yes: false }))).rejects.toThrow(
    `this would roll shop back to revision 1 in context ${shop.cluster.context}, and nobody can be asked; add --yes if that is meant`,
  );

  expect(await shop.history()).toEqual(['1 superseded', '2 deployed']);
});

test('says what is there where a revision is not', async () => {
  await expect(rollback(options())).rejects.toThrow(`there is no release shop in namespace ${shop.namespace}`);
  await shop.install({ replicas: 0 });
  await expect(rollback(options())).rejects.toThrow(
    'release shop has no earlier good revision to go back to; there are 1 (deployed)',
  );
  await expect(rollback(options({ to: 7 }))).rejects.toThrow('release shop has no revision 7; there are 1 (deployed)');
});

describe('npm run rollback', () => {
  test('shows what changes, does it, and says what came of it, on 80 columns and as JSON', async () => {
    await shop.install({ replicas: 0 });
    await shop.install({ replicas: 0, env: { LONG: 'x'.repeat(200) } });

    const { stdout, exitCode } = await run();

    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC';
    expect(stdout.replaceAll(/\d+\.\d s/g, '0.0 s').split('\n')).toEqual([
      expect.stringMatching(`^shop in namespace ${shop.namespace} of \\S+: back to revision 1, ${time}$`),
      'changes   Deployment shop',
      '            shop env[LONG].name: LONG -> none',
      expect.stringMatching(/^ {12}shop env\[LONG\]\.value: x*…x+ -> none$/),
      'keeps     2 objects',
      expect.stringMatching(/^✓ rollback +0\.0 s {2}revision 3 is what revision 1 was$/),
      '  watch: all 0 pods are ready',
      expect.stringMatching(/^✓ watch +0\.0 s {2}all 0 pods are ready$/),
    ]);
    expect(exitCode).toBe(0);
    for (const line of stdout.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);

    const machine = JSON.parse((await run('--to', '2', '--json')).stdout);
    expect(machine).toMatchObject({
      ok: true,
      from: 3,
      to: 2,
      revision: 4,
      plan: { effect: 'IN_PLACE', unchanged: 2 },
    });
  });

  test('lets go of the release at Ctrl-C, and can be run again', async () => {
    await shop.install({ replicas: 1 });
    await shop.install({ replicas: 0 });

    const { stderr, exitCode } = await runScript('rollback', flags(), { interruptAt: 'revision 3' });

    expect({ stderr, exitCode }).toEqual({ stderr: 'interrupted', exitCode: 130 });
    expect((await run('--to', '2')).exitCode).toBe(0);
    expect((await shop.history()).at(-1)).toBe('4 deployed');
  });

  test('says what a user may not do, before anything is changed', async () => {
    await shop.install({ replicas: 0 });
    await shop.install({ replicas: 0, env: { A: '1' } });
    const rights = '--resource=secrets,configmaps,services,deployments.apps,leases.coordination.k8s.io';
    await shop.space.kubectl(['create', 'serviceaccount', 'guest']);
    await shop.space.kubectl(['create', 'role', 'guest', '--verb=get,list', rights]);
    const account = `--serviceaccount=${shop.namespace}:guest`;
    await shop.space.kubectl(['create', 'rolebinding', 'guest', '--role=guest', account]);
    const config = JSON.parse(
      await shop.space.kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o=json']),
    );
    config.users[0].user = { token: (await shop.space.kubectl(['create', 'token', 'guest'])).trim() };
    const env = { KUBECONFIG: await directory.write('kubeconfig', JSON.stringify(config)) };

    const { stderr, exitCode } = await runScript('rollback', flags(), { env });

    expect(stderr.split('\n')[0]).toBe(
      `the cluster refuses Deployment shop of release shop: user system:serviceaccount:${shop.namespace}:guest may not patch deployments in namespace ${shop.namespace}`,
    );
    expect(exitCode).toBe(1);
    expect(await shop.history()).toEqual(['1 superseded', '2 deployed']);
  });

  test.each([
    [['--to', 'x'], "--to is 'x'; expected the number of a revision, see: helm history"],
    [['--odd'], "Unknown option '--odd'; see npm run rollback -- --help"],
    [['--wait-timeout', '0'], "--wait-timeout is '0'; expected a time such as 90s or 3m"],
  ])('refuses %j', async (args, message) => {
    expect(await run(...args)).toEqual({ stdout: '', stderr: message, exitCode: 2 });
  });
});

function run(...args: string[]) {
  return runScript('rollback', [...flags(), ...args]);
}

function flags(): string[] {
  const { cluster, namespace, release } = shop;
  return ['--context', cluster.context, '--namespace', namespace, '--release', release];
}

function options(more: Partial<RollbackCommandOptions> = {}): RollbackCommandOptions {
  const { cluster, namespace, release } = shop;
  return {
    ...{ preset: presets[0]!, namespace, release, waitSeconds: 30, yes: true, json: true },
    target: { cluster, context: cluster.context, minikube: undefined },
    signal: new AbortController().signal,
    auditLog: `${directory.path}/audit.log`,
    ...more,
  };
}
