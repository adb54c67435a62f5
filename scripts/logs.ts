import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BACKEND, DATABASE, FRONTEND } from '../constructs/labels.ts';
import { Cluster } from './cluster.ts';
import { clusterFailure } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type InstallationOptions, installation } from './installation.ts';
import { LogOutput } from './logs/log-output.ts';
import { logSources, silentContainers } from './logs/log-source.ts';
import { followLogs, type LogsOptions, readLogs, readPods } from './logs/read-logs.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run logs -- [options]

What the pods of a release have logged, merged by time. Each line begins with
the pod's short name.

${INSTALLATION_USAGE}
  --component NAME   only backend, frontend or database
  --previous         of the last runs that have ended, as after a crash
  --since TIME       only of the last 30s, 5m, 1h30m
  --follow           go on until Ctrl-C, also with pods that start later
  --json             a JSON object for each line
  --help             this text`;

const COMPONENTS = [BACKEND, FRONTEND, DATABASE].map(({ component }) => component);

/** Runs `logs` for a command line. Sets the exit code. */
export async function logsCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'logs', json: false }, async ({ signal }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...INSTALLATION_OPTIONS,
        component: { type: 'string' },
        previous: { type: 'boolean' },
        since: { type: 'string' },
        follow: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) console.log(USAGE);
    else await logs(values, signal);
  });
}

interface CommandOptions extends InstallationOptions {
  readonly context?: string;
  readonly component?: string;
  readonly previous?: boolean;
  readonly since?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

async function logs(options: CommandOptions, signal: AbortSignal): Promise<void> {
  const { release, namespace } = installation(options);
  const { component, previous = false, follow = false } = options;
  if (component !== undefined && !COMPONENTS.includes(component))
    throw wrong(`--component is '${component}'; expected one of ${COMPONENTS.join(', ')}`);
  if (previous && follow) throw wrong('--previous and --follow exclude each other: what has ended does not go on');
  const since = options.since === undefined ? undefined : seconds(options.since);

  const ending = AbortSignal.any([signal, readerGone()]);
  // Ctrl-C is how following ends, and no failure: the cluster must not throw then.
  const cluster = await Cluster.connect({ context: options.context, ...(follow ? {} : { signal }) });
  const what: LogsOptions = { cluster, namespace, release, component, previous, since, signal: ending };
  const output = new LogOutput(options.json === true);
  try {
    const pods = await readPods(what);
    if (pods.length === 0) tellAbsence(what, cluster.context, follow);
    if (!previous)
      for (const { prefix, reason } of pods.flatMap(silentContainers)) console.error(`${prefix} has no log: ${reason}`);
    output.expect(pods.flatMap((pod) => logSources(pod, previous)).map(({ prefix }) => prefix));
    if (follow) await followLogs(what, (line) => output.write(line));
    else for (const line of await readLogs(pods, what)) output.write(line);
    if (previous && output.count === 0) console.error('there is no log of an earlier run');
  } catch (error) {
    if (ending.aborted && (follow || !signal.aborted)) return;
    throw clusterFailure('read the logs', error);
  }
}

/** @throws CommandError where nobody waits for pods */
function tellAbsence({ release, namespace, component }: LogsOptions, context: string, follow: boolean): void {
  const what = component === undefined ? 'pods' : `pods of the ${component}`;
  const line = `release '${release}' in namespace '${namespace}' of context '${context}' has no ${what}`;
  if (!follow) throw new CommandError(`${line}: is it deployed? See npm run status`);
  console.error(`${line} yet`);
}

/** Aborted when nobody reads any more, as `head` does after some lines. */
function readerGone(): AbortSignal {
  const controller = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(error);
  });
  return controller.signal;
}

/** @throws CommandError for what is no time */
function seconds(text: string): number {
  const [, hours, minutes, rest] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const all = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
  if (all === 0) throw wrong(`--since is '${text}'; expected a time such as 30s, 5m or 1h30m`);
  return all;
}

function wrong(message: string): CommandError {
  return new CommandError(message, { exitCode: 2 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await logsCommand(process.argv.slice(2));
