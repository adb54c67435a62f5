import { z } from 'zod';
import { chartFiles } from '../../chart/chart-files.ts';
import { ChartError, type Dependency, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { isVersionRange } from '../../chart/version-range.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { helmBinaries } from '../support/helm.ts';
import { addConfig, configOf, plainText, programOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const DB = { name: 'postgresql', version: '^16.1.0', repository: 'https://charts.example.com' };
const db = z.object({ enabled: z.boolean().default(true), port: z.int().default(5432) }).prefault({});

const define = (dependencies: readonly Dependency[], values: z.ZodRawShape = {}, name = 'demo'): Program =>
  programOf(values, (chart) => addConfig(chart, 'config', {}), { dependencies, name });
const textOf = (program: Program, file: string) => chartFiles(program).files.get(file)!;
const schemaOf = (program: Program) => JSON.parse(textOf(program, 'values.schema.json')) as JsonObject;

describe('a chart with dependencies', () => {
  const program = configOf({ db }, (values) => ({ port: `${values.db.port}` }), {
    dependencies: [
      { ...DB, alias: 'db', condition: 'db.enabled', values: { auth: { database: 'shop' }, port2: 1 } },
      { ...DB, name: 'redis', repository: 'oci://registry.example.com/charts', tags: ['cache'] },
    ],
  });

  test('names them in Chart.yaml', () => {
    const text = textOf(program, 'Chart.yaml');

    expect(text.slice(text.indexOf('dependencies:'))).toMatchInlineSnapshot(`
      dependencies:
        - name: postgresql
          alias: db
          version: "^16.1.0"
          repository: https://charts.example.com
          condition: db.enabled
        - name: redis
          version: "^16.1.0"
          repository: oci://registry.example.com/charts
          tags:
            - cache

    `);
  });

  test('has their values in values.yaml, those of the schema first', () => {
    expect(textOf(program, 'values.yaml')).toMatchInlineSnapshot(`
      # Default values of demo.

      # Values of the subchart postgresql, https://charts.example.com.
      db:
        enabled: true
        port: 5432
        auth:
          database: shop
        port2: 1

      # Values of the subchart redis, oci://registry.example.com/charts.
      redis: {}

      # Switches subcharts on and off by their tags.
      tags: {}

    `);
  });

  test('has a row for what is passed on in its README', () => {
    expect(textOf(program, 'README.md').split('| --- |\n')[1]!.trim()).toMatchInlineSnapshot(`
      | \`db\` | Values of the subchart postgresql, https://charts.example.com. | map | \`{"auth":{"database":"shop"},"port2":1}\` |
      | \`db.enabled\` |  | boolean | \`true\` |
      | \`db.port\` |  | integer | \`5432\` |
      | \`redis\` | Values of the subchart redis, oci://registry.example.com/charts. | map or null | \`{}\` |
      | \`tags\` | Switches subcharts on and off by their tags. | map | \`{}\` |
    `);
  });

  test('takes any values for them, but those of the schema must be right', () => {
    const schema = schemaOf(program).properties as Record<string, JsonObject>;

    expect(schema.db).not.toHaveProperty('additionalProperties');
    expect(schema.db!.required).toEqual(['enabled', 'port']);
    expect(schema.redis).toMatchObject({ type: ['object', 'null'], properties: {} });
    const [config] = manifests(program, {
      release: RELEASE,
      values: { db: { port: 1, auth: { x: [] } }, redis: { any: { thing: null } }, tags: { cache: false } },
    });
    expect(config!.data).toEqual({ port: '1' });
  });

  test.each<[JsonObject, string]>([
    [{ db: { port: 'x' } }, 'db.port is "x"; expected an integer'],
    [{ db: 1 }, 'db is 1; expected a map'],
    [{ redis: [] }, 'redis is []; expected a map or null'],
    [{ tags: { cache: 'no' } }, 'tags.cache is "no"; expected true or false'],
    [{ reddis: {} }, 'reddis is not a value; did you mean redis?'],
  ])('refuses %j', (values, message) => {
    expect(() => manifests(program, { release: RELEASE, values })).toThrow(new ChartError(message));
  });
});

describe('a dependency is refused', () => {
  const two = (values: z.ZodRawShape, name: string) => define([], values, name);
  const inner = define([{ ...DB, alias: 'size' }], {}, 'inner');

  test.each<[string, () => Program, string]>([
    [
      'that is there twice',
      () => define([DB, DB]),
      "dependency 'postgresql' is there twice; give one of them an alias",
    ],
    [
      'with the alias of another',
      () => define([DB, { ...DB, name: 'redis', alias: 'postgresql' }]),
      "dependency 'postgresql' is there twice; give one of them an alias",
    ],
    [
      'with a bad alias',
      () => define([{ ...DB, alias: 'a.b' }]),
      "dependency 'a.b' has an alias that Helm refuses; expected letters, digits, dashes and underscores",
    ],
    [
      'with a bad name',
      () => define([{ ...DB, name: '../x' }]),
      "dependency '../x' has the name '../x'; expected letters, digits, dashes, dots and underscores",
    ],
    [
      'named global',
      () => define([{ ...DB, alias: 'global' }]),
      "dependency 'global' has a name that means something else to Helm; give it another alias",
    ],
    [
      'with a bad version',
      () => define([{ ...DB, version: 'latest' }]),
      "dependency 'postgresql' has the version 'latest'; expected a semantic version or a range such as ^1.2.0",
    ],
    [
      'with a bad repository',
      () => define([{ ...DB, repository: 'charts.example.com' }]),
      "dependency 'postgresql' has the repository 'charts.example.com'; expected https://, http://, oci://, file://, or @ and a name",
    ],
    [
      'with a condition on what it does not declare',
      () => define([{ ...DB, condition: 'postgresql.enabled' }]),
      "dependency 'postgresql' has the condition 'postgresql.enabled', which is no boolean of the values schema; add postgresql: z.object({ enabled: z.boolean().default(true) }).prefault({})",
    ],
    [
      'with a condition on a number',
      () => define([{ ...DB, condition: 'n' }], { n: z.int().default(1) }),
      "dependency 'postgresql' has the condition 'n', which is no boolean of the values schema; expected the dotted path of one",
    ],
    [
      'with a condition of which the second is nothing',
      () => define([{ ...DB, condition: 'a,b.c' }], { a: z.boolean().nullable() }),
      "dependency 'postgresql' has the condition 'b.c', which is no boolean of the values schema; expected the dotted path of one",
    ],
    [
      'declared as something else than an object',
      () => define([DB], { postgresql: z.unknown().default({}) }),
      "dependency 'postgresql' is declared as values.postgresql, which is no object; use z.object()",
    ],
    [
      'with a value that may be null',
      () =>
        define([{ ...DB, alias: 'db' }], {
          db: z.object({ a: z.object({ b: z.int().nullable() }).prefault({ b: null }) }).prefault({}),
        }),
      "dependency 'db' gets values.db.a.b, which may be null: the subchart's own default would come instead; give it a default",
    ],
    [
      'with a map among its values',
      () =>
        define([{ ...DB, alias: 'db' }], {
          db: z.object({ a: z.record(z.string(), z.string()).default({}) }).prefault({}),
        }),
      "dependency 'db' gets values.db.a, to which the subchart adds its own keys; use z.object() for what build reads, and the dependency's `values` for the rest",
    ],
    [
      'with a default that the schema has too',
      () => define([{ ...DB, alias: 'db', values: { port: 1 } }], { db }),
      "dependency 'db' has a default for values.db.port, which the schema declares; give it there",
    ],
    [
      'with null as a default',
      () => define([{ ...DB, values: { a: { b: null } } }]),
      "dependency 'postgresql' has the default null for values.postgresql.a.b; expected plain data without nulls",
    ],
    [
      'with an import over a value',
      () => define([{ ...DB, importValues: [{ child: 'auth', parent: 'db.auth' }] }], { db }),
      "'auth' cannot be imported as 'db.auth', because 'db' is a value of the schema; use a name that nothing else has",
    ],
    [
      'with an import over a dependency',
      () => define([{ ...DB, importValues: [{ child: 'auth', parent: 'postgresql.x' }] }]),
      "'auth' cannot be imported as 'postgresql.x', because 'postgresql' is the name of a dependency; use a name that nothing else has",
    ],
    [
      'with an import to nowhere',
      () => define([{ ...DB, importValues: [{ child: 'auth', parent: '.' }] }]),
      "dependency 'postgresql' imports 'auth' as '.'; expected dotted paths",
    ],
    [
      'with tags where tags are something else',
      () => define([{ ...DB, tags: ['a'] }], { tags: z.array(z.string()).default([]) }),
      'values.tags is something else than booleans, but a dependency has tags; rename it, or use condition instead of tags',
    ],
    [
      'for another program of the same name',
      () => define([{ program: two({}, 'a') }, { program: two({}, 'a'), alias: 'b' }]),
      "two different programs named 'a' are in one chart, where their named templates would mix; rename one",
    ],
    [
      "for a program of the chart's own name",
      () => define([{ program: define([]), alias: 'b' }]),
      "two different programs named 'demo' are in one chart, where their named templates would mix; rename one",
    ],
    [
      'for a nested one that has the name of a value',
      () => define([{ program: inner }], { size: z.int().default(1) }),
      "'size' is a value of demo that is no map, and a dependency of inner below it: Helm mixes them up; rename one",
    ],
  ])('%s', (_, program, message) => {
    expect(program).toThrow(new ChartError(message));
  });

  test('for defaults that its program refuses', () => {
    const program = define([{ program: two({ n: z.int().default(1) }, 'a'), values: { n: 'x' } }]);

    expect(() => chartFiles(program)).toThrow(/^the defaults: a: n is "x"; expected an integer$/);
  });
});

describe('ranges of versions', () => {
  const ranges = [
    ...[
      '1.2.3',
      'v1.2',
      '1',
      '*',
      '1.x',
      '1.2.*',
      '^1.2.0-0',
      '~1.2',
      '~> 1.2',
      '>=1.0 <2',
      '>= 1.0, < 2.0',
      '!=1.2.3',
    ],
    ...[
      '=1.0.0',
      '=>1.0',
      '=<2',
      '1.x || 3.4 - 3.6',
      '1.2 - 2.3.4',
      ' 1.2.3 ',
      '1.2.3+build.1',
      '1.2.3-rc.1',
      '1.2||2',
    ],
  ];
  const others = [
    ...[
      'latest',
      '1.2.3.4',
      '>',
      '1..2',
      '1.2.',
      'a.b.c',
      '>>1',
      '1.0 - ',
      '^^1',
      '1.2.3-',
      '1,,2',
      '1 || ',
      '-1',
      '1 & 2',
    ],
  ];

  test('are those that Helm takes', async () => {
    const charts = await ChartDirectory.make();
    await charts.file('ranges/Chart.yaml', 'apiVersion: v2\nname: ranges\nversion: 1.0.0\n');
    await charts.file(
      'ranges/templates/range.yaml',
      '{{ range .Values.ranges }}{{ $_ := semverCompare . "1.0.0" }}{{ end }}\n',
    );

    for (const helm of await helmBinaries()) {
      for (const range of [ranges, ...others.map((each) => [each])]) {
        const { exitCode } = await charts.template(helm, 'ranges', `--set-json=ranges=${JSON.stringify(range)}`);
        expect({ [helm.name]: range, taken: exitCode === 0 }).toEqual({ [helm.name]: range, taken: range === ranges });
      }
    }
    await charts.close();
    expect(ranges.filter((range) => !isVersionRange(range))).toEqual([]);
    expect(others.filter((range) => isVersionRange(range))).toEqual([]);
  });
});
