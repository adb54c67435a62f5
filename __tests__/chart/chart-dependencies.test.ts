import { z } from 'zod';
import { manifests } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { yamlBlock } from '../../chart/yaml-writer.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { type Helm, helmBinaries, runHelm } from '../support/helm.ts';
import { byName } from '../support/parity.ts';
import { configOf } from '../support/small-program.ts';
import { problemsOf } from '../support/store-program.ts';

let helms: Helm[];
let charts: ChartDirectory;

beforeAll(async () => {
  helms = await helmBinaries();
});
beforeEach(async () => {
  charts = await ChartDirectory.make();
});
afterEach(() => charts.close());

describe('a program that depends on a chart from elsewhere', () => {
  const LIBRARY = {
    'Chart.yaml': 'apiVersion: v2\nname: library\nversion: 1.4.0\n',
    'values.yaml': 'size: 1\nother: {deep: true}\nauth: {user: admin}\nexports: {data: {port: 1}}\n',
    'templates/all.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: library}\nvalues: {{ .Values | toJson }}\n',
  };
  const program = configOf(
    { lib: z.object({ size: z.int().default(3), on: z.boolean().default(true) }).prefault({}) },
    (values) => ({ size: `${values.lib.size}` }),
    {
      dependencies: [
        {
          name: 'library',
          version: '^1.2.0',
          repository: 'file://../library',
          alias: 'lib',
          condition: 'lib.on',
          values: { auth: { password: 'none' } },
          importValues: [{ child: 'auth', parent: 'fromLibrary.auth' }],
        },
      ],
      templates: {
        'raw.yaml':
          'apiVersion: v1\nkind: Secret\nmetadata: {name: raw}\nvalues: {{ .Values.fromLibrary | default dict | toJson }}\n',
      },
    },
  );

  beforeEach(async () => {
    for (const [file, text] of Object.entries(LIBRARY)) await charts.file(`library/${file}`, text);
    await charts.chart(program);
    const { stderr, exitCode } = await runHelm(helms[0]!.path, ['dependency', 'update', 'demo'], { cwd: charts.path });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });

  test.each<[JsonObject, object, object]>([
    [
      {},
      { size: 3, on: true, other: { deep: true }, auth: { user: 'admin', password: 'none' } },
      { auth: { user: 'admin', password: 'none' } },
    ],
    [
      {
        lib: { size: 4, other: { deep: null, more: [1] }, auth: { user: 'me' } },
        fromLibrary: { auth: { user: 'mine' }, x: 1 },
      },
      { size: 4, on: true, other: { more: [1] }, auth: { user: 'me', password: 'none' } },
      { auth: { user: 'mine', password: 'none' }, x: 1 },
    ],
  ])(
    'passes values on to it for %j, and has its own objects as manifests() has them',
    async (values, passed, imported) => {
      await charts.file('values.yaml', yamlBlock(values));

      const plain = byName(manifests(program, { values, release: RELEASE }));

      expect(Object.keys(plain)).toEqual(['ConfigMap config']);
      for (const helm of helms) {
        const objects = await charts.objects(helm, 'demo', '-f', 'values.yaml');
        expect(objects).toMatchObject(plain);
        expect(objects['Secret library']).toMatchObject({ values: { ...passed, exports: { data: { port: 1 } } } });
        expect(objects['Secret raw']).toMatchObject({ values: imported });
      }
    },
  );

  test('has it switched off by its condition', async () => {
    const plain = byName(manifests(program, { values: { lib: { on: false } }, release: RELEASE }));

    for (const helm of helms) {
      const objects = await charts.objects(helm, 'demo', '--set=lib.on=false');
      expect(objects).toEqual({ ...plain, 'Secret raw': expect.objectContaining({ values: {} }) });
    }
  });

  test.each<JsonObject>([
    { lib: null },
    { lib: { size: null } },
    { lib: { size: 'x' } },
    { lib: [] },
    { fromLibrary: 1 },
  ])('is refused by both for %j', async (values) => {
    await charts.file('values.yaml', yamlBlock(values));

    expect(problemsOf(program, values)).toMatch(/^(lib|fromLibrary)/);
    for (const helm of helms) {
      const { exitCode } = await charts.template(helm, 'demo', '-f', 'values.yaml');
      expect({ [helm.name]: exitCode }).toEqual({ [helm.name]: 1 });
    }
  });

  test.each<JsonObject>([{ fromLibrary: null }, { global: { a: 1 } }])('is taken by both for %j', async (values) => {
    await charts.file('values.yaml', yamlBlock(values));

    const plain = byName(manifests(program, { values, release: RELEASE }));

    for (const helm of helms) expect(await charts.objects(helm, 'demo', '-f', 'values.yaml')).toMatchObject(plain);
  });
});
