import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Listr, type ListrTask } from 'listr2';
import { type Preset, presets } from '../values/presets.ts';
import { type BuildResult, type BuiltImage, buildImage, type OnStep, pushImages } from './build/build-images.ts';
import { type BuildOptions, type Component, planBuild } from './build/plan.ts';
import { reportJson, reportText } from './build/report.ts';
import { CommandError } from './command-error.ts';
import { cut } from './cut.ts';
import { Interrupted, interruptible } from './process.ts';

const USAGE = `npm run build -- [options]

Builds the images of the backend and the frontend, measures them against their
gates, and tags them. What has not changed is not built again.

  --preset NAME            only the tags of this preset
  --only NAME              only backend or frontend
  --push REGISTRY          push them, and print their digests
  --platform LIST          such as linux/amd64,linux/arm64; several need --push
  --backend-context DIR    your own backend, built by docker/backend/Dockerfile
  --frontend-context DIR   your own frontend, likewise
  --json                   for machines
  --help                   this text

Exits with 0 when all gates have passed, 1 when one has failed or something
cannot be built or pushed, 2 for wrong usage, 130 after Ctrl-C.`;

const WIDTH = 80;

/**
 * Builds for a command line and says what came of it. Sets the exit code.
 *
 * @param defaults what holds where the command line says nothing
 */
export async function buildCommand(
  presets: readonly Preset[],
  args: readonly string[],
  defaults: BuildOptions = {},
): Promise<void> {
  const json = args.includes('--json');
  try {
    const options = parse(args);
    if (options === undefined) {
      console.log(USAGE);
      return;
    }
    const result = await interruptible((signal) =>
      buildWithProgress(presets, { ...defaults, ...options, signal }, json),
    );
    console.log(json ? reportJson(result) : reportText(result, new Date()));
    if (!result.ok) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof Interrupted)) throw error;
    const { message, exitCode } = error;
    const details = error instanceof CommandError ? error.details : [];
    if (json) console.log(JSON.stringify({ ok: false, images: [], pushed: [], error: { message, details } }, null, 2));
    console.error([message, ...details.map((line) => `  ${line}`)].join('\n'));
    process.exitCode = exitCode;
  }
}

async function buildWithProgress(
  presets: readonly Preset[],
  options: BuildOptions,
  json: boolean,
): Promise<BuildResult> {
  const plan = await planBuild(presets, options);
  const images: BuiltImage[] = [];
  let result: BuildResult = { images, pushed: [], ok: true };
  const tasks: ListrTask[] = [
    ...plan.images.map((image) => ({
      title: plan.images.length > 2 ? `${image.name} ${image.platform}` : image.name,
      task: async (_: unknown, task: { output: string; title: string }) => {
        const built = await buildImage(plan, image, onStep(task, json));
        images.push(built);
        task.title += `: ${built.outcome}${built.passed ? '' : ', fails its gates'}`;
      },
    })),
    {
      title: 'push',
      enabled: () => plan.push !== undefined,
      skip: () => images.some(({ passed }) => !passed),
      task: async (_: unknown, task: { output: string; title: string }) => {
        result = { images, ...(await pushImages(plan, images, onStep(task, json))) };
      },
    },
  ];
  await new Listr(tasks, {
    concurrent: false,
    renderer: json || !process.stdout.isTTY ? 'silent' : 'default',
    rendererOptions: { showErrorMessage: false },
    // Ctrl-C ends the programs and cleans up first.
    registerSignalListeners: false,
  }).run();
  return { ...result, images, ok: images.every(({ passed }) => passed) };
}

/** On a terminal what goes on is one line that changes; elsewhere each step is a line, without what it says. */
function onStep(task: { output: string; title: string }, json: boolean): OnStep {
  let last = '';
  return (step, said) => {
    const isLive = process.stdout.isTTY;
    const isTold = said !== undefined && (isLive || step === 'gates' || step === 'push');
    // What a step says is news; of its own text, the beginning tells it apart.
    const line = cut(isTold ? `${cut(step, WIDTH / 2)}: ${said}` : step, WIDTH);
    if (isLive) task.output = line;
    else if (!json && line !== last) console.log(cut(`${task.title}: ${line}`, WIDTH));
    last = line;
  };
}

/** @returns undefined for --help */
function parse(args: readonly string[]): BuildOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        preset: { type: 'string' },
        only: { type: 'string' },
        push: { type: 'string' },
        platform: { type: 'string' },
        'backend-context': { type: 'string' },
        'frontend-context': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return undefined;
    const { preset, only, push, platform, 'backend-context': backend, 'frontend-context': frontend } = values;
    return {
      ...(preset === undefined ? {} : { preset }),
      ...(only === undefined ? {} : { only: only as Component }),
      ...(push === undefined ? {} : { push }),
      ...(platform === undefined ? {} : { platforms: [...new Set(platform.split(','))] }),
      contexts: {
        ...(backend === undefined ? {} : { backend: given(backend) }),
        ...(frontend === undefined ? {} : { frontend: given(frontend) }),
      },
    };
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new CommandError(`${message}; see npm run build -- --help`, { exitCode: 2, cause: error });
  }
}

/** A path as it was given, seen from where npm was called. */
function given(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCommand(presets, process.argv.slice(2));
