import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FRONTEND } from '../../constructs/labels.ts';
import { CommandError } from '../command-error.ts';
import { StayingProcess } from '../staying-process.ts';
import type { ServiceObject, Way } from './addresses.ts';
import { type TriedAddress, type TryOptions, tryUrl } from './try-address.ts';

/** A program that opens an address for as long as it runs. */
export interface Tunnel {
  readonly way: Way;
  readonly program: string;
  readonly args: readonly string[];
  /** Where its address is in what it prints. */
  readonly pattern: RegExp;
}

export interface TunnelOptions {
  readonly context: string;
  readonly namespace: string;
  /** Name of Minikube's profile. @default - the cluster is none of Minikube */
  readonly profile?: string | undefined;
}

/** The tunnels that there may be to a Service, the best first. */
export async function tunnelsTo(
  { spec }: ServiceObject,
  { context, namespace, profile }: TunnelOptions,
): Promise<Tunnel[]> {
  const { port = 80 } = spec.ports[0] ?? {};
  const forward: Tunnel = {
    way: 'port-forward',
    program: 'kubectl',
    args: [
      ...['--context', context, '--namespace', namespace],
      ...['port-forward', `service/${FRONTEND.name}`, `${await freePort(8080)}:${port}`],
    ],
    pattern: /Forwarding from (127\.0\.0\.1:\d+)/,
  };
  if (profile === undefined || spec.type === 'ClusterIP') return [forward];
  const args = ['--profile', profile, 'service', FRONTEND.name, '--namespace', namespace, '--url'];
  return [{ way: 'minikube service', program: 'minikube', args, pattern: /https?:\/\/(\S+)/ }, forward];
}

export interface TriedTunnel {
  readonly result: TriedAddress;
  /** Opens it again, where the address is good and goes with the program. */
  readonly command?: string;
  /** Still runs: whoever asked for it stops it. */
  readonly child?: StayingProcess;
}

/**
 * Starts a tunnel and tries its address.
 *
 * @param open whether a good one stays open
 * @param end when all has to be over, as `Date.now` has it
 */
export async function tryTunnel(tunnel: Tunnel, open: boolean, options: TryOptions, end: number): Promise<TriedTunnel> {
  const { way, program, args, pattern } = tunnel;
  const { signal } = options;
  const left = AbortSignal.timeout(Math.max(1, end - Date.now()));
  const child = new StayingProcess(program, args);
  let isKept = false;
  try {
    const [, host] = (await child.find(pattern, signal === undefined ? left : AbortSignal.any([signal, left]))) ?? [];
    if (host === undefined) return { result: failed(way, firstLine((await child.ended).stderr)) };
    // Where no tunnel is needed, Minikube ends at once.
    if (way === 'minikube service') await Promise.race([child.ended, sleep(1000)]);
    const stays = child.isRunning ? 'command' : 'release';
    const url = `http://${host}/`;
    const result = { way, url, stays, ...(await tryUrl(url, options, end)) } as const;
    if (!result.isGood || stays === 'release') return { result };
    isKept = open;
    const command = [program, ...args].map(quoted).join(' ');
    return { result, command, ...(isKept ? { child } : {}) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CommandError) return { result: failed(way, error.message) };
    if (left.aborted) return { result: failed(way, 'it opens nothing in time') };
    throw error;
  } finally {
    if (!isKept) await child.stop();
  }
}

function failed(way: Way, answer: string): TriedAddress {
  return { way, url: '', stays: 'command', isGood: false, answer };
}

function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '') ?? 'it ends without a word';
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The port that one would choose, or another one where that is taken. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const listening = (port: number) =>
    new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
  if (!(await listening(wanted))) await listening(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
