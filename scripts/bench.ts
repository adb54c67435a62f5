import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Growth } from './bench-compile.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = 5;

/**
 * How long synth of everything takes, against a file that loads the same packages in the same way and does nothing.
 * Both are run in turn, so that a busy machine slows both; the figures are medians.
 */
export async function bench(): Promise<{ readonly synth: number; readonly imports: number; readonly ratio: number }> {
  const out = await mkdtemp(join(tmpdir(), 'bench-'));
  const synth: number[] = [];
  const imports: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      imports.push(await timed(['scripts/bench-imports.ts']));
      synth.push(await timed(['main.ts', '--out', out]));
    }
  } finally {
    await rm(out, { recursive: true });
  }
  return { synth: median(synth), imports: median(imports), ratio: median(synth) / median(imports) };
}

/** How compiling grows with the number of programs and of flags; in a process of its own. */
export async function growth(): Promise<Growth> {
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', 'scripts/bench-compile.ts'], { cwd: ROOT });
  return JSON.parse(stdout) as Growth;
}

/** Seconds that a TypeScript file takes to run. */
async function timed(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await execa(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT });
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** `1: 20.1 ms each (1.0), 10: ...`, with the ratio to the first. */
function list(figures: Readonly<Record<number, number>>, unit: string): string {
  const [first] = Object.values(figures);
  return Object.entries(figures)
    .map(([count, figure]) => `${count}: ${figure.toFixed(1)} ${unit} (${(figure / first!).toFixed(1)})`)
    .join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { synth, imports, ratio } = await bench();
  console.log(
    `synth of everything ${synth.toFixed(2)} s, imports alone ${imports.toFixed(2)} s: ratio ${ratio.toFixed(1)}`,
  );
  const { perProgram, flags, memory } = await growth();
  console.log(`programs of two objects in one process: ${list(perProgram, 'ms each')}`);
  console.log(`one object with optional keys: ${list(flags, 'ms')}`);
  console.log(`memory after all of these: ${memory.toFixed(0)} MiB`);
}
