import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ChartError, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { obeyRules } from '../../chart/obey-rules.ts';
import { shapeOf } from '../../chart/shape.ts';
import { invalidOverrides, validOverrides } from '../../chart/testing.ts';
import { helmBinaries } from './helm.ts';
import { byName, ManyCases } from './parity.ts';

const CASES = Number(process.env.PARITY_CASES ?? 500);
const SEED = Number(process.env.PARITY_SEED ?? 1);
const BATCH = 100;
const release = { name: 'parity', namespace: 'space' };

/** The law, for the chart in a directory or one that is written now: for every values file Helm's objects are those of manifests(), or both refuse it. */
export function testParity(program: Program, chart?: string): void {
  const shape = shapeOf(program.values);
  const rules = program.rules ?? [];
  let many: ManyCases;

  beforeAll(async () => {
    many = await ManyCases.of(program, chart);
  });
  afterAll(() => many?.close());

  test(`helm template gives the objects of manifests() for ${CASES} generated values files`, async () => {
    const generated = fc.sample(validOverrides(shape), { numRuns: CASES, seed: SEED });
    const cases = generated.map((values) => obeyRules(rules, shape, values) ?? {});
    const plain = cases.map((values) => byName(manifests(program, { values, release })));

    for (const helm of await helmBinaries()) {
      for (let start = 0; start < cases.length; start += BATCH) {
        const batch = cases.slice(start, start + BATCH);
        const rendered = await many.render(helm, batch, release);
        batch.forEach((values, i) => {
          const objects = byName(rendered[i]!);
          // The fast comparison first: jest's own takes longer than Helm.
          if (!isDeepStrictEqual(objects, plain[start + i]))
            expect({ values, objects }).toEqual({ values, objects: plain[start + i] });
        });
      }
    }

    expect(new Set(cases.map((values) => JSON.stringify(values))).size).toBeGreaterThan(CASES * 0.9);
  });

  test('what the schema refuses, both refuse', async () => {
    const cases = fc.sample(invalidOverrides(shape), { numRuns: 200, seed: SEED });

    for (const helm of await helmBinaries()) {
      const problems = await many.problems(helm, cases);
      const taken = cases.filter((values, i) => problems[i] === undefined || isTaken(values));
      expect(taken).toEqual([]);
    }
  });

  test('what a rule refuses, both refuse with the same words', async () => {
    const broken = fc
      .sample(validOverrides(shape), { numRuns: 200, seed: SEED })
      .map((values) => ({ values, words: problemsOf(values) }))
      .filter(({ words }) => words !== undefined)
      .slice(0, 10);

    for (const helm of await helmBinaries()) {
      for (const { values, words } of broken)
        expect({ values, words: await many.failure(helm, values) }).toEqual({ values, words });
    }

    expect(broken.length).toBeGreaterThan(rules.length === 0 ? -1 : 4);
  });

  function isTaken(values: JsonObject): boolean {
    return problemsOf(values) === undefined;
  }

  function problemsOf(values: JsonObject): string | undefined {
    try {
      manifests(program, { values, release });
      return undefined;
    } catch (error) {
      if (error instanceof ChartError) return error.message;
      throw error;
    }
  }
}
