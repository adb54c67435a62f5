import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChartError, type Program } from '../../chart/index.ts';
import { CoverageError, checkLaw, LawError, type LawReport } from '../../chart/testing.ts';
import { programs as presets } from '../../scripts/programs.ts';
import { smallPrograms } from '../programs/all.ts';
import { helmPaths } from '../support/helm.ts';

export interface ParityOptions {
  /** Generated values files of all programs together. @default 4000 */
  readonly cases?: number;
  /** @default - another one each time */
  readonly seed?: number;
  /** Name of the only program. @default - all */
  readonly program?: string;
}

/** How large a program's part of the cases is: presets have most of what there is to reach. */
const PRESET_PARTS = 2;

/**
 * Checks the law over all programs, with Helm 4 and Helm 3, and tells what was reached.
 *
 * @returns whether it holds
 */
export async function testParity({ cases = 4000, seed = randomSeed(), program }: ParityOptions): Promise<boolean> {
  const started = performance.now();
  const parts = partsOf(program);
  const sum = parts.reduce((total, { size }) => total + size, 0);
  const helm = await helmPaths();
  const reports: LawReport[] = [];
  let [differing, unreached, refused] = [0, 0, 0];
  for (const { program, size } of parts) {
    const count = Math.ceil((cases * size) / sum);
    try {
      const onProgress = (done: number) => showProgress(`${program.name}: ${done} of ${count} cases`);
      const report = await checkLaw(program, { helm, cases: count, seed, onProgress });
      reports.push(report);
      showProgress('');
      console.log(`${program.name}: ${figures(report)}\n${details(report)}\n`);
    } catch (error) {
      showProgress('');
      if (error instanceof LawError) differing++;
      else if (error instanceof CoverageError) unreached++;
      else if (error instanceof ChartError) refused++;
      else throw error;
      console.log(`${program.name}: FAILED\n${error.message}\n`);
    }
  }
  const total = (of: (report: LawReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  const counted = [
    `${total((report) => report.cases)} cases`,
    `${total((report) => report.refused)} refused`,
    `${total((report) => report.renders)} renders`,
    `${differing} ${differing === 1 ? 'program differs' : 'programs differ'}`,
    ...(unreached > 0 ? [`${unreached} not reached everywhere`] : []),
    ...(refused > 0 ? [`${refused} not compiled`] : []),
    `${Math.round((performance.now() - started) / 1000)} s`,
  ];
  console.log(`${counted.join(', ')} (seed ${seed})`);
  return differing + unreached + refused === 0;
}

function partsOf(name: string | undefined): { program: Program; size: number }[] {
  const all = [
    ...smallPrograms.map((program) => ({ program, size: 1 })),
    ...presets.map((program) => ({ program: program as unknown as Program, size: PRESET_PARTS })),
  ];
  const chosen = all.filter(({ program }) => name === undefined || program.name === name);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`'${name}' is no program; expected one of ${all.map(({ program }) => program.name).join(', ')}`);
}

function figures({ cases, refused, leftOut, renders, seconds }: LawReport): string {
  const left = leftOut > 0 ? ` (${leftOut} left out)` : '';
  return `${cases} cases${left}, ${refused} refused, ${renders} renders, ${seconds.toFixed(1)} s`;
}

function details({ coverage: { lines, impossible, codeLeft } }: LawReport): string {
  const more = [
    ...impossible.map((each) => `  out of reach: ${each}`),
    ...(codeLeft.length > 0 ? [`  not run: ${codeLeft.join(', ')}`] : []),
  ];
  return [...lines.flatMap((line) => wrapped(line, LABEL)), ...more.flatMap((line) => wrapped(line, 4))]
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Lines of coverage begin with a label of this width. */
const LABEL = 9;

/** In lines that fit into a terminal of 80 columns, all but the first indented. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 78) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : ' '.repeat(indent) + word);
  }
  return lines;
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

let shownAt = 0;

/** One line that the next one replaces on a terminal; elsewhere a line every ten seconds. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '' && performance.now() - shownAt > 10_000) {
    shownAt = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

class UsageError extends Error {}

const USAGE = `npm run test:parity -- [options]

Checks the law: for every values file, helm template and manifests() give the
same objects, or both refuse it. For both presets and all small programs, with
Helm 4 and Helm 3.

  --cases N        generated values files of all programs together (4000)
  --seed N         repeats a run (another one each time)
  --program NAME   only this program
  --help           this text`;

function parse(args: readonly string[]): ParityOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      seed: { type: 'string' },
      program: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help !== true) {
    return {
      cases: wholeNumber('--cases', values.cases, 1),
      seed: wholeNumber('--seed', values.seed, 0),
      program: values.program,
    };
  }
  console.log(USAGE);
  return undefined;
}

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`${name} is '${text}'; expected a whole number of at least ${least}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const options = parse(process.argv.slice(2));
    if (options !== undefined && !(await testParity(options))) process.exitCode = 1;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isUsage) throw error;
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run test:parity -- --help`);
    process.exitCode = 2;
  }
}
