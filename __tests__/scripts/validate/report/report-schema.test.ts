import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Report } from '../../../../scripts/validate/report/report.ts';
import { reportJsonSchema, reportSchema } from '../../../../scripts/validate/report/report-schema.ts';
import { exampleReport, passedReport } from '../../../support/example-report.ts';

const docs = new URL('../../../../docs/', import.meta.url);

test('the committed JSON Schema is the one of the code; write it with scripts/validate/report/write-report-schema.ts', async () => {
  expect(await committedSchema()).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
});

test.each([
  ['failed', exampleReport()],
  ['passed', passedReport()],
  ['outside of a repository', exampleReport({ commit: { id: null, isDirty: false } })],
  ['of no gate', exampleReport({ gates: [] })],
])('a report that has %s is one by the JSON Schema, and read as it was written', async (_, report) => {
  const written = JSON.parse(JSON.stringify(report));

  expect(z.fromJSONSchema(await committedSchema()).safeParse(written).success).toBe(true);
  expect(reportSchema.parse(written)).toEqual(report);
});

const broken: readonly [string, (report: Writable) => void][] = [
  ['another schema', (report) => (report.schema = 'todo-infra/validation/v2')],
  ['no values', (report) => delete report.release.values],
  ['a time that is none', (report) => (report.started = 'yesterday')],
  ['a gate that was skipped', (report) => (report.gates[0].status = 'skipped')],
  ['an eleventh gate', (report) => (report.gates[0].number = 11)],
  ['a figure that could not be measured', (report) => (report.gates[0].figures[0].value = null)],
  ['a unit that is not known', (report) => (report.gates[0].figures[0].unit = 'KiB')],
  ['half a request', (report) => (report.gates[6].loads[0].streams[0].sent = 0.5)],
  ['a latency below zero', (report) => (report.gates[6].loads[0].streams[0].buckets[3].p99 = -1)],
  ['a failure of no known kind', (report) => (report.gates[6].loads[0].failures[0].kind = 'bored')],
];

test.each(broken)('%s is refused, by the JSON Schema, too', async (_, change) => {
  const report: Writable = JSON.parse(JSON.stringify(exampleReport()));
  change(report);

  expect(z.fromJSONSchema(await committedSchema()).safeParse(report).success).toBe(false);
  expect(reportSchema.safeParse(report).success).toBe(false);
});

test('a field that a later version has added does not matter', () => {
  expect(reportSchema.parse({ ...exampleReport(), mood: 'good' })).toEqual(exampleReport());
});

test('the documentation has each field, as the schema describes it', async () => {
  const documented = (await readFile(new URL('validate.md', docs), 'utf8')).match(/^\| `.*\|$/gm)!;

  const rows = fieldRows((await committedSchema()) as Schema, '');
  expect(rows.length).toBeGreaterThan(70);
  expect(documented.filter((row) => !row.startsWith('| `report.') && !row.includes('junit.xml'))).toEqual(rows);
});

async function committedSchema(): Promise<Parameters<typeof z.fromJSONSchema>[0]> {
  return JSON.parse(await readFile(new URL('reports/report.schema.json', docs), 'utf8'));
}

function fieldRows({ properties = {} }: Schema, before: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${before}${name}`;
    const below = field.items === undefined ? fieldRows(field, `${path}.`) : fieldRows(field.items, `${path}[].`);
    return [`| \`${path}\` | ${field.description} |`, ...below];
  });
}

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

// biome-ignore lint/suspicious/noExplicitAny: what is written here is wrong on purpose
type Writable = { -readonly [Key in keyof Report]: any };
