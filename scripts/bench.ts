import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

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

/** Seconds that a TypeScript file takes to run. */
async function timed(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await execa(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT });
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { synth, imports, ratio } = await bench();
  console.log(
    `synth of everything ${synth.toFixed(2)} s, imports alone ${imports.toFixed(2)} s: ratio ${ratio.toFixed(1)}`,
  );
}
