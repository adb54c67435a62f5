import fc from 'fast-check';
import { ChartError, manifests } from '../chart/index.ts';
import type { JsonObject } from '../chart/json.ts';
import { obeyRules } from '../chart/obey-rules.ts';
import { shapeOf } from '../chart/shape.ts';
import { invalidOverrides, validOverrides } from '../chart/testing.ts';
import { programs } from '../scripts/programs.ts';
import { helmBinaries } from './support/helm.ts';
import { byName, ManyCases } from './support/parity.ts';

const CASES = Number(process.env.PARITY_CASES ?? 500);
const SEED = Number(process.env.PARITY_SEED ?? 1);
const release = { name: 'parity', namespace: 'space' };

describe.each(programs.map((program) => ({ name: program.name, program })))('$name', ({ program }) => {
  const shape = shapeOf(program.values);
  let many: ManyCases;

  beforeAll(async () => {
    many = await ManyCases.of(program);
  });
  afterAll(() => many?.close());

  test(`helm template and manifests() give the same objects for ${CASES} generated values files`, async () => {
    const cases = fc
      .sample(validOverrides(shape), { numRuns: CASES, seed: SEED })
      .map((values) => obeyRules(program.rules ?? [], shape, values) ?? {});

    for (const helm of await helmBinaries()) {
      for (let start = 0; start < cases.length; start += 100) {
        const batch = cases.slice(start, start + 100);
        const rendered = await many.render(helm, batch, release);
        batch.forEach((values, i) => {
          expect({ values, objects: byName(rendered[i]!) }).toEqual({
            values,
            objects: byName(manifests(program, { values, release })),
          });
        });
      }
    }

    expect(new Set(cases.map((values) => JSON.stringify(values))).size).toBeGreaterThan(CASES * 0.9);
  });

  test('what the schema refuses, both refuse', async () => {
    const cases = fc.sample(invalidOverrides(shape), { numRuns: 300, seed: SEED });

    for (const helm of await helmBinaries()) {
      const problems = await many.problems(helm, cases);
      cases.forEach((values, i) => {
        expect({ values, helm: problems[i] !== undefined, manifests: !isTaken(values) }).toEqual({
          values,
          helm: true,
          manifests: true,
        });
      });
    }
  });

  function isTaken(values: JsonObject): boolean {
    try {
      manifests(program, { values, release });
      return true;
    } catch (error) {
      if (error instanceof ChartError) return false;
      throw error;
    }
  }
});
