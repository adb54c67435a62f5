import { readFile } from 'node:fs/promises';
import { lastGoodRevision } from '../../scripts/lease.ts';
import { type RollbackCommandOptions, rollback } from '../../scripts/rollback.ts';
import { presets } from '../../values/presets.ts';
import { ReleaseFixture } from '../support/release-fixture.ts';
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
    /^shop cannot get ready: ErrImageNeverPull at Pod\/shop-\S+ container shop$/,
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
