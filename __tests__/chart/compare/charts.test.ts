import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { chartFiles } from '../../../chart/chart-files.ts';
import { type ChartData, readChart, takes } from '../../../chart/compare/chart-data.ts';
import { type ChartComparison, compareCharts } from '../../../chart/compare/compare-charts.ts';
import { concerning } from '../../../chart/compare/concerns.ts';
import type { ProgramProps } from '../../../chart/index.ts';
import type { JsonObject } from '../../../chart/json.ts';
import { configOf } from '../../support/small-program.ts';

type More = Partial<ProgramProps<z.ZodObject>>;

const values = { few: z.int().default(1), many: z.int().default(5) };
const rule = { left: 'few', op: '<', right: 'many', message: 'one less is needed' } as const;

function chartOf(shape: z.ZodRawShape = values, more: More = {}, text = 'x'): ChartData {
  const program = configOf(shape, () => ({ text }), more as never);
  return readChart(chartFiles(program).files, '');
}

/** The changes as lines, the files, and the verdict. */
function told({ changes, files, version }: ChartComparison) {
  return {
    changes: changes.map(({ breaking, subject, kind, what, effect }) =>
      [`${breaking ? '! ' : ''}${subject}`, kind, what, effect].filter((part) => part !== undefined).join(' | '),
    ),
    files: files.map(({ path, change }) => `${change} ${path}`),
    verdict: version.verdict,
  };
}

describe('comparing charts', () => {
  test('finds nothing between a chart and itself', () => {
    const chart = chartOf(values, { rules: [rule], profiles: { local: { few: 2 } } });

    expect(told(compareCharts(chart, chart))).toEqual({ changes: [], files: [], verdict: '1.0.0: nothing changed' });
  });

  test('does not count the version as a change', () => {
    expect(told(compareCharts(chartOf(), chartOf(values, { version: '1.0.1' })))).toEqual({
      changes: [],
      files: [],
      verdict: '1.0.0 -> 1.0.1: nothing changed but the version',
    });
  });

  test('asks for a patch for a template', () => {
    expect(told(compareCharts(chartOf(), chartOf(values, {}, 'y')))).toEqual({
      changes: [],
      files: ['changed templates/config.yaml'],
      verdict: '1.0.0 -> 1.0.0: changed files need 1.0.1',
    });
  });

  test('asks for a patch for texts, and names the files that they are in', () => {
    const described = { ...values, few: z.int().default(1).describe('How many.') };

    expect(told(compareCharts(chartOf(), chartOf(described, { description: 'A demo.' })))).toEqual({
      changes: [],
      files: ['changed Chart.yaml', 'changed README.md', 'changed values.schema.json', 'changed values.yaml'],
      verdict: '1.0.0 -> 1.0.0: changed files need 1.0.1',
    });
  });

  test('asks for a minor version for another default', () => {
    const comparison = compareCharts(chartOf(), chartOf({ ...values, few: z.int().default(2) }));

    expect(told(comparison)).toMatchObject({
      changes: ['few | another default | a file that leaves it out gets 2 instead of 1'],
      verdict: '1.0.0 -> 1.0.0: compatible changes need 1.1.0',
    });
  });

  test('asks for a major version for a rule', () => {
    expect(told(compareCharts(chartOf(), chartOf(values, { rules: [rule] })))).toEqual({
      changes: ['! few must be less than many | new rule | a file that breaks it is refused: "one less is needed"'],
      files: ['added templates/_helpers.tpl', 'added templates/rules.yaml'],
      verdict: '1.0.0 -> 1.0.0: breaking changes need 2.0.0',
    });
  });

  test('says so where rules cannot be read', () => {
    const is = chartOf(values, { rules: [rule] });
    const was = { ...is, rules: undefined, files: new Map([...is.files, ['templates/_helpers.tpl', 'old']]) };

    expect(told(compareCharts(was, is)).changes).toEqual([
      '! rules across values | changed rule | not written as data on both sides, so that they cannot be compared | a file may be refused that was taken; see what changed in templates/_helpers.tpl',
    ]);
    expect(compareCharts({ ...is, rules: undefined }, is).changes).toEqual([]);
  });

  test('tells what a profile gives otherwise', () => {
    const was = chartOf(values, { profiles: { local: { few: 2, many: 7 }, old: {} } });
    const is = chartOf(values, { profiles: { local: { few: 3 }, next: { few: 2 } } });

    expect(told(compareCharts(was, is))).toMatchObject({
      changes: [
        'few in values-local.yaml | profile | an install with it gets 3 instead of 2',
        'many in values-local.yaml | profile | an install with it no longer gets 7',
        '! values-old.yaml | profile | gone | an install that names it with -f fails',
        'values-next.yaml | profile | new | an install may name it with -f',
      ],
      files: ['changed values-local.yaml', 'added values-next.yaml', 'removed values-old.yaml'],
    });
  });

  test('takes another range of Kubernetes versions for breaking, and none for compatible', () => {
    const [none, old, now] = [undefined, '>=1.30.0-0', '>=1.31.0-0'].map((kubeVersion) =>
      chartOf(values, { kubeVersion }),
    );

    expect(told(compareCharts(old!, now!)).changes).toEqual([
      '! kubeVersion in Chart.yaml | kubeVersion | >=1.31.0-0 (was >=1.30.0-0) | a cluster that was taken may be refused (ranges are not compared)',
    ]);
    expect(told(compareCharts(old!, none!)).changes).toEqual([
      'kubeVersion in Chart.yaml | kubeVersion | any (was >=1.30.0-0) | every cluster is taken',
    ]);
  });
});

describe('subcharts', () => {
  /** A chart with a program below the key `db`, and that again with one below `disk`. */
  function nested(diskSize: z.ZodType, more: More = {}): ChartData {
    const disk = configOf({ size: diskSize }, () => ({}), { name: 'disk', ...more } as never);
    const database = configOf({ port: z.int().default(1) }, () => ({}), {
      name: 'database',
      dependencies: [{ program: disk }],
    });
    return chartOf(values, { dependencies: [{ program: database, alias: 'db', values: { disk: { size: 3 } } }] });
  }
  const was = nested(z.int().default(1));

  test('are compared, too', () => {
    const is = nested(z.int().min(3).default(4), {
      rules: [{ left: 'size', op: '<', right: 8, message: 'disks end' }],
    });

    const comparison = compareCharts(was, is);

    expect(comparison.changes.map(({ subchart, subject, kind }) => [subchart?.join('.'), subject, kind])).toEqual([
      ['db.disk', 'size', 'narrowed'],
      ['db.disk', 'size', 'another default'],
      ['db.disk', 'size must be less than 8', 'new rule'],
    ]);
    expect(comparison.version.extent).toBe('breaking');
  });

  test('concern values that are for them, over what the chart above gives', () => {
    const is = nested(z.int().min(3).default(4), {
      rules: [{ left: 'size', op: '<', right: 8, message: 'disks end' }],
    });
    const { changes } = compareCharts(was, is);
    const kinds = (overrides: JsonObject) => concerning(changes, is, overrides).map(({ kind }) => kind);

    expect(kinds({})).toEqual([]);
    expect(kinds({ db: { disk: { size: 2 } } })).toEqual(['narrowed']);
    expect(kinds({ db: { disk: { size: 9 } } })).toEqual(['new rule']);
    expect(kinds({ disk: { size: 2 } })).toEqual([]);
  });

  test('that are gone take their values along', () => {
    expect(told(compareCharts(was, chartOf())).changes).toEqual(['! db | removed | a file that sets it is refused']);
  });

  test('from elsewhere are named when they are others', () => {
    const [old, now] = ['^1.0.0', '^2.0.0'].map((version) =>
      chartOf(values, {
        dependencies: [{ name: 'library', alias: 'lib', version, repository: 'https://example.com' }],
      }),
    );

    expect(told(compareCharts(old!, now!)).changes).toEqual([
      'dependency lib in Chart.yaml | dependency | library ^2.0.0 from https://example.com (was library ^1.0.0 from https://example.com) | what it does with its values is not known here; see what changed in it',
    ]);
  });
});

describe('reading a chart', () => {
  const files = chartOf().files;

  test.each<[string, [string, string][], string]>([
    ['no Chart.yaml', [], 'v1:Chart.yaml is not there'],
    ['no version', [['Chart.yaml', 'name: demo']], 'v1:Chart.yaml has no name and version as texts'],
    ['a version that is none', [...files, ['Chart.yaml', 'name: demo\nversion: "1"']], "'1' is no version"],
    ['broken YAML', [...files, ['values.yaml', 'a: "']], 'v1:values.yaml:1:5: '],
    ['broken JSON', [...files, ['values.schema.json', '{']], 'v1:values.schema.json is no JSON: '],
  ])('fails for %s', (_, entries, message) => {
    expect(() => compareCharts(readChart(new Map(entries), 'v1:'), chartOf())).toThrow(message);
  });
});

test('takes goes by the schema and the rules', () => {
  const chart = chartOf(values, { rules: [rule] });

  const tried: JsonObject[] = [{}, { few: 4 }, { few: 5 }, { few: 'x' }, { other: 1 }];

  expect(tried.map((each) => takes(chart, each))).toEqual([true, true, false, false, false]);
});
