import { changeLines } from '../../scripts/apply/change-lines.ts';
import { repairRelease } from '../../scripts/apply/pending-release.ts';
import { installRelease, prepareRollback, rollbackRelease } from '../../scripts/apply/release.ts';
import { Helm } from '../../scripts/helm.ts';
import { Lease } from '../../scripts/lease.ts';
import { eventually } from '../support/cluster.ts';
import { helmOf, LEASE, ReleaseFixture } from '../support/release-fixture.ts';

const NO_HELM = new Helm({ program: '/nowhere/helm' });

describe.each(['helm 4', 'helm 3'] as const)('a release with %s', (major) => {
  let shop: ReleaseFixture;

  beforeEach(async () => {
    shop = await ReleaseFixture.open(major);
  });
  afterEach(() => shop?.close());

  test('is planned as new objects, installed, and then there is nothing to do, which takes no Helm', async () => {
    const { plan, nothingToDo } = await shop.prepare();

    expect(changeLines(plan)).toEqual([
      'creates   ConfigMap extra',
      'creates   Service shop',
      'creates   Deployment shop',
    ]);
    expect(nothingToDo).toBe(false);

    expect(await shop.install()).toBe(1);

    const again = await shop.prepare({}, { helm: NO_HELM });
    expect(again.nothingToDo).toBe(true);
    expect(changeLines(again.plan)).toEqual(['nothing changes: 3 objects as in the release']);
  });

  test('restarts pods, removes objects and leaves nothing of its former fields', async () => {
    await shop.install({ env: { A: '1', API_TOKEN: 'hush' } });

    const { plan } = await shop.prepare({ env: { B: '2' }, memory: '16Mi', extra: false });

    expect(plan.effect).toBe('DESTROY');
    expect(changeLines(plan)).toEqual([
      'removes   ConfigMap extra',
      'restarts  Deployment shop (3 pods)',
      '            shop env[A].name: A -> none',
      '            shop env[A].value: 1 -> none',
      '            shop env[API_TOKEN].name: API_TOKEN -> none',
      '            shop env[API_TOKEN].value: changes',
      '            shop env[B].name: none -> B',
      '            shop env[B].value: none -> 2',
      '            shop resources.requests.memory: 8Mi -> 16Mi (+100 %)',
      'keeps     1 object',
    ]);

    await shop.install({ env: { B: '2' }, memory: '16Mi', extra: false });

    const { spec } = (await shop.deployment()) as unknown as { spec: { template: { spec: { containers: object[] } } } };
    expect(spec.template.spec.containers[0]).toMatchObject({ env: [{ name: 'B', value: '2' }] });
    await expect(shop.cluster.tryGet(`/api/v1/namespaces/${shop.namespace}/configmaps/extra`)).resolves.toBeUndefined();
  });

  test('takes a number of pods back that kubectl scale has set, and says so before', async () => {
    await shop.install();
    await shop.space.kubectl(['scale', 'deployment/shop', '--replicas=5']);

    const { plan, nothingToDo } = await shop.prepare();

    expect(nothingToDo).toBe(false);
    expect(changeLines(plan)).toEqual([
      'disrupts  Deployment shop',
      '            replicas: 5 -> 3 (-2), set by kubectl scale',
      'keeps     2 objects',
    ]);

    await shop.install({ replicas: 4 });

    expect((await shop.deployment()).spec.replicas).toBe(4);
    expect((await shop.prepare({ replicas: 4 })).nothingToDo).toBe(true);
  });

  test('names who has changed what else by hand', async () => {
    await shop.install();
    await shop.space.kubectl(['set', 'image', 'deployment/shop', 'shop=other:2']);
    await shop.space.kubectl(['label', 'service/shop', 'note=mine']);

    const { plan } = await shop.prepare();

    expect(changeLines(plan)).toEqual([
      'restarts  Deployment shop (3 pods)',
      '            shop image: other:2 -> no-such-image:1, set by kubectl set',
      'keeps     2 objects',
    ]);
  });

  test('keeps its pods when an autoscaler takes over, which can scale then, and gives them back', async () => {
    await shop.install();

    const on = { autoscaled: true, replicas: 4 };
    const { plan } = await shop.prepare(on);
    const seen = await shop.replicasDuring(async () => {
      await shop.install(on);
      await eventually(async () => expect((await shop.deployment()).spec.replicas).toBe(4));
    });

    expect(changeLines(plan)).toEqual(['creates   HorizontalPodAutoscaler shop', 'keeps     3 objects']);
    expect(seen).toEqual([3, 4]);
    expect((await shop.prepare(on)).nothingToDo).toBe(true);

    const off = await shop.prepare({ replicas: 2 });
    await shop.install({ replicas: 2 });

    expect(changeLines(off.plan)).toEqual([
      'disrupts  Deployment shop',
      '            replicas: 4 -> 2 (-2), set by the autoscaler',
      'removes   HorizontalPodAutoscaler shop',
      'keeps     2 objects',
    ]);
    expect((await shop.deployment()).spec.replicas).toBe(2);
  });

  test('goes on where it stopped between keeping its pods and handing them over', async () => {
    await shop.install();
    const on = { autoscaled: true };
    const { plan, revisions } = await shop.prepare(on);
    const broken = { ...shop.target, chart: '/nowhere', values: on };
    await expect(installRelease({ plan, revisions }, broken, LEASE)).rejects.toThrow(/^unable to install shop/);

    const same = await shop.prepare();
    await shop.install();
    await shop.space.kubectl(['scale', 'deployment/shop', '--replicas=5']);

    expect(same.plan.objects.every(({ action }) => action === 'none')).toBe(true);
    expect(changeLines((await shop.prepare()).plan)[1]).toBe('            replicas: 5 -> 3 (-2), set by kubectl scale');
  });

  test('keeps its pods when a rollback brings the autoscaler back, and sets their number when one takes it away', async () => {
    await shop.install({ autoscaled: true, replicas: 2 });
    await eventually(async () => expect((await shop.deployment()).spec.replicas).toBe(2));
    await shop.install({ replicas: 5 });

    const back = await prepareRollback(shop.target);
    const seen = await shop.replicasDuring(() => rollbackRelease(back, shop.target, LEASE));

    expect(back.target.revision).toBe(1);
    expect(seen).toEqual([5]);

    await shop.space.kubectl(['scale', 'deployment/shop', '--replicas=6']);
    await rollbackRelease(await prepareRollback(shop.target, { to: 2 }), shop.target, LEASE);

    expect((await shop.deployment()).spec.replicas).toBe(5);
    await expect(shop.cluster.tryGet(`${hpas()}/shop`)).resolves.toBeUndefined();
  });

  test('that was cut short goes back to its last good revision, once nobody can be at work', async () => {
    await shop.install();
    await shop.install({ replicas: 4 });
    await shop.install({ replicas: 5 });
    await shop.cutShort('pending-upgrade', 180_000);
    const pending = (await shop.prepare({ replicas: 5 })).pending!;
    const notes: string[] = [];
    const repair = (options: object) =>
      repairRelease(shop.target, LEASE, { pending, lastGood: 1, onNote: (line) => notes.push(line), ...options });

    await expect(repair({})).rejects.toThrow(
      'revision 3 of shop is pending-upgrade since 3 min: another helm may be at work; wait for it, or use --yes if it is not',
    );
    await repair({ yes: true });

    expect(notes).toEqual([
      'revision 3 of shop is pending-upgrade since 3 min: it was cut short; rolled back to revision 1',
    ]);
    expect((await shop.deployment()).spec.replicas).toBe(3);
    expect(await shop.install({ replicas: 4 })).toBe(5);
  });

  test('whose Helm was killed is repaired, first and later revisions alike', async () => {
    for (const expected of [
      ['1 deployed'],
      ['1 superseded', /^2 (superseded|pending-upgrade)$/, '3 superseded', '4 deployed'],
    ]) {
      await shop.killHelm();
      const { pending, plan } = await shop.prepare();
      expect(plan.rejected).toEqual([]);

      await repairRelease(shop.target, LEASE, { pending: pending!, yes: true });
      await shop.install({ replicas: 2 });

      expect(await shop.history()).toEqual(
        expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
      );
    }
  });

  test('that one of our own commands left behind is repaired at once', async () => {
    await shop.install();
    const { cluster, namespace, release } = shop;
    const lease = await Lease.acquire(cluster, { namespace, release, command: 'test' });
    try {
      await lease.rememberBegun(1);
      await shop.cutShort('pending-install');
      const notes: string[] = [];

      const pending = (await shop.prepare()).pending!;
      await repairRelease(shop.target, lease, { pending, onNote: (line) => notes.push(line) });

      expect(notes).toEqual([
        expect.stringMatching(
          /^revision 1 of shop is pending-install since \d s: it was cut short; no revision was ever good, so it is uninstalled$/,
        ),
      ]);
      expect(await shop.history()).toEqual([]);
      expect(await shop.install()).toBe(1);
    } finally {
      await lease.release();
    }
  });

  test('whose uninstallation was cut short is uninstalled, and can be installed again', async () => {
    await shop.install();
    await shop.install({ replicas: 2 });
    await shop.cutShort('uninstalling', 6 * 60_000);

    const pending = (await shop.prepare()).pending!;
    await repairRelease(shop.target, LEASE, { pending });

    expect(await shop.history()).toEqual([]);
    expect(await shop.install()).toBe(1);
  });

  test('goes on after a first revision that failed', async () => {
    const quota = ['create', 'quota', 'few', '--hard=count/services=0'];
    const { plan, revisions } = await shop.prepare();
    await shop.space.kubectl(quota);
    const wanted = { ...shop.target, chart: shop.chart, values: {} };
    await eventually(async () => expect((await shop.prepare()).plan.rejected).toHaveLength(1));
    await expect(installRelease({ plan, revisions }, wanted, LEASE)).rejects.toThrow(
      /^unable to install shop in namespace \S+: the quota few of the namespace is used up: requested: count\/services=1/,
    );
    await shop.space.kubectl(['delete', 'quota', 'few']);

    expect(await shop.history()).toEqual(['1 failed']);
    await eventually(async () => expect((await shop.prepare()).plan.rejected).toEqual([]));
    expect(await shop.install()).toBe(2);
    expect((await shop.prepare()).nothingToDo).toBe(true);
  });

  test('takes nothing from others, and says whose it is', async () => {
    await shop.space.kubectl(['create', 'configmap', 'extra', '--from-literal=a=b']);

    await expect(shop.install()).rejects.toThrow(
      `ConfigMap extra in namespace ${shop.namespace} is not of release shop: it was made by kubectl-create; delete or rename it, or use another namespace`,
    );
    await shop.space.kubectl(['delete', 'configmap', 'extra']);
    await shop.install();
    await expect(shop.install({}, { release: 'other' })).rejects.toThrow(
      `is not of release other: it belongs to Helm release shop of namespace ${shop.namespace}`,
    );
  });

  test('is refused as a whole before anything is changed, with the reason for each object', async () => {
    await shop.install();
    await shop.space.kubectl(['create', 'service', 'nodeport', 'till', '--tcp=80:80']);
    const till = JSON.parse(await shop.space.kubectl(['get', 'service', 'till', '--output=json']));
    const port = till.spec.ports[0].nodePort;

    const { plan } = await shop.prepare({ nodePort: port, app: 'other', replicas: 7 });

    expect(plan.rejected).toEqual([
      {
        object: 'Service shop',
        message: `node port ${port} is taken by Service till in namespace ${shop.namespace}; set another nodePort, or null for a free one`,
        effect: 'NO_CHANGE',
      },
      {
        object: 'Deployment shop',
        message: `spec.selector cannot be changed; delete it first: kubectl delete deployment shop --namespace ${shop.namespace} --cascade=orphan`,
        effect: 'REPLACE',
      },
    ]);
    await expect(shop.install({ nodePort: port, app: 'other', replicas: 7 })).rejects.toThrow(
      `the cluster refuses Service shop of release shop: node port ${port} is taken by Service till`,
    );
    expect(await shop.history()).toEqual(['1 deployed']);
  });

  test('is planned from the chart alone where its namespace does not exist', async () => {
    const { plan } = await shop.prepare({}, { namespace: `${shop.namespace}-none` });

    expect(changeLines(plan, 120).at(-1)).toBe(
      `          namespace ${shop.namespace}-none does not exist yet: this is what the chart says`,
    );
    expect(plan.objects.map(({ action }) => action)).toEqual(['create', 'create', 'create']);
  });

  function hpas(): string {
    return `/apis/autoscaling/v2/namespaces/${shop.namespace}/horizontalpodautoscalers`;
  }
});

describe('a release that both majors of Helm have changed', () => {
  let shop: ReleaseFixture;

  beforeEach(async () => {
    shop = await ReleaseFixture.open('helm 3');
  });
  afterEach(() => shop?.close());

  test.each([
    ['helm 3', 'helm 4'],
    ['helm 4', 'helm 3'],
  ] as const)('from %s to %s loses no field and keeps none', async (first, second) => {
    await shop.install({ env: { A: '1', B: '2' } }, { helm: await helmOf(first) });
    const helm = await helmOf(second);

    const { plan } = await shop.prepare({ env: { B: '3' } }, { helm });
    await shop.install({ env: { B: '3' } }, { helm });

    expect(changeLines(plan).slice(0, -1)).toEqual([
      'restarts  Deployment shop (3 pods)',
      '            shop env[A].name: A -> none',
      '            shop env[A].value: 1 -> none',
      '            shop env[B].value: 2 -> 3',
    ]);
    const { spec } = (await shop.deployment()) as unknown as { spec: { template: { spec: { containers: object[] } } } };
    expect(spec.template.spec.containers[0]).toMatchObject({ env: [{ name: 'B', value: '3' }] });

    await shop.install({ replicas: 2 }, { helm: await helmOf(first) });
    expect((await shop.deployment()).spec.replicas).toBe(2);
    const seen = await shop.replicasDuring(() => shop.install({ autoscaled: true, replicas: 2 }, { helm }));
    expect(seen).toEqual([2]);
  });
});
