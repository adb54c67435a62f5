import fc from 'fast-check';
import { chartFiles } from '../../../chart/chart-files.ts';
import { ChartError, type Program } from '../../../chart/index.ts';
import { shapeOf } from '../../../chart/shape.ts';
import { validOverrides } from '../../../chart/testing.ts';
import type { Helm } from '../helm.ts';
import { programs } from './arbitrary.ts';
import type { ProgramDescription } from './description.ts';
import { programFrom } from './from-typescript.ts';
import { type Cases, casesOf, type Difference, differences } from './law.ts';
import { typescriptOf } from './typescript.ts';

/** What became of a program. */
export type Verdict =
  | { readonly is: 'equal' }
  | { readonly is: 'refused'; readonly message: string }
  /** Something else than a ChartError. */
  | { readonly is: 'crashed'; readonly error: Error }
  | { readonly is: 'different'; readonly difference: Difference };

export interface TrialOptions {
  readonly helms: readonly Helm[];
  readonly seed: number;
  /** How many values files each program is tried with. */
  readonly count: { readonly valid: number; readonly invalid: number };
}

/** Compiles programs and renders those that compile, all in few runs of Helm. */
export async function tryPrograms(
  descriptions: readonly ProgramDescription[],
  options: TrialOptions,
): Promise<Verdict[]> {
  const compiled = new Map<Program, Cases>();
  const verdicts = descriptions.map((description, i): Verdict & { program?: Program } => {
    const result = compile(description, `p${i}`);
    if ('is' in result) return result;
    compiled.set(result, casesOf(result, options.count, options.seed));
    return { is: 'equal', program: result };
  });
  const found = new Map((await differences(compiled, options.helms)).reverse().map((each) => [each.program, each]));
  return verdicts.map(({ program, ...verdict }) => {
    const difference = program && found.get(program);
    return difference === undefined ? verdict : { is: 'different', difference };
  });
}

function compile(description: ProgramDescription, name: string): Program | Verdict {
  try {
    const program = programFrom(typescriptOf(description, name));
    chartFiles(program);
    return program;
  } catch (error) {
    if (error instanceof ChartError) return { is: 'refused', message: error.message };
    return { is: 'crashed', error: error as Error };
  }
}

/** The smallest program that fails in the same way, with values that show it. */
export async function shrink(
  description: ProgramDescription,
  verdict: Verdict,
  options: TrialOptions,
): Promise<{ description: ProgramDescription; verdict: Verdict }> {
  const count = { valid: Math.max(options.count.valid, 20), invalid: options.count.invalid };
  const helms = verdict.is === 'different' ? options.helms.filter(({ name }) => name === verdict.difference.helm) : [];
  let smallest = { description, verdict };
  const property = fc.asyncProperty(programs(), async (smaller) => {
    const [now] = (await tryPrograms([smaller], { ...options, helms, count })) as [Verdict];
    if (!isAlike(now, verdict)) return;
    smallest = { description: smaller, verdict: now };
    throw new Error(now.is);
  });
  await fc.check(property, { examples: [[description]], numRuns: 1, interruptAfterTimeLimit: SHRINK_LIMIT });
  return smallest.verdict.is === 'different'
    ? {
        ...smallest,
        verdict: { is: 'different', difference: await smallerValues(smallest.verdict.difference, helms, options.seed) },
      }
    : smallest;
}

/** Milliseconds. What is found by then is small enough to read. */
const SHRINK_LIMIT = 120_000;

function isAlike(verdict: Verdict, other: Verdict): boolean {
  if (verdict.is === 'crashed' && other.is === 'crashed') return verdict.error.message === other.error.message;
  if (verdict.is === 'refused' && other.is === 'refused') return stemOf(verdict.message) === stemOf(other.message);
  if (verdict.is === 'different' && other.is === 'different') return outcomes(verdict) === outcomes(other);
  return verdict.is === other.is;
}

/** Of which kinds the two sides of a difference are. */
function outcomes({ difference }: Extract<Verdict, { is: 'different' }>): string {
  return [difference.plain, difference.rendered].flatMap((rendered) => Object.keys(rendered)).join();
}

async function smallerValues(first: Difference, helms: readonly Helm[], seed: number): Promise<Difference> {
  let smallest = first;
  const property = fc.asyncProperty(validOverrides(shapeOf(first.program.values)), async (values) => {
    const [found] = await differences(new Map([[first.program, { valid: [values], invalid: [] }]]), helms);
    if (found === undefined) return;
    smallest = found;
    throw new Error('different');
  });
  await fc.check(property, { seed, numRuns: 100, interruptAfterTimeLimit: SHRINK_LIMIT });
  return smallest;
}

/** What a refusal is about: its message without the values and places in it. */
export function stemOf(message: string): string {
  return (
    STEMS.find((stem) => message.includes(stem)) ??
    message.replace(/"(?:[^"\\]|\\.)*"/g, '"..."').replace(/values\.[\w.[\]]+/g, 'values.x')
  );
}

const STEMS: readonly string[] = [
  ...['asks about an element of', 'looks into', 'before a spread map in one branch and after it'],
  ...['from two elements of one list', 'outside of its list', 'outside of its map', 'outside of that list'],
  ...['at once; make one of them a list', 'keys made from elements stand beside the key'],
  ...[
    'has a sha256 inside a longer text',
    'has a sha256 of an element',
    'NOTES.txt has a sha256',
    'has a sha256 as a key',
  ],
  ...[
    'which the compiler keeps for itself',
    'depends on more than 1024 combinations',
    'is left out when nothing is in it',
    'is null by default',
  ],
  ...['build fails for values that the schema allows', 'build fails for values that a rule refuses'],
];
