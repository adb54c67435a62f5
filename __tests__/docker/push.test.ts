import { execa } from 'execa';
import type { BuildOptions } from '../../scripts/build/plan.ts';
import { BuildFixture } from '../support/build-fixture.ts';
import { buildImages } from '../support/build-images.ts';
import { type Refusal, TestRegistry } from '../support/registry.ts';

let fixture: BuildFixture;
let registry: TestRegistry;

beforeEach(async () => {
  fixture = await BuildFixture.create();
  registry = await TestRegistry.start();
});
afterEach(async () => {
  await registry.stop();
  await fixture.remove();
});

test('pushes the tags of the presets and of the content, and tells their digests', async () => {
  const { images, pushed } = await build({ only: 'backend' });

  const [{ contentTag, targets }] = images as [(typeof images)[0]];
  const expected = targets.flatMap(({ repository, tag }) => [`${repository}:${contentTag}`, `${repository}:${tag}`]);
  expect(pushed.map(({ reference }) => reference)).toEqual(expected.map((name) => `${registry.address}/${name}`));
  expect(pushed.map(({ digest }) => digest)).toEqual(expected.map((name) => registry.tags.get(name)));
  expect(registry.manifest(expected[0]!).layers).toHaveLength(2);
  expect((await fixture.tags()).filter((tag) => tag.startsWith(registry.address))).toEqual([]);
});

test('pushes nothing of which a gate has failed', async () => {
  await fixture.write('frontend', { user: '' });

  const { ok, pushed } = await build();

  expect({ ok, pushed, tags: registry.tags.size }).toEqual({ ok: false, pushed: [], tags: 0 });
});

test.each<[Refusal, string]>([
  [401, 'not logged in to REGISTRY; run: docker login REGISTRY'],
  [403, 'REGISTRY refuses the push; the repository must exist, and this user must be allowed to push to it'],
  [500, 'REGISTRY has failed; try again later, or look at its log'],
])('says what to do about the answer %d', async (refusal, reason) => {
  registry.refusal = refusal;

  const { stderr, exitCode } = await fixture.command(['--only', 'backend', '--push', registry.address]);

  expect(stderr.split('\n')[0]).toContain(`: ${reason.replaceAll('REGISTRY', registry.address)}`);
  expect(exitCode).toBe(1);
  expect((await fixture.tags()).filter((tag) => tag.startsWith(registry.address))).toEqual([]);
});

test('says that nothing listens', async () => {
  const { address } = registry;
  await registry.stop();

  await expect(build({ only: 'backend', push: address })).rejects.toThrow(
    `nothing listens at ${address}; is the registry running?`,
  );
});

test('makes one reference of several platforms, each of which has passed', async () => {
  const { stdout } = await execa('docker', ['buildx', 'inspect']);
  // Both run on one machine without QEMU.
  expect(stdout).toContain('linux/386');
  await fixture.write('backend', {
    from: 'ARG BUSYBOX_IMAGE\nFROM --platform=linux/amd64 busybox:1.37 AS base\nFROM scratch\nCOPY --from=base / /',
  });

  const { images, pushed } = await build({
    only: 'backend',
    preset: 'todo-app',
    platforms: ['linux/amd64', 'linux/386'],
  });

  const { repository, tag } = images[0]!.targets[0]!;
  const index = registry.manifest(`${repository}:${tag}`);
  expect(images.map(({ platform, passed }) => [platform, passed])).toEqual([
    ['linux/amd64', true],
    ['linux/386', true],
  ]);
  expect(index.manifests!.map(({ platform }) => platform.architecture)).toEqual(['amd64', '386']);
  expect(index.manifests!.map(({ digest }) => digest)).toEqual(pushed.slice(0, 2).map(({ digest }) => digest));
  expect(pushed.at(-1)).toEqual({
    reference: `${registry.address}/${repository}:${tag}`,
    digest: registry.tags.get(`${repository}:${tag}`),
  });
});

function build(options: BuildOptions = {}) {
  return buildImages(fixture.presets, { ...fixture.options, push: registry.address, ...options });
}
