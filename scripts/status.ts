import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { findAddress } from './apply/access.ts';
import { Cluster } from './cluster.ts';
import { clusterFailure } from './cluster-failure.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type InstallationOptions, installation } from './installation.ts';
import { Minikube } from './minikube.ts';
import { runCommand } from './run-command.ts';
import { collectStatus, type Status } from './status/collect-status.ts';
import { statusLines } from './status/status-lines.ts';

const USAGE = `npm run status -- [options]

How the release is, on one screen: its pods, scaling and addresses, the images
that run against those that the source is built to, what is not as the release
has it, how old credentials and certificates are, and what is wrong.

${INSTALLATION_USAGE}
  --json             for machines
  --help             this text

Exits with 0 when the release is deployed and all its pods are ready, else 1.`;

/** Runs `status` for a command line. Sets the exit code. */
export async function statusCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'status', json: args.includes('--json') }, async ({ signal }) => {
    const { values } = parseArgs({
      args: [...args],
      options: { ...INSTALLATION_OPTIONS, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help === true) console.log(USAGE);
    else await status(values, signal);
  });
}

async function status(
  options: InstallationOptions & { readonly context?: string; readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const which = installation(options);
  const cluster = await Cluster.connect({ context: options.context, signal });
  try {
    const minikube = new Minikube(cluster.context, signal);
    const found = await collectStatus({
      cluster,
      installation: which,
      signal,
      addresses: async () => {
        const { namespace } = which;
        return (await findAddress({ cluster, namespace, minikube, tunnels: false, timeout: 3000, signal })).tried;
      },
    });
    const isLive = process.stdout.isTTY === true;
    if (options.json === true) console.log(JSON.stringify({ ok: isWell(found), ...found }, null, 2));
    else console.log(statusLines(found, new Date(), pc.createColors(isLive && pc.isColorSupported)).join('\n'));
    if (!isWell(found)) process.exitCode = 1;
  } catch (error) {
    throw clusterFailure('look at the release', error);
  }
}

function isWell({ revision, pods }: Status): boolean {
  return revision?.status === 'deployed' && pods.length > 0 && pods.every(({ ready }) => ready);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await statusCommand(process.argv.slice(2));
