import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { forgetAll, forgetfulMaps } from './forgetful.ts';
import { Mutants } from './mutants.ts';
import { remembering } from './remembered-helm.ts';
import { endTests, loadedTests, loadTests, provideJest } from './small-jest.ts';

/** What a worker is told to do. */
export type Order =
  | { readonly kind: 'tests' }
  /** Runs the tests until one fails. `mostHits`: with more of them the mutant is taken to run for ever. */
  | { readonly kind: 'mutant'; readonly id: number; readonly tests: readonly number[]; readonly mostHits: number };

/** What it says. */
export type Report =
  | { readonly kind: 'ready'; readonly tests: number; readonly static: readonly string[] }
  | { readonly kind: 'test'; readonly index: number }
  | {
      readonly kind: 'tested';
      readonly index: number;
      readonly name: string;
      readonly seconds: number;
      readonly failure: string | undefined;
      /** How often it came to each mutant. */
      readonly hits: Record<string, number>;
    }
  /** `by`: the test that fails; `isSpoiled`: it fails without the mutant too, because of what has run before. */
  | { readonly kind: 'done'; readonly by?: number; readonly failure?: string; readonly isSpoiled?: boolean };

/** What the instrumented files count in. */
interface Stryker {
  currentTestId?: string | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

const counts: Stryker = {};
const mutants = new Mutants(process.env.COUNT_HITS === '1');
/** The one that is on from the very start. */
const first = process.env.FIRST_MUTANT === undefined ? undefined : Number(process.env.FIRST_MUTANT);
mutants.switchOn(first);
Object.assign(globalThis, { __stryker__: counts, mutants, ...forgetfulMaps });
Object.assign(globalThis, { remembering: remembering(join(process.cwd(), 'helm')) });

const withoutMutant = async (action: () => Promise<void>) => {
  const { active } = mutants;
  const { currentTestId } = counts;
  counts.currentTestId = undefined;
  mutants.switchOn(first);
  await action();
  counts.currentTestId = currentTestId;
  mutants.switchOn(active);
};
provideJest(withoutMutant);
for (const file of process.argv.slice(2)) {
  await loadTests(file, () => import(pathToFileURL(join(process.cwd(), file)).href));
}

const say = (report: Report) => process.send!(report);
process.on('message', async (order: Order) => {
  if (order.kind === 'tests') await testAll();
  else say({ kind: 'done', ...(await firstFailure(order)) });
});
process.on('disconnect', () => void endTests().finally(() => process.exit()));
say({ kind: 'ready', tests: loadedTests().length, static: Object.keys(counts.mutantCoverage?.static ?? {}) });

/** Each test, without a mutant. */
async function testAll(): Promise<void> {
  for (const index of loadedTests().keys()) {
    counts.currentTestId = `t${index}`;
    const started = performance.now();
    const failure = await failureOf(index);
    const seconds = (performance.now() - started) / 1000;
    const hits = counts.mutantCoverage?.perTest[counts.currentTestId] ?? {};
    say({ kind: 'tested', index, name: loadedTests()[index]!.name, seconds, failure, hits });
  }
  counts.currentTestId = undefined;
  say({ kind: 'done' });
}

async function firstFailure({ id, tests, mostHits }: Order & { kind: 'mutant' }) {
  try {
    for (const index of tests) {
      mutants.switchOn(id, mostHits);
      say({ kind: 'test', index });
      const failure = await failureOf(index);
      if (failure === undefined) continue;
      mutants.switchOn(first);
      say({ kind: 'test', index });
      return { by: index, failure, isSpoiled: first === undefined && (await failureOf(index)) !== undefined };
    }
    return {};
  } finally {
    mutants.switchOn(first);
  }
}

async function failureOf(index: number): Promise<string | undefined> {
  forgetAll();
  try {
    await loadedTests()[index]!.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
