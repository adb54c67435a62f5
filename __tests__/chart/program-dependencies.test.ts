import fc from 'fast-check';
import { z } from 'zod';
import { chartFiles } from '../../chart/chart-files.ts';
import { defineProgram, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import { shapeOf } from '../../chart/shape.ts';
import { ManyCases } from '../../chart/testing/many-cases.ts';
import { validOverrides } from '../../chart/testing.ts';
import { yamlBlock } from '../../chart/yaml-writer.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { byName } from '../support/parity.ts';
import { addConfig, configOf, expectParity, programOf } from '../support/small-program.ts';
import { problemsOf, storeNamed, storeValues } from '../support/store-program.ts';

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

describe('a program that depends on programs', () => {
  const inner = defineProgram({
    name: 'inner',
    version: '2.0.0-rc.1',
    values: z.object({
      name: z.string().min(1).default('inner'),
      deep: z.object({ on: z.boolean().default(true), size: z.int().default(7) }).prefault({}),
    }),
    dependencies: [
      {
        program: storeNamed('deepest', { values: storeValues.extend({ on: z.boolean().default(false) }) }),
        alias: 'deep',
        condition: 'deep.on',
        values: { name: 'deep', note: 'of inner' },
      },
    ],
    build: (chart, values) => addConfig(chart, 'config', { size: `${values.deep.size}` }, `${values.name}-config`),
  });
  const shop = defineProgram({
    name: 'shop',
    version: '1.0.0',
    values: z.object({
      wanted: z.boolean().default(true),
      useInner: z.boolean().nullable(),
      store: z.object({ size: z.int().min(1).max(99).default(5) }).prefault({}),
      global: z.object({ region: z.string().default('asia') }).prefault({}),
    }),
    dependencies: [
      { program: store, condition: 'wanted' },
      { program: store, alias: 'bucket', tags: ['buckets', 'all'], values: { name: 'bucket', labels: { of: 'shop' } } },
      { program: inner, condition: 'useInner', tags: ['all'] },
    ],
    build: (chart, values) => {
      addConfig(chart, 'shop', { size: `${values.store.size}`, region: values.global.region });
    },
  }) as unknown as Program;
  const cases: JsonObject[] = [
    {},
    { wanted: false },
    { store: { name: 'other', note: null, labels: { app: null, x: 'y' }, extra: [] } },
    { store: { name: 's', global: { region: 'own', zone: 'own' } }, global: { zone: 'above', more: 1 } },
    { bucket: null, store: { name: 'other' } },
    { bucket: { name: 'b', note: null, labels: { app: null } } },
    { tags: { buckets: false } },
    { tags: { buckets: false, all: true } },
    { tags: { all: false } },
    { tags: { all: false }, useInner: true },
    { useInner: false },
    { useInner: null },
    { inner: { deep: { on: false } } },
    { inner: { deep: { note: null, size: 9, extra: { a: null, b: { c: null } } } } },
    { inner: { deep: { name: 'x', global: { zone: 'z' } } }, global: { region: 'us' } },
    { inner: null },
  ];

  test('has their charts in its own, without an alias, which Helm 3 loses', () => {
    const { files } = chartFiles(shop);

    expect([...files.keys()].filter((path) => path.endsWith('Chart.yaml'))).toEqual([
      'Chart.yaml',
      'charts/store/Chart.yaml',
      'charts/bucket/Chart.yaml',
      'charts/inner/Chart.yaml',
      'charts/inner/charts/deep/Chart.yaml',
    ]);
    expect(files.get('charts/store/Chart.yaml')).toContain('name: store\n');
    expect(files.get('Chart.yaml')).not.toContain('alias');
  });

  test.each(cases.map((values) => [JSON.stringify(values), values] as const))(
    'gives what Helm gives for %s, by itself and as a subchart that is there twice',
    async (_, values) => {
      await charts.chart(shop);
      await charts.file('values.yaml', yamlBlock(values));

      const plain = byName(manifests(shop, { release: RELEASE, values }));

      for (const helm of helms)
        expect({ [helm.name]: await charts.objects(helm, 'shop', '-f', 'values.yaml') }).toEqual({
          [helm.name]: plain,
        });
      // Helm takes tags from the top of the release alone.
      if (!('tags' in values)) await expectParity(shop, [values, {}]);
    },
  );

  test('gives what Helm gives for generated values, or both refuse', async () => {
    const below = (key: string, program: Program, more: fc.Arbitrary<JsonObject> = fc.constant({})) =>
      fc.option(fc.tuple(validOverrides(shapeOf(program.values)), more), { nil: null }).map((pair) => ({
        [key]: pair === null ? null : mergeFiles(...pair),
      }));
    const parts = [
      validOverrides(shapeOf(shop.values)),
      fc.oneof(
        fc.constant({}),
        below('store', store).filter(({ store }) => store !== null),
      ),
      fc.oneof(fc.constant({}), below('bucket', store)),
      fc.oneof(
        fc.constant({}),
        below(
          'inner',
          inner,
          below('deep', store).filter(({ deep }) => deep !== null),
        ),
      ),
    ];
    const all = fc.sample(
      fc.tuple(...parts).map((maps) => maps.reduce(mergeFiles, {})),
      { numRuns: 150, seed: 1 },
    );
    const valid = all.filter((values) => problemsOf(shop, values) === undefined);
    const expected = valid.map((values) => sorted(manifests(shop, { values, release: RELEASE })));

    const many = await ManyCases.of(shop);
    for (const helm of helms) {
      const rendered = await many.render(helm.path, valid, RELEASE);
      rendered.forEach(({ objects }, i) => {
        expect({ [helm.name]: valid[i], objects: sorted(objects) }).toEqual({
          [helm.name]: valid[i],
          objects: expected[i],
        });
      });
    }
    await many.close();
    expect(valid.length).toBeGreaterThan(50);
    expect(new Set(expected.map((objects) => objects.length)).size).toBeGreaterThan(3);
  });

  test.each<[JsonObject, string]>([
    [{ store: { sizes: 1 } }, 'store: sizes is not a value; did you mean size?'],
    [{ store: { size: 51 } }, 'store: size (51) must be at most 50: there is no more room'],
    [{ store: { size: 100 } }, 'store.size is 100; expected an integer from 1 to 99'],
    [{ bucket: { labels: { of: null } } }, 'bucket: labels.of is null; expected a string'],
    [{ bucket: 'text' }, 'bucket is "text"; expected a map or null'],
    [{ bucket: { name: null } }, 'bucket: name is missing; expected a string of at least 1 character'],
    [{ inner: { deep: { on: 'yes' } } }, 'inner: deep.on is "yes"; expected true or false'],
    [{ inner: { deep: { extra: null } } }, 'inner: deep: extra is missing; expected anything but null'],
    [{ tags: { all: null } }, 'tags.all is null; expected true or false'],
    [{ global: null }, 'global is missing; expected a map'],
    [{ global: { region: 1 } }, 'global.region is 1; expected a string'],
  ])('is refused by both for %j', async (values, message) => {
    await charts.chart(shop);
    await charts.file('values.yaml', yamlBlock(values));

    expect(problemsOf(shop, values)).toBe(message);
    for (const helm of helms) {
      const { exitCode } = await charts.template(helm, 'shop', '-f', 'values.yaml');
      expect({ [helm.name]: exitCode }).toEqual({ [helm.name]: 1 });
    }
  });

  test('reads tags of a nested one from the top of the release, over the defaults of the chart it is in', async () => {
    const middle = defineProgram({
      name: 'middle',
      version: '1.0.0',
      values: z.object({ tags: z.object({ x: z.boolean().default(false) }).prefault({}) }),
      dependencies: [{ program: store, tags: ['x'] }],
      build: (chart, values) => addConfig(chart, 'middle', { x: `${values.tags.x}` }),
    });
    const top = defineProgram({
      name: 'top',
      version: '1.0.0',
      values: z.object({}),
      dependencies: [{ program: middle }],
      build: () => {},
    });
    await charts.chart(top);
    const counts = [];

    for (const values of [{}, { tags: { x: true } }, { middle: { tags: { x: true } } }, { tags: { y: true } }]) {
      await charts.file('values.yaml', yamlBlock(values as JsonObject));
      const plain = byName(manifests(top, { values, release: RELEASE }));
      counts.push(Object.keys(plain).length);
      for (const helm of helms)
        expect({ [helm.name]: await charts.objects(helm, 'top', '-f', 'values.yaml') }).toEqual({ [helm.name]: plain });
    }

    expect(counts).toEqual([1, 3, 1, 1]);
  });

  test('passes on global over what is given below, and leaves what is a map on one side alone', async () => {
    const anything = z.record(z.string(), z.unknown()).default({ own: { k: 1 } });
    const below = configOf({ global: anything }, ({ global }) => ({ ...global }), { name: 'below' });
    const above = programOf({}, () => {}, { name: 'above', dependencies: [{ program: below }] });
    const own = { deep: { x: 1, y: 2 }, map: { z: 1 }, text: 'own', same: 'own', list: [1] };
    const global = { deep: { x: 9, w: 8 }, map: 'text', text: { z: 1 }, same: 'above', list: [2], own: { k: 2 } };
    const values = { global, below: { global: own } };
    await charts.chart(above);
    await charts.file('values.yaml', yamlBlock(values));

    const [config] = manifests(above, { values, release: RELEASE });

    expect(config!.data).toEqual({
      deep: { x: 9, y: 2, w: 8 },
      map: { z: 1 },
      text: 'own',
      same: 'above',
      list: [2],
      own: { k: 2 },
    });
    for (const helm of helms)
      expect({ [helm.name]: await charts.objects(helm, 'above', '-f', 'values.yaml') }).toEqual({
        [helm.name]: byName([config!]),
      });
  });

  test('has the CRDs of those that are on, each once', async () => {
    const crd = (name: string) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
    });
    const program = (name: string, more: object) =>
      programOf({ on: z.boolean().default(true) }, () => {}, { name, ...more });
    const twice = program('twice', { crds: { 'twice.yaml': [crd('twice')] } });
    const other = program('other', { crds: { 'other.yaml': [crd('other')] } });
    const top = program('top', {
      crds: { 'top.yaml': [crd('top')] },
      dependencies: [{ program: twice }, { program: twice, alias: 'again' }, { program: other, condition: 'on' }],
    });
    await charts.chart(top);

    for (const on of [true, false]) {
      const plain = manifests(top, { values: { on }, release: RELEASE, includeCrds: true });
      expect(plain.map(({ metadata }) => metadata.name)).toEqual([...(on ? ['other'] : []), 'top', 'twice']);
      for (const helm of helms)
        expect(await charts.objects(helm, 'top', `--set=on=${on}`, '--include-crds')).toEqual(byName(plain));
    }
  });

  test('does not look at the values of one that is off, as Helm does not', async () => {
    const values = { wanted: false, store: { sizes: 1 } };
    await charts.chart(shop);
    await charts.file('values.yaml', yamlBlock(values));

    const plain = byName(manifests(shop, { values, release: RELEASE }));

    expect(plain).not.toHaveProperty('ConfigMap store-a');
    for (const helm of helms) expect(await charts.objects(helm, 'shop', '-f', 'values.yaml')).toEqual(plain);
  });
});

function sorted(objects: readonly unknown[]): string[] {
  return objects.map((object) => JSON.stringify(withSortedKeys(object))).sort();
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, each]) => [key, withSortedKeys(each)])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
}
