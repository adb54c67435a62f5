import { type DownOptions, down } from '../../scripts/down.ts';
import { Lease } from '../../scripts/lease.ts';
import type { Minikube } from '../../scripts/minikube.ts';
import { presets } from '../../values/presets.ts';
import { eventually } from '../support/cluster.ts';
import { programOf, ReleaseFixture } from '../support/release-fixture.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const OURS = ['app.kubernetes.io/managed-by=todo-infra', 'app.kubernetes.io/instance=shop'];
const CLAIM = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', labels: { 'app.kubernetes.io/instance': 'shop' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, storageClassName: 'none' },
};

let shop: ReleaseFixture;
let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  shop = await ReleaseFixture.open('helm 4');
  await install();
});
afterEach(async () => {
  await directory?.remove();
  // One of the tests deletes the namespace.
  await shop?.close().catch(() => undefined);
});

test('says what goes and what stays, does it, and says when nothing is there', async () => {
  const args = ['--context', shop.cluster.context, '--namespace', shop.namespace, '--release', 'shop'];

  const first = await runScript('down', args);
  const second = await runScript('down', args);

  expect(first.stderr).toBe('');
  expect(first.stdout.replaceAll(/\d+\.\d s/g, '0.0 s').split('\n')).toEqual([
    `shop in namespace ${shop.namespace} of ${shop.cluster.context}:`,
    '  removes  release shop (revision 1)',
    '  removes  Pod shop-test',
    '  removes  Lease todo-infra-shop',
    '  keeps    Secret credentials',
    '  keeps    PersistentVolumeClaim data',
    '           (--data removes this, too)',
    expect.stringMatching(/^✓ release +0\.0 s {2}shop uninstalled, and Pod shop-test$/),
    expect.stringMatching(/^✓ lease +0\.0 s {2}removed$/),
  ]);
  expect(second.stdout.split('\n')[0]).toBe(
    `nothing to remove: there is nothing of shop in namespace ${shop.namespace} of ${shop.cluster.context}`,
  );
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(await runScript('down', ['--odd'])).toMatchObject({
    stderr: "Unknown option '--odd'; see npm run down -- --help",
    exitCode: 2,
  });
});

test.each(['helm 4', 'helm 3'] as const)(
  '%s removes the release, the pods of its tests and the Lease, and leaves data and the things of others',
  async (major) => {
    const helm = await programOf(major);

    const steps = await down(options({ helm }));

    expect(steps.map(({ name, what }) => `${name}: ${what}`)).toEqual([
      'release: shop uninstalled, and Pod shop-test',
      'lease: removed',
    ]);
    await eventually(async () =>
      expect(await shop.space.objects()).toEqual([
        'ConfigMap note',
        'PersistentVolumeClaim data',
        'Secret credentials',
        'Secret other',
      ]),
    );
    expect(await down(options())).toEqual([]);
  },
);

test('removes data on top, says so before, and leaves a namespace that has more in it', async () => {
  await shop.space.kubectl(['label', 'namespace', shop.namespace, OURS[0]!]);
  await expect(down(options({ data: true, yes: false }))).rejects.toThrow(
    `this would remove shop from context ${shop.cluster.context} with its data: Secret credentials, PersistentVolumeClaim data, and nobody can be asked`,
  );

  const steps = await down(options({ data: true }));

  expect(steps.map(({ name, what }) => `${name}: ${what}`)).toEqual([
    'release: shop uninstalled, and Pod shop-test',
    'data: Secret credentials, PersistentVolumeClaim data deleted',
    'images: none were loaded, or others use them',
    'lease: removed',
    `namespace: ${shop.namespace} stays: there is ConfigMap note, Secret other in it`,
  ]);
  await eventually(async () => expect(await shop.space.objects()).toEqual(['ConfigMap note', 'Secret other']));
});

test('removes a namespace that apply has made and that is empty otherwise, and nothing where nothing is', async () => {
  await shop.space.kubectl(['label', 'namespace', shop.namespace, OURS[0]!]);
  await shop.space.kubectl(['delete', 'configmap/note', 'secret/other']);

  const steps = await down(options({ data: true }));

  expect(steps.at(-1)?.what).toBe(`${shop.namespace} deleted`);
  await expect(shop.cluster.tryGet(`/api/v1/namespaces/${shop.namespace}`)).resolves.toBeUndefined();
  expect(await down(options({ data: true }))).toEqual([]);
});

test('removes the images that apply has loaded into Minikube, but those that others use', async () => {
  const removed: string[] = [];
  const tags = [
    'hackathon-todo-backend:c-0a',
    'hackathon-todo-backend:another-name',
    'hackathon-todo-frontend:c-0b',
    // Another name of the same image.
    'mine:1',
  ];
  const used = { name: 'user', image: 'mine:1', imagePullPolicy: 'Never' };
  const neighbour = await ReleaseFixture.open('helm 4');
  try {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' }, spec: { containers: [used] } };
    await neighbour.space.kubectl(['create', '--filename', '-'], { input: JSON.stringify(pod) });
    const command = {
      images: async () => [
        { id: 'x', tags: tags.slice(0, 2).map((tag) => `docker.io/library/${tag}`) },
        { id: 'y', tags: tags.slice(2).map((tag) => `docker.io/library/${tag}`) },
      ],
      removeImage: async (image: string) => void removed.push(image),
    } as unknown as Minikube;
    const { cluster } = shop;
    const target = { cluster, context: cluster.context, minikube: { command, status: undefined } };

    await down(options({ data: true, target }));
  } finally {
    await neighbour.close();
  }

  expect(removed).toEqual(['docker.io/library/hackathon-todo-backend:c-0a']);
});

test('stops where another Helm may be at work, and goes on where it cannot be', async () => {
  await shop.cutShort('pending-upgrade', 60_000);

  await expect(down(options({ yes: false }))).rejects.toThrow('another helm may be at work');
  await down(options());

  expect(await shop.history()).toEqual([]);
});

/** What `apply` makes, and what somebody else has put beside it. */
async function install(): Promise<void> {
  const { cluster, namespace, release, space } = shop;
  await shop.install({ replicas: 0 });
  await space.kubectl(['create', 'secret', 'generic', 'credentials', '--from-literal=a=b']);
  await space.kubectl(['label', 'secret', 'credentials', ...OURS]);
  await space.kubectl(['create', 'secret', 'generic', 'other', '--from-literal=a=b']);
  await space.kubectl(['create', 'configmap', 'note', '--from-literal=a=b']);
  await space.kubectl(['create', '--filename', '-'], { input: JSON.stringify(CLAIM) });
  // As 'helm test' leaves it.
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'shop-test',
      labels: { 'app.kubernetes.io/instance': 'shop' },
      annotations: { 'helm.sh/hook': 'test' },
    },
    spec: { containers: [{ name: 'test', image: 'no-such-image:1', imagePullPolicy: 'Never' }] },
  };
  await space.kubectl(['create', '--filename', '-'], { input: JSON.stringify(pod) });
  await (await Lease.acquire(cluster, { namespace, release, command: 'apply' })).release();
}

function options(more: Partial<DownOptions> = {}): DownOptions {
  const { cluster, namespace, release } = shop;
  return {
    ...{ preset: presets[0]!, namespace, release, data: false, yes: true, json: true },
    target: { cluster, context: cluster.context, minikube: undefined },
    signal: new AbortController().signal,
    auditLog: `${directory.path}/audit.log`,
    ...more,
  };
}
