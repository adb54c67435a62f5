import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ScriptRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface ScriptOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The repository that is run from. @default - this one */
  readonly root?: string;
  /** Where npm was called. @default - an empty directory */
  readonly directory?: string;
  /** Sends Ctrl-C as soon as this is printed, or has happened. @default - it runs to its end */
  readonly interruptAt?: string | Promise<unknown>;
  /** Called with each part of the output. */
  readonly onOutput?: (text: string) => void;
}

/** Milliseconds that the programs of an interrupted command may take to end. */
const PATIENCE = 30_000;

/**
 * Runs a command of this repository as npm does, without npm. Colours and terminals are absent. Ctrl-C goes to all its
 * programs, as a terminal sends it.
 *
 * @throws where a program runs on after Ctrl-C
 */
export async function runScript(
  name: string,
  args: readonly string[],
  { env = {}, root = ROOT, directory, interruptAt, onOutput }: ScriptOptions = {},
): Promise<ScriptRun> {
  const own = directory === undefined ? await mkdtemp(join(tmpdir(), 'called-from-')) : undefined;
  try {
    const child = execa(process.execPath, ['scripts/run.mjs', name, ...args], {
      cwd: root,
      reject: false,
      stdin: 'ignore',
      detached: interruptAt !== undefined,
      env: { NO_COLOR: '1', INIT_CWD: directory ?? own!, ...env },
    });
    const group = -child.pid!;
    let isInterrupted = false;
    const interrupt = () => {
      isInterrupted = isRunning(group);
      if (isInterrupted) process.kill(group, 'SIGINT');
    };
    if (typeof interruptAt === 'object') void interruptAt.then(interrupt);
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      onOutput?.(String(text));
      printed += text;
      if (typeof interruptAt === 'string' && !isInterrupted && printed.includes(interruptAt)) interrupt();
    });
    const { stdout, stderr, exitCode } = await child;
    if (isInterrupted) await ended(group);
    return { stdout, stderr, exitCode };
  } finally {
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  }
}

async function ended(group: number): Promise<void> {
  for (const end = Date.now() + PATIENCE; isRunning(group); await sleep(50))
    if (Date.now() > end) throw new Error('a program runs on after Ctrl-C');
}

function isRunning(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}
