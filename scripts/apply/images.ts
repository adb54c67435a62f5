import type { JsonObject } from '../../chart/json.ts';
import { isObject } from '../../chart/json.ts';
import type { Preset } from '../../values/presets.ts';
import type { Values } from '../../values/schema.ts';
import { type BuiltImage, buildImage, pushImages } from '../build/build-images.ts';
import { type BuildOptions, type BuildPlan, COMPONENTS, type Component, planBuild } from '../build/plan.ts';
import { CommandError } from '../command-error.ts';
import { Docker } from '../docker.ts';
import { type Loading, loadImage } from './load-image.ts';
import type { NodeImages } from './node-images.ts';
import { done, type StepResult, skipped, type Tell } from './step.ts';

export interface ImagesOptions {
  readonly preset: Preset;
  /** What the user sets, without a profile's. */
  readonly given: JsonObject;
  /** All values, before the images are known. */
  readonly values: Values;
  /** Where the images are pushed to. @default - nowhere */
  readonly registry?: string | undefined;
  /** The nodes that the images are loaded into. @default - none: what runs there has to pull them */
  readonly nodes?: NodeImages | undefined;
  /** Look only. @default false */
  readonly dryRun?: boolean;
  readonly build?: Pick<BuildOptions, 'directory' | 'record' | 'contexts'>;
  readonly signal?: AbortSignal | undefined;
  readonly tell: Tell;
}

export interface ImagesResult extends StepResult {
  /** Values that name the images that were built. */
  readonly values: JsonObject;
  /** Images that were built, by the reference that the pods get. */
  readonly built: ReadonlyMap<Component, string>;
}

/** Whether the user says which image a component runs: it is neither built nor loaded then. */
export function isGiven(given: JsonObject, component: Component): boolean {
  const tier = given[component];
  const image = isObject(tier) ? tier.image : undefined;
  return (
    isObject(image) &&
    ['registry', 'repository', 'tag', 'digest'].some((key) => (image[key] ?? undefined) !== undefined)
  );
}

/**
 * Builds the images that the user has not named, and brings them to where the pods find them, under a tag that their
 * content decides: what has changed is rolled out, and a rollback gets the former image back.
 *
 * @throws CommandError for an image that does not pass its gates, or does not get into a node or a registry
 */
export async function provideImages(options: ImagesOptions): Promise<ImagesResult> {
  const { given, nodes, registry, tell } = options;
  const own = COMPONENTS.filter((component) => !isGiven(given, component));
  const notes: string[] = [];
  const docker = new Docker(options.signal);
  const built = await buildOwn(options, own);
  if (registry !== undefined) {
    const digests = options.dryRun === true ? new Map() : await push(options, built);
    const values = Object.fromEntries(
      [...digests].map(([component, digest]) => [component, { image: { registry, digest } }]),
    );
    return result(
      options,
      built,
      values,
      [...digests.keys()].map((component) => `${component} pushed`),
      notes,
    );
  }
  const did: string[] = [];
  if (nodes !== undefined) {
    for (const { name, id, tags } of built) {
      const loading = await load(options, docker, { reference: tags[0]!, id }, tell);
      if (loading !== 'there') did.push(`${name} ${loading}`);
    }
    did.push(...(await loadOthers(options, docker, notes)));
  }
  const values = Object.fromEntries(built.map(({ name, contentTag }) => [name, { image: { tag: contentTag } }]));
  return result(options, built, values, did, notes);
}

function result(
  { given, dryRun }: ImagesOptions,
  built: readonly Own[],
  values: JsonObject,
  did: readonly string[],
  notes: readonly string[],
): ImagesResult {
  const named = COMPONENTS.filter((component) => isGiven(given, component));
  const fresh = built.filter(({ outcome }) => outcome === 'built');
  const happened = [...fresh.map(({ name }) => `${name} ${dryRun === true ? 'to be built' : 'built'}`), ...did];
  const tags = built.map(({ name, contentTag }) => `${name} ${contentTag}`);
  const taken = named.map((component) => `${component} as given`);
  const rest = {
    notes,
    values,
    built: new Map(built.map(({ name, tags }) => [name, tags[0]!])),
  };
  if (happened.length === 0) return { ...skipped(`unchanged: ${[...tags, ...taken].join(', ')}`), ...rest };
  return { ...done(`${happened.join(', ')}: ${[...tags, ...taken].join(', ')}`), ...rest };
}

type Own = Pick<BuiltImage, 'name' | 'id' | 'tags' | 'contentTag' | 'outcome'> & { readonly image?: BuiltImage };

async function buildOwn(options: ImagesOptions, own: readonly Component[]): Promise<Own[]> {
  if (own.length === 0) return [];
  const plan = await planOwn(options, own);
  const images: Own[] = [];
  for (const planned of plan.images) {
    const { name, contentTag, targets } = planned;
    if (options.dryRun === true) {
      const reference = `${targets[0]!.repository}:${contentTag}`;
      const there = await plan.docker.tryFindImage(reference);
      images.push({ name, contentTag, id: there?.id ?? '', tags: [reference], outcome: there ? 'unchanged' : 'built' });
    } else {
      const image = await buildImage(plan, planned, (step, said) =>
        options.tell(`${name}: ${said === undefined ? step : `${step}: ${said}`}`),
      );
      requirePassed(image);
      images.push({ ...image, image });
    }
  }
  return images;
}

function planOwn({ preset, build, registry, signal }: ImagesOptions, own: readonly Component[]): Promise<BuildPlan> {
  const [only, ...more] = own;
  return planBuild([preset], {
    ...build,
    preset: preset.name,
    ...(more.length > 0 ? {} : { only: only! }),
    ...(registry === undefined ? {} : { push: registry }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function requirePassed({ name, gates }: BuiltImage): void {
  const failed = gates.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  throw new CommandError(`the image of the ${name} fails its gates: ${failed.map((gate) => gate.name).join(', ')}`, {
    details: failed.map((gate) => `${gate.name}: ${gate.measured}, expected ${gate.limit}`),
  });
}

/** @returns the digests that the registry has given them */
async function push(options: ImagesOptions, built: readonly Own[]): Promise<Map<Component, string>> {
  const digests = new Map<Component, string>();
  for (const { name, image } of built) {
    const { pushed } = await pushImages(await planOwn(options, [name]), [image!], (_, said) =>
      options.tell(`pushing ${said ?? name}`),
    );
    digests.set(name, pushed.at(-1)!.digest);
  }
  return digests;
}

async function load(
  { nodes, dryRun }: ImagesOptions,
  docker: Docker,
  wanted: { readonly reference: string; readonly id: string },
  tell: Tell,
): Promise<Loading> {
  if (dryRun !== true) return loadImage(nodes!, docker, wanted, tell);
  return (await nodes!.without(wanted.reference)).length === 0 ? 'there' : 'loaded';
}

/**
 * The database's image, and those that were named: what the engine has is loaded, so that nothing is pulled; what a node
 * may not pull has to be there.
 */
async function loadOthers(options: ImagesOptions, docker: Docker, notes: string[]): Promise<string[]> {
  const { values, given, nodes, tell } = options;
  const others = [
    ...(values.database.enabled ? [{ what: 'database', image: values.database.image, isNamed: false }] : []),
    ...COMPONENTS.filter((component) => isGiven(given, component)).map((component) => ({
      what: component,
      image: values[component].image,
      isNamed: true,
    })),
  ];
  const did: string[] = [];
  for (const { what, image, isNamed } of others) {
    const reference = imageName(image);
    if (image.digest !== null || (await nodes!.without(reference)).length === 0) continue;
    if (image.pullPolicy === 'Never' && isNamed) {
      throw new CommandError(
        `${reference} of the ${what} is in no node, and its pullPolicy is Never; load it with 'minikube image load ${reference}', or set ${what}.image.pullPolicy to IfNotPresent`,
      );
    }
    const there = isNamed ? undefined : await docker.tryFindImage(reference);
    if (there === undefined) notes.push(`${reference} of the ${what} is pulled by the node`);
    else if ((await load(options, docker, { reference, id: there.id }, tell)) !== 'there') did.push(`${what} loaded`);
  }
  return did;
}

/** As the pods name it. */
function imageName({ registry, repository, tag, digest }: Values['database']['image']): string {
  const name = registry === null ? repository : `${registry}/${repository}`;
  return digest === null ? `${name}:${tag}` : `${name}@${digest}`;
}
