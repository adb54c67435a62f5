import {
  type BuildResult,
  type BuiltImage,
  buildImage,
  type OnStep,
  pushImages,
} from '../../scripts/build/build-images.ts';
import { type BuildOptions, planBuild } from '../../scripts/build/plan.ts';
import type { Preset } from '../../values/presets.ts';

/** Builds, checks, tags and pushes the images of the presets, as the commands do it step by step. */
export async function buildImages(
  presets: readonly Preset[],
  { onStep, ...options }: BuildOptions & { readonly onStep?: OnStep } = {},
): Promise<BuildResult> {
  const plan = await planBuild(presets, options);
  const images: BuiltImage[] = [];
  for (const image of plan.images) images.push(await buildImage(plan, image, onStep));
  return { images, ...(await pushImages(plan, images, onStep)) };
}
