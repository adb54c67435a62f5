import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  /** Where npm was called. @default - an empty directory */
  readonly directory?: string;
  /** Sends Ctrl-C as soon as this is printed. @default - it runs to its end */
  readonly interruptAt?: string;
  /** Called with each part of the output. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command of this repository as npm does, without npm: `scripts/NAME.ts`. Colours and terminals are absent. */
export async function runScript(
  name: string,
  args: readonly string[],
  { env = {}, directory, interruptAt, onOutput }: ScriptOptions = {},
): Promise<ScriptRun> {
  const own = directory === undefined ? await mkdtemp(join(tmpdir(), 'called-from-')) : undefined;
  try {
    const child = execa(process.execPath, ['--import', 'tsx', `scripts/${name}.ts`, ...args], {
      cwd: ROOT,
      reject: false,
      stdin: 'ignore',
      env: { NO_COLOR: '1', INIT_CWD: directory ?? own!, ...env },
    });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      onOutput?.(String(text));
      const before = printed;
      printed += text;
      if (interruptAt !== undefined && printed.includes(interruptAt) && !before.includes(interruptAt))
        child.kill('SIGINT');
    });
    const { stdout, stderr, exitCode } = await child;
    return { stdout, stderr, exitCode };
  } finally {
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  }
}
