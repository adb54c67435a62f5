import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cluster } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { type ProcessResult, runProcess } from '../process.ts';
import type { Gate, GateWork } from './gate.ts';
import { requireCommands } from './readme-commands.ts';
import type { Report } from './report/report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WITHIN = 15 * 60;
/** In this order, as the README has them. */
const COMMANDS = ['npm ci && npm run synth', 'npm run --silent build', 'npm run --silent apply'] as const;
/** What a copy differs in. */
const PRIVATE = ['backend', 'frontend'].flatMap((tier) => ['--set', `${tier}.service.type=ClusterIP`]);

/** Does in an empty clone what the README says. */
export const reproducibilityGate: Gate = {
  number: 10,
  name: 'Reproducibility',
  limit: `a clone gives the same bytes and tags, and passes gates 2-4; ${WITHIN / 60} min`,
  isDisruptive: false,
  async run(work) {
    const { release, record, signal, tell, defer } = work;
    const started = performance.now();
    const directory = await mkdtemp(join(tmpdir(), 'todo-infra-'));
    defer(() => rm(directory, { recursive: true, force: true }));
    const clone = join(directory, 'clone');
    tell('cloning the commit');
    const commit = (await run(work, ROOT, ['git', 'rev-parse', 'HEAD'])).stdout.trim();
    const changed = (await run(work, ROOT, ['git', 'status', '--porcelain', '--untracked-files=no'])).stdout.trim();
    if (
      !record.require(
        changed === '',
        'files differ from the commit, so that a clone of it is something else; commit them',
        ...changed.split('\n').slice(0, 10),
      )
    )
      return '';
    await run(work, ROOT, ['git', 'clone', '--quiet', '--no-hardlinks', ROOT, clone]);
    await run(work, clone, ['git', 'checkout', '--quiet', '--detach', commit]);
    requireCommands(await readFile(join(clone, 'README.md'), 'utf8'), COMMANDS);

    const { preset } = release.installation;
    tell(COMMANDS[0]);
    await run(work, clone, ['npm', 'ci']);
    await run(work, clone, ['npm', 'run', 'synth']);
    const differs = (await run(work, clone, ['git', 'status', '--porcelain'])).stdout.trim();
    // What is made of other bytes tells nothing more.
    if (!record.require(differs === '', 'synth gives other bytes in a clone', ...differs.split('\n').slice(0, 10)))
      return '';

    tell(COMMANDS[1]);
    const built = await run(work, clone, ['npm', 'run', '--silent', 'build', '--', '--preset', preset.name, '--json']);
    const tags = builtTags(built.stdout);
    const here = await tagsHere(work);
    for (const [component, tag] of here)
      record.require(
        tags.get(component) === tag,
        `the ${component} is built to ${tags.get(component)} in a clone, expected ${tag}`,
      );
    record.evidence(`content tags: ${[...tags].map(([component, tag]) => `${component} ${tag}`).join(', ')}`);

    const namespace = `validate-${randomBytes(4).toString('hex')}`;
    const context = release.cluster.context;
    const where = ['--preset', preset.name, '--context', context, '--namespace', namespace];
    defer(() => removeNamespace(context, namespace));
    tell(COMMANDS[2]);
    await run(work, clone, [
      'npm',
      'run',
      '--silent',
      'apply',
      '--',
      ...where,
      '--yes',
      '--json',
      ...PRIVATE,
      ...pushedTo(release),
    ]);
    tell('gates 2-4 of the clone');
    const report = join(directory, 'report');
    const gates = ['npm', 'run', '--silent', 'validate', '--', ...where, '--gate', '2-4', '--report', report, '--json'];
    await run(work, clone, [...gates, ...(work.quick ? ['--quick'] : [])], [0, 1]);
    const { gates: verdicts } = JSON.parse(await readFile(join(report, 'report.json'), 'utf8')) as Report;
    for (const { number, name, status, measured, evidence } of verdicts)
      if (status === 'failed') record.problem(`gate ${number} ${name} of the clone: ${measured}`, ...evidence);
      else record.evidence(`gate ${number} ${name} of the clone: ${measured}`);
    const seconds = (performance.now() - started) / 1000;
    record.figure({ name: 'clone to gate 4', value: seconds, unit: 's', limit: WITHIN });
    signal.throwIfAborted();
    return `same bytes, same tags, gates 2-4 pass in ${(seconds / 60).toFixed(1)} min`;
  },
};

/** A cluster that is not Minikube's pulls its images: the clone's come by the same registry. */
function pushedTo({ values }: GateWork['release']): string[] {
  const { registry } = values.backend.image;
  return registry === null ? [] : ['--registry', registry];
}

/** Runs a program in a directory. @throws CommandError where it ends with another code than these */
async function run(
  { signal }: GateWork,
  cwd: string,
  [program, ...args]: readonly string[],
  codes: readonly number[] = [0],
): Promise<ProcessResult> {
  // npm tells its children where it was called; here that is the clone.
  const result = await runProcess(program!, args, { cwd, signal, env: { INIT_CWD: cwd } });
  if (codes.includes(result.exitCode)) return result;
  throw new CommandError(`'${[program, ...args].join(' ')}' in a clone ends with ${result.exitCode}`, {
    details: (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-10),
  });
}

function builtTags(json: string): Map<string, string> {
  const { images } = JSON.parse(json) as { images: readonly { name: string; contentTag: string }[] };
  return new Map(images.map(({ name, contentTag }) => [name, contentTag]));
}

async function tagsHere({ release, signal }: GateWork): Promise<Map<string, string>> {
  const { planBuild } = await import('../build/plan.ts');
  const { preset } = release.installation;
  const { images } = await planBuild([preset], { preset: preset.name, signal });
  return new Map(images.map(({ name, contentTag }) => [name, contentTag]));
}

async function removeNamespace(context: string, namespace: string): Promise<void> {
  const cluster = await Cluster.connect({ context });
  try {
    await cluster.delete(`/api/v1/namespaces/${namespace}`);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
