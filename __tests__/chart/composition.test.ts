import { z } from 'zod';
import { chartFiles } from '../../chart/chart-files.ts';
import { ChartError, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import { yamlBlock } from '../../chart/yaml-writer.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { byName } from '../support/parity.ts';
import { configOf, expectParity } from '../support/small-program.ts';
import { storeNamed } from '../support/store-program.ts';

let helms: Helm[];
let charts: ChartDirectory;

beforeAll(async () => {
  helms = await helmBinaries();
});
beforeEach(async () => {
  charts = await ChartDirectory.make();
});
afterEach(() => charts.close());

const store = storeNamed('store');

describe('a written chart in an umbrella chart', () => {
  const umbrella = async (
    dependencies: readonly JsonObject[],
    programs: readonly Program[],
    values: JsonObject = {},
  ) => {
    await charts.file(
      'umbrella/Chart.yaml',
      yamlBlock({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0', dependencies: [...dependencies] }),
    );
    await charts.file('umbrella/values.yaml', yamlBlock(values));
    for (const program of programs) await charts.chart(program, `umbrella/charts/${program.name}`);
  };
  const dependency = (name: string, more: JsonObject = {}): JsonObject => ({
    name,
    version: '*',
    repository: '',
    ...more,
  });

  test('works under an alias, with a condition, and with global values', async () => {
    await umbrella([dependency('store', { alias: 'cache', condition: 'cache.on,wanted' })], [store], { wanted: false });
    const values = { size: 9, labels: { app: null, b: 'c' } };
    const global = { region: 'us', zone: 'z', imageRegistry: 'example.com', deep: { a: [null] } };
    await charts.file('on.yaml', yamlBlock({ wanted: true, cache: values, global }));

    const plain = byName(manifests(store, { release: RELEASE, values: { ...values, global } }));

    expect(Object.keys(plain)).toEqual(['ConfigMap store-a', 'ConfigMap store-b']);
    for (const helm of helms) {
      expect(await charts.objects(helm, 'umbrella')).toEqual({});
      expect(await charts.objects(helm, 'umbrella', '-f', 'on.yaml')).toEqual(plain);
    }
  });

  test('works beside others, and twice, without mixing up named templates', async () => {
    const programs = [store, storeNamed('store-a'), storeNamed('a', { rules: [] })];
    const twice = [dependency('store', { alias: 'first' }), dependency('store', { alias: 'second' })];
    await umbrella([...twice, dependency('store-a'), dependency('a')], programs);
    const values: Record<string, JsonObject> = {
      first: { name: 'first', size: 50 },
      second: { name: 'second', note: null, extra: 'x' },
      'store-a': { name: 'third', global: { zone: 'own' } },
      a: { name: 'fourth', size: 51, labels: {} },
    };
    const global = { region: 'us' };
    await charts.file('values.yaml', yamlBlock({ ...values, global }));

    const plain = Object.entries(values).flatMap(([key, own]) => {
      const program = programs.find(({ name }) => name === key) ?? store;
      return manifests(program, { release: RELEASE, values: mergeFiles(own, { global }) });
    });

    expect(plain).toHaveLength(8);
    const defined = programs.flatMap((program) => definitionsIn(program));
    expect(new Set(defined).size).toBe(defined.length);
    expect(definitionsIn(store)).toContain('store.json');
    for (const helm of helms)
      expect(await charts.objects(helm, 'umbrella', '-f', 'values.yaml')).toEqual(byName(plain));
  });

  test('refuses wrong values there in its own words', async () => {
    await umbrella([dependency('store', { alias: 'cache' })], [store]);

    for (const helm of helms) {
      const wrong = await charts.template(helm, 'umbrella', '--set=cache.sizes=1');
      expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/cache:\n.*sizes/s) });
      const broken = await charts.template(helm, 'umbrella', '--set=cache.size=51');
      expect(broken.stderr).toContain('size (51) must be at most 50: there is no more room');
    }
  });
});

describe('global', () => {
  const given = { a: 5, other: { deep: [1] }, box: { c: 'd', b: 6 } };
  const inner = { a: z.int().default(1), box: z.object({ b: z.int().default(2) }).prefault({}) };

  test.each<[string, Program]>([
    ['does not declare it', configOf({}, () => ({}))],
    [
      'declares an object',
      configOf({ global: z.object(inner).prefault({}) }, ({ global }) => ({ ab: `${global.a} ${global.box.b}` })),
    ],
    [
      'declares a map',
      configOf({ global: z.record(z.string(), z.unknown()).default({}) }, ({ global }) => ({ ...global })),
    ],
    ['declares anything', configOf({ global: z.unknown().default({}) }, ({ global }) => ({ global }))],
  ])('reaches a chart whose schema %s, whatever else is in it', async (_, program) => {
    await charts.chart(program);
    await charts.file('values.yaml', yamlBlock({ global: given }));
    // Helm gives an empty one to every subchart.
    const cases = [{ global: {} }, { global: given }];

    const plain = byName(manifests(program, { release: RELEASE, values: { global: given } }));

    await expectParity(program, cases);
    for (const helm of helms) expect(await charts.objects(helm, 'demo', '-f', 'values.yaml')).toEqual(plain);
  });

  test('that is wrong where it is declared is refused', async () => {
    await charts.chart(store);

    expect(() => manifests(store, { release: RELEASE, values: { global: { region: 1, other: 2 } } })).toThrow(
      new ChartError('global.region is 1; expected a string'),
    );
    for (const helm of helms) {
      const { stderr } = await charts.template(helm, 'store', '--set=global.region=1,global.other=2');
      expect(stderr).toMatch(/global[./]region/);
      expect(stderr).not.toMatch(/other/);
    }
  });
});

function definitionsIn(program: Program): string[] {
  const text = chartFiles(program).files.get('templates/_helpers.tpl')!;
  return [...text.matchAll(/define "([^"]+)"/g)].map(([, name]) => name!);
}
