import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Preset } from '../../values/presets.ts';
import { CommandError } from '../command-error.ts';
import { Docker } from '../docker.ts';
import { globalArguments, readBaseImages } from './base-images.ts';
import { contextEntries } from './build-context.ts';
import { contentTag } from './content-tag.ts';
import { type OwnSecrets, ownSecrets } from './secrets.ts';

export const COMPONENTS = ['backend', 'frontend'] as const;
export type Component = (typeof COMPONENTS)[number];

export interface BuildOptions {
  /** Name of one preset, whose tags the images get. @default - those of all */
  readonly preset?: string;
  /** @default - both */
  readonly only?: Component;
  /** A registry, perhaps with a path, that the images are pushed to. @default - they stay in the engine */
  readonly push?: string;
  /** For example `linux/arm64`. More than one needs `push`. @default - the engine's own */
  readonly platforms?: readonly string[];
  /** Somebody's own source, which is built by our Dockerfile. @default - `docker/backend` and `docker/frontend` */
  readonly contexts?: Partial<Readonly<Record<Component, string>>>;
  /** Where the Dockerfiles and `bases.env` are. @default - `docker/` of this repository */
  readonly directory?: string;
  /** Where passed gates are kept. @default - `node_modules/.cache/` of this repository */
  readonly record?: string;
  /** Ends all that runs when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A name that an image gets for a preset. */
export interface ImageTarget {
  readonly preset: string;
  readonly repository: string;
  readonly tag: string;
}

/** One image to build. */
export interface ImagePlan {
  readonly name: Component;
  readonly platform: string;
  readonly targets: readonly ImageTarget[];
  readonly version: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly contentTag: string;
  /** Those that decide the content. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Values that must not be in the image. */
  readonly secrets: OwnSecrets;
}

export interface BuildPlan {
  readonly docker: Docker;
  /** The engine's. */
  readonly platform: string;
  readonly images: readonly ImagePlan[];
  readonly push?: string;
  readonly record: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Finds out what there is to build; builds nothing.
 *
 * @throws CommandError for wrong options, missing files, and a Docker that cannot be used
 */
export async function planBuild(presets: readonly Preset[], options: BuildOptions = {}): Promise<BuildPlan> {
  const chosen = checkOptions(presets, options);
  const directory = options.directory ?? fromHere(join(ROOT, 'docker'));
  const docker = new Docker(options.signal);
  const platform = await docker.platform();
  const bases = await readBaseImages(join(directory, 'bases.env'));
  const names = COMPONENTS.filter((component) => (options.only ?? component) === component);
  const images = await Promise.all(
    names.map(async (name) => {
      const source = await readSource(name, directory, options);
      const platforms = options.platforms ?? [platform];
      return Promise.all(
        platforms.map((each) => planImage({ docker, name, platform: each, presets: chosen, bases, ...source })),
      );
    }),
  );
  const { push } = options;
  return {
    docker,
    platform,
    images: images.flat(),
    ...(push === undefined ? {} : { push }),
    record: options.record ?? join(ROOT, 'node_modules/.cache/todo-infra/gates.json'),
  };
}

function checkOptions(presets: readonly Preset[], { preset, only, push, platforms = [] }: BuildOptions): Preset[] {
  const wrong = (message: string) => new CommandError(message, { exitCode: 2 });
  const chosen = presets.filter(({ name }) => (preset ?? name) === name);
  if (chosen.length === 0)
    throw wrong(`'${preset}' is no preset; expected one of ${presets.map(({ name }) => name).join(', ')}`);
  if (only !== undefined && !COMPONENTS.includes(only))
    throw wrong(`--only is '${only}'; expected one of ${COMPONENTS.join(', ')}`);
  if (push !== undefined && !/^[a-z0-9][a-z0-9.-]*(?::\d+)?(?:\/[a-z0-9._-]+)*$/.test(push))
    throw wrong(`--push is '${push}'; expected a registry, such as ghcr.io/somebody or 127.0.0.1:5000`);
  const strange = platforms.find((platform) => !/^linux\/[a-z0-9]+(?:\/v\d+)?$/.test(platform));
  if (strange !== undefined) throw wrong(`--platform has '${strange}'; expected such as linux/amd64,linux/arm64`);
  if (platforms.length > 1 && push === undefined)
    throw wrong('several platforms need --push: in the Docker engine a tag names an image of one platform');
  return chosen;
}

interface Source {
  readonly context: string;
  readonly dockerfile: string;
  readonly text: string;
  readonly secrets: OwnSecrets;
}

async function readSource(name: Component, directory: string, { contexts = {} }: BuildOptions): Promise<Source> {
  const context = contexts[name] ?? join(directory, name);
  const dockerfile = join(directory, name, 'Dockerfile');
  const text = await readFile(dockerfile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new CommandError(`${dockerfile} is missing; expected the Dockerfile of the ${name} there`);
  });
  if (!(await stat(context).catch(() => undefined))?.isDirectory())
    throw new CommandError(`${context} is no directory; expected the source of the ${name}`);
  return { context, dockerfile, text, secrets: await ownSecrets(process.env, [ROOT, context]) };
}

async function planImage({
  docker,
  name,
  platform,
  presets,
  bases,
  text,
  ...source
}: Source & {
  docker: Docker;
  name: Component;
  platform: string;
  presets: readonly Preset[];
  bases: Readonly<Record<string, string>>;
}): Promise<ImagePlan> {
  const version = presets[0]!.appVersion;
  const declared = globalArguments(text);
  const used = Object.fromEntries(Object.entries(bases).filter(([argument]) => argument in declared));
  const buildArgs = { ...used, ...(/^ARG\s+VERSION\b/im.test(text) ? { VERSION: version } : {}) };
  const ids = await Promise.all(
    Object.values(used).map(async (reference) => [reference, (await docker.tryFindImage(reference))?.id] as const),
  );
  return {
    name,
    platform,
    targets: presets.map(({ name: preset, defaults }) => ({ preset, ...defaults[name].image })),
    version,
    dockerfile: source.dockerfile,
    context: source.context,
    contentTag: contentTag({
      context: await contextEntries(source.context, source.dockerfile),
      dockerfile: text,
      platform,
      buildArgs,
      bases: Object.fromEntries(ids.flatMap(([reference, id]) => (id === undefined ? [] : [[reference, id]]))),
    }),
    buildArgs,
    secrets: source.secrets,
  };
}

/** A path as short as it can be written. */
function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
