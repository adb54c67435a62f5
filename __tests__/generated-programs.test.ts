import fc from 'fast-check';
import { z } from 'zod';
import { type Helm, helmBinaries, runHelm } from './support/helm.ts';
import { programs } from './support/programs/arbitrary.ts';
import type { ProgramDescription } from './support/programs/description.ts';
import { programFrom } from './support/programs/from-typescript.ts';
import { differences } from './support/programs/law.ts';
import { reportOf } from './support/programs/report.ts';
import { Statistics } from './support/programs/statistics.ts';
import { shrink, tryPrograms, type Verdict } from './support/programs/trial.ts';
import { typescriptOf } from './support/programs/typescript.ts';
import { Umbrella } from './support/programs/umbrella.ts';
import { configOf } from './support/small-program.ts';

const PROGRAMS = 100;
const SEED = 1;
const BATCH = 25;

/** What programs are refused for that do nothing which is known to be refused: the compiler's limits. */
const LIMITS = [
  'looks into',
  'asks about an element of',
  'at once; make one of them a list',
  'before a spread map in one branch and after it',
  'outside of its list',
  'is null by default',
  'keys made from elements stand beside the key',
];

describe(`${PROGRAMS} random programs`, () => {
  const statistics = new Statistics();
  const descriptions = fc.sample(programs(), { numRuns: PROGRAMS, seed: SEED });
  const verdicts: Verdict[] = [];
  let helms: Helm[];

  beforeAll(async () => {
    helms = await helmBinaries();
    for (let start = 0; start < PROGRAMS; start += BATCH) {
      const batch = descriptions.slice(start, start + BATCH);
      verdicts.push(...(await tryPrograms(batch, { helms, seed: SEED, count: { valid: 6, invalid: 2 } })));
    }
    descriptions.forEach((description, i) => void statistics.add(description, verdicts[i]!));
  });

  test('give the same objects in both worlds, or are refused by the compiler', async () => {
    const failed = descriptions.findIndex((_, i) => ['different', 'crashed'].includes(verdicts[i]!.is));
    const options = { helms, seed: SEED, count: { valid: 6, invalid: 2 } };
    const smallest = failed === -1 ? undefined : await shrink(descriptions[failed]!, verdicts[failed]!, options);

    expect(smallest && reportOf(smallest.description, smallest.verdict)).toBeUndefined();
  });

  test('mostly compile where they ought to, and are refused for known limits alone', () => {
    expect(statistics.compiled).toBeGreaterThan(0.75);
    expect([...statistics.tameRefusals.keys()].filter((stem) => !LIMITS.includes(stem))).toEqual([]);
  });

  test('have every kind of code in them', () => {
    const rare = [...EVERY_KIND].filter((kind) => (statistics.reached.get(kind) ?? 0) < 2);

    expect(rare).toEqual([]);
  });

  test('are charts that helm lint --strict finds nothing in', async () => {
    const plain = descriptions.filter((each, i) => verdicts[i]!.is === 'equal' && hasPlainNames(each)).slice(0, 8);
    const compiled = plain.map((each, i) => programFrom(typescriptOf(each, `p${i}`)));
    const umbrella = await Umbrella.of(compiled);

    for (const helm of helms) {
      const { exitCode, stdout } = await runHelm(helm.path, [
        ...['lint', '--strict'],
        ...compiled.map(({ name }) => umbrella.chart(name)),
      ]);
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    }

    expect(compiled).toHaveLength(8);
    await umbrella.close();
  });
});

describe('a difference', () => {
  test('is found where a chart has another object', async () => {
    const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n';
    const program = configOf({ on: z.boolean().default(true) }, () => ({}), { templates: { 'other.yaml': object } });

    const found = await differences(new Map([[program, { valid: [{}], invalid: [] }]]), await helmBinaries());

    expect(found.map(({ helm }) => helm)).toEqual(['helm 4', 'helm 3']);
  });

  test('is shown by a small program', () => {
    const hashes = (program: ProgramDescription) => typescriptOf(program).includes('sha256(');
    const large = fc.sample(programs(), { numRuns: 50, seed: SEED }).filter(hashes);

    const smallest = large.map(
      (program) =>
        fc.check(
          fc.property(programs(), (each) => !hashes(each)),
          { examples: [[program]] },
        ).counterexample![0]!,
    );

    expect(new Set(smallest.map((program) => typescriptOf(program).split('\n').length < 20))).toEqual(new Set([true]));
  });
});

const EVERY_KIND = [
  ...['template', 'choose', 'coalesce', 'object', 'list', 'map', 'from entries', 'hash', 'condition', 'undefined'],
  ...['spread entries', 'optional entries', 'entries behind &&', 'spread items', 'optional items'],
  ...['map over list', 'map over entries', 'map over keys', 'map over values', 'if', 'for', 'let', 'push', 'assign'],
  ...['destructure', 'is true', 'is set', 'has items', 'has keys', 'is option', 'not', 'and', 'or'],
  ...['nullable schema', 'optional schema', 'quantity schema', 'opaque schema', 'enum schema', 'map schema'],
];

/** Whether no name of an object is made of values: those are no names to Kubernetes, and lint says so. */
function hasPlainNames({ build }: ProgramDescription): boolean {
  return build.every(
    (statement) =>
      statement.kind !== 'for' && (statement.kind !== 'if' || statement.yes.every(({ kind }) => kind !== 'for')),
  );
}
