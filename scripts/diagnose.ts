import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { Cluster } from './cluster.ts';
import { clusterFailure } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { collectRelease } from './diagnosis/diagnose-release.ts';
import { type Diagnosis, diagnosisLines } from './diagnosis/diagnosis-lines.ts';
import type { Finding } from './diagnosis/finding.ts';
import { withImages } from './diagnosis/image-facts.ts';
import { requireRelease } from './diagnosis/require-release.ts';
import { loadSnapshot, saveSnapshot } from './diagnosis/saved-snapshot.ts';
import { secondOpinions, TOOL_NAMES } from './diagnosis/second-opinions.ts';
import type { Snapshot } from './diagnosis/snapshot.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type InstallationOptions, installation } from './installation.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run diagnose -- [options]

Says what is wrong with a release, whoever has installed it: each cause once,
with what shows it, what follows from it, how to fix it, and a command that
checks it again. Changes nothing. Reads the cluster once, and no secret.

${INSTALLATION_USAGE}
  --save FILE        write what was read to a file, without any secret
  --snapshot FILE    diagnose such a file, without a cluster
  --ai               add what k8sgpt, kubectl-ai or kagent say, if they are on
                     PATH; they get the text of the findings
  --json             for machines
  --help             this text

Exits with 0 when nothing is wrong, 1 when something is that waiting does not
help, or when it cannot be found out, 2 for wrong usage, 3 when all that is
wrong may still get well by itself, 130 after Ctrl-C.`;

const WIDTH = 80;

interface Options extends InstallationOptions {
  readonly context?: string;
  readonly save?: string;
  readonly snapshot?: string;
  readonly ai?: boolean;
  readonly json?: boolean;
}

/** Runs `diagnose` for a command line. Sets the exit code. */
export async function diagnoseCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'diagnose', json: args.includes('--json') }, async ({ signal }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...INSTALLATION_OPTIONS,
        save: { type: 'string' },
        snapshot: { type: 'string' },
        ai: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) console.log(USAGE);
    else await run(values, signal);
  });
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { snapshot, context } = options.snapshot === undefined ? await read(options, signal) : await load(options);
  const findings = diagnose(snapshot);
  if (options.save !== undefined) await saveSnapshot(options.save, { ...snapshot, context });
  const { namespace, release = '' } = snapshot;
  const opinions =
    options.ai === true
      ? await secondOpinions({ namespace, context, isContextNamed: options.context !== undefined, findings, signal })
      : undefined;
  tell({ release, namespace, context, findings, snapshot, opinions }, options);
  process.exitCode = exitCodeOf(findings);
}

/** Of a cluster. */
async function read(options: Options, signal: AbortSignal): Promise<{ snapshot: Snapshot; context: string }> {
  const { namespace, release } = installation(options);
  const cluster = await Cluster.connect({ context: options.context, signal });
  try {
    const collected = await collectRelease(cluster, { namespace, release, context: options.context });
    await requireRelease(cluster, collected, release);
    return { snapshot: await withImages(collected, cluster.context, signal), context: cluster.context };
  } catch (error) {
    throw clusterFailure('diagnose the release', error);
  }
}

/** Of a file. */
async function load(options: Options): Promise<{ snapshot: Snapshot; context: string }> {
  const others = (['preset', 'context', 'namespace', 'release', 'save'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (others.length > 0)
    throw new CommandError(`--snapshot and --${others[0]} exclude each other: the file says what it is of`, {
      exitCode: 2,
    });
  if (options.ai === true)
    throw new CommandError('--snapshot and --ai exclude each other: those tools look at the cluster themselves', {
      exitCode: 2,
    });
  const snapshot = await loadSnapshot(options.snapshot!);
  return { snapshot, context: snapshot.context ?? '' };
}

function tell(diagnosis: Diagnosis, { json }: Options): void {
  const { release, namespace, context, findings, snapshot, opinions } = diagnosis;
  if (json === true) {
    const { now, unreadable = [] } = snapshot;
    const document = { ok: findings.length === 0, release, namespace, context, time: now, findings, unreadable };
    console.log(JSON.stringify({ ...document, ...(opinions === undefined ? {} : { opinions }) }, null, 2));
  } else {
    const isTerminal = process.stdout.isTTY === true;
    const width = isTerminal ? Math.min(process.stdout.columns ?? WIDTH, WIDTH) : WIDTH;
    console.log(diagnosisLines(diagnosis, width, pc.createColors(isTerminal && pc.isColorSupported)).join('\n'));
  }
  if (opinions?.length === 0) console.error(`--ai: none of ${TOOL_NAMES.join(', ')} is on PATH`);
}

function exitCodeOf(findings: readonly Finding[]): number {
  if (findings.some(({ severity }) => severity === 'fatal')) return 1;
  return findings.length === 0 ? 0 : 3;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await diagnoseCommand(process.argv.slice(2));
