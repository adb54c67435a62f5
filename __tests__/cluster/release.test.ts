import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Manifest, manifests, writeChart } from '../../chart/index.ts';
import { programs } from '../../scripts/programs.ts';
import { eventually, FREE_NODE_PORTS, nameOf, TestNamespace, testCluster } from '../support/cluster.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';

// Images may be absent: this is about objects, and so no command waits for pods.
const PRESETS = {
  'todo-chatbot': { secret: 'todo-db-secret', autoscaled: true },
  'todo-app': { secret: 'todo-backend-secret', autoscaled: false },
};
/** Another release may have the preset's node ports. */
const FREE_PORT = { service: { nodePort: null } };
const VOLUME_CLAIM = 'PersistentVolumeClaim data-todo-db-0';
const THREE = [...FREE_NODE_PORTS, '--set', 'backend.replicaCount=3'];
const CHANGED = [...THREE, '--set', 'backend.podAnnotations.changed=yes'];
/** Three rounds of the HPA's controller. */
const WATCHED = 45_000;

describe.each(programs.map((program) => ({ preset: program.name, program })))('$preset', ({ preset, program }) => {
  const { secret, autoscaled } = PRESETS[preset as keyof typeof PRESETS];
  let directory: string;
  let chart: string;

  beforeAll(async () => {
    await testCluster();
    // Written now and not taken from dist/, which may be older than the code that the manifests come from.
    directory = await mkdtemp(join(tmpdir(), 'release-'));
    chart = join(directory, preset);
    await writeChart(program, chart);
  });
  afterAll(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  describe.each(['helm 4', 'helm 3'] as const)('with %s', (major) => {
    let helm: Helm;
    let space: TestNamespace;
    let credentials: string;

    beforeAll(async () => {
      space = await TestNamespace.open(preset);
      helm = (await helmBinaries()).find(({ name }) => name === major)!;
    });
    afterAll(() => space?.close());

    test('helm install makes the objects of the plain manifests, the Secret, and nothing else', async () => {
      await run('install', preset, chart, ...FREE_NODE_PORTS);

      expect(await space.changes(plain())).toEqual([]);
      const record = `Secret sh.helm.release.v1.${preset}.v1`;
      await expectObjects([...plain().map(nameOf), `Secret ${secret}`, record, VOLUME_CLAIM]);
      credentials = await space.kubectl(['get', 'secret', secret, '--output=jsonpath={.data}']);
    });

    test('helm upgrade --set backend.replicaCount=3 gives three replicas, and they stay', async () => {
      if (autoscaled) await eventually(async () => expect(await replicas()).toBe('2'));

      await run('upgrade', preset, chart, ...THREE);

      expect(await space.changes(plain({ replicaCount: 3 }))).toEqual([]);
      await eventually(async () => expect(await replicas()).toBe('3'));
      expect(await replicasDuring(autoscaled ? WATCHED : 5_000)).toEqual(['3']);
    });

    const outcome = autoscaled ? 'leaves the number of pods to the HPA' : 'gives the three replicas of the values';
    test(`helm upgrade after kubectl scale ${outcome}`, async () => {
      await space.kubectl(['scale', 'deployment/todo-backend', '--replicas=4']);

      if (!autoscaled && major === 'helm 4') {
        // It takes no field from another owner, and no chart can ask it to: this is for who upgrades to decide.
        const { stderr, exitCode } = await space.helm(helm, ['upgrade', preset, chart, ...CHANGED]);
        const conflict = /conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas/;
        expect({ stderr, exitCode }).toEqual({ stderr: expect.stringMatching(conflict), exitCode: 1 });
        await run('upgrade', preset, chart, ...CHANGED, '--force-conflicts');
      } else await run('upgrade', preset, chart, ...CHANGED);

      expect(await replicas()).toBe(autoscaled ? '4' : '3');
      const changed = { replicaCount: 3, podAnnotations: { changed: 'yes' } };
      expect(await space.changes(plain(changed))).toEqual([]);
    });

    test('helm rollback to revision 1 restores the first objects', async () => {
      await run('rollback', preset, '1');

      expect(await space.changes(plain())).toEqual([]);
      const annotation = '--output=jsonpath={.spec.template.metadata.annotations.changed}';
      expect(await space.kubectl(['get', 'deployment', 'todo-backend', annotation])).toBe('');
    });

    test('helm uninstall leaves only the Secret and the volume', async () => {
      await run('uninstall', preset);

      await expectObjects([`Secret ${secret}`, VOLUME_CLAIM]);
    });

    test('a second helm install works and keeps the credentials', async () => {
      await run('install', preset, chart, ...FREE_NODE_PORTS);

      expect(await space.changes(plain())).toEqual([]);
      expect(credentials).toMatch('POSTGRES_PASSWORD');
      expect(await space.kubectl(['get', 'secret', secret, '--output=jsonpath={.data}'])).toBe(credentials);
    });

    function plain(backend: object = {}): Manifest[] {
      const values = { backend: { ...backend, ...FREE_PORT }, frontend: FREE_PORT };
      return manifests(program, { values, release: { name: preset, namespace: space.name } });
    }

    async function run(...args: string[]): Promise<void> {
      const { stderr, exitCode } = await space.helm(helm, args);
      if (exitCode !== 0) throw new Error(stderr);
    }

    /** Controllers make and remove some of them a moment later. */
    async function expectObjects(names: string[]): Promise<void> {
      await eventually(async () => expect(await space.objects()).toEqual(names.sort()));
    }

    function replicas(): Promise<string> {
      return space.kubectl(['get', 'deployment', 'todo-backend', '--output=jsonpath={.spec.replicas}']);
    }

    /** Every number that the Deployment has in that time. */
    async function replicasDuring(milliseconds: number): Promise<string[]> {
      const lines = await space.kubectl(
        ['get', 'deployment', 'todo-backend', '--watch', '--output=jsonpath={.spec.replicas}{"\\n"}'],
        { endAfter: milliseconds },
      );
      return [...new Set(lines.trim().split('\n'))];
    }
  });
});
