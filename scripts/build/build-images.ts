import type { Image } from '../docker.ts';
import { CONTENT_LABEL } from './content-tag.ts';
import { gateRecord } from './gate-record.ts';
import { type Gate, type Measurement, measureImage, type Sizes } from './gates.ts';
import type { BuildPlan, Component, ImagePlan, ImageTarget } from './plan.ts';
import { sourceRevision } from './source-revision.ts';

export interface BuiltImage {
  readonly name: Component;
  readonly platform: string;
  readonly id: string;
  /** The tag by content, in the repositories of all targets. */
  readonly contentTag: string;
  readonly targets: readonly ImageTarget[];
  /** What it is called in the engine, `repository:tag`; without the targets' tags where a gate has failed. */
  readonly tags: readonly string[];
  /** `unchanged`: the engine had it, and nothing was built. */
  readonly outcome: 'built' | 'unchanged';
  /** How long the build took, without the gates. */
  readonly seconds: number;
  readonly sizes: Sizes;
  readonly gates: readonly Gate[];
  /** Whether it has passed all gates. */
  readonly passed: boolean;
  /** When the gates were measured: an image that has passed them is not measured again. */
  readonly measuredAt: Date;
}

/** What a registry holds now. */
export interface PushedImage {
  readonly reference: string;
  readonly digest: string;
}

export interface BuildResult {
  readonly images: readonly BuiltImage[];
  readonly pushed: readonly PushedImage[];
  /** Whether all images have passed all gates. */
  readonly ok: boolean;
}

/** Called with what goes on, and with what that says. */
export type OnStep = (step: string, said?: string) => void;

/** Bytes, uncompressed. */
const MAX_SIZE: Readonly<Record<Component, number>> = { backend: 200e6, frontend: 240e6 };

/** Builds one image of a plan, unless the engine has it already, and holds it against the gates. */
export async function buildImage(plan: BuildPlan, image: ImagePlan, onStep?: OnStep): Promise<BuiltImage> {
  const { docker } = plan;
  const started = performance.now();
  const contentTags = image.targets.map(({ repository }) => `${repository}:${image.contentTag}`);
  const existing = await findBuilt(plan, image, contentTags);
  const built = existing ?? (await build(plan, image, contentTags, onStep));
  const seconds = (performance.now() - started) / 1000;
  const { gates, sizes, at } = await measure(plan, image, built, onStep);
  const passed = gates.every((gate) => gate.passed);
  // In the engine, a preset's tag is for the engine's own platform, or for the only one that was asked for.
  const isOwn = image.platform === plan.platform || plan.images.every(({ platform }) => platform === image.platform);
  const presetTags = passed && isOwn ? image.targets.map(({ repository, tag }) => `${repository}:${tag}`) : [];
  const tags = [...contentTags, ...presetTags];
  for (const tag of tags) if (!built.tags.includes(tag)) await docker.tag(built.id, tag);
  return {
    name: image.name,
    platform: image.platform,
    id: built.id,
    contentTag: image.contentTag,
    targets: image.targets,
    tags,
    outcome: existing === undefined ? 'built' : 'unchanged',
    seconds,
    sizes,
    gates,
    passed,
    measuredAt: at,
  };
}

/** The image with one of the tags, if it is the one that the tag was made for. */
async function findBuilt({ docker }: BuildPlan, image: ImagePlan, tags: readonly string[]): Promise<Image | undefined> {
  for (const tag of tags) {
    const found = await docker.tryFindImage(tag);
    if (found?.labels[CONTENT_LABEL] === image.contentTag) return found;
  }
  return undefined;
}

async function build(
  { docker }: BuildPlan,
  image: ImagePlan,
  tags: readonly string[],
  onStep: OnStep | undefined,
): Promise<Image> {
  const { commit, epoch } = await sourceRevision(image.context);
  await docker.build({
    dockerfile: image.dockerfile,
    context: image.context,
    tags,
    platform: image.platform,
    buildArgs: { ...image.buildArgs, REVISION: commit ?? '', SOURCE_DATE_EPOCH: String(epoch) },
    labels: {
      [CONTENT_LABEL]: image.contentTag,
      'org.opencontainers.image.version': image.version,
      'org.opencontainers.image.created': new Date(epoch * 1000).toISOString(),
      ...(commit === undefined ? {} : { 'org.opencontainers.image.revision': commit }),
    },
    onStep,
  });
  const built = await docker.tryFindImage(tags[0]!);
  if (built === undefined) throw new Error(`'docker buildx build' has succeeded, and the engine has no ${tags[0]}`);
  return built;
}

async function measure(
  plan: BuildPlan,
  image: ImagePlan,
  built: Image,
  onStep: OnStep | undefined,
): Promise<Measurement> {
  const maxSize = MAX_SIZE[image.name];
  const { platform, secrets } = image;
  const record = gateRecord(plan.record, { maxSize, platform, secrets });
  const before = await record.find(built.id);
  if (before !== undefined) return before;
  const measurement = await measureImage(plan.docker, built, {
    platform,
    maxSize,
    secrets,
    onStep: (line) => onStep?.('gates', line),
  });
  if (measurement.gates.every(({ passed }) => passed)) await record.add(built.id, measurement);
  return measurement;
}

/** Pushes the images, if all of them have passed; several platforms become one reference for each target. */
export async function pushImages(
  { docker, push }: BuildPlan,
  images: readonly BuiltImage[],
  onStep?: OnStep,
): Promise<Pick<BuildResult, 'pushed' | 'ok'>> {
  const ok = images.every(({ passed }) => passed);
  const pushed: PushedImage[] = [];
  if (push === undefined || !ok) return { pushed, ok };

  async function pushOne(id: string, reference: string): Promise<void> {
    onStep?.('push', reference);
    await docker.tag(id, reference);
    try {
      pushed.push({ reference, digest: await docker.push(reference) });
    } finally {
      // It was needed to push by; the engine's own tags stay.
      await docker.untag(reference);
    }
  }

  for (const [name, platforms] of byName(images)) {
    for (const { repository, tag } of platforms[0]!.targets) {
      const names = platforms.map(({ contentTag }) => `${push}/${repository}:${contentTag}`);
      for (const [i, { id }] of platforms.entries()) await pushOne(id, names[i]!);
      const reference = `${push}/${repository}:${tag}`;
      if (platforms.length === 1) await pushOne(platforms[0]!.id, reference);
      else {
        onStep?.('push', `${reference} of the ${name}, for ${platforms.map(({ platform }) => platform).join(', ')}`);
        pushed.push({ reference, digest: await docker.pushIndex(reference, names) });
      }
    }
  }
  return { pushed, ok };
}

function byName(images: readonly BuiltImage[]): Map<Component, BuiltImage[]> {
  const groups = new Map<Component, BuiltImage[]>();
  for (const image of images) groups.set(image.name, [...(groups.get(image.name) ?? []), image]);
  return groups;
}
